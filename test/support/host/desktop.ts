/**
 * The same Mocha suite under a desktop VS Code, by @vscode/test-electron. Run as a program
 * (`node test/support/host/desktop.ts REPORT`), because it may need a display made around it.
 */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { downloadAndUnzipVSCode, runTests } from '@vscode/test-electron';
import { root } from '../../../build.ts';
import { findProgram } from '../programs.ts';
import { cacheFolder } from './install.ts';

const downloads = 'https://update.code.visualstudio.com';
const answerMilliseconds = 10_000;

/** A desktop VS Code that is already on the machine, for where none can be downloaded. */
const ownExecutable = process.env['MQTT_WORKBENCH_VSCODE'];

function hasDisplay(): boolean {
  return (
    process.platform !== 'linux' ||
    process.env['DISPLAY'] !== undefined ||
    process.env['WAYLAND_DISPLAY'] !== undefined
  );
}

/** Why the suite cannot run under a desktop VS Code here; undefined when it can. */
export async function desktopObstacle(): Promise<string | undefined> {
  if (ownExecutable === undefined) {
    try {
      const url = `${downloads}/api/releases/stable`;
      const answer = await fetch(url, { signal: AbortSignal.timeout(answerMilliseconds) });
      if (!answer.ok)
        return `${downloads} answers ${answer.status}, so VS Code cannot be downloaded`;
    } catch {
      return `no connection to ${downloads}, so VS Code cannot be downloaded (MQTT_WORKBENCH_VSCODE can name an installed one)`;
    }
  }
  if (!hasDisplay() && findProgram('xvfb-run') === undefined) {
    return 'there is no display: sudo apt-get install xvfb';
  }
  return undefined;
}

/** The command that gives a program a display, where there is none. */
export function desktopWrapper(): string[] {
  return hasDisplay() ? [] : ['xvfb-run', '-a'];
}

async function main(report: string): Promise<void> {
  const vscodeExecutablePath =
    ownExecutable ??
    (await downloadAndUnzipVSCode({ cachePath: join(cacheFolder(), 'vscode-desktop') }));
  const folder = mkdtempSync(join(tmpdir(), 'mw-'));
  const workspace = join(folder, 'workspace');
  cpSync(join(root, 'demo'), workspace, { recursive: true });
  try {
    await runTests({
      vscodeExecutablePath,
      extensionDevelopmentPath: root,
      extensionTestsPath: join(root, 'out/suite/index.cjs'),
      extensionTestsEnv: { MQTT_WORKBENCH_TEST_REPORT: resolve(report) },
      launchArgs: [
        workspace,
        '--disable-extensions',
        '--disable-workspace-trust',
        ...['--user-data-dir', join(folder, 'user')],
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      ],
    });
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

if (import.meta.main) {
  const [, , report] = process.argv;
  if (report === undefined) throw new Error('Usage: desktop.ts REPORT');
  try {
    await main(report);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
