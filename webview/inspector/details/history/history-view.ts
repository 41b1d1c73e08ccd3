import { t } from '../../../../src/base/localise.ts';
import { messageOf } from '../../../../src/base/errors.ts';
import type { FrameDetail, TopicHistory } from '../../../../src/engine/contract.ts';
import { createDropdown } from '../../../toolkit.ts';
import { element, setText, setVisible } from '../../dom.ts';
import type { Host } from '../../host.ts';
import { HistoryChart } from './history-chart.ts';
import { HistoryTable } from './history-table.ts';
import { nameOfPath, summaryOf } from './history-text.ts';
import { PayloadDiff } from './payload-diff.ts';

/** Messages told around the selected one. */
const shownMessages = 400;
/** Milliseconds between two looks at a topic on which more may have come. */
const refreshInterval = 500;
/** Topics whose chosen path is kept in mind. */
const keptPaths = 100;

export interface HistoryEvents {
  announce(text: string): void;
  select(frame: number): void;
  failed(message: string): void;
}

/** The messages of the selected one's topic: a chart of their numbers, a table, and what changed from one to another. */
export class HistoryView {
  readonly element: HTMLElement;
  readonly #host: Host;
  readonly #events: HistoryEvents;
  readonly #none = element('p', { className: 'none' });
  readonly #summary = element('span', { className: 'history-note' });
  readonly #path = createDropdown({
    label: t('Number to chart'),
    className: 'small',
    onChange: (path) => this.#choosePath(path),
  });
  readonly #chart: HistoryChart;
  readonly #table: HistoryTable;
  readonly #diff = new PayloadDiff(() => this.#compareWith(undefined));
  readonly #content: HTMLElement;
  /** By topic. */
  readonly #chosenPaths = new Map<string, string>();
  #isShown = false;
  #detail: FrameDetail | undefined;
  #history: TopicHistory | undefined;
  /** The message that the person chose to compare with. */
  #base: number | undefined;
  #compared = '';
  #stale = false;
  #loading = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: Host, events: HistoryEvents) {
    this.#host = host;
    this.#events = events;
    this.#chart = new HistoryChart((frame) => events.select(frame));
    this.#table = new HistoryTable({
      select: (frame) => events.select(frame),
      compareWith: (frame) => this.#compareWith(frame),
    });
    const scroll = element('div', { className: 'history-table', children: [this.#table.element] });
    this.#content = element('div', {
      className: 'history-content',
      children: [
        element('div', {
          className: 'history-messages',
          children: [
            element('div', {
              className: 'payload-head',
              children: [this.#path.element, this.#summary],
            }),
            this.#chart.element,
            scroll,
          ],
        }),
        this.#diff.element,
      ],
    });
    this.element = element('div', {
      className: 'history-view',
      children: [this.#content, this.#none],
    });
    this.#content.hidden = true;
  }

  /** The packet that is selected now. */
  show(detail: FrameDetail): void {
    this.#detail = detail;
    this.#invalidate();
  }

  clear(): void {
    this.#detail = undefined;
    this.#history = undefined;
    this.#base = undefined;
    this.#compared = '';
    setVisible(this.#content, false);
    setVisible(this.#none, false);
  }

  /** Only what is seen is asked for. */
  setShown(shown: boolean): void {
    this.#isShown = shown;
    if (shown) this.#invalidate();
  }

  /** Packets came: looks again soon, since the topic may have more messages. */
  trafficChanged(): void {
    if (!this.#isShown || !this.#history) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#invalidate();
    }, refreshInterval);
  }

  focus(): void {
    if (this.#content.hidden) this.#none.focus();
    else this.#table.focus();
  }

  #choosePath(path: string): void {
    const topic = this.#history?.topic;
    if (topic === undefined) return;
    this.#chosenPaths.delete(topic);
    this.#chosenPaths.set(topic, path);
    for (const oldest of this.#chosenPaths.keys()) {
      if (this.#chosenPaths.size <= keptPaths) break;
      this.#chosenPaths.delete(oldest);
    }
    this.#events.announce(t('Chart of {0}', nameOfPath(path)));
    this.#invalidate();
  }

  #compareWith(frame: number | undefined): void {
    this.#base = frame;
    if (this.#history) this.#render(this.#history);
    this.#events.announce(
      frame === undefined ? t('Compared with the message before') : t('Compared with this message'),
    );
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
        const { frame } = this.#detail;
        const path = this.#chosenPaths.get(this.#history?.topic ?? '');
        const history = await this.#host.request('capture/history', {
          frame,
          count: shownMessages,
          ...(path !== undefined && { path }),
        });
        // Meanwhile another one was selected, or nothing.
        if (this.#wantedFrame === frame) this.#take(history);
      }
    } catch (error) {
      this.#events.failed(messageOf(error));
    } finally {
      this.#loading = false;
    }
  }

  get #wantedFrame(): number | undefined {
    return this.#detail?.frame;
  }

  #take(history: TopicHistory | undefined): void {
    const isOther = history?.topic !== this.#history?.topic;
    this.#history = history;
    setVisible(this.#content, history !== undefined);
    setVisible(this.#none, history === undefined);
    if (!history) {
      const packet = this.#detail?.packet ?? t('This packet');
      setText(
        this.#none,
        t('{0} is about no message. History is that of a topic: select a message.', packet),
      );
      return;
    }
    // The path that was chosen for this topic is known only now.
    const chosen = this.#chosenPaths.get(history.topic);
    if (isOther) {
      this.#base = undefined;
      if (chosen !== undefined && chosen !== history.path && history.paths.includes(chosen)) {
        this.#stale = true;
      }
    }
    this.#render(history);
  }

  #render(history: TopicHistory): void {
    const options = history.paths.map((path) => ({
      value: path,
      label: path === '' ? t('The payload') : nameOfPath(path),
    }));
    const first = { value: '', label: t('No numbers') };
    this.#path.set(options.length === 0 ? [first] : options, history.path ?? '');
    setText(this.#summary, summaryOf(history));
    this.#summary.title = summaryOf(history);
    const base = this.#baseOf(history);
    this.#table.show(history, base);
    this.#chart.show(history).catch((error: unknown) => this.#events.failed(messageOf(error)));
    this.#compare(history, base).catch((error: unknown) => this.#events.failed(messageOf(error)));
  }

  /** The chosen one, else the one before; none for the first. */
  #baseOf({ messages, frame }: TopicHistory): number | undefined {
    const base = this.#base;
    if (base !== undefined && messages.some((message) => message.frame === base)) return base;
    const at = messages.findIndex((message) => message.frame === frame);
    return at > 0 ? messages[at - 1]?.frame : undefined;
  }

  async #compare({ frame }: TopicHistory, base: number | undefined): Promise<void> {
    const compared = `${base} ${frame}`;
    if (compared === this.#compared) return;
    this.#compared = compared;
    if (base === undefined || frame === undefined) {
      this.#diff.clear(
        frame === undefined
          ? t('The message itself is not held any more.')
          : t(
              'No earlier message of this topic is held. Select another one, or press C on the one to compare with.',
            ),
      );
      return;
    }
    const [before, after] = await Promise.all(
      [base, frame].map((one) => this.#host.request('capture/frame', { frame: one })),
    );
    if (this.#compared !== compared) return;
    if (before && after) await this.#diff.show(before, after, base === this.#base);
    else this.#diff.clear(t('One of them was dropped from the capture.'));
  }
}
