/**
 * What counting clients and topics costs per frame, beside capturing the frame: each message comes in on one link and
 * goes out on another, through the capture with its usual limit. `node test/bench/statistics-micro.ts`
 */
import { CaptureLog } from '../../src/capture/log.ts';
import { Statistics } from '../../src/capture/statistics/statistics.ts';
import { readStatistics } from '../../src/capture/statistics/statistics-page.ts';
import { encode } from '../../src/mqtt/encode.ts';
import type { QoS } from '../../src/mqtt/packet.ts';
import { TopicReference } from '../../src/mqtt/topic-reference.ts';

const captureLimit = 256 * 1024 * 1024;
const messages = 1_000_000;
const rounds = 5;
const payload = new Uint8Array(64).fill(0x31);

interface Shape {
  readonly name: string;
  readonly topics: number;
  readonly subscribers: number;
  readonly qos: QoS;
}

const shapes: readonly Shape[] = [
  { name: 'one topic, QoS 0', topics: 1, subscribers: 1, qos: 0 },
  { name: 'one topic, QoS 1 to the subscriber', topics: 1, subscribers: 1, qos: 1 },
  { name: 'one topic, 10 subscribers', topics: 1, subscribers: 10, qos: 0 },
  { name: '100,000 topics', topics: 100_000, subscribers: 1, qos: 0 },
];

/** Nanoseconds per frame, and how long a page of 100 topics then takes, milliseconds. */
function run(shape: Shape, isCounted: boolean): { perFrame: number; page: number } {
  const { topics, subscribers, qos } = shape;
  const log = new CaptureLog(captureLimit);
  const statistics = new Statistics(log, 0);
  if (isCounted) log.onEvict = (_first, end) => statistics.advance(end);
  for (let link = 1; link <= subscribers + 1; link++) {
    log.linkOpened(link, `127.0.0.1:${link}`, 'tcp', 0);
    log.linkIdentified(link, `client-${link}`, 4, undefined);
  }
  const references = Array.from(
    { length: topics },
    (_, index) => new TopicReference(`bench/devices/${index}/temperature`),
  );
  const frames = references.map(({ topicName }) =>
    encode(
      {
        type: 'publish',
        topicName,
        payload,
        qos,
        retain: false,
        dup: false,
        ...(qos > 0 && { packetIdentifier: 1 }),
      },
      4,
    ),
  );
  let now = 1_800_000_000_000;
  const begin = process.cpuUsage();
  const count = Math.floor((messages * 2) / (subscribers + 1));
  for (let message = 0; message < count; message++) {
    // 500,000 messages a second.
    now += 0.002;
    const at = message % topics;
    const topic = references[at];
    const bytes = frames[at];
    if (!topic || !bytes) continue;
    if (isCounted && topic.statisticsNumber < statistics.firstTopicNumber) statistics.enter(topic);
    log.append(1, 0, bytes, 0, bytes.length, topic, 0, now);
    for (let link = 2; link <= subscribers + 1; link++) {
      log.append(link, 1, bytes, 0, bytes.length, topic, 0, now);
    }
  }
  if (isCounted) statistics.advance(log.end);
  const { user, system } = process.cpuUsage(begin);
  const before = performance.now();
  if (isCounted) {
    const usual = { order: 'rateIn', descending: true, from: 0, count: 100, filter: '' } as const;
    readStatistics(statistics, { by: 'topic', ...usual }, now);
  }
  return {
    perFrame: ((user + system) * 1000) / log.end,
    page: performance.now() - before,
  };
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1] ?? NaN;
}

for (const shape of shapes) {
  const [without, counted, page]: [number[], number[], number[]] = [[], [], []];
  for (let round = 0; round < rounds; round++) {
    without.push(run(shape, false).perFrame);
    const { perFrame, page: taken } = run(shape, true);
    counted.push(perFrame);
    page.push(taken);
  }
  const [a, b] = [median(without), median(counted)];
  console.log(
    `${shape.name.padEnd(36)} capture ${a.toFixed(0)} ns/frame, counted ${b.toFixed(0)} ns/frame` +
      ` (+${(b - a).toFixed(0)} ns); page of 100 topics ${median(page).toFixed(1)} ms`,
  );
}
