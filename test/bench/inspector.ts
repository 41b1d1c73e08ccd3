/** The inspector in a real VS Code, with more and more frames held: what a person feels of a large capture. */
import type { Frame, Page } from 'playwright-core';
import { build } from '../../build.ts';
import { freePort } from '../support/clients.ts';
import { Workbench } from '../support/host/workbench.ts';
import { extensionId, packagedExtension, packExtension } from '../support/package.ts';
import { generate, median, repetitions, verdict } from './measure.ts';

const few = 100;
const counts = [10_000, 100_000, 1_000_000] as const;
/** Frames of the screen in which the scroll bar goes from one end to the other. */
const dragFrames = 180;
const follow = { rate: 20_000, seconds: 6 } as const;
/** Milliseconds. */
const targets = { opening: 300, drag: 34, columns: 60, text: 600, follow: 50 } as const;

/** Milliseconds between frames of the screen. */
interface Intervals {
  readonly worst: number;
  readonly p99: number;
}

interface Figures {
  readonly frames: number;
  readonly opening: number;
  readonly drag: Intervals;
  readonly columns: number;
  readonly text: number;
}

/** In the inspector's document: notes the intervals between frames of the screen. */
const probe = `if (!globalThis.bench) {
  const intervals = [];
  let before = 0;
  globalThis.bench = { take: () => intervals.splice(0) };
  const look = (at) => {
    if (before > 0) intervals.push(at - before);
    if (intervals.length > 10000) intervals.splice(0, 5000);
    before = at;
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}`;

/** When the first row is painted: its time of day in milliseconds. Awaited rows do not count. */
const firstPaint = `new Promise((resolve) => {
  const row = '.body .row:not([hidden]):not(.waiting) .cell.time:not(:empty)';
  const look = () => {
    if (document.querySelector(row)) requestAnimationFrame(() => resolve(Date.now()));
    else requestAnimationFrame(look);
  };
  look();
})`;

/** Opens, scrolls, filters and follows with 10,000, 100,000 and a million frames held. */
export async function benchInspector(): Promise<string[]> {
  await build({ production: true });
  await packExtension();
  const port = await freePort();
  const workbench = await Workbench.open({
    extension: { vsix: packagedExtension() },
    settings: {
      'mqttWorkbench.broker.port': port,
      'mqttWorkbench.capture.maximumSize': 1024,
      'workbench.editor.enablePreview': false,
    },
  });
  try {
    return await workbench.during('bench-inspector', () => measure(workbench, port));
  } finally {
    const errors = workbench.extensionErrors(extensionId());
    if (errors.length > 0) console.log(errors.slice(0, 5).join('\n'));
    await workbench.close();
  }
}

async function measure(workbench: Workbench, port: number): Promise<string[]> {
  const failures: string[] = [];
  await workbench.openView('MQTT');
  await workbench.palette('MQTT: Start Local Broker');
  await workbench.treeItem(/Local broker/).waitFor();
  let held = 0;
  const fill = async (count: number): Promise<void> => {
    await generate('fill-load.ts', port, count - held);
    held = count;
  };
  await fill(few);
  await openingTime(workbench);
  const base = await medianOpening(workbench);
  console.log(
    `The inspector in VS Code: ${few} frames are painted ${base.toFixed(0)} ms after the command`,
  );
  for (const count of counts) {
    await fill(count);
    const figures = await figuresOf(workbench, count);
    print(figures, base, count === counts.at(-1) ? failures : undefined);
  }
  const { worst, p99 } = await followLive(workbench, port);
  console.log(
    `  live at ${follow.rate.toLocaleString('en')} messages/s, ${follow.seconds} s: worst frame ${worst.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms  (${verdict(worst <= targets.follow, `${targets.follow} ms`, failures, 'worst frame while following')})`,
  );
  await workbench.screenshot('bench-million');
  return failures;
}

async function figuresOf(workbench: Workbench, frames: number): Promise<Figures> {
  const opening = await medianOpening(workbench);
  const frame = await inspector(workbench.page);
  const drag = await dragScrollBar(frame);
  const columns = await filterTime(workbench, 'type:publish qos:0 size:>60');
  const text = await filterTime(workbench, '"sensor":999');
  await setFilter(workbench, '');
  return { frames, opening, drag, columns, text };
}

