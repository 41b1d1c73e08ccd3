import type { QueryState } from '../../../src/engine/contract.ts';
import { element, setAttribute, setText, setVisible } from '../dom.ts';
import { formatBytes, formatCount, formatPlural } from '../format.ts';

/** Counts of what is connected, flows, is held and was lost. */
export class StatusLine {
  readonly element: HTMLElement;
  readonly #clients = element('span', { className: 'clients' });
  readonly #rate = element('span', { className: 'rate' });
  readonly #frames = element('span', { className: 'frames' });
  readonly #dropped = element('span', { className: 'dropped' });
  readonly #paused = element('span', { className: 'paused' });
  readonly #protocol = element('span', { className: 'protocol' });

  constructor() {
    this.element = element('footer', {
      className: 'status',
      attributes: { 'aria-label': 'Capture' },
      children: [
        this.#clients,
        this.#rate,
        this.#frames,
        this.#dropped,
        this.#paused,
        element('span', { className: 'space' }),
        this.#protocol,
      ],
    });
  }

  /** `newFrames`: captured since the table was paused; undefined while it is not. */
  update(state: QueryState, newFrames: number | undefined): void {
    const { capture } = state;
    const running = state.broker.status === 'running';
    setText(
      this.#clients,
      `${running ? '●' : '○'} ${formatPlural(state.clientCount, 'client', 'clients')}`,
    );
    this.#clients.classList.toggle('on', running);
    setText(this.#rate, `${formatCount(Math.round(state.messageRate))} msg/s`);
    const frames = formatPlural(capture.end - capture.first, 'frame', 'frames');
    setText(
      this.#frames,
      `${frames} · ${formatBytes(capture.bytes)} of ${formatBytes(capture.limit)}`,
    );
    setText(this.#dropped, `${formatCount(capture.dropped)} dropped`);
    this.#dropped.classList.toggle('warn', capture.dropped > 0);
    setAttribute(
      this.#dropped,
      'title',
      capture.dropped > 0
        ? 'The oldest frames were dropped to stay within the limit of the capture (setting mqttWorkbench.capture)'
        : 'Nothing was dropped: the capture is complete',
    );
    setVisible(this.#paused, newFrames !== undefined);
    if (newFrames !== undefined) setText(this.#paused, `Paused · ${formatCount(newFrames)} new`);
  }

  setProtocol(text: string): void {
    setText(this.#protocol, text);
  }
}
