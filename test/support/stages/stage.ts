/** What a stage of `npm test` is, and the ways to make one. */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../../build.ts';
import { cleanEnvironment, startProcessGroup } from '../host/process-group.ts';
import { outputFolder } from '../host/workbench.ts';
import type { TestReport } from '../reporter.ts';

export type StageResult = TestReport;

export interface Stage {
  readonly name: string;
  /** Runs the stage to its end, printing what failed. Its rejection counts as one failure. */
  run(tell: (line: string) => void): Promise<StageResult>;
}

/** Adds results up. */
export function sum(results: readonly StageResult[]): StageResult {
  return {
    passed: results.reduce((total, { passed }) => total + passed, 0),
    failed: results.reduce((total, { failed }) => total + failed, 0),
    skipped: results.flatMap(({ skipped }) => skipped),
  };
}

export function skip(...reasons: string[]): StageResult {
  return { passed: 0, failed: 0, skipped: reasons };
}

/** One check that is a value: tells the line, and counts it as passed or failed. */
export function check(tell: (line: string) => void, line: string, holds: boolean): StageResult {
  tell(`${holds ? 'ok' : 'FAILED'}: ${line}`);
  return { passed: holds ? 1 : 0, failed: holds ? 0 : 1, skipped: [] };
}

/**
 * Runs a program on this Node and passes on what it prints, line by line. Resolves with its exit
 * code; when it takes more than `limitSeconds` it is ended, and that is told.
 */
export async function runNode(
  args: readonly string[],
  limitSeconds: number,
  tell: (line: string) => void,
  env: NodeJS.ProcessEnv = {},
  wrapper: readonly string[] = [],
): Promise<number> {
  let rest = '';
  const [command, ...before] = [...wrapper, process.execPath];
  const group = startProcessGroup(command, [...before, ...args], {
    cwd: root,
    env: cleanEnvironment(env),
    onOutput: (text) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) tell(line);
    },
  });
  const timer = setTimeout(() => {
    tell(`FAILED: not finished after ${limitSeconds} s, ended`);
    void group.end();
  }, limitSeconds * 1000);
  const code = await group.exit.finally(() => clearTimeout(timer));
  if (rest !== '') tell(rest);
  return code;
}

/** One check that is a program: passes when its exit code is 0. */
export async function runCheck(
  tell: (line: string) => void,
  title: string,
  args: readonly string[],
  limitSeconds: number,
): Promise<StageResult> {
  return check(tell, title, (await runNode(args, limitSeconds, tell)) === 0);
}

/** Runs files of node:test; `name` names the report file in test-output. */
export async function runTestFiles(
  tell: (line: string) => void,
  name: string,
  patterns: readonly string[],
  limitSeconds: number,
  options: readonly string[] = [],
): Promise<StageResult> {
  const report = join(outputFolder, `${name}.json`);
  mkdirSync(outputFolder, { recursive: true });
  rmSync(report, { force: true });
  const reporter = join(root, 'test/support/reporter.ts');
  const code = await runNode(
    ['--test', ...options, `--test-reporter=${reporter}`, ...patterns],
    limitSeconds,
    tell,
    { MQTT_WORKBENCH_TEST_REPORT: report },
  );
  if (!existsSync(report)) return { passed: 0, failed: 1, skipped: [] };
  const result = JSON.parse(readFileSync(report, 'utf8')) as TestReport;
  if (code === 0 || result.failed > 0) return result;
  tell(`FAILED: ${name}: the test run ended with code ${code}`);
  return { ...result, failed: 1 };
}
