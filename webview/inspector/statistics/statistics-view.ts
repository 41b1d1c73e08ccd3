import { t } from '../../../src/base/localise.ts';
import { messageOf } from '../../../src/base/errors.ts';
import type {
  StatisticsOrder,
  StatisticsPage,
  StatisticsSubject,
  StatisticsTable as TableQuestion,
} from '../../../src/engine/statistics-contract.ts';
import { createButton, createTextField } from '../../toolkit.ts';
import { element, setText, setVisible } from '../dom.ts';
import { formatCount, formatPlural, formatTime } from '../format.ts';
import type { Host } from '../host.ts';
import { icon } from '../icons.ts';
import { Choice } from '../shell/choice.ts';
import { ResetControl } from './reset-control.ts';
import { RowDetail } from './row-detail.ts';
import { keyOf, StatisticsTable, type AnyRow } from './statistics-table.ts';
import { packetFilter } from './statistics-text.ts';
import { TopTalkers } from './top-talkers.ts';
import { TotalsStrip } from './totals-strip.ts';

/** Milliseconds between two looks at the counts. */
const interval = 1000;
/** Rows shown until more are asked for, and most at all. */
const pageRows = 100;
const mostRows = 1000;

export interface StatisticsViewEvents {
  announce(text: string): void;
  /** Goes to the packets that the filter matches. */
  showPackets(filter: string): void;
  /** How the table is ordered has changed: it is remembered. */
  remember(question: TableQuestion): void;
}

/** In place of the table of packets: who and what sends how much. */
export class StatisticsView {
  readonly element: HTMLElement;
  readonly #host: Host;
  readonly #events: StatisticsViewEvents;
  readonly #totals = new TotalsStrip();
  readonly #talkers: TopTalkers;
  readonly #table: StatisticsTable;
  readonly #detail: RowDetail;
  readonly #subject: Choice<StatisticsSubject>;
  readonly #names;
  readonly #more;
  readonly #note = element('p', { className: 'note' });
  readonly #empty = element('p', { className: 'statistics-empty' });
  readonly #counts = element('div', { className: 'statistics-counts' });
  readonly #reset: ResetControl;
  #question: TableQuestion;
  #count = pageRows;
  #page: StatisticsPage | undefined;
  #isShown = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Counts readings: an answer to one that is no longer the newest is not shown. */
  #reading = 0;

