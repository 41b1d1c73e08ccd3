import { t } from '../../../src/base/localise.ts';
import { messageOf } from '../../../src/base/errors.ts';
import { createButton, createDropdown } from '../../toolkit.ts';
import { element } from '../dom.ts';
import { icon } from '../icons.ts';
import { mermaidOf, type Sequence } from './sequence.ts';
import { pictureOf } from './sequence-picture.ts';

/** Milliseconds before and after the selected packet; 0: its exchange and what that caused. */
const ranges = [
  { around: 0, label: t('This exchange') },
  { around: 100, label: '± 0.1 s' },
  { around: 1000, label: '± 1 s' },
  { around: 10_000, label: '± 10 s' },
] as const;

export interface FlowToolsEvents {
  zoom(steps: 1 | -1): void;
  /** How much around the selected packet is to be shown, milliseconds. */
  range(around: number): void;
  sequence(): Sequence | undefined;
  copy(text: string): void;
  announce(text: string): void;
  failed(message: string): void;
}

/** What can be done with the sequence diagram: its range, its size, and copies of it. */
export class FlowTools {
  readonly element: HTMLElement;
  readonly #events: FlowToolsEvents;

  constructor(events: FlowToolsEvents) {
    this.#events = events;
    const button = (label: string, title: string, run: () => void, name?: 'copy'): HTMLElement =>
      createButton({
        label,
        title,
        appearance: 'icon',
        ...(name && { icon: icon(name) }),
        onClick: run,
      }).element;
    const range = createDropdown({
      label: t('Range of the diagram'),
      className: 'small',
      onChange: (value) => events.range(Number(value)),
    });
    range.set(
      ranges.map(({ around, label }) => ({ value: String(around), label })),
      '0',
    );
    this.element = element('div', {
      className: 'flow-tools',
      children: [
        range.element,
        element('span', { className: 'space' }),
        button('−', t('Smaller (Ctrl and wheel, or -; 0 fits it in)'), () => events.zoom(-1)),
        button('+', t('Larger (Ctrl and wheel, or +)'), () => events.zoom(1)),
        button(
          t('Copy Mermaid'),
          t('Copy the diagram in the language of Mermaid, for a document or an issue'),
          () => this.#copyMermaid(),
          'copy',
        ),
        button(
          t('Copy PNG'),
          t('Copy the diagram as a picture'),
          () => void this.#copyPicture(),
          'copy',
        ),
      ],
    });
  }

  #copyMermaid(): void {
    const sequence = this.#events.sequence();
    if (sequence) this.#events.copy(mermaidOf(sequence));
  }

  async #copyPicture(): Promise<void> {
    const sequence = this.#events.sequence();
    if (!sequence) return;
    try {
      // The promise goes into the item, so that the browser still sees the click behind it.
      const picture = pictureOf(sequence, this.element);
      await navigator.clipboard.write([new ClipboardItem({ 'image/png': picture })]);
      this.#events.announce(t('Picture copied'));
    } catch (error) {
      this.#events.failed(t('The picture could not be copied: {0}', messageOf(error)));
    }
  }
}
