import { t } from '../../../src/base/localise.ts';
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
      attributes: { 'aria-label': t('Capture') },
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
      `${running ? '●' : '○'} ${formatPlural(state.clientCount, t('client'), t('clients'))}`,
    );
    this.#clients.classList.toggle('on', running);
    setText(this.#rate, `${formatCount(Math.round(state.messageRate))} msg/s`);
    const frames = formatPlural(capture.end - capture.first, t('frame'), t('frames'));
    setText(
      this.#frames,
      t('{0} · {1} of {2}', frames, formatBytes(capture.bytes), formatBytes(capture.limit)),
    );
    setText(this.#dropped, t('{0} dropped', formatCount(capture.dropped)));
    this.#dropped.classList.toggle('warn', capture.dropped > 0);
    setAttribute(
      this.#dropped,
      'title',
      capture.dropped > 0
        ? t(
            'The oldest frames were dropped to stay within the limit of the capture (setting mqttWorkbench.capture)',
          )
        : t('Nothing was dropped: the capture is complete'),
    );
    setVisible(this.#paused, newFrames !== undefined);
    if (newFrames !== undefined)
      setText(this.#paused, t('Paused · {0} new', formatCount(newFrames)));
  }

  setProtocol(text: string): void {
    setText(this.#protocol, text);
  }
}
