/**
 * The entry point of the Mocha suite inside a real VS Code: the desktop (@vscode/test-electron)
 * and the server call it in the same way. Runs every `*.test.cjs` beside it, writes the counts to
 * the file named in MQTT_WORKBENCH_TEST_REPORT, and rejects when a test failed.
 */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Mocha from 'mocha';

const testMilliseconds = 30_000;

export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: 'bdd', reporter: 'spec', color: false, timeout: testMilliseconds });
  for (const name of readdirSync(__dirname).sort()) {
    if (name.endsWith('.test.cjs')) mocha.addFile(join(__dirname, name));
  }
  const report = { passed: 0, failed: 0, skipped: [] as string[] };
  await new Promise<void>((resolve) => {
    mocha
      .run(() => {
        resolve();
      })
      .on('pass', () => (report.passed += 1))
      .on('fail', () => (report.failed += 1))
      .on('pending', (test) => report.skipped.push(test.fullTitle()));
  });
  const path = process.env['MQTT_WORKBENCH_TEST_REPORT'];
  if (path !== undefined) writeFileSync(path, JSON.stringify(report));
  if (report.failed > 0) throw new Error(`${report.failed} failed`);
  if (report.passed === 0) throw new Error('The suite holds no test.');
}
