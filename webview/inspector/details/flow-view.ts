import { t } from '../../../src/base/localise.ts';
import { messageOf } from '../../../src/base/errors.ts';
import type {
  ExchangeReport,
  ExchangeStep,
  ExchangeView,
  FrameDetail,
} from '../../../src/engine/contract.ts';
import { element, setText, setVisible } from '../dom.ts';
import { outcomeText, reasonText, toneOfExchange } from '../exchange-text.ts';
import { formatFullTime, formatLatency, formatPlural, formatTime } from '../format.ts';
import type { Host } from '../host.ts';
import { visibleLine } from '../visible-text.ts';
import { FlowTools } from './flow-tools.ts';
import { sequenceOf } from './sequence.ts';
import { SequenceDiagram } from './sequence-diagram.ts';

/** Milliseconds between two looks at exchanges that go on. */
const refreshInterval = 250;

export interface FlowEvents {
  announce(text: string): void;
  copy(text: string): void;
  select(frame: number): void;
  failed(message: string): void;
}

const roleTexts: Readonly<Record<ExchangeView['role'], string>> = {
  selected: '',
  carries: t('same message'),
  request: t('request'),
  response: t('response'),
  nearby: '',
};

/** The exchange that the selected packet belongs to, step by step, and as a sequence diagram. */
export class FlowView {
  readonly element: HTMLElement;
  readonly #host: Host;
  readonly #events: FlowEvents;
  readonly #list = element('div', { className: 'exchanges' });
  readonly #note = element('p', { className: 'more' });
  readonly #diagram: SequenceDiagram;
  readonly #content: HTMLElement;
  #isShown = false;
  /** Milliseconds around the packet that are shown; 0: its exchange. */
  #around = 0;
  #detail: FrameDetail | undefined;
  #report: ExchangeReport | undefined;
  #outcomes: { exchange: ExchangeView; node: HTMLElement }[] = [];
  #loading = false;
  #stale = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #said = '';

