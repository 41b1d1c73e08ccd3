/** The capture alone, in this process: what a frame costs besides its bytes, and how fast filters look through it. */
import { topicOf } from '../support/topics.ts';
import { CaptureLog } from '../../src/capture/log.ts';
import { compileFilter } from '../../src/capture/filter.ts';
import { CaptureQuery } from '../../src/capture/query.ts';
import { median, repetitions, verdict } from './measure.ts';
import { plainStyle, publishPacket } from './wire.ts';

const counts = [10_000, 100_000, 1_000_000] as const;
/** Bytes per frame besides its own, at the most. */
const overheadTarget = 48;
const filters = [
  { text: 'type:publish qos:0 size:>60', kind: 'columns', target: 60 },
  { text: 'topic:bench/+/temperature client:filler', kind: 'columns', target: 60 },
  { text: 'payload.celsius:>34', kind: 'payload', target: undefined },
  { text: '"sensor":999', kind: 'payload text', target: 600 },
] as const;

const encoder = new TextEncoder();

function filled(count: number): { log: CaptureLog; rawBytes: number } {
  const log = new CaptureLog(2 ** 31);
  log.linkOpened(1, '127.0.0.1:1', 'tcp', 0);
  log.linkIdentified(1, 'filler', 4, undefined);
  let rawBytes = 0;
  for (let index = 0; index < count; index++) {
    const payload = {
      sensor: index % 1000,
      celsius: 15 + ((index * 7) % 200) / 10,
      unit: 'C',
      index,
    };
    const topic = `bench/room${index % 10}/temperature`;
    const bytes = publishPacket(topic, plainStyle, encoder.encode(JSON.stringify(payload)));
    rawBytes += bytes.length;
    log.append(1, 0, bytes, 0, bytes.length, topicOf(log, topic), 0, index, index + 1);
  }
  return { log, rawBytes };
}

/** Milliseconds until all frames were looked at, and the longest slice between two turns of others. */
function scanTime(log: CaptureLog, text: string): { total: number; longest: number } {
  const compiled = compileFilter(text);
  if (!compiled.ok) throw new Error(compiled.message);
  const query = new CaptureQuery(log, 'packets', compiled.filter);
  const start = performance.now();
  let longest = 0;
  for (let done = false, before = start; !done;) {
    done = query.scan(4096);
    const now = performance.now();
    longest = Math.max(longest, now - before);
    before = now;
  }
  return { total: performance.now() - start, longest };
}

/** Memory per frame and times of filters, with 10,000, 100,000 and a million frames. */
export function benchCapture(): Promise<string[]> {
  const failures: string[] = [];
  for (const count of counts) {
    const { log, rawBytes } = filled(count);
    const overhead = (log.bytes - rawBytes) / count;
    const isLargest = count === counts.at(-1);
    const told = isLargest
      ? `  (${verdict(overhead <= overheadTarget, `${overheadTarget} bytes`, failures, 'capture overhead')})`
      : '';
    console.log(
      `${count.toLocaleString('en')} frames in the capture, ${(rawBytes / count).toFixed(0)} bytes each`,
    );
    console.log(`  besides its bytes a frame takes ${overhead.toFixed(1)} bytes${told}`);
    for (const { text, kind, target } of filters) {
      const runs = Array.from({ length: Math.max(3, repetitions) }, () => scanTime(log, text));
      const total = median(runs.map((run) => run.total));
      const longest = median(runs.map((run) => run.longest));
      const of =
        isLargest && target !== undefined
          ? `  (${verdict(total <= target, `${target} ms`, failures, `filter ${text}`)})`
          : '';
      console.log(
        `  ${text} (${kind}): ${total.toFixed(1)} ms, longest slice ${longest.toFixed(1)} ms${of}`,
      );
    }
  }
  return Promise.resolve(failures);
}
