/** Small charts, drawn as SVG in the theme's colours; what they show also stands beside them as text. */
import { t } from '../../../src/base/localise.ts';
import { element, setAttribute, setText, setVisible } from '../dom.ts';
import { formatShare, type Part } from './statistics-text.ts';

const namespace = 'http://www.w3.org/2000/svg';
const height = 20;

function draw(tag: string, attributes: Readonly<Record<string, string>>): SVGElement {
  const node = document.createElementNS(namespace, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  return node;
}

/** A bar for each step of a short time. */
export class Sparkline {
  readonly element = draw('svg', {
    class: 'sparkline',
    role: 'img',
    preserveAspectRatio: 'none',
  });
  readonly #bars = draw('path', { d: '' });

  constructor() {
    this.element.append(this.#bars);
  }

  /** @param label what it shows, for who cannot see it. */
  update(values: readonly number[], label: string): void {
    const most = Math.max(...values, 1);
    const bars = values.map((value, index) => {
      if (value === 0) return '';
      // What is not nothing is seen.
      const bar = Math.max(1, (value / most) * height).toFixed(2);
      return `M${index} ${height}v-${bar}h0.8v${bar}z`;
    });
    setAttribute(this.element, 'viewBox', `0 0 ${values.length} ${height}`);
    setAttribute(
      this.#bars,
      'd',
      `${bars.join('')}M0 ${height}h${values.length}v-0.6h-${values.length}z`,
    );
    setAttribute(this.element, 'aria-label', label);
  }
}

/** How much of a whole something is, with its text in front. */
export class ShareBar {
  readonly element: HTMLElement;
  readonly #text = element('span', { className: 'share-text' });
  readonly #bar = element('span', {
    className: 'share-bar',
    attributes: { 'aria-hidden': 'true' },
  });
  readonly #unit: string;

  constructor(unit: string, className: string) {
    this.#unit = unit;
    this.element = element('span', {
      className: `share ${className}`,
      children: [element('span', { className: 'share-track', children: [this.#bar] }), this.#text],
    });
  }

  update(share: number): void {
    setText(this.#text, t('{0} of {1}', formatShare(share), this.#unit));
    this.#bar.style.setProperty('--share', `${(share * 100).toFixed(1)}%`);
  }
}

/** Parts of a whole as one bar, and a legend with the name and the share of each. */
export class SplitBar {
  readonly element: HTMLElement;
  readonly #bar = element('div', { className: 'split-bar', attributes: { 'aria-hidden': 'true' } });
  readonly #legend: HTMLElement;
  #shown = '';

  constructor(title: string) {
    this.#legend = element('ul', {
      className: 'split-legend',
      attributes: { 'aria-label': title },
    });
    this.element = element('div', {
      className: 'split',
      children: [element('h3', { text: title }), this.#bar, this.#legend],
    });
  }

  update(parts: readonly Part[]): void {
    const shown = parts.filter(({ count }) => count > 0);
    const text = JSON.stringify(shown);
    if (text === this.#shown) return;
    this.#shown = text;
    setVisible(this.element, shown.length > 0);
    const whole = shown.reduce((sum, { count }) => sum + count, 0);
    this.#bar.replaceChildren(
      ...shown.map(({ count, colour }) => {
        const part = element('span', { className: `part colour-${colour}` });
        part.style.setProperty('--share', String(count / whole));
        return part;
      }),
    );
    this.#legend.replaceChildren(
      ...shown.map(({ label, count, colour }) =>
        element('li', {
          children: [
            element('span', {
              className: `swatch colour-${colour}`,
              attributes: { 'aria-hidden': 'true' },
            }),
            `${label} ${formatShare(count / whole)}`,
          ],
        }),
      ),
    );
  }
}