  constructor(host: Host, question: TableQuestion, events: StatisticsViewEvents) {
    this.#host = host;
    this.#events = events;
    this.#question = question;
    this.#talkers = new TopTalkers((filter) => events.showPackets(filter));
    this.#table = new StatisticsTable({
      order: (order) => this.#order(order),
      select: () => this.#showDetail(),
      activate: (key) => this.#activate(key),
      dismiss: () => this.#close(),
    });
    this.#detail = new RowDetail({
      showPackets: (filter) => events.showPackets(filter),
      close: () => this.#close(),
    });
    this.#subject = new Choice(
      'radio',
      t('Rows'),
      [
        { value: 'client', label: t('Clients') },
        { value: 'topic', label: t('Topics') },
      ],
      question.by,
      (by) => this.#ask({ by, order: 'rateIn', descending: true }),
    );
    this.#names = createTextField({
      label: t('Filter names'),
      placeholder: t('Filter names'),
      onInput: (filter) => this.#ask({ filter }),
    });
    this.#names.element.classList.add('names-filter');
    this.#names.value = question.filter;
    this.#more = createButton({ label: t('Show more'), onClick: () => this.#showMore() });
    this.#reset = new ResetControl({
      reset: () => void this.#resetCounts(),
    });
    const copy = createButton({
      label: t('Copy as CSV'),
      title: t('Copy all rows that the filter leaves, with all their counts, as CSV'),
      appearance: 'icon',
      icon: icon('copy'),
      onClick: () => void this.#copy(),
    });
    const save = createButton({
      label: t('Save as CSV…'),
      appearance: 'icon',
      icon: icon('save'),
      onClick: () => void this.#save(),
    });
    const bar = element('div', {
      className: 'bar statistics-bar',
      attributes: { role: 'toolbar', 'aria-label': t('Statistics') },
      children: [
        this.#subject.element,
        this.#names.element,
        element('span', { className: 'space' }),
        copy.element,
        save.element,
        this.#reset.element,
      ],
    });
    this.#counts.append(
      this.#totals.element,
      this.#talkers.element,
      bar,
      element('div', { className: 'statistics-table', children: [this.#table.element] }),
      this.#note,
      this.#more.element,
    );
    this.element = element('main', {
      className: 'statistics',
      attributes: { 'aria-label': t('Statistics') },
      children: [
        element('div', { className: 'statistics-scroll', children: [this.#empty, this.#counts] }),
        this.#detail.element,
      ],
    });
    this.#more.element.classList.add('more');
    this.element.hidden = true;
    document.addEventListener('visibilitychange', () => this.#wake());
  }

  /** While it is not shown, nothing is asked. */
  set shown(isShown: boolean) {
    this.#isShown = isShown;
    setVisible(this.element, isShown);
    this.#wake();
  }

  focusFilter(): void {
    this.#names.focus();
    this.#names.selectAll();
  }

  #wake(): void {
    clearTimeout(this.#timer);
    if (this.#isShown && document.visibilityState === 'visible') void this.#read();
  }

  #ask(part: Partial<TableQuestion>): void {
    this.#question = { ...this.#question, ...part };
    this.#count = pageRows;
    this.#table.selected = undefined;
    this.#events.remember(this.#question);
    this.#wake();
  }

  async #read(): Promise<void> {
    const reading = ++this.#reading;
    const request = { ...this.#question, from: 0, count: this.#count };
    const page = await this.#host.request('statistics/read', request).catch(() => undefined);
    if (reading !== this.#reading || !this.#isShown) return;
    if (page) this.#take(page);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#wake(), interval);
  }

  #take(page: StatisticsPage): void {
    this.#page = page;
    const { totals } = page;
    const isEmpty = totals.packetsIn + totals.packetsOut === 0;
    setVisible(this.#empty, isEmpty);
    setVisible(this.#counts, !isEmpty);
    setText(
      this.#empty,
      t(
        'Nothing was captured since {0}. Connect a client to the local broker, and its packets are counted here.',
        formatTime(page.since).slice(0, 8),
      ),
    );
    this.#totals.update(page);
    this.#talkers.update(page);
    const { order, descending } = this.#question;
    this.#table.update(page, order, descending);
    this.#showNote(page);
    setVisible(this.#more.element, page.total > this.#count && this.#count < mostRows);
    this.#showDetail();
  }

  #showNote({ totals, total, by }: StatisticsPage): void {
    const notes: string[] = [];
    const shown = Math.min(total, this.#count);
    if (total === 0) notes.push(t('No name matches.'));
    else if (shown < total) {
      const unit = by === 'client' ? 'clients' : 'topics';
      notes.push(t('{0} of {1} {2} are shown.', formatCount(shown), formatCount(total), unit));
    }
    if (totals.otherClientPackets > 0) {
      const count = formatPlural(totals.otherClientPackets, t('packet is'), t('packets are'));
      notes.push(
        t(
          '{0} of clients beyond the first {1}, which are counted together.',
          count,
          formatCount(totals.clients),
        ),
      );
    }
    if (totals.otherTopicMessages > 0) {
      const count = formatPlural(totals.otherTopicMessages, t('message is'), t('messages are'));
      notes.push(
        t(
          '{0} on topics beyond the first {1}, which are counted together.',
          count,
          formatCount(totals.topics),
        ),
      );
    }
    setText(this.#note, notes.join(' '));
    setVisible(this.#note, notes.length > 0);
  }

  #order(order: StatisticsOrder): void {
    const same = order === this.#question.order;
    // Numbers begin with the greatest, names with the first.
    const descending = same ? !this.#question.descending : order !== 'name';
    this.#ask({ order, descending });
  }

  #rowOf(key: string | undefined): AnyRow | undefined {
    if (!this.#page || key === undefined) return undefined;
    const rows: readonly AnyRow[] = [...this.#page.clients, ...this.#page.topics];
    return rows.find((row) => keyOf(row) === key);
  }

  #showDetail(): void {
    this.#detail.update(this.#question.by, this.#rowOf(this.#table.selected));
  }

  #close(): void {
    const hadFocus = this.#detail.element.contains(document.activeElement);
    this.#table.selected = undefined;
    this.#showDetail();
    if (hadFocus) this.#table.focus();
  }

  #activate(key: string): void {
    const row = this.#rowOf(key);
    const filter = row && packetFilter(this.#question.by, row);
    if (filter !== undefined) this.#events.showPackets(filter);
  }

  #showMore(): void {
    this.#count = Math.min(mostRows, this.#count + pageRows);
    this.#wake();
  }

  async #copy(): Promise<void> {
    await this.#do('host/copyStatistics', t('Copied as CSV'));
  }

  async #save(): Promise<void> {
    await this.#do('host/saveStatistics', t('Saved as CSV'));
  }

  async #do(method: 'host/copyStatistics' | 'host/saveStatistics', done: string): Promise<void> {
    try {
      const result = await this.#host.request(method, this.#question);
      if (result !== false) this.#events.announce(done);
    } catch (error) {
      this.#events.announce(messageOf(error));
    }
  }

  async #resetCounts(): Promise<void> {
    try {
      await this.#host.request('statistics/reset', null);
      this.#table.selected = undefined;
      this.#events.announce(t('The counts begin anew'));
    } catch (error) {
      this.#events.announce(messageOf(error));
    }
    this.#wake();
  }
}
