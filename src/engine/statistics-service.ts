import type { CaptureLog } from '../capture/log.ts';
import { statisticsCsv } from '../capture/statistics/statistics-csv.ts';
import { readStatistics } from '../capture/statistics/statistics-page.ts';
import type { Statistics } from '../capture/statistics/statistics.ts';
import { now } from '../net/clock.ts';
import { inSlices } from './in-slices.ts';
import type { StatisticsPage, StatisticsRequest, StatisticsTable } from './statistics-contract.ts';

/** Frames counted between two looks at the clock. */
const sliceFrames = 4096;

/** Answers about the statistics, which are brought up to date in slices between the broker's work. */
export class StatisticsService {
  readonly #log: CaptureLog;
  readonly #statistics: Statistics;

  constructor(log: CaptureLog, statistics: Statistics) {
    this.#log = log;
    this.#statistics = statistics;
  }

  async read(request: StatisticsRequest): Promise<StatisticsPage> {
    await this.#catchUp();
    return readStatistics(this.#statistics, request, now());
  }

  async csv(table: StatisticsTable): Promise<string> {
    await this.#catchUp();
    return statisticsCsv(this.#statistics, table, now());
  }

  reset(): void {
    this.#statistics.reset(now());
  }

  /** Up to what is captured now: what comes meanwhile is for the next time. */
  async #catchUp(): Promise<void> {
    const { end } = this.#log;
    await inSlices(() => {
      this.#statistics.advance(end, sliceFrames);
      return this.#statistics.end >= end;
    });
  }
}
