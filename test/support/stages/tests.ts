/** The stages that run tests: on Node alone, on pages in Chromium, and in VS Code. */
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../../build.ts';
import { readReport, runSuiteInServer } from '../host/run-suite.ts';
import { serverObstacle } from '../host/install.ts';
import { desktopObstacle, desktopWrapper } from '../host/desktop.ts';
import { outputFolder } from '../host/workbench.ts';
import { findChromium } from '../programs.ts';
import { runNode, runTestFiles, skip, sum, type Stage } from './stage.ts';

/** The broker is killed fifty times in there: a minute on a quiet machine, several on a busy one. */
const unitSeconds = 600;
const pageSeconds = 720;
const suiteSeconds = 240;
const driveSeconds = 720;
const desktopSeconds = 420;

/** Folders of test/ whose tests are not plain node:test files without further needs. */
const elsewhere = ['ui', 'vscode', 'support', 'bench'];

function testFiles(pattern: string): string[] {
  return globSync(pattern, { cwd: root }).sort();
}

export const unit: Stage = {
  name: 'unit',
  async run(tell) {
    const files = testFiles('test/*/**/*.test.ts').filter(
      (path) => !elsewhere.includes(path.split(/[\\/]/)[1] ?? ''),
    );
    return runTestFiles(tell, 'unit', files, unitSeconds);
  },
};

const noChromium =
  'Chromium is missing: sudo apt-get install --no-install-recommends chromium, or name one in MQTT_WORKBENCH_CHROMIUM';

export const ui: Stage = {
  name: 'ui',
  async run(tell) {
    const files = testFiles('test/ui/**/*.test.ts');
    if (findChromium() === undefined) return skip(`ui, ${files.length} files: ${noChromium}`);
    if (files.length === 0) return skip('ui: there are no tests in test/ui');
    // Each file has a browser of its own, which waits more than it works.
    return runTestFiles(tell, 'ui', files, pageSeconds, ['--test-concurrency=2']);
  },
};

export const vscode: Stage = {
  name: 'vscode',
  async run(tell) {
    const obstacle = serverObstacle() ?? (findChromium() === undefined ? noChromium : undefined);
    if (obstacle !== undefined) {
      return skip(`vscode, Mocha suite: ${obstacle}`, `vscode, driven windows: ${obstacle}`);
    }
    const suite = await runSuiteInServer({
      extension: root,
      suite: join(root, 'out/suite/index.cjs'),
      workspace: join(root, 'demo'),
      report: join(outputFolder, 'vscode-suite.json'),
      limitSeconds: suiteSeconds,
      tell,
    }).catch((error: unknown) => {
      tell(`FAILED: ${error instanceof Error ? error.message : String(error)}`);
      return { passed: 0, failed: 1, skipped: [] };
    });
    // One window at a time: each has a server, an extension host and a browser of its own.
    const drive = testFiles('test/vscode/drive/**/*.test.ts');
    return sum([
      suite,
      await runTestFiles(tell, 'drive', drive, driveSeconds, ['--test-concurrency=1']),
    ]);
  },
};

export const desktop: Stage = {
  name: 'desktop',
  async run(tell) {
    const obstacle = await desktopObstacle();
    if (obstacle !== undefined) return skip(`desktop, Mocha suite: ${obstacle}`);
    const report = join(outputFolder, 'desktop-suite.json');
    const code = await runNode(
      ['test/support/host/desktop.ts', report],
      desktopSeconds,
      tell,
      {},
      desktopWrapper(),
    );
    const result = readReport(report);
    return code === 0 || result.failed > 0 ? result : { ...result, failed: 1 };
  },
};
