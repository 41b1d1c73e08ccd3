/**
 * `npm start`: builds the extension and opens it in a real VS Code on a copy of demo/. Takes the
 * desktop VS Code when `code` is installed, otherwise a VS Code server for the browser.
 * `--server` asks for the server, `--no-open` leaves the browser closed. Runs until Ctrl+C.
 */
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, root } from '../../../build.ts';
import { findProgram } from '../programs.ts';
import { runProgram } from './process-group.ts';
import { startServer } from './server.ts';

const codeSeconds = 60;

function hasDisplay(): boolean {
  if (process.platform === 'darwin' || process.platform === 'win32') return true;
  return process.env['DISPLAY'] !== undefined || process.env['WAYLAND_DISPLAY'] !== undefined;
}

/** Opens the default browser; where there is none the printed address is enough. */
function openBrowser(url: string): void {
  if (!hasDisplay()) return;
  const opener = process.platform === 'darwin' ? 'open' : findProgram('xdg-open');
  if (opener === undefined) return;
  spawn(opener, [url], { stdio: 'ignore', detached: true })
    .on('error', () => undefined)
    .unref();
}

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}

async function startInServer(): Promise<void> {
  const server = await startServer({
    extension: { folder: root },
    settings: { 'workbench.startupEditor': 'readme', 'workbench.reduceMotion': 'auto' },
    tell: (line) => console.log(line),
  });
  try {
    const workspace = join(server.folder, 'demo');
    cpSync(join(root, 'demo'), workspace, { recursive: true });
    const url = `${server.origin}/?folder=${encodeURIComponent(workspace)}`;
    console.log(`MQTT Workbench is open at ${url}`);
    console.log('Run "MQTT: Start Local Broker" from the palette (F1). Ctrl+C ends it.');
    if (!process.argv.includes('--no-open')) openBrowser(url);
    await interrupted();
  } finally {
    await server.stop();
  }
}

async function startInDesktop(code: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'mw-'));
  const workspace = join(folder, 'demo');
  try {
    mkdirSync(workspace);
    cpSync(join(root, 'demo'), workspace, { recursive: true });
    const args = ['--new-window', `--extensionDevelopmentPath=${root}`, workspace];
    await runProgram(code, args, { limitSeconds: codeSeconds, env: process.env });
    console.log(`MQTT Workbench is open in VS Code, on ${workspace}`);
    console.log(
      'Close its window, then end this with Ctrl+C (which removes the copy of the demo).',
    );
    await interrupted();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

await build();
const code = process.argv.includes('--server') || !hasDisplay() ? undefined : findProgram('code');
try {
  await (code === undefined ? startInServer() : startInDesktop(code));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
