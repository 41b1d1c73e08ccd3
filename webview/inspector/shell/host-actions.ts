import { t } from '../../../src/base/localise.ts';
import { messageOf } from '../../../src/base/errors.ts';
import type { InspectorHostContract } from '../../../src/engine/contract.ts';
import type { Announcer } from '../announcer.ts';
import type { Host } from '../host.ts';

type Command = InspectorHostContract['requests']['host/command']['params']['command'];

/** What the page has the host do without waiting for it: only a failure is told. */
export class HostActions {
  readonly #host: Host;
  readonly #announcer: Announcer;

  constructor(host: Host, announcer: Announcer) {
    this.#host = host;
    this.#announcer = announcer;
  }

  request(answer: Promise<unknown>): void {
    answer.catch((error: unknown) => this.#announcer.say(messageOf(error)));
  }

  command(command: Command): void {
    this.request(this.#host.request('host/command', { command }));
    if (command === 'copyAddress') this.#announcer.say(t('Address copied'));
  }

  copy(text: string): void {
    this.request(this.#host.request('host/copy', { text }));
    this.#announcer.say(t('Copied'));
  }
}
