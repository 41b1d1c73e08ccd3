/** Finds where the code cites statements, and which tests name them. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../build.ts';
import { invalidCases } from '../packets/cases.ts';
import type { Version } from './statement.ts';

export interface Reference {
  readonly version: Version;
  readonly id: string;
  /** `src/broker/link.ts:12`. */
  readonly at: string;
  /** Of a test: its name. */
  readonly test?: string;
  /** Of a test that runs in all versions, or in MQTT 3.1.1: it counts for the same statement there. */
  readonly alsoIn311?: boolean;
}

/** Something that looks like a statement, but is not cited in one of the forms below. */
export interface Malformed {
  readonly at: string;
  readonly text: string;
}

/**
 * The forms: `[MQTT-3.1.2-4]` is MQTT 5.0, `[3.1.1: MQTT-3.1.2-6]` and `[3.1: MQTT-3.1-4]` name
 * their version. In the codec also `'MQTT-3.6.1-1'`, for the problems that it reports.
 */
const cited = /\[(?:(3\.1\.1|3\.1): )?(MQTT-[\d.]+-\d+)\]|'(MQTT-[\d.]+-\d+)'/g;
const anyStatement = /\[?\(?(?:3\.1(?:\.1)?:? *)?\[?MQTT-[\d.]+-\d+\]?/g;
const testCall = /\b(it|test|describe|eachVersion)\(\s*(['"`])((?:\\.|(?!\2)[^\\])*)\2/g;

function linesUpTo(text: string, index: number): number {
  let lines = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < index; at = text.indexOf('\n', at + 1)) lines++;
  return lines;
}

function referencesIn(text: string): { version: Version; id: string; index: number }[] {
  return [...text.matchAll(cited)].map(({ 1: version, 2: id, 3: quoted, index }) => ({
    version: (version ?? '5.0') as Version,
    id: id ?? quoted ?? '',
    index,
  }));
}

function malformedIn(path: string, text: string): Malformed[] {
  const rest = text.replace(cited, (whole) => ' '.repeat(whole.length));
  return [...rest.matchAll(anyStatement)].map(({ 0: found, index }) => ({
    at: `${path}:${linesUpTo(rest, index)}`,
    text: found,
  }));
}

function read(pattern: string): { path: string; text: string }[] {
  return globSync(pattern, { cwd: root })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => !path.startsWith('test/spec/'))
    .sort()
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

/** Where the code enforces statements. */
export function enforcements(): { references: Reference[]; malformed: Malformed[] } {
  const references: Reference[] = [];
  const malformed: Malformed[] = [];
  for (const { path, text } of read('src/**/*.ts')) {
    for (const { version, id, index } of referencesIn(text)) {
      references.push({ version, id, at: `${path}:${linesUpTo(text, index)}` });
    }
    // In a doc comment of types an id is an example.
    malformed.push(...malformedIn(path, text.replaceAll(/`MQTT-[^`]*`/g, '')));
  }
  return { references, malformed };
}

/** Which tests name statements in their names, or have them as packet cases. */
export function proofs(): { references: Reference[]; malformed: Malformed[] } {
  const references: Reference[] = [];
  const malformed: Malformed[] = [];
  for (const { path, text } of read('test/**/*.test.ts')) {
    for (const { 1: call, 3: name = '', index } of text.matchAll(testCall)) {
      const at = `${path}:${linesUpTo(text, index)}`;
      for (const { version, id } of referencesIn(name)) {
        references.push({ version, id, at, test: name, alsoIn311: call === 'eachVersion' });
      }
      for (const { text: found } of malformedIn(path, name)) malformed.push({ at, text: found });
    }
  }
  for (const { name, statement, versions } of invalidCases) {
    if (statement === undefined) continue;
    const alsoIn311 = versions.includes(4);
    references.push({ version: '5.0', id: statement, at: 'test/packets', test: name, alsoIn311 });
  }
  return { references, malformed };
}
