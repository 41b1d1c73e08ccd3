/** A sequence diagram as a picture: drawn anew, since the page's policy lets no image be made of its SVG. */
import { t } from '../../../src/base/localise.ts';
import { brokerLane, type Sequence, type SequenceArrow } from './sequence.ts';

const laneWidth = 220;
const timeWidth = 90;
const headHeight = 40;
const arrowHeight = 30;
const margin = 16;
const headSize = 7;
/** Pixels of the picture for one of the diagram: sharp on any screen. */
const scale = 2;
/** Pixels on a side that browsers can draw. */
const longestSide = 16_000;

/** Colours that stand by themselves, whatever the picture is put upon. */
interface Colours {
  readonly background: string;
  readonly text: string;
  readonly dim: string;
  readonly line: string;
  readonly toBroker: string;
  readonly toClient: string;
  readonly failure: string;
}

/** The diagram as PNG in the colours of an element. @throws Error when the browser cannot draw it. */
export async function pictureOf(sequence: Sequence, styled: Element): Promise<Blob> {
  const width = timeWidth + sequence.lanes.length * laneWidth + margin;
  const height = headHeight + sequence.arrows.length * arrowHeight + margin;
  const factor = Math.min(scale, longestSide / Math.max(width, height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(width * factor);
  canvas.height = Math.round(height * factor);
  const context = canvas.getContext('2d');
  if (!context) throw new Error(t('This browser cannot draw pictures.'));
  context.scale(factor, factor);
  const colours = coloursOf(styled);
  context.fillStyle = colours.background;
  context.fillRect(0, 0, width, height);
  context.textAlign = 'center';
  sequence.lanes.forEach((name, lane) => drawLane(context, colours, name, lane, height));
  sequence.arrows.forEach((arrow, index) => drawArrow(context, colours, arrow, index));
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => {
      if (blob) resolve(blob);
      else reject(new Error(t('The picture is too large to be made.')));
    }, 'image/png');
  });
}

function coloursOf(styled: Element): Colours {
  const style = getComputedStyle(styled);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  return {
    background: colour('--background'),
    text: colour('--foreground'),
    dim: colour('--dim'),
    line: colour('--line'),
    toBroker: colour('--in'),
    toClient: colour('--out'),
    failure: colour('--error'),
  };
}

function laneX(lane: number): number {
  return timeWidth + lane * laneWidth + laneWidth / 2;
}

function drawLane(
  context: CanvasRenderingContext2D,
  { text, line, dim }: Colours,
  name: string,
  lane: number,
  height: number,
): void {
  const x = laneX(lane);
  context.strokeStyle = line;
  context.setLineDash([4, 4]);
  stroke(context, x, headHeight - 8, x, height);
  context.setLineDash([]);
  context.strokeStyle = lane === brokerLane ? text : dim;
  context.strokeRect(x - laneWidth / 2 + 8.5, 6.5, laneWidth - 17, 24);
  context.fillStyle = text;
  context.font = '600 12px sans-serif';
  context.fillText(name, x, 23, laneWidth - 30);
}

function drawArrow(
  context: CanvasRenderingContext2D,
  colours: Colours,
  { from, to, label, time, isFailure, isRetry }: SequenceArrow,
  index: number,
): void {
  const y = headHeight + index * arrowHeight + 20;
  const [start, end] = [laneX(from), laneX(to)];
  const toward = end > start ? 1 : -1;
  const colour = isFailure
    ? colours.failure
    : to === brokerLane
      ? colours.toBroker
      : colours.toClient;
  context.strokeStyle = context.fillStyle = colour;
  context.lineWidth = 1.25;
  context.setLineDash(isRetry ? [5, 4] : []);
  stroke(context, start, y, end - toward * headSize, y);
  context.setLineDash([]);
  context.beginPath();
  context.moveTo(end, y);
  context.lineTo(end - toward * headSize * 1.5, y - headSize / 1.5);
  context.lineTo(end - toward * headSize * 1.5, y + headSize / 1.5);
  context.fill();
  context.font = '12px sans-serif';
  context.fillStyle = isFailure ? colours.failure : colours.text;
  context.fillText(label, (start + end) / 2, y - 5, Math.abs(end - start) - 16);
  context.fillStyle = colours.dim;
  context.fillText(time, timeWidth / 2, y + 4, timeWidth - 12);
  context.lineWidth = 1;
}

function stroke(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  toX: number,
  toY: number,
): void {
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(toX, toY);
  context.stroke();
}
