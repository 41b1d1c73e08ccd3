/** A statement of a version of MQTT that implementations must meet. */
export interface Statement {
  readonly version: Version;
  /** `MQTT-3.1.2-24`. */
  readonly id: string;
  /** Who must meet it. */
  readonly who: Who;
  /** What it says, in our own words. */
  readonly summary: string;
  /** Statements of MQTT 5.0 that ask the same of the same code. */
  readonly same: readonly string[];
}

export type Version = '5.0' | '3.1.1' | '3.1';
export type Who = 'server' | 'client' | 'both';

const whos: Readonly<Record<string, Who>> = { S: 'server', C: 'client', B: 'both' };
const line = /^([\d.]+-\d+) ([SCB]) (?:=([\d.,-]+) )?(\S.*)$/;

/**
 * Reads a table of statements, one per line: its number, who must meet it (S: server, C: client,
 * B: both), the numbers of the same statements of MQTT 5.0, and what it says.
 * @throws Error naming the line that is not of this form, or the number that is there twice.
 */
export function parseStatements(version: Version, table: string): Statement[] {
  const seen = new Set<string>();
  return table
    .split('\n')
    .filter((text) => text.trim() !== '')
    .map((text) => {
      const [, number, letter = '', same, summary] = line.exec(text.trim()) ?? [];
      const who = whos[letter];
      if (number === undefined || who === undefined || summary === undefined) {
        throw new Error(`MQTT ${version}: "${text}" is not a statement.`);
      }
      if (seen.has(number)) throw new Error(`MQTT ${version}: ${number} is there twice.`);
      seen.add(number);
      const ids = same === undefined ? [] : same.split(',').map((other) => `MQTT-${other}`);
      return { version, id: `MQTT-${number}`, who, summary, same: ids };
    });
}
