import { t } from '../../../src/base/localise.ts';
import type { ListenerState, QueryState } from '../../../src/engine/contract.ts';
import { createButton, createProgressRing } from '../../toolkit.ts';
import { element, setVisible } from '../dom.ts';
import { formatPlural } from '../format.ts';
import { icon } from '../icons.ts';

export interface EmptyStateEvents {
  startBroker(): void;
  showLog(): void;
  copy(text: string): void;
  clearFilter(): void;
  showPackets(): void;
}

type Kind = 'connecting' | 'stopped' | 'starting' | 'waiting' | 'noMatch' | 'noMessages';

/** The host that a client on this machine uses to reach the listener. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  return host === '::' ? '::1' : host;
}

/** In place of the table while it has no rows: what to do next. */
export class EmptyState {
  readonly element = element('div', { className: 'empty' });
  readonly #events: EmptyStateEvents;
  #shown = '';

  constructor(events: EmptyStateEvents) {
    this.#events = events;
    this.element.hidden = true;
  }

  /** Shows the state that fits, or nothing when there are rows; true if it is shown. */
  update(state: QueryState | undefined, hasRows: boolean, filter: string): boolean {
    const kind = hasRows ? undefined : this.#kindOf(state, filter);
    const listener = state?.broker.listeners.find(({ transport }) => transport === 'tcp');
    const key = `${kind ?? ''} ${listener?.url ?? ''} ${filter}`;
    if (key !== this.#shown) {
      this.#shown = key;
      this.element.replaceChildren(...(kind ? this.#contentOf(kind, listener, state) : []));
    }
    setVisible(this.element, kind !== undefined);
    return kind !== undefined;
  }

  #kindOf(state: QueryState | undefined, filter: string): Kind | undefined {
    if (!state) return 'connecting';
    // While it scans it is not known whether there is nothing.
    if (state.scanned < state.toScan) return undefined;
    const captured = state.capture.end > state.capture.first;
    if (captured && filter !== '') return 'noMatch';
    if (captured) return 'noMessages';
    if (state.broker.status === 'running') return 'waiting';
    return state.broker.status === 'starting' ? 'starting' : 'stopped';
  }

  #contentOf(
    kind: Kind,
    listener: ListenerState | undefined,
    state: QueryState | undefined,
  ): HTMLElement[] {
    const events = this.#events;
    switch (kind) {
      case 'connecting':
        return [createProgressRing(t('Connecting to the engine'))];
      case 'starting':
        return [createProgressRing(t('Starting')), title(t('Starting the local broker…'))];
      case 'stopped':
        return [
          title(t('The local broker is not running')),
          text(
            t('Start it, connect any MQTT client on this machine, and every packet appears here.'),
          ),
          buttons(
            createButton({
              label: t('Start Local Broker'),
              appearance: 'primary',
              onClick: () => events.startBroker(),
            }).element,
            createButton({ label: t('Show Log'), onClick: () => events.showLog() }).element,
          ),
        ];
      case 'waiting':
        return this.#waiting(listener);
      case 'noMatch':
        return [
          title(t('No rows match the filter')),
          text(
            t(
              '{0} in the capture.',
              formatPlural(
                (state?.capture.end ?? 0) - (state?.capture.first ?? 0),
                t('packet is'),
                t('packets are'),
              ),
            ),
          ),
          buttons(
            createButton({
              label: t('Clear filter'),
              appearance: 'primary',
              onClick: () => events.clearFilter(),
            }).element,
          ),
        ];
      case 'noMessages':
        return [
          title(t('No messages yet')),
          text(t('Packets were captured, but none carries an application message (PUBLISH).')),
          buttons(
            createButton({
              label: t('Show Packets'),
              appearance: 'primary',
              onClick: () => events.showPackets(),
            }).element,
          ),
        ];
    }
  }

  #waiting(listener: ListenerState | undefined): HTMLElement[] {
    if (!listener) return [title(t('Waiting for packets'))];
    const example = t(
      'mosquitto_pub -h {0} -p {1} -t test -m hello',
      reachable(listener.host),
      listener.port,
    );
    return [
      title(t('Waiting for the first packet')),
      text(t('The local broker listens at')),
      this.#copyable(listener.url, t('Copy address')),
      text(t('Connect a client to it, for example')),
      this.#copyable(example, t('Copy command')),
    ];
  }

  #copyable(value: string, label: string): HTMLElement {
    return element('div', {
      className: 'copyable',
      children: [
        element('code', { text: value }),
        createButton({
          label,
          title: label,
          appearance: 'icon',
          icon: icon('copy'),
          iconOnly: true,
          onClick: () => this.#events.copy(value),
        }).element,
      ],
    });
  }
}

function title(value: string): HTMLElement {
  return element('h2', { text: value });
}

function text(value: string): HTMLElement {
  return element('p', { text: value });
}

function buttons(...children: HTMLElement[]): HTMLElement {
  return element('div', { className: 'buttons', children });
}
