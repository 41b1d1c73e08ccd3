import { t } from '../../../../src/base/localise.ts';
import type uPlot from 'uplot';
import type { TopicHistory } from '../../../../src/engine/contract.ts';
import { element, setAttribute, setVisible } from '../../dom.ts';
import { formatPlural } from '../../format.ts';
import { loadLibraries } from '../../lazy-libraries.ts';
import { nameOfPath, valueText } from './history-text.ts';

/** The values of a topic's messages over time. A click goes to the nearest message. */
export class HistoryChart {
  readonly element = element('div', {
    className: 'history-chart',
    attributes: { role: 'img' },
  });
  readonly #select: (frame: number) => void;
  #plot: uPlot | undefined;
  #history: TopicHistory | undefined;
  #frames: readonly number[] = [];
  #making = false;

  constructor(select: (frame: number) => void) {
    this.#select = select;
    this.element.hidden = true;
    new ResizeObserver(() => this.#resize()).observe(this.element);
    // Its colours are those of the theme, taken when it is made.
    new MutationObserver(() => this.#restart()).observe(document.body, {
      attributeFilter: ['class', 'data-vscode-theme-id'],
    });
  }

  /** Shows the values of a history; nothing where it has none. @throws Error when the library cannot be loaded. */
  async show(history: TopicHistory | undefined): Promise<void> {
    this.#history = history;
    const valued = history?.messages.filter(({ value }) => value !== undefined) ?? [];
    this.#frames = valued.map(({ frame }) => frame);
    setVisible(this.element, valued.length > 1);
    if (valued.length < 2) return;
    setAttribute(this.element, 'aria-label', labelOf(history));
    if (this.#plot) this.#plot.setData(this.#data());
    else await this.#make();
  }

  async #make(): Promise<void> {
    if (this.#making) return;
    this.#making = true;
    try {
      const { uPlot } = await loadLibraries();
      if (this.element.hidden) return;
      this.#plot = new uPlot(this.#options(), this.#data(), this.element);
      this.#plot.over.addEventListener('click', () => this.#onClick());
    } finally {
      this.#making = false;
    }
  }

  #restart(): void {
    if (!this.#plot) return;
    this.#plot.destroy();
    this.#plot = undefined;
    void this.#make();
  }

  #data(): uPlot.AlignedData {
    const valued = this.#history?.messages.filter(({ value }) => value !== undefined) ?? [];
    return [valued.map(({ time }) => time / 1000), valued.map(({ value }) => value ?? null)];
  }

  #options(): uPlot.Options {
    const style = getComputedStyle(this.element);
    const colour = (name: string): string => style.getPropertyValue(name).trim();
    const line = colour('--chart');
    const axis: uPlot.Axis = {
      stroke: colour('--dim'),
      font: `11px ${style.fontFamily}`,
      grid: { stroke: colour('--chart-grid'), width: 1 },
      ticks: { stroke: colour('--chart-grid'), width: 1 },
    };
    return {
      ...this.#size(),
      padding: [8, 12, 0, 0],
      legend: { show: false },
      cursor: { drag: { x: false, y: false }, points: { size: 7 } },
      scales: { x: { time: true } },
      axes: [
        { ...axis, size: 26 },
        { ...axis, size: 52, values: (_, splits) => splits.map((split) => valueText(split)) },
      ],
      series: [
        {},
        {
          stroke: line,
          width: 1.5,
          spanGaps: true,
          points: { show: this.#frames.length <= 100, size: 4, fill: line },
        },
      ],
      hooks: { draw: [(plot) => this.#markSelected(plot, colour('--focus'))] },
    };
  }

  /** A line where the selected message is. */
  #markSelected(plot: uPlot, colour: string): void {
    const { frame, messages = [] } = this.#history ?? {};
    const selected = messages.find((message) => message.frame === frame);
    if (!selected) return;
    const x = Math.round(plot.valToPos(selected.time / 1000, 'x', true));
    const { top, height } = plot.bbox;
    plot.ctx.save();
    plot.ctx.strokeStyle = colour;
    plot.ctx.setLineDash([4, 3]);
    plot.ctx.beginPath();
    plot.ctx.moveTo(x, top);
    plot.ctx.lineTo(x, top + height);
    plot.ctx.stroke();
    plot.ctx.restore();
  }

  #onClick(): void {
    const frame = this.#frames[this.#plot?.cursor.idx ?? -1];
    if (frame !== undefined) this.#select(frame);
  }

  #size(): { width: number; height: number } {
    return { width: this.element.clientWidth, height: this.element.clientHeight };
  }

  #resize(): void {
    const size = this.#size();
    if (this.#plot && size.width > 0) this.#plot.setSize(size);
  }
}

function labelOf(history: TopicHistory | undefined): string {
  const values =
    history?.messages.flatMap(({ value }) => (value === undefined ? [] : [value])) ?? [];
  const least = values.reduce((a, b) => Math.min(a, b), Infinity);
  const most = values.reduce((a, b) => Math.max(a, b), -Infinity);
  return t(
    'Chart of {0}: {1} from {2} to {3}',
    nameOfPath(history?.path ?? ''),
    formatPlural(values.length, t('value'), t('values')),
    valueText(least),
    valueText(most),
  );
}
