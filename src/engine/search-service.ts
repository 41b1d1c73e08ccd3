import { HumanError } from '../base/errors.ts';
import type { CaptureLog } from '../capture/log.ts';
import type { CaptureQuery } from '../capture/query.ts';
import { RowSearch, type SearchMatch } from '../capture/row-search.ts';
import type { SearchRequest, SearchResult } from './editor-contract.ts';
import { inSlices } from './in-slices.ts';

/** Rows looked at between two looks at the clock. */
const stepRows = 1024;
/** Characters that can be looked for, as in filters. */
const longestText = 512;

/** The searches in the rows of queries: one for each, of which the newest question counts. */
export class SearchService {
  readonly #log: CaptureLog;
  readonly #searches = new Map<number, { readonly search: RowSearch; asked: number }>();
  #asked = 0;

  constructor(log: CaptureLog) {
    this.#log = log;
  }

  /** Forgets what was found in a query that is closed; a search under way ends. */
  forget(query: number): void {
    this.#searches.delete(query);
  }

  /**
   * Counts matches, and finds the next one; undefined when a newer question came, or the query was closed.
   * @throws HumanError `searchText` when there is none, or too much of it.
   */
  async search(query: CaptureQuery, request: SearchRequest): Promise<SearchResult | undefined> {
    const { text, from, direction, inclusive } = request;
    if (text === '' || text.length > longestText) {
      throw new HumanError('searchText', `Text to find has 1 to ${longestText} characters.`);
    }
    const known = this.#searches.get(request.query)?.search;
    const search =
      known?.text === text && !known.isOutdated ? known : new RowSearch(this.#log, query, text);
    const asked = ++this.#asked;
    this.#searches.set(request.query, { search, asked });
    const isNewest = (): boolean =>
      this.#searches.get(request.query)?.asked === asked && !search.isOutdated;
    if (!(await inSlices(() => search.step(stepRows), isNewest))) return undefined;
    let match: SearchMatch | undefined;
    if (from !== undefined) {
      const seeking = search.seek(from, direction, inclusive);
      const step = (): boolean => {
        const { done, value } = seeking.next();
        match = value;
        return done === true;
      };
      if (!(await inSlices(step, isNewest))) return undefined;
    }
    const frame = match && query.frameAt(match.ordinal);
    return {
      count: search.count,
      hasMore: search.hasMore,
      ...(match &&
        frame !== undefined && {
          match: {
            ordinal: match.ordinal,
            frame,
            ...(match.index !== undefined && { index: match.index }),
          },
        }),
    };
  }
}
