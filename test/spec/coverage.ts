/** Which statement of the specifications is enforced where, and proven by which test. */
import { exceptions, type Exception } from './exceptions.ts';
import { enforcements, proofs, type Malformed, type Reference } from './references.ts';
import { statements31 } from './statements-3.1.ts';
import { statements311 } from './statements-3.1.1.ts';
import { statements5 } from './statements-5.ts';
import type { Statement, Version } from './statement.ts';

export const statements: readonly Statement[] = [...statements5, ...statements311, ...statements31];
export const versions: readonly Version[] = ['5.0', '3.1.1', '3.1'];

export interface Row {
  readonly statement: Statement;
  readonly enforced: readonly Reference[];
  readonly tested: readonly Reference[];
  readonly exception: Exception | undefined;
  readonly state: 'covered' | 'excepted' | 'client' | 'gap';
}

export interface Coverage {
  readonly rows: readonly Row[];
  /** Server statements that are not enforced and tested, and no exceptions. */
  readonly gaps: readonly string[];
  /** Citations and exceptions that are wrong. */
  readonly mistakes: readonly string[];
}

export const key = (version: Version, id: string): string => `${version} ${id}`;

/** Reads the sources and the tests. */
export function coverage(): Coverage {
  const source = enforcements();
  const tests = proofs();
  const enforced = byStatement(source.references);
  const tested = byStatement(tests.references);
  const excepted = new Map(exceptions.map((other) => [key(other.version, other.id), other]));
  const rows = statements.map((statement): Row => {
    const own = key(statement.version, statement.id);
    const row = {
      statement,
      enforced: [...(enforced.get(own) ?? []), ...ofSame(statement, enforced, () => true)],
      tested: [
        ...(tested.get(own) ?? []),
        ...ofSame(statement, tested, ({ alsoIn311 }) => alsoIn311 === true),
      ],
      exception: excepted.get(own),
    };
    return { ...row, state: stateOf(row) };
  });
  return {
    rows,
    gaps: gapsOf(rows),
    mistakes: [...staleExceptions(rows), ...unknown(source, tests)],
  };
}

function byStatement(references: readonly Reference[]): Map<string, Reference[]> {
  const map = new Map<string, Reference[]>();
  for (const reference of references) {
    const own = key(reference.version, reference.id);
    const list = map.get(own);
    if (list) list.push(reference);
    else map.set(own, [reference]);
  }
  return map;
}

/** What is known of the same statements of MQTT 5.0; nothing if one of them has nothing. */
function ofSame(
  { same }: Statement,
  known: ReadonlyMap<string, readonly Reference[]>,
  counts: (reference: Reference) => boolean,
): Reference[] {
  const lists = same.map((id) => (known.get(key('5.0', id)) ?? []).filter(counts));
  return lists.some((list) => list.length === 0) ? [] : lists.flat();
}

function stateOf({ statement, enforced, tested, exception }: Omit<Row, 'state'>): Row['state'] {
  if (enforced.length > 0 && tested.length > 0) return 'covered';
  if (exception) return 'excepted';
  return statement.who === 'client' ? 'client' : 'gap';
}

function staleExceptions(rows: readonly Row[]): string[] {
  return rows
    .filter(({ state, exception }) => state === 'covered' && exception !== undefined)
    .map(({ statement: { version, id } }) => {
      return `MQTT ${version} ${id} is enforced and tested: take it from the exceptions.`;
    });
}

function gapsOf(rows: readonly Row[]): string[] {
  return rows.flatMap(({ statement, enforced, tested, state }) => {
    const name = key(statement.version, statement.id);
    if (state !== 'gap') return [];
    const missing = [
      ...(enforced.length === 0 ? ['no line of src enforces it'] : []),
      ...(tested.length === 0 ? ['no test names it'] : []),
    ];
    return [`MQTT ${name}: ${missing.join(', ')}. ${statement.summary}`];
  });
}

type Found = ReturnType<typeof enforcements>;

function unknown(...found: readonly Found[]): string[] {
  const known = new Set(statements.map(({ version, id }) => key(version, id)));
  const wrong = (at: string, text: string) => `${at}: ${text} is no statement as they are cited.`;
  return [
    ...found.flatMap(({ references }) =>
      references
        .filter(({ version, id }) => !known.has(key(version, id)))
        .map(({ version, id, at }) => `${at}: MQTT ${version} has no statement ${id}.`),
    ),
    ...found.flatMap(({ malformed }: { malformed: readonly Malformed[] }) =>
      malformed.map(({ at, text }) => wrong(at, text)),
    ),
    ...exceptions
      .filter(({ version, id }) => !known.has(key(version, id)))
      .map(({ version, id }) => `exceptions.ts: MQTT ${version} has no statement ${id}.`),
  ];
}