  constructor(host: Host, events: FlowEvents) {
    this.#host = host;
    this.#events = events;
    this.#diagram = new SequenceDiagram((frame) => events.select(frame));
    const tools = new FlowTools({
      zoom: (steps) => this.#diagram.zoom(steps),
      range: (around) => {
        this.#around = around;
        this.#invalidate();
      },
      sequence: () => this.#report && sequenceOf(this.#report),
      copy: (text) => events.copy(text),
      announce: (text) => events.announce(text),
      failed: (message) => events.failed(message),
    });
    this.#content = element('div', {
      className: 'flow-content',
      children: [
        element('div', { className: 'flow-steps', children: [this.#list, this.#note] }),
        element('div', {
          className: 'flow-diagram',
          children: [tools.element, this.#diagram.element],
        }),
      ],
    });
    this.element = element('div', { className: 'flow-view', children: [this.#content] });
    this.#content.hidden = true;
    this.#list.addEventListener('keydown', (event) => this.#onKey(event));
  }

  /** The packet that is selected now. */
  show(detail: FrameDetail): void {
    this.#detail = detail;
    this.#invalidate();
  }

  clear(): void {
    this.#detail = undefined;
    this.#report = undefined;
    setVisible(this.#content, false);
  }

  /** Only what is seen is asked for. */
  setShown(shown: boolean): void {
    this.#isShown = shown;
    if (shown) this.#invalidate();
  }

  /** Packets came: looks again soon, if something is still to come. */
  trafficChanged(): void {
    const goesOn = this.#report?.exchanges.some(({ state }) => state === 'waiting') === true;
    if (!this.#isShown || !goesOn) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#invalidate();
    }, refreshInterval);
  }

  /** Tells anew how long something is waited for. */
  refresh(): void {
    if (!this.#isShown) return;
    for (const { exchange, node } of this.#outcomes) showOutcome(node, exchange);
  }

  focus(): void {
    this.#rows()[0]?.focus();
  }

  #invalidate(): void {
    this.#stale = true;
    if (this.#isShown && this.#detail && !this.#loading) void this.#load();
  }

  async #load(): Promise<void> {
    this.#loading = true;
    try {
      while (this.#stale && this.#isShown && this.#detail) {
        this.#stale = false;
        const detail = this.#detail;
        const around = this.#around;
        const report = await this.#host.request('capture/exchange', {
          frame: detail.frame,
          ...(around > 0 && { around }),
        });
        if (detail === this.#detail && around === this.#around) this.#render(detail, report);
      }
    } catch (error) {
      this.#events.failed(messageOf(error));
    } finally {
      this.#loading = false;
    }
  }

  #render(detail: FrameDetail, report: ExchangeReport | undefined): void {
    const focused = this.#focusedFrame();
    this.#report = report;
    setVisible(this.#content, report !== undefined);
    if (!report) return;
    this.#outcomes = [];
    this.#list.replaceChildren(
      ...report.exchanges.map((exchange) => this.#exchange(exchange, detail.frame)),
    );
    const sequence = sequenceOf(report);
    const notes = [
      report.omitted > 0
        ? `${formatPlural(report.omitted, t('exchange'), t('exchanges'))} ${this.#around > 0 ? t('of this time not shown.') : t('with the same message not shown: Delivery tells of all.')}`
        : '',
      sequence.omitted > 0
        ? t('{0} not in the diagram.', formatPlural(sequence.omitted, t('packet'), t('packets')))
        : '',
    ];
    setText(this.#note, notes.filter((note) => note !== '').join(' '));
    setVisible(this.#note, this.#note.textContent !== '');
    this.#diagram.show(sequence);
    this.#rows()
      .find((row) => row.dataset['frame'] === focused)
      ?.focus();
    const own = report.exchanges.find(({ role }) => role === 'selected');
    if (own) this.#say(`${own.steps[0]?.packet ?? ''}: ${outcomeText(own, Date.now())}`);
  }

  #exchange(exchange: ExchangeView, selected: number): HTMLElement {
    const [first] = exchange.steps;
    const outcome = element('span', { className: 'outcome' });
    showOutcome(outcome, exchange);
    this.#outcomes.push({ exchange, node: outcome });
    const arrow = first?.direction === 1 ? '←' : '→';
    const name = t('{0} {1} broker', visibleLine(exchange.client), arrow);
    const head = element('div', {
      className: 'exchange-head',
      children: [
        element('strong', { text: name }),
        element('span', { className: 'topic', text: visibleLine(exchange.title) }),
        element('span', { className: 'role', text: roleTexts[exchange.role] }),
        outcome,
      ],
    });
    const omitted = exchange.stepCount - exchange.steps.length;
    const rows = exchange.steps.flatMap((step, index) => {
      const row = this.#step(exchange, step, step.frame === selected);
      if (index !== 0 || omitted === 0) return [row];
      const text = t('… {0} not shown …', formatPlural(omitted, t('packet'), t('packets')));
      return [row, element('div', { className: 'gap', text, attributes: { role: 'listitem' } })];
    });
    const list = element('div', {
      className: 'steps',
      attributes: { role: 'list', 'aria-label': `${name}, ${visibleLine(exchange.title)}` },
      children: rows,
    });
    return element('section', {
      className: exchange.role === 'selected' ? 'exchange own' : 'exchange',
      children: [head, list],
    });
  }

  #step(exchange: ExchangeView, step: ExchangeStep, isSelected: boolean): HTMLElement {
    const isFailure = (step.reasonCode ?? 0) >= 0x80;
    const qos = step.packet === 'PUBLISH' && exchange.qos !== undefined;
    const parts: [className: string, text: string][] = [
      ['time', formatTime(step.time)],
      ['direction', step.direction === 0 ? '→' : '←'],
      ['packet', `${step.packet}${qos ? ` QoS ${exchange.qos ?? 0}` : ''}`],
      ['latency', step === exchange.steps[0] ? '' : `+${formatLatency(step.latency)}`],
      ['again', step.isRetry ? t('sent again') : ''],
      ['reason', reasonText(step)],
    ];
    const button = element('button', {
      className: `step ${step.direction === 0 ? 'in' : 'out'}${isFailure ? ' failed' : ''}`,
      attributes: {
        type: 'button',
        title: t('{0} · select this packet', formatFullTime(step.time)),
      },
      children: parts.map(([className, text]) => element('span', { className, text })),
    });
    if (isSelected) button.setAttribute('aria-current', 'true');
    button.dataset['frame'] = String(step.frame);
    button.addEventListener('click', () => this.#events.select(step.frame));
    return element('div', { attributes: { role: 'listitem' }, children: [button] });
  }

  #rows(): HTMLElement[] {
    return [...this.#list.querySelectorAll<HTMLElement>('button.step')];
  }

  #focusedFrame(): string | undefined {
    return this.#list.querySelector<HTMLElement>('button.step:focus')?.dataset['frame'];
  }

  #onKey(event: KeyboardEvent): void {
    const offset = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (offset === 0) return;
    const rows = this.#rows();
    const at = rows.findIndex((row) => row === document.activeElement);
    event.preventDefault();
    rows[at + offset]?.focus();
  }

  #say(text: string): void {
    if (text === this.#said) return;
    this.#said = text;
    this.#events.announce(text);
  }
}

function showOutcome(node: HTMLElement, exchange: ExchangeView): void {
  const now = Date.now();
  setText(node, outcomeText(exchange, now));
  const className = `outcome ${toneOfExchange(exchange, now)}`;
  if (node.className !== className) node.className = className;
}
