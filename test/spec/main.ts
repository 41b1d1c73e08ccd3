/**
 * `npm run coverage:spec`: each statement of MQTT 5.0, 3.1.1 and 3.1, the line that enforces it and
 * the test that proves it, and counts. With `--check` only what is wrong, and exit code 1 for it.
 */
import { coverage, versions, type Row } from './coverage.ts';
import type { Reference } from './references.ts';

const say = (line: string) => process.stdout.write(`${line}\n`);
const { rows, gaps, mistakes } = coverage();
const problems = [...mistakes, ...gaps];

function first(references: readonly Reference[]): string {
  const [one] = references;
  if (one === undefined) return '-';
  const more = references.length > 1 ? ` (+${references.length - 1})` : '';
  return `${one.at}${one.test === undefined ? '' : ` '${one.test}'`}${more}`;
}

function print({ statement, enforced, tested, exception, state }: Row): void {
  say(`${statement.id.padEnd(15)} ${statement.who.padEnd(6)} ${state}`);
  say(`    ${statement.summary}`);
  if (state === 'client' && enforced.length === 0 && tested.length === 0) return;
  say(`    enforced ${first(enforced)}`);
  say(`    tested   ${first(tested)}`);
  if (exception && state === 'excepted') say(`    because  ${exception.reason}`);
}

if (!process.argv.includes('--check')) {
  for (const version of versions) {
    say(`\n== MQTT ${version}`);
    for (const row of rows) if (row.statement.version === version) print(row);
  }
  say('');
}
say('MQTT    Statements  Server  Covered  Excepted  Gaps  Client only  Of these checked');
for (const version of versions) {
  const all = rows.filter(({ statement }) => statement.version === version);
  const server = all.filter(({ statement }) => statement.who !== 'client');
  const client = all.filter(({ statement }) => statement.who === 'client');
  const count = (list: readonly Row[], state: Row['state']) =>
    list.filter((row) => row.state === state).length;
  const columns = [
    String(all.length).padStart(12),
    String(server.length).padStart(8),
    String(count(server, 'covered')).padStart(9),
    String(count(server, 'excepted')).padStart(10),
    String(count(server, 'gap')).padStart(6),
    String(client.length).padStart(13),
    String(count(client, 'covered')).padStart(18),
  ];
  say(version.padEnd(6) + columns.join(''));
}
for (const problem of problems) say(problem);
if (process.argv.includes('--check') && problems.length > 0) process.exitCode = 1;
