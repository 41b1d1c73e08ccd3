import type { EngineProxy } from '../engine/engine-proxy.ts';
import { topicFilterText } from './filter-text.ts';

type Engine = Pick<EngineProxy, 'request' | 'onQueryChanged'>;

/** Bytes that are fetched at most, and in one request. */
const maximumBytes = 32 * 1024 * 1024;
const pageBytes = 1024 * 1024;
/** Milliseconds that looking through the capture may take. */
const timeLimit = 10_000;

/** The payload last published to a topic, whole, from the capture; undefined if it is not there. */
export async function latestPayload(
  engine: Engine,
  topicName: string,
): Promise<Uint8Array | undefined> {
  const filter = `${topicFilterText({ topic: topicName, hasChildren: false })} type:publish`;
  const frame = await newestFrame(engine, filter);
  if (frame === undefined) return undefined;
  const detail = await engine.request('capture/frame', { frame });
  if (!detail?.payload) return undefined;
  const { start, end } = detail.payload;
  if (end - start > maximumBytes) return undefined;
  const payload = new Uint8Array(end - start);
  for (let at = start; at < end; at += pageBytes) {
    const page = { frame, start: at, end: Math.min(end, at + pageBytes) };
    const bytes = await engine.request('capture/bytes', page);
    // Dropped from the capture meanwhile.
    if (bytes.length !== page.end - page.start) return undefined;
    payload.set(bytes, at - start);
  }
  return payload;
}

async function newestFrame(engine: Engine, filter: string): Promise<number | undefined> {
  const opened = await engine.request('query/open', { view: 'messages', filter });
  const { query } = opened;
  let { end, scanned, toScan } = opened;
  try {
    if (scanned < toScan) {
      await new Promise<void>((resolve) => {
        const subscription = engine.onQueryChanged((state) => {
          if (state.query !== query) return;
          ({ end, scanned, toScan } = state);
          if (scanned >= toScan) finish();
        });
        const timer = setTimeout(finish, timeLimit);
        function finish(): void {
          clearTimeout(timer);
          subscription.dispose();
          resolve();
        }
      });
      if (scanned < toScan) return undefined;
    }
    const { rows } = await engine.request('query/rows', { query, from: end - 1, count: 1 });
    return rows.at(-1)?.frame;
  } finally {
    await engine.request('query/close', { query });
  }
}
