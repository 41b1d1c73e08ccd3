import { t } from '../../../src/base/localise.ts';
import { messageOf } from '../../../src/base/errors.ts';
import type { DeliveryOutcome, DeliveryReport, FrameDetail } from '../../../src/engine/contract.ts';
import { element, setText, setVisible } from '../dom.ts';
import { formatCount, formatPlural } from '../format.ts';
import type { Host } from '../host.ts';
import { icon } from '../icons.ts';
import { visibleLine } from '../visible-text.ts';
import { DeliveryTable } from './delivery-table.ts';
import { notesOf, outcomeTexts, publisherOf, summaryOf } from './delivery-text.ts';

/** Milliseconds between two looks at a delivery that is under way. */
const refreshInterval = 250;

export interface DeliveryEvents {
  announce(text: string): void;
  select(frame: number): void;
  failed(message: string): void;
}

/** Who got the message that the selected packet belongs to, and why not the others. */
export class DeliveryView {
  readonly element: HTMLElement;
  readonly #host: Host;
  readonly #events: DeliveryEvents;
  readonly #summary = element('strong');
  readonly #outcomes = element('span', {
    className: 'outcomes',
    attributes: { role: 'group', 'aria-label': t('Show only') },
  });
  readonly #publisher = element('p', { className: 'publisher' });
  readonly #notes = element('ul', { className: 'notes', attributes: { 'aria-label': t('Notes') } });
  readonly #table: DeliveryTable;
  readonly #more = element('p', { className: 'more' });
  readonly #others = element('details', { className: 'others' });
  readonly #othersTitle = element('summary');
  readonly #othersList = element('ul');
  readonly #content: HTMLElement;
  readonly #empty = element('p', { className: 'nothing' });
  #isShown = false;
  #detail: FrameDetail | undefined;
  #outcome: DeliveryOutcome | undefined;
  #report: DeliveryReport | undefined;
  #loading = false;
  /** What was loaded is for another frame, outcome or moment by now. */
  #stale = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #said = '';

  constructor(host: Host, events: DeliveryEvents) {
    this.#host = host;
    this.#events = events;
    this.#table = new DeliveryTable((frame) => events.select(frame));
    this.#others.append(this.#othersTitle, this.#othersList);
    this.#content = element('div', {
      className: 'delivery-content',
      children: [
        element('div', {
          className: 'delivery-summary',
          children: [this.#summary, this.#outcomes],
        }),
        this.#publisher,
        this.#notes,
        this.#table.element,
        this.#more,
        this.#others,
      ],
    });
    this.element = element('div', {
      className: 'delivery-view',
      children: [this.#content, this.#empty],
    });
    this.#content.hidden = true;
  }

  /** The packet that is selected now. */
  show(detail: FrameDetail): void {
    this.#detail = detail;
    this.#outcome = undefined;
    this.#invalidate();
  }

  clear(): void {
    this.#detail = undefined;
    this.#report = undefined;
    setVisible(this.#content, false);
    setVisible(this.#empty, false);
  }

  /** Only what is seen is asked for. */
  setShown(shown: boolean): void {
    this.#isShown = shown;
    if (shown) this.#invalidate();
  }

  /** Packets came: looks again soon, if something of the delivery is still to come. */
  trafficChanged(): void {
    if (!this.#isShown || this.#report?.pending !== true) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#invalidate();
    }, refreshInterval);
  }

  focus(): void {
    this.#table.focus();
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
        const outcome = this.#outcome;
        const report = await this.#host.request('capture/delivery', {
          frame: detail.frame,
          ...(outcome !== undefined && { outcome }),
        });
        if (detail === this.#detail && outcome === this.#outcome) this.#render(detail, report);
      }
    } catch (error) {
      this.#events.failed(messageOf(error));
    } finally {
      this.#loading = false;
    }
  }

  #render(detail: FrameDetail, report: DeliveryReport | undefined): void {
    this.#report = report;
    setVisible(this.#content, report !== undefined);
    setVisible(this.#empty, report === undefined);
    if (!report) {
      setText(this.#empty, emptyText(detail));
      this.#say(emptyText(detail));
      return;
    }
    setText(this.#summary, summaryOf(report));
    this.#renderOutcomes(report);
    setText(this.#publisher, publisherOf(report));
    const notes = notesOf(report);
    this.#notes.replaceChildren(...notes.map((text) => element('li', { text })));
    setVisible(this.#notes, notes.length > 0);
    setVisible(this.#table.element, report.total > 0);
    this.#table.update(report, detail.frame);
    setVisible(this.#more, report.total > report.rows.length);
    setText(
      this.#more,
      t(
        'The first {0} of {1}. Choose an outcome above to see its clients.',
        formatCount(report.rows.length),
        formatCount(report.total),
      ),
    );
    this.#renderOthers(report);
    this.#say([summaryOf(report), ...outcomeCounts(report).map(({ text }) => text)].join(', '));
  }

  /** The counts that are not in the summary; each is a button that shows these clients only. */
  #renderOutcomes(report: DeliveryReport): void {
    const counts = outcomeCounts(report);
    const focused = this.#outcomes.querySelector<HTMLElement>(':focus')?.dataset['outcome'];
    const buttons = counts.map(({ outcome, text }) => {
      const { icon: name, tone } = outcomeTexts[outcome];
      const button = element('button', {
        className: tone,
        attributes: { type: 'button', 'aria-pressed': String(outcome === this.#outcome) },
        children: [icon(name), element('span', { text })],
      });
      button.title = t('Show only these clients');
      button.dataset['outcome'] = outcome;
      button.addEventListener('click', () => {
        this.#outcome = this.#outcome === outcome ? undefined : outcome;
        this.#invalidate();
      });
      return button;
    });
    this.#outcomes.replaceChildren(...buttons);
    buttons.find((button) => button.dataset['outcome'] === focused)?.focus();
  }

  #renderOthers({ notMatching }: DeliveryReport): void {
    const { count, nearest } = notMatching;
    setVisible(this.#others, count > 0);
    setText(
      this.#othersTitle,
      t('Not matching: {0}', formatPlural(count, t('client'), t('clients'))),
    );
    const items = nearest.map(({ client, topicFilter }) =>
      element('li', {
        children: [
          element('span', { className: 'client', text: visibleLine(client) }),
          element('span', {
            className: 'filter',
            text: topicFilter === undefined ? t('no subscription') : visibleLine(topicFilter),
          }),
        ],
      }),
    );
    if (count > nearest.length) {
      items.push(element('li', { text: t('and {0} more', formatCount(count - nearest.length)) }));
    }
    this.#othersList.replaceChildren(...items);
  }

  #say(text: string): void {
    if (text === this.#said) return;
    this.#said = text;
    this.#events.announce(text);
  }
}

function outcomeCounts({ counts }: DeliveryReport): { outcome: DeliveryOutcome; text: string }[] {
  const names = Object.keys(outcomeTexts) as DeliveryOutcome[];
  return names.flatMap((outcome) => {
    const count = counts[outcome] ?? 0;
    const text = `${formatCount(count)} ${outcomeTexts[outcome].counted}`;
    return count > 0 ? [{ outcome, text }] : [];
  });
}

function emptyText({ packet }: FrameDetail): string {
  if (packet === 'PUBLISH') {
    return t(
      'The broker took no message from this PUBLISH: it was not valid, or not allowed at that moment.',
    );
  }
  if (packet.startsWith('PUB')) {
    return t('The PUBLISH that this packet belongs to is not in the capture.');
  }
  return t(
    'This packet is no part of a message. Select a PUBLISH, or what acknowledges one, to see who got it.',
  );
}
