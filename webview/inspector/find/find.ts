import { t } from '../../../src/base/localise.ts';
import { messageOf } from '../../../src/base/errors.ts';
import type { SearchDirection, SearchResult } from '../../../src/engine/editor-contract.ts';
import { formatCount } from '../format.ts';
import type { Host } from '../host.ts';
import { FindHighlight } from './highlight.ts';
import { FindWidget } from './find-widget.ts';

/** Milliseconds between two looks at how many matches there are while rows come. */
const recountInterval = 500;
/** Milliseconds after the last key until it is looked for. */
const typingDelay = 80;
/** Characters that the engine looks for, and of a selection that is worth looking for. */
const longestText = 512;
const longestSelection = 100;

/** What find needs of the page. */
export interface FindServices {
  /** The query whose rows are shown; undefined before there is one. */
  query(): number | undefined;
  /** Ordinal of the row to go on from: the selected one, else the first that is seen. */
  place(): number;
  /** Selects the row and brings it into view. */
  show(ordinal: number, frame: number): void;
  /** Gives the focus to the table. */
  leave(): void;
  announce(text: string): void;
}

interface Question {
  readonly direction: SearchDirection;
  readonly from: number;
  readonly inclusive: boolean;
}

/** Find in the rows of the view, as in an editor: the engine looks, the rows stay. */
export class Find {
  readonly widget: FindWidget;
  readonly #host: Host;
  readonly #services: FindServices;
  readonly #highlight: FindHighlight;
  #text = '';
  /** Where typing goes on from, so that one more letter does not skip a match. */
  #anchor = 0;
  /** The match that one stands on. */
  #current: number | undefined;
  #asked = 0;
  #isAsking = false;
  #typing: ReturnType<typeof setTimeout> | undefined;
  #recount: ReturnType<typeof setTimeout> | undefined;
  #focusBefore: Element | null = null;

  constructor(host: Host, table: HTMLElement, services: FindServices) {
    this.#host = host;
    this.#services = services;
    this.#highlight = new FindHighlight(table);
    this.widget = new FindWidget({
      changed: (text) => this.#type(text),
      next: () => this.go('next'),
      previous: () => this.go('previous'),
      close: () => this.close(),
    });
    host.onNotification('find', () => this.open());
  }

  /** Opens the widget, with the text that is selected in the page, and looks for it. */
  open(): void {
    const selection = getSelection()?.toString() ?? '';
    const isText = selection.trim() !== '' && !selection.includes('\n');
    const text = isText && selection.length <= longestSelection ? selection : this.#text;
    if (!this.widget.hasFocus) this.#focusBefore = document.activeElement;
    this.widget.open(text);
    this.#anchor = this.#services.place();
    this.#text = text;
    this.#highlight.setText(text);
    if (text !== '') void this.#count();
    else this.widget.setCount('', false);
  }

  close(): void {
    clearTimeout(this.#typing);
    clearTimeout(this.#recount);
    this.#recount = undefined;
    this.#forget();
    this.#highlight.setText('');
    this.widget.close();
    const before = this.#focusBefore;
    if (before instanceof HTMLElement && before !== document.body && before.isConnected) {
      before.focus({ preventScroll: true });
    } else this.#services.leave();
  }

  /** To the next or the previous match; opens the widget when there is nothing to look for. */
  go(direction: SearchDirection): void {
    clearTimeout(this.#typing);
    if (this.#text === '') {
      if (!this.widget.isOpen) this.open();
      return;
    }
    if (!this.widget.isOpen) {
      this.open();
      this.#services.leave();
    }
    const from = this.#services.place();
    void this.#ask({ direction, from, inclusive: false });
  }

  /** Rows came or went, or others are shown. */
  rowsChanged(): void {
    if (!this.widget.isOpen || this.#text === '') return;
    this.#highlight.update();
    this.#recount ??= setTimeout(() => {
      this.#recount = undefined;
      if (this.widget.isOpen && !this.#isAsking) void this.#count();
    }, recountInterval);
  }

  /** Another query: where one was means nothing in it. */
  replaced(): void {
    this.#current = undefined;
    this.#anchor = 0;
    if (this.widget.isOpen && this.#text !== '') void this.#count();
  }

  #type(typed: string): void {
    this.#text = typed.slice(0, longestText);
    this.#highlight.setText(this.#text);
    clearTimeout(this.#typing);
    this.#current = undefined;
    if (this.#text === '') {
      this.#forget();
      this.widget.setCount('', false);
      return;
    }
    this.#typing = setTimeout(() => {
      void this.#ask({ direction: 'next', from: this.#anchor, inclusive: true });
    }, typingDelay);
  }

  /** An answer that is under way is not waited for. */
  #forget(): void {
    this.#asked++;
    this.#isAsking = false;
  }

  /** Looks for a match and goes there. */
  async #ask(question: Question): Promise<void> {
    this.#isAsking = true;
    const result = await this.#search(question);
    if (!result) return;
    const { match } = result;
    this.#current = match?.ordinal;
    this.#tell(result, match?.index);
    if (match) {
      if (!question.inclusive) this.#anchor = match.ordinal;
      this.#services.show(match.ordinal, match.frame);
    }
    this.#services.announce(
      match ? t('Match {0}', countText(result, match.index)) : t('No results'),
    );
  }

  /** Only counts, and tells where the match is that one stands on. */
  async #count(): Promise<void> {
    this.#isAsking = false;
    const current = this.#current;
    const result = await this.#search({
      direction: 'next',
      from: current ?? this.#services.place(),
      inclusive: true,
    });
    if (!result) return;
    const { match } = result;
    const isHere = current !== undefined && match?.ordinal === current;
    this.#tell(result, isHere ? match.index : undefined);
  }

  /** Undefined when another question came meanwhile, or it failed. */
  async #search(question: Question): Promise<SearchResult | undefined> {
    const query = this.#services.query();
    const asked = ++this.#asked;
    if (query === undefined) return undefined;
    try {
      const result = await this.#host.request('query/search', {
        query,
        text: this.#text,
        ...question,
      });
      if (asked !== this.#asked) return undefined;
      this.#isAsking = false;
      return result;
    } catch (error) {
      if (asked !== this.#asked) return undefined;
      this.#isAsking = false;
      this.#services.announce(messageOf(error));
      return undefined;
    }
  }

  #tell(result: SearchResult, index: number | undefined): void {
    const isNone = result.count === 0;
    this.widget.setCount(isNone ? t('No results') : countText(result, index), isNone);
  }
}

/** `3 of 41`, `? of 10,000+`. */
function countText({ count, hasMore }: SearchResult, index: number | undefined): string {
  const place = index === undefined ? '?' : formatCount(index);
  return t('{0} of {1}{2}', place, formatCount(count), hasMore ? '+' : '');
}
