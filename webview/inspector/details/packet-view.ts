import { t } from '../../../src/base/localise.ts';
import type { FrameDetail } from '../../../src/engine/contract.ts';
import { element, setVisible } from '../dom.ts';
import { formatByte } from '../format.ts';
import { visibleLine } from '../visible-text.ts';
import { FieldTree } from './field-tree.ts';
import { fieldsAt, type Field, type Problem } from './fields.ts';
import { HexView } from './hex-view.ts';

/** The packet's field tree beside its bytes; what is chosen in one is marked in the other. */
export class PacketView {
  readonly element: HTMLElement;
  readonly #problems = element('ul', {
    className: 'problems',
    attributes: { 'aria-label': t('Problems') },
  });
  readonly #tree: FieldTree;
  readonly #hex: HexView;
  readonly #announce: (text: string) => void;
  #detail: FrameDetail | undefined;

  constructor(announce: (text: string) => void, more: () => void) {
    this.#announce = announce;
    this.#tree = new FieldTree({
      select: (field) => this.#hex.select(field, true),
      hover: (field) => {
        this.#tree.setHover(field);
        this.#hex.setHover(field);
      },
    });
    this.#hex = new HexView(t('Bytes of the packet'), {
      pick: (index) => this.#pick(index),
      hover: (index) => this.#hover(index),
      more,
    });
    this.element = element('div', {
      className: 'packet-view',
      children: [
        this.#problems,
        element('div', {
          className: 'two',
          children: [
            element('div', { className: 'fields', children: [this.#tree.element] }),
            this.#hex.element,
          ],
        }),
      ],
    });
  }

  /** Shows another frame; `bytes` are those that are here so far. */
  show(detail: FrameDetail, bytes: Uint8Array): void {
    this.#detail = detail;
    this.#tree.setFields(detail.fields, bytes, detail.frame);
    this.#hex.setBytes(bytes, detail.size, false);
    this.#problems.replaceChildren(...detail.problems.map((problem) => this.#problem(problem)));
    setVisible(this.#problems, detail.problems.length > 0);
  }

  /** More bytes of the same frame came. */
  extend(bytes: Uint8Array): void {
    if (this.#detail) this.#hex.setBytes(bytes, this.#detail.size, true);
  }

  focus(): void {
    this.#tree.focus();
  }

  #fieldsAt(index: number): readonly Field[] {
    return fieldsAt(this.#detail?.fields ?? [], index);
  }

  #pick(index: number): void {
    const candidates = this.#fieldsAt(index);
    // Bit fields share their byte: choosing it again goes to the next of them.
    const current = this.#tree.selected ? candidates.indexOf(this.#tree.selected) : -1;
    const field = candidates[(current + 1) % candidates.length];
    this.#tree.select(field);
    this.#hex.select(field ?? { start: index, end: index + 1 }, false);
    this.#announce(t('Byte {0}{1}', index, field ? `, ${field.label}` : ''));
  }

  #hover(index: number | undefined): void {
    const [field] = index === undefined ? [] : this.#fieldsAt(index);
    this.#tree.setHover(field);
    this.#hex.setHover(field);
  }

  #problem(problem: Problem): HTMLElement {
    const statement = problem.statement === undefined ? '' : ` [${problem.statement}]`;
    const button = element('button', {
      className: problem.severity,
      attributes: { type: 'button', title: t('Show the bytes') },
      children: [
        element('span', { text: problem.severity === 'error' ? '⊗ ' : '⚠ ' }),
        element('span', { className: 'message', text: visibleLine(problem.message) }),
        element('span', { className: 'statement', text: statement }),
        element('span', {
          className: 'reason',
          text:
            problem.severity === 'error'
              ? ` 0x${formatByte(problem.reasonCode).toUpperCase()}`
              : '',
        }),
      ],
    });
    button.addEventListener('click', () => {
      const end = Math.max(problem.end, problem.start + 1);
      this.#tree.select(this.#fieldsAt(problem.start)[0]);
      this.#hex.select({ start: problem.start, end }, true);
    });
    return element('li', { children: [button] });
  }
}
