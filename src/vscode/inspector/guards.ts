/** A web page's messages are not to be trusted: what each request must look like. */
import { HumanError } from '../../base/errors.ts';
import { deliveryOutcomes } from '../../capture/delivery-views.ts';
import { columnsOf } from '../../engine/columns-contract.ts';
import { statisticsOrders, statisticsSubjects } from '../../capture/statistics/statistics-views.ts';
import { payloadDecoders } from '../../capture/views.ts';
import type { EditorHostNotifications, SearchRequest } from '../../engine/editor-contract.ts';
import type { InspectorHostContract } from '../../engine/contract.ts';
import type { StatisticsTable } from '../../engine/statistics-contract.ts';

type Requests = InspectorHostContract['requests'];
export type HostCommand = Requests['host/command']['params']['command'];
type Guards = { [M in keyof Requests]: (params: unknown) => Requests[M]['params'] };

/** Characters of a filter; the filter language has its own, smaller limit and says so. */
const longestFilter = 65_536;
/** Characters that the page may put on the clipboard. */
const longestCopy = 64 * 1024 * 1024;
/** Characters of a path into a payload. */
const longestPath = 1024;
/** Milliseconds around a packet. */
const longestRange = 3_600_000;
/** Rows in one request. */
const mostRows = 10_000;

const searchDirections = ['next', 'previous'] as const;
const rowKinds = ['publish', 'packet'] as const;
const views = ['messages', 'packets', 'flow'] as const;
const commands: readonly HostCommand[] = [
  'startBroker',
  'publish',
  'copyAddress',
  'showLog',
  'subscribe',
];

/** Each gives the parameters, of the right types and nothing else. @throws HumanError `badRequest`. */
export const guards: Guards = {
  'query/open': (params) => ({
    view: oneOf(params, 'view', views),
    filter: text(params, 'filter', longestFilter),
  }),
  'filter/complete': (params) => ({
    filter: text(params, 'filter', longestFilter),
    caret: whole(params, 'caret', longestFilter),
  }),
  'query/close': (params) => ({ query: whole(params, 'query') }),
  'query/rows': (params) => ({
    query: whole(params, 'query'),
    from: whole(params, 'from'),
    count: whole(params, 'count', mostRows),
  }),
  'query/find': (params) => ({ query: whole(params, 'query'), frame: whole(params, 'frame') }),
  'query/search': searchRequest,
  'capture/frame': (params) => ({ frame: whole(params, 'frame') }),
  'capture/delivery': (params) => {
    const frame = whole(params, 'frame');
    return has(params, 'outcome')
      ? { frame, outcome: oneOf(params, 'outcome', deliveryOutcomes) }
      : { frame };
  },
  'capture/exchange': (params) => {
    const frame = whole(params, 'frame');
    return has(params, 'around')
      ? { frame, around: whole(params, 'around', longestRange) }
      : { frame };
  },
  'capture/history': (params) => {
    const request = { frame: whole(params, 'frame'), count: whole(params, 'count', mostRows) };
    return has(params, 'path') ? { ...request, path: text(params, 'path', longestPath) } : request;
  },
  'capture/payload': (params) => ({
    frame: whole(params, 'frame'),
    decoder: oneOf(params, 'decoder', payloadDecoders),
  }),
  'host/bindPayload': (params) => ({
    frame: whole(params, 'frame'),
    decoder: oneOf(params, 'decoder', payloadDecoders),
  }),
  'capture/bytes': (params) => {
    const start = whole(params, 'start');
    const end = whole(params, 'end');
    if (end < start) throw bad('end');
    return { frame: whole(params, 'frame'), start, end };
  },
  'capture/clear': () => null,
  'statistics/read': (params) => ({
    ...statisticsTable(params),
    from: whole(params, 'from'),
    count: whole(params, 'count', mostRows),
  }),
  'statistics/reset': () => null,
  'host/copyStatistics': statisticsTable,
  'host/saveStatistics': statisticsTable,
  'host/command': (params) => ({ command: oneOf(params, 'command', commands) }),
  'host/saveFilter': (params) => ({ filter: text(params, 'filter', longestFilter) }),
  'host/manageFilters': () => null,
  'host/setColumns': (params) => ({ columns: columnsOf(member(params, 'columns')) }),
  'host/copyRow': (params) => ({ frame: whole(params, 'frame') }),
  'host/copy': (params) => ({ text: text(params, 'text', longestCopy) }),
};

/** Notifications that carry something. */
export const notificationGuards = {
  selected: (params: unknown): EditorHostNotifications['selected'] => ({
    frame: member(params, 'frame') === null ? null : whole(params, 'frame'),
    kind: oneOf(params, 'kind', rowKinds),
  }),
};

function searchRequest(params: unknown): SearchRequest {
  const from = member(params, 'from', true);
  return {
    query: whole(params, 'query'),
    text: text(params, 'text', longestFilter),
    ...(from !== undefined && { from: whole(params, 'from') }),
    direction: oneOf(params, 'direction', searchDirections),
    inclusive: member(params, 'inclusive') === true,
  };
}

function statisticsTable(params: unknown): StatisticsTable {
  return {
    by: oneOf(params, 'by', statisticsSubjects),
    order: oneOf(params, 'order', statisticsOrders),
    descending: truth(params, 'descending'),
    filter: text(params, 'filter', longestFilter),
  };
}

function truth(params: unknown, key: string): boolean {
  const value = member(params, key);
  if (typeof value !== 'boolean') throw bad(key);
  return value;
}

function bad(key: string): HumanError {
  return new HumanError('badRequest', `The page sent a request with a wrong '${key}'.`);
}

function has(params: unknown, key: string): boolean {
  return typeof params === 'object' && params !== null && Object.hasOwn(params, key);
}

function member(params: unknown, key: string, isOptional = false): unknown {
  if (!has(params, key)) {
    if (isOptional && typeof params === 'object' && params !== null) return undefined;
    throw bad(key);
  }
  return (params as Record<string, unknown>)[key];
}

function text(params: unknown, key: string, longest: number): string {
  const value = member(params, key);
  if (typeof value !== 'string' || value.length > longest) throw bad(key);
  return value;
}

function whole(params: unknown, key: string, most = Number.MAX_SAFE_INTEGER): number {
  const value = member(params, key);
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0 || value > most) {
    throw bad(key);
  }
  return value;
}

function oneOf<T extends string>(params: unknown, key: string, allowed: readonly T[]): T {
  const value = member(params, key);
  const found = allowed.find((one) => one === value);
  if (found === undefined) throw bad(key);
  return found;
}
