import { t } from '../../../src/base/localise.ts';
import { element, setAttribute } from '../dom.ts';
import { brokerLane, type Sequence, type SequenceArrow } from './sequence.ts';

/** Pixels at the usual size. */
const laneWidth = 210;
const timeWidth = 84;
const headHeight = 34;
const arrowHeight = 30;
const headSize = 6;
/** Characters of a lane's name and of an arrow's label that fit. */
const longestLane = 26;
const longestLabel = 34;
const zoomSteps = [0.5, 0.67, 0.8, 1, 1.25, 1.5, 2] as const;
const usualZoom = zoomSteps.indexOf(1);
/** A diagram that is wider than its place is made to fit, but no smaller than this. */
const smallestFit = 0.6;

const namespace = 'http://www.w3.org/2000/svg';

/** Lanes of the clients and the broker with an arrow for each packet, drawn as SVG in the theme's colours. */
export class SequenceDiagram {
  readonly element: HTMLElement;
  readonly #select: (frame: number) => void;
  #svg: SVGElement | undefined;
  #size = { width: 0, height: 0 };
  /** Index of a zoom step; undefined: as large as fits, up to the usual size. */
  #zoom: number | undefined;

  constructor(select: (frame: number) => void) {
    this.#select = select;
    this.element = element('div', {
      className: 'sequence',
      attributes: { tabindex: '0', role: 'group', 'aria-label': t('Sequence diagram') },
    });
    this.element.addEventListener('wheel', (event) => this.#onWheel(event), { passive: false });
    this.element.addEventListener('keydown', (event) => {
      if (event.key === '+' || event.key === '=') this.zoom(1);
      else if (event.key === '-') this.zoom(-1);
      else if (event.key === '0') this.#setZoom(undefined);
    });
    new ResizeObserver(() => this.#resize()).observe(this.element);
  }

  show(sequence: Sequence): void {
    const { lanes, arrows } = sequence;
    this.#size = {
      width: timeWidth + lanes.length * laneWidth,
      height: headHeight + arrows.length * arrowHeight + 16,
    };
    const svg = draw('svg', {
      viewBox: `0 0 ${this.#size.width} ${this.#size.height}`,
      role: 'img',
      'aria-label': descriptionOf(sequence),
    });
    lanes.forEach((name, lane) => svg.append(...this.#lane(name, lane)));
    arrows.forEach((arrow, index) => svg.append(this.#arrow(arrow, index)));
    this.#svg = svg;
    this.element.replaceChildren(svg);
    this.#resize();
  }

  /** One step larger (1) or smaller (-1). */
  zoom(steps: number): void {
    const nearest = this.#zoom ?? (steps > 0 ? this.#stepBelowFit() : usualZoom);
    this.#setZoom(Math.min(zoomSteps.length - 1, Math.max(0, nearest + steps)));
  }

  #setZoom(zoom: number | undefined): void {
    this.#zoom = zoom;
    this.#resize();
  }

  #stepBelowFit(): number {
    return zoomSteps.findLastIndex((factor) => factor <= this.#fit());
  }

  #fit(): number {
    const { clientWidth } = this.element;
    // Padding of the style sheet.
    const room = clientWidth === 0 ? this.#size.width : clientWidth - 16;
    return Math.max(smallestFit, Math.min(1, room / Math.max(1, this.#size.width)));
  }

  #resize(): void {
    if (!this.#svg) return;
    const factor = this.#zoom === undefined ? this.#fit() : (zoomSteps[this.#zoom] ?? 1);
    setAttribute(this.#svg, 'width', String(Math.round(this.#size.width * factor)));
    setAttribute(this.#svg, 'height', String(Math.round(this.#size.height * factor)));
  }

  #onWheel(event: WheelEvent): void {
    if (!event.ctrlKey) return;
    event.preventDefault();
    this.zoom(event.deltaY < 0 ? 1 : -1);
  }

  #lane(name: string, lane: number): SVGElement[] {
    const x = laneX(lane);
    const title = draw('title', {}, name);
    const text = draw(
      'text',
      { class: 'lane', x, y: 20, 'text-anchor': 'middle' },
      clip(name, longestLane),
    );
    text.append(title);
    return [
      draw('rect', {
        class: lane === brokerLane ? t('lane-box broker') : 'lane-box',
        x: x - laneWidth / 2 + 8,
        y: 4,
        width: laneWidth - 16,
        height: 24,
        rx: 3,
      }),
      text,
      draw('line', { class: 'life', x1: x, y1: 28, x2: x, y2: this.#size.height }),
    ];
  }

  #arrow(arrow: SequenceArrow, index: number): SVGElement {
    const y = headHeight + index * arrowHeight + 20;
    const from = laneX(arrow.from);
    const to = laneX(arrow.to);
    const toward = to > from ? 1 : -1;
    const classes = ['arrow'];
    if (arrow.isFailure) classes.push('failed');
    if (arrow.isRetry) classes.push('retry');
    if (arrow.isSelected) classes.push('own');
    const group = draw('g', { class: classes.join(' ') });
    group.append(
      draw('title', {}, t('{0}, {1}. Click to select the packet.', arrow.label, arrow.time)),
      // What can be clicked is as high as a row.
      draw('rect', { class: 'hit', x: 0, y: y - 20, width: this.#size.width, height: arrowHeight }),
      draw(
        'text',
        { class: 'time', x: timeWidth - 12, y: y + 4, 'text-anchor': 'end' },
        arrow.time,
      ),
      draw('line', { x1: from, y1: y, x2: to - toward * headSize, y2: y }),
      draw('path', {
        class: 'head',
        d: `M${to} ${y}l${-toward * headSize * 1.5} ${-headSize / 1.5}v${headSize * 1.33}z`,
      }),
      draw(
        'text',
        { class: 'label', x: (from + to) / 2, y: y - 5, 'text-anchor': 'middle' },
        clip(arrow.label, longestLabel * Math.max(1, Math.abs(arrow.to - arrow.from))),
      ),
    );
    group.addEventListener('click', () => this.#select(arrow.frame));
    return group;
  }
}

function laneX(lane: number): number {
  return timeWidth + lane * laneWidth + laneWidth / 2;
}

function clip(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}

/** The list beside the diagram tells it all; this tells what the picture is. */
function descriptionOf({ lanes, arrows }: Sequence): string {
  return t('Sequence diagram of {0} packets between {1}', arrows.length, lanes.join(', '));
}

function draw(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  text?: string,
): SVGElement {
  const node = document.createElementNS(namespace, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, String(value));
  if (text !== undefined) node.textContent = text;
  return node;
}