function print(
  { frames, opening, drag, columns, text }: Figures,
  base: number,
  failures?: string[],
): void {
  const told = (value: number, target: number, what: string): string =>
    failures ? `  (${verdict(value <= target, `${target} ms`, failures, what)})` : '';
  const more = opening - base;
  console.log(`${frames.toLocaleString('en')} frames held`);
  console.log(
    `  first paint ${opening.toFixed(0)} ms, ${more.toFixed(0)} ms more than with ${few}${told(more, targets.opening, 'first paint')}`,
  );
  console.log(
    `  scroll bar end to end in ${dragFrames} frames: worst ${drag.worst.toFixed(0)} ms, p99 ${drag.p99.toFixed(0)} ms${told(drag.worst, targets.drag, 'worst frame of a drag')}`,
  );
  console.log(
    `  filter on columns ${columns} ms in the engine${told(columns, targets.columns, 'filter on columns')}`,
  );
  console.log(
    `  filter on payload text ${text} ms in the engine${told(text, targets.text, 'filter on text')}`,
  );
}

/** Closes what is open, and measures from the command until its first rows are painted. */
async function openingTime(workbench: Workbench): Promise<number> {
  const { page } = workbench;
  await workbench.palette('View: Close All Editors');
  await workbench.until('no inspector is open', async () => {
    const open = await Promise.all(page.frames().map(isInspector));
    return !open.includes(true);
  });
  await page.keyboard.press('F1');
  await workbench.quickInput().fill('>MQTT: Open Inspector');
  const row = page.locator('.quick-input-list .monaco-list-row').first();
  await row.filter({ hasText: 'Open Inspector' }).waitFor();
  const start = Date.now();
  await page.keyboard.press('Enter');
  const frame = await inspector(page);
  return (await frame.evaluate<number>(firstPaint)) - start;
}

async function medianOpening(workbench: Workbench): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < Math.max(3, repetitions); run++) times.push(await openingTime(workbench));
  return median(times);
}

/** Whether a frame is the inspector's own document with its table. */
async function isInspector(frame: Frame): Promise<boolean> {
  const hasGrid = frame.evaluate<boolean>(`document.querySelector('.grid .body') !== null`);
  return hasGrid.catch(() => false);
}

/** The frame of the inspector's own document, once it has its table. */
async function inspector(page: Page): Promise<Frame> {
  for (let tries = 0; tries < 1000; tries++) {
    for (const frame of page.frames()) if (await isInspector(frame)) return frame;
    await page.waitForTimeout(10);
  }
  throw new Error('The inspector did not open.');
}

/** As a drag of its handle moves the scroll bar: one step in each frame, from one end to the other. */
async function dragScrollBar(frame: Frame): Promise<Intervals> {
  await frame.evaluate(probe);
  const intervals = await frame.evaluate(`new Promise((resolve) => {
    const grid = document.querySelector('.grid');
    const most = grid.scrollHeight - grid.clientHeight;
    let step = 0;
    bench.take();
    const move = () => {
      grid.scrollTop = (most * step) / ${dragFrames};
      if (step++ < ${dragFrames}) requestAnimationFrame(move);
      else resolve(bench.take());
    };
    requestAnimationFrame(move);
  })`);
  return intervalsOf(intervals as number[]);
}

async function setFilter(workbench: Workbench, filter: string): Promise<void> {
  const page = workbench.inspectorFrame();
  const field = page.getByRole('textbox', { name: 'Filter' });
  await field.fill(filter);
  await field.press('Enter');
}

/** Milliseconds that the engine says its scan took, the median of some. */
async function filterTime(workbench: Workbench, filter: string): Promise<number> {
  const chip = workbench.inspectorFrame().locator('.chip.result');
  const times: number[] = [];
  for (let run = 0; run < Math.max(3, repetitions); run++) {
    await setFilter(workbench, '');
    await chip.filter({ hasNotText: ' of ' }).waitFor();
    await setFilter(workbench, filter);
    await chip.filter({ hasText: /of .* ms$/ }).waitFor();
    times.push(Number(/([\d.]+) ms$/.exec(await chip.innerText())?.[1] ?? NaN));
  }
  return median(times);
}

/** Follows the newest rows while messages come at a fixed rate. */
async function followLive(workbench: Workbench, port: number): Promise<Intervals> {
  const frame = await inspector(workbench.page);
  await frame.locator('.grid').press('End');
  await frame.evaluate(probe);
  await frame.evaluate('bench.take()');
  const load = generate('rate-load.ts', port, follow.rate, follow.seconds);
  const intervals: number[] = [];
  const state = { isOver: false };
  const ended = load.finally(() => (state.isOver = true));
  while (!state.isOver) {
    await workbench.page.waitForTimeout(500);
    intervals.push(...(await frame.evaluate<number[]>('bench.take()')));
  }
  await ended;
  return intervalsOf(intervals);
}

function intervalsOf(intervals: readonly number[]): Intervals {
  const sorted = [...intervals].sort((a, b) => a - b);
  return { worst: sorted.at(-1) ?? NaN, p99: sorted[Math.floor(sorted.length * 0.99)] ?? NaN };
}
