import { element } from '../dom.ts';
import { piecesOf } from './filter-pieces.ts';

/**
 * The coloured text of a filter, laid over a field whose own text is transparent. For the eye only: the field
 * has the text for everything else.
 */
export class FilterHighlight {
  readonly element = element('div', {
    className: 'filter-highlight',
    attributes: { 'aria-hidden': 'true' },
  });
  readonly #text = element('span', { className: 'filter-highlight-text' });

  constructor() {
    this.element.append(this.#text);
  }

  /** @param problem offset of what is wrong; the piece there is marked. */
  update(filter: string, problem: number | undefined): void {
    let start = 0;
    this.#text.replaceChildren(
      ...piecesOf(filter).map(({ text, kind }) => {
        const isWrong = problem !== undefined && problem >= start && problem < start + text.length;
        start += text.length;
        return element('span', {
          className: isWrong ? `filter-${kind} filter-wrong` : `filter-${kind}`,
          text,
        });
      }),
    );
  }

  /** @param left pixels that the field's text is moved to the left. */
  scroll(left: number): void {
    this.#text.style.transform = left === 0 ? '' : `translateX(${-left}px)`;
  }
}
