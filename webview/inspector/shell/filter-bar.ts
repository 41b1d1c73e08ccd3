import { t } from '../../../src/base/localise.ts';
import type { FilterCompletion, SavedFilter } from '../../../src/engine/contract.ts';
import { createButton, createTextField } from '../../toolkit.ts';
import { element, oncePerFrame, setText, setVisible } from '../dom.ts';
import type { FilterProblem } from '../query-session.ts';
import { FilterHighlight } from './filter-highlight.ts';
import { icon } from '../icons.ts';
import { filtersNamed, knownFilters, type Offer } from './filter-offers.ts';
import { Suggestions } from './suggestions.ts';

/** Milliseconds after the last key until the filter is applied. */
const typingDelay = 150;
/** Milliseconds after which a filter that was not changed is one to remember. */
const rememberDelay = 3000;

/** What the bar needs of the page. */
export interface FilterBarServices {
  /** A filter is to be shown. */
  readonly changed: (filter: string) => void;
  /** To the table. */
  readonly leave: () => void;
  readonly complete: (filter: string, caret: number) => Promise<FilterCompletion>;
  readonly announce: (text: string) => void;
  /** Filters that were applied, the newest first, and one more of them. */
  readonly history: () => readonly string[];
  readonly save: (filter: string) => void;
  readonly manage: () => void;
  readonly remember: (filter: string) => void;
}

