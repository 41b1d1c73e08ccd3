import type { RefusalHandler } from '../net/connection.ts';
import type { LogEntry } from './contract.ts';

/** Most lines in a second: whoever knocks a thousand times is told of once in a while. */
const linesPerSecond = 5;

/** Writes who got no connection and why to a log, some of each second; the rest as a number. */
export function refusalLog(log: (entry: LogEntry) => void, now: () => number): RefusalHandler {
  let second = 0;
  let lines = 0;
  let left = 0;
  return (remoteAddress, reason) => {
    const current = Math.floor(now() / 1000);
    if (current !== second) {
      if (left > 0) info(`${left} more clients got no connection.`);
      [second, lines, left] = [current, 0, 0];
    }
    lines += 1;
    if (lines > linesPerSecond) left += 1;
    else info(`${remoteAddress} got no connection: ${reason}.`);
  };

  function info(message: string): void {
    log({ level: 'info', message });
  }
}
