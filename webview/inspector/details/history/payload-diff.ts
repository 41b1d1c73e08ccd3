import { t } from '../../../../src/base/localise.ts';
import type { FrameDetail } from '../../../../src/engine/contract.ts';
import { createButton } from '../../../toolkit.ts';
import { element, setText, setVisible } from '../../dom.ts';
import { formatPlural, formatTime } from '../../format.ts';
import { loadLibraries } from '../../lazy-libraries.ts';
import { visibleLine } from '../../visible-text.ts';
import { comparableText } from './payload-text.ts';

/** Milliseconds after which two payloads count as too different. */
const patience = 300;
/** Lines that are the same and are shown beside one that is not. */
const context = 3;
/** Lines shown in all. */
const mostLines = 2000;

type Kind = 'same' | 'removed' | 'added';

interface Line {
  readonly kind: Kind;
  readonly text: string;
}

const signs: Readonly<Record<Kind, string>> = { same: ' ', removed: '−', added: '+' };

/** What differs between the payload of a message and that of another one on its topic. */
export class PayloadDiff {
  readonly element: HTMLElement;
  readonly #title = element('span', { className: 'diff-title' });
  readonly #note = element('p', { className: 'none' });
  readonly #lines = element('pre', {
    className: 'diff-lines',
    attributes: { tabindex: '0', 'aria-label': t('Differences') },
  });
  readonly #previous: HTMLElement;

  /** @param toPrevious goes back to comparing with the message before. */
  constructor(toPrevious: () => void) {
    this.#previous = createButton({
      label: t('Compare with the previous'),
      title: t('Compare with the message before again'),
      appearance: 'icon',
      onClick: toPrevious,
    }).element;
    this.element = element('div', {
      className: 'payload-diff',
      children: [
        element('div', { className: 'diff-head', children: [this.#title, this.#previous] }),
        this.#note,
        this.#lines,
      ],
    });
    this.clear('');
  }

  /** Shows no differences, but why. */
  clear(why: string): void {
    setText(this.#title, t('Differences'));
    setVisible(this.#previous, false);
    this.#say(why);
  }

  /** Shows what makes `shown` different from `base`. @param isChosen the base was chosen by the person. */
  async show(base: FrameDetail, shown: FrameDetail, isChosen: boolean): Promise<void> {
    const [before, after] = [comparableText(base), comparableText(shown)];
    if (!before || !after) {
      this.clear(t('One of them carries no payload.'));
      return;
    }
    const { diffLines } = await loadLibraries();
    setText(this.#title, `${formatTime(base.time)} → ${formatTime(shown.time)}`);
    setVisible(this.#previous, isChosen);
    const cut = before.isCut || after.isCut ? t(' Only their beginnings are compared.') : '';
    if (before.text === after.text) {
      this.#say(t('The payloads are the same.{0}', cut));
      return;
    }
    const changes = diffLines(`${before.text}\n`, `${after.text}\n`, { timeout: patience });
    if (!changes) {
      this.#say(t('They are too different to be compared line by line.'));
      return;
    }
    const all = changes.flatMap(({ value, added, removed }): Line[] => {
      const kind: Kind = added ? 'added' : removed ? 'removed' : 'same';
      return value
        .replace(/\n$/, '')
        .split('\n')
        .map((text) => ({ kind, text }));
    });
    this.#draw(all, cut.trim());
  }

  #say(text: string): void {
    setText(this.#note, text);
    setVisible(this.#note, true);
    setVisible(this.#lines, false);
  }

  #draw(all: readonly Line[], note: string): void {
    setText(this.#note, note);
    setVisible(this.#note, note !== '');
    setVisible(this.#lines, true);
    const near = new Set<number>();
    all.forEach(({ kind }, index) => {
      if (kind === 'same') return;
      for (let at = index - context; at <= index + context; at++) near.add(at);
    });
    const nodes: HTMLElement[] = [];
    for (let index = 0; index < all.length && nodes.length < mostLines;) {
      const line = all[index];
      if (line && near.has(index)) {
        nodes.push(lineElement(line));
        index++;
        continue;
      }
      const start = index;
      while (index < all.length && !near.has(index)) index++;
      const count = formatPlural(index - start, t('line'), t('lines'));
      nodes.push(
        element('span', { className: 'diff-line left-out', text: t('⋯ {0} the same', count) }),
      );
    }
    if (nodes.length >= mostLines) {
      nodes.push(
        element('span', { className: 'diff-line left-out', text: t('⋯ more is not shown') }),
      );
    }
    this.#lines.replaceChildren(...nodes);
  }
}

function lineElement({ kind, text }: Line): HTMLElement {
  const sign = element('span', {
    className: 'sign',
    text: signs[kind],
    attributes: kind === 'same' ? { 'aria-hidden': 'true' } : { 'aria-label': kind, role: 'img' },
  });
  return element('span', {
    className: `diff-line ${kind}`,
    children: [sign, element('span', { className: 'text', text: visibleLine(text) })],
  });
}