/** The filter field, what it found, and what is wrong with it. */
export class FilterBar {
  readonly element: HTMLElement;
  readonly #field;
  readonly #chip = element('span', { className: 'chip result' });
  readonly #error = element('div', {
    className: 'filter-error',
    attributes: { id: 'filter-error' },
  });
  readonly #services: FilterBarServices;
  readonly #suggestions: Suggestions;
  readonly #highlight = new FilterHighlight();
  readonly #follow = oncePerFrame(() => this.#highlight.scroll(this.#field.scrollLeft));
  #timer: ReturnType<typeof setTimeout> | undefined;
  #rememberTimer: ReturnType<typeof setTimeout> | undefined;
  #position: number | undefined;
  /** What the list offers. */
  #offers: readonly Offer[] = [];
  #saved: readonly SavedFilter[] = [];
  /** The button's list is open: it follows what is saved meanwhile. */
  #showsFilters = false;
  /** Counts what was asked: an answer that comes after another question is not shown. */
  #asked = 0;

  constructor(filter: string, services: FilterBarServices) {
    this.#services = services;
    this.#suggestions = new Suggestions(
      (index) => this.#accept(index),
      ({ text, detail }) => services.announce(detail === '' ? text : `${text}, ${detail}`),
    );
    this.#field = createTextField({
      label: t('Filter'),
      placeholder: t('Filter: text, topic:home/+/lamp/#, type:publish, -type:pingreq'),
      onInput: () => {
        this.#position = undefined;
        this.#paint();
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => this.#apply(), typingDelay);
        void this.#suggest();
      },
    });
    this.#field.value = filter;
    this.#field.element.classList.add('filter');
    this.#field.element.addEventListener('keydown', (event) => this.#onKey(event));
    this.#field.element.addEventListener('focusout', () => this.#closeSuggestions());
    // What moves the caret may move the text; the field tells nobody.
    for (const event of ['keyup', 'pointerup', 'pointermove', 'focusin', 'focusout', 'wheel']) {
      this.#field.element.addEventListener(event, () => this.#follow(), { passive: true });
    }
    this.#error.hidden = true;
    this.#paint();
    this.element = element('div', {
      className: 'filter-row',
      attributes: { role: 'search' },
      children: [
        element('div', {
          className: 'bar',
          children: [
            element('div', {
              className: 'filter-field',
              children: [this.#field.element, this.#highlight.element],
            }),
            createButton({
              label: t('Saved and recent filters'),
              title: t('Saved and recent filters; save this one (Ctrl+Space in the empty field)'),
              appearance: 'icon',
              icon: icon('star'),
              iconOnly: true,
              onClick: () => this.#showFilters(),
            }).element,
            this.#chip,
          ],
        }),
        this.#suggestions.element,
        this.#error,
      ],
    });
  }

  /** The filters that have names. */
  setSaved(filters: readonly SavedFilter[]): void {
    this.#saved = filters;
    if (this.#showsFilters) this.#showFilters();
  }

  /** Puts another filter into the field and applies it. */
  set(filter: string): void {
    this.#field.value = filter;
    this.#paint();
    this.#apply();
  }

  focus(): void {
    this.#field.focus();
    this.#field.selectAll();
  }

  setResult(text: string, title: string): void {
    setText(this.#chip, text);
    if (this.#chip.title !== title) this.#chip.title = title;
  }

  /** Shows what is wrong, or takes that away. */
  setProblem(problem: FilterProblem | undefined): void {
    this.#position = problem?.position;
    this.#field.setInvalid(problem !== undefined);
    setVisible(this.#error, problem !== undefined);
    setText(this.#error, problem?.message ?? '');
    this.element.classList.toggle('invalid', problem !== undefined);
    this.#paint();
  }

  #paint(): void {
    this.#highlight.update(this.#field.value, this.#position);
    this.#follow();
  }

  #apply(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#rememberTimer);
    const filter = this.#field.value.trim();
    this.#services.changed(filter);
    this.#rememberTimer = setTimeout(() => this.#remember(filter), rememberDelay);
  }

  /** One that was mistyped is nothing to come back to. */
  #remember(filter: string): void {
    clearTimeout(this.#rememberTimer);
    if (this.#position === undefined) this.#services.remember(filter);
  }

  #onKey(event: KeyboardEvent): void {
    if (this.#suggestions.onKey(event)) {
      event.stopPropagation();
    } else if (event.key === ' ' && event.ctrlKey) {
      event.preventDefault();
      void this.#suggest(true);
    } else if (event.key === 'Enter') {
      this.#closeSuggestions();
      this.#apply();
      if (this.#position !== undefined) this.#field.setCaret(this.#position);
      else this.#remember(this.#field.value.trim());
    } else if (event.key === 'Escape' || event.key === 'ArrowDown') {
      event.preventDefault();
      this.#services.leave();
    }
  }

  /** Shows what can be typed; in an empty field the filters there are, and those only when it is asked for. */
  async #suggest(isAsked = false): Promise<void> {
    const question = ++this.#asked;
    const { value, caret } = this.#field;
    if (isAsked && value.trim() === '' && this.#filters().length > 0) {
      this.#offer(this.#filters());
      return;
    }
    if (!isAsked && /(?:^|\s)$/.test(value.slice(0, caret))) {
      this.#suggestions.close();
      return;
    }
    const completion = await this.#services.complete(value, caret).catch(() => undefined);
    if (question !== this.#asked || !this.#field.element.contains(document.activeElement)) return;
    const named = filtersNamed(this.#saved, value, (filter) => this.#take(filter));
    this.#offer([...named, ...this.#completions(completion)]);
    const count = this.#offers.length;
    if (isAsked)
      this.#services.announce(count === 0 ? t('No suggestions') : t('{0} suggestions', count));
  }

  /** The list of the button: filters with names, those used before, and what to do with this one. */
  #showFilters(): void {
    this.#asked++;
    this.#field.focus();
    const filter = this.#field.value.trim();
    const offers: Offer[] = [...this.#filters()];
    if (filter !== '' && this.#position === undefined) {
      offers.push({
        text: t('Save this filter…'),
        detail: '',
        accept: () => this.#services.save(filter),
      });
    }
    if (this.#saved.length > 0) {
      offers.push({
        text: t('Manage saved filters…'),
        detail: '',
        accept: () => this.#services.manage(),
      });
    }
    if (offers.length > 0) {
      this.#offer(offers);
      this.#showsFilters = true;
    } else this.#services.announce(t('No filters yet: what you filter by is remembered here'));
  }

  #filters(): readonly Offer[] {
    return knownFilters(this.#saved, this.#services.history(), (filter) => this.#take(filter));
  }

  #completions(completion: FilterCompletion | undefined): readonly Offer[] {
    if (!completion) return [];
    return completion.items.map(({ text, detail }) => ({
      text,
      detail,
      accept: () => this.#complete(completion, text),
    }));
  }

  #offer(offers: readonly Offer[]): void {
    this.#showsFilters = false;
    this.#offers = offers;
    this.#suggestions.show(offers);
  }

  #accept(index: number): void {
    const offer = this.#offers[index];
    this.#closeSuggestions();
    offer?.accept();
  }

  /** A whole filter takes the place of what was there. */
  #take(filter: string): void {
    this.#field.value = filter;
    this.#field.setCaret(filter.length);
    this.#paint();
    this.#apply();
  }

  #complete({ start, end }: FilterCompletion, text: string): void {
    const { value } = this.#field;
    // What follows a whole term is another one; a key still wants its value.
    const after = value.slice(end);
    const space = !/[:.]$/.test(text) && after === '' ? ' ' : '';
    this.#field.value = value.slice(0, start) + text + space + after;
    this.#field.setCaret(start + text.length + space.length);
    this.#paint();
    this.#apply();
    if (space === '') void this.#suggest();
  }

  #closeSuggestions(): void {
    this.#asked++;
    this.#showsFilters = false;
    this.#suggestions.close();
  }
}
