/**
 * `npm test`: runs the stages (all, or those named: `node test/run.ts lint unit`), goes on after a
 * failure, and ends with a table and one line of counts. The exit code is 1 when anything failed.
 */
import { bundles, packaged } from './support/stages/products.ts';
import { sum, type Stage, type StageResult } from './support/stages/stage.ts';
import { lint, types } from './support/stages/static.ts';
import { desktop, ui, unit, vscode } from './support/stages/tests.ts';
import { ensureSystemPackages } from './support/system-packages.ts';

const stages: readonly Stage[] = [lint, types, unit, bundles, packaged, ui, vscode, desktop];
const needMachine: readonly Stage[] = [unit, ui, vscode];

interface Outcome extends StageResult {
  readonly name: string;
  readonly seconds: number;
}

const say = (line: string) => process.stdout.write(`${line}\n`);
const sayWithin = (text: string) => say(text.replace(/^(?=.)/gm, '  '));

function counts({ passed, failed, skipped }: StageResult): string {
  return `${passed} passed, ${failed} failed, ${skipped.length} skipped`;
}

async function runStage(stage: Stage): Promise<Outcome> {
  say(`\n== ${stage.name}`);
  const start = performance.now();
  let result: StageResult;
  try {
    result = await stage.run(sayWithin);
  } catch (error) {
    sayWithin(`FAILED: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    result = { passed: 0, failed: 1, skipped: [] };
  }
  const seconds = (performance.now() - start) / 1000;
  for (const reason of result.skipped) sayWithin(`skipped: ${reason}`);
  say(`== ${stage.name}: ${counts(result)} (${seconds.toFixed(1)} s)`);
  return { ...result, name: stage.name, seconds };
}

function chosenStages(names: readonly string[]): readonly Stage[] {
  const unknown = names.filter((name) => !stages.some((stage) => stage.name === name));
  if (unknown.length > 0) {
    const known = stages.map(({ name }) => name).join(' ');
    console.error(`No stage ${unknown.join(', ')}. There are: ${known}`);
    process.exit(2);
  }
  return names.length === 0 ? stages : stages.filter(({ name }) => names.includes(name));
}

const chosen = chosenStages(process.argv.slice(2));
if (chosen.some((stage) => needMachine.includes(stage))) await ensureSystemPackages(say);
const outcomes: Outcome[] = [];
for (const stage of chosen) outcomes.push(await runStage(stage));

say('\nStage      Passed  Failed  Skipped  Seconds');
for (const { name, passed, failed, skipped, seconds } of outcomes) {
  const columns = [
    String(passed).padStart(6),
    String(failed).padStart(8),
    String(skipped.length).padStart(9),
    seconds.toFixed(1).padStart(9),
  ];
  say(name.padEnd(11) + columns.join(''));
}
const total = sum(outcomes);
say(`\n${counts(total)}`);
process.exitCode = total.failed > 0 ? 1 : 0;
