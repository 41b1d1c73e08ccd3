/**
 * Checks of what a webview sends. The page shows hostile payloads: whatever it sends is untrusted,
 * and only well-formed requests reach the engine.
 */
import type { InspectorHostContract } from '../../engine/contract.ts';

type Requests = InspectorHostContract['requests'];
export type HostCommand = Requests['host/command']['params']['command'];

const hostCommands: readonly HostCommand[] = [
  'startBroker',
  'publish',
  'copyAddress',
  'showLog',
  'subscribe',
];
/** Longest filter, and longest text to the clipboard, characters. */
const longestFilter = 4096;
const longestCopy = 16 * 1024 * 1024;

/** A request with wrong parameters: a defect of the page, or an attack. */
export class InvalidRequestError extends Error {
  override readonly name = 'InvalidRequestError';
}

type Guards = { [M in keyof Requests]: (params: unknown) => Requests[M]['params'] };

/** For each request the check that gives well-typed parameters. @throws InvalidRequestError */
export const guards: Guards = {
  'query/open': (params) => {
    const { view, filter } = record(params);
    if (view !== 'messages' && view !== 'packets') throw invalid('view');
    return { view, filter: text(filter, 'filter', longestFilter) };
  },
  'query/close': (params) => ({ query: whole(record(params)['query'], 'query') }),
  'query/rows': (params) => {
    const { query, from, count } = record(params);
    return {
      query: whole(query, 'query'),
      from: whole(from, 'from'),
      count: whole(count, 'count'),
    };
  },
  'query/find': (params) => {
    const { query, frame } = record(params);
    return { query: whole(query, 'query'), frame: whole(frame, 'frame') };
  },
  'capture/frame': (params) => ({ frame: whole(record(params)['frame'], 'frame') }),
  'capture/bytes': (params) => {
    const { frame, start, end } = record(params);
    return { frame: whole(frame, 'frame'), start: whole(start, 'start'), end: whole(end, 'end') };
  },
  'capture/clear': () => null,
  'host/command': (params) => {
    const { command } = record(params);
    const known = hostCommands.find((one) => one === command);
    if (known === undefined) throw invalid('command');
    return { command: known };
  },
  'host/copy': (params) => ({ text: text(record(params)['text'], 'text', longestCopy) }),
};

function record(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) throw invalid('parameters');
  return value as Record<string, unknown>;
}

function whole(value: unknown, name: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw invalid(name);
  return value;
}

function text(value: unknown, name: string, longest: number): string {
  if (typeof value !== 'string' || value.length > longest) throw invalid(name);
  return value;
}

function invalid(name: string): InvalidRequestError {
  return new InvalidRequestError(`The inspector sent a request with a wrong '${name}'.`);
}
