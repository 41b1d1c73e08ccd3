import { t } from '../../../src/base/localise.ts';
import { createButton, createTextField } from '../../toolkit.ts';
import { element, setText, setVisible } from '../dom.ts';
import { icon, type IconName } from '../icons.ts';
import { visibleLine } from '../visible-text.ts';

export interface JsonBarEvents {
  search(text: string): void;
  /** To the next (1) or the previous (-1) place. */
  next(offset: -1 | 1): void;
  /** Back to the tree. */
  leave(): void;
  foldAll(folded: boolean): void;
  copyPath(): void;
  copyValue(): void;
}

/** Below a tree: search in it, fold and unfold it, and the path of what is selected. */
export class JsonBar {
  readonly element: HTMLElement;
  readonly #field;
  readonly #result = element('span', { className: 'chip' });
  readonly #path = element('span', { className: 'json-path' });
  readonly #pathTools: HTMLElement;

  constructor(events: JsonBarEvents) {
    this.#field = createTextField({
      label: t('Search in the payload'),
      placeholder: t('Search in the payload'),
      onInput: (text) => events.search(text),
    });
    this.#field.element.addEventListener('keydown', (event) => {
      if (event.key === 'Enter') events.next(event.shiftKey ? -1 : 1);
      else if (event.key === 'Escape') {
        event.stopPropagation();
        events.leave();
      }
    });
    this.#result.hidden = true;
    this.#pathTools = element('span', {
      className: 'json-path-tools',
      children: [
        this.#path,
        tool(t('Copy path'), t('Copy the path, as filters and charts write it'), 'copy', () =>
          events.copyPath(),
        ),
      ],
    });
    this.element = element('div', {
      className: 'json-bar',
      children: [
        this.#field.element,
        this.#result,
        tool(t('Previous place'), t('Previous place (Shift+Enter)'), 'up', () => events.next(-1)),
        tool(t('Next place'), t('Next place (Enter)'), 'down', () => events.next(1)),
        tool(t('Fold everything'), t('Fold everything'), 'fold', () => events.foldAll(true)),
        tool(t('Unfold everything'), t('Unfold everything'), 'unfold', () => events.foldAll(false)),
        element('span', { className: 'space' }),
        this.#pathTools,
        createButton({
          label: t('Copy Value'),
          title: t('Copy the selected value (Ctrl+C)'),
          className: 'small',
          onClick: () => events.copyValue(),
        }).element,
      ],
    });
  }

  /** The path of the selected value; empty for the whole. */
  setPath(path: string): void {
    setText(this.#path, visibleLine(path));
    this.#path.title = visibleLine(path);
    setVisible(this.#pathTools, path !== '');
  }

  /** `2 of 13`; empty takes it away. */
  setResult(text: string): void {
    setText(this.#result, text);
    setVisible(this.#result, text !== '');
  }

  focusSearch(): true {
    this.#field.focus();
    this.#field.selectAll();
    return true;
  }
}

function tool(label: string, title: string, name: IconName, onClick: () => void): HTMLElement {
  const options = { label, title, appearance: 'icon', icon: icon(name), iconOnly: true } as const;
  return createButton({ ...options, onClick }).element;
}
