/** A running VS Code server with one extension in it, in a folder of its own below the temporary folder. */
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../../build.ts';
import { installServer, type ServerInstallation } from './install.ts';
import { cleanEnvironment, runProgram, startProcessGroup } from './process-group.ts';

/** How the extension gets into the server. */
export type ExtensionSource =
  /** The packaged file is installed: what a person gets from the marketplace. */
  | { readonly vsix: string }
  /** A copy of what is shipped from a checkout. */
  | { readonly folder: string };

export interface ServerOptions {
  readonly extension?: ExtensionSource;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Lets a page start Mocha inside the extension host; hides notification toasts. */
  readonly smokeTestDriver?: boolean;
  /** Whether workspaces are untrusted until a person trusts them; without it all are trusted. */
  readonly workspaceTrust?: boolean;
  /** Reaches the extension host. */
  readonly env?: NodeJS.ProcessEnv;
  readonly tell?: (line: string) => void;
}

export interface VsCodeServer {
  readonly version: string;
  readonly port: number;
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  /** A folder for this run only; `stop` removes it. */
  readonly folder: string;
  /** What the server has printed so far. */
  output(): string;
  /** The text of the log files whose path matches, each under its name. */
  logs(path: RegExp): string;
  stop(): Promise<void>;
}

const startSeconds = 60;
const shipped = ['package.json', 'README.md', 'CHANGELOG.md', 'LICENSE', 'dist', 'media'];

const quietSettings = {
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoUpdate': 'off',
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.reduceMotion': 'on',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.colorTheme': 'Dark Modern',
  'chat.disableAIFeatures': true,
  'git.enabled': false,
};

/** Starts a server and resolves when pages can be opened. Rejects with its output when it fails. */
export async function startServer(options: ServerOptions = {}): Promise<VsCodeServer> {
  const installation = await installServer(options.tell);
  // Short, because VS Code makes unix sockets below it (107 bytes at most).
  const folder = mkdtempSync(join(tmpdir(), 'mw-'));
  const remove = () => {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };
  process.once('exit', remove);
  try {
    const server = await startIn(folder, installation, options);
    return {
      ...server,
      async stop() {
        await server.stop();
        process.off('exit', remove);
        remove();
      },
    };
  } catch (error) {
    process.off('exit', remove);
    remove();
    throw error;
  }
}

async function startIn(
  folder: string,
  installation: ServerInstallation,
  options: ServerOptions,
): Promise<VsCodeServer> {
  const at = (name: string) => join(folder, name);
  for (const name of ['sd', 'ud/User', 'ud/Machine', 'ext', 't'])
    mkdirSync(at(name), { recursive: true });
  const settings = { ...quietSettings, ...options.settings };
  writeFileSync(at('ud/User/settings.json'), JSON.stringify(settings, undefined, 2));
  writeFileSync(at('ud/Machine/settings.json'), JSON.stringify(machineSettings(settings)));

  const folders = [
    ...['--server-data-dir', at('sd')],
    ...['--user-data-dir', at('ud')],
    ...['--extensions-dir', at('ext')],
  ];
  const env = cleanEnvironment({
    EXTENSIONS_GALLERY: '{}',
    TMPDIR: at('t'),
    XDG_RUNTIME_DIR: at('t'),
    ...options.env,
  });
  await addExtension(options.extension, at('ext'), (vsix) =>
    runProgram(
      installation.node,
      [installation.entry, '--install-extension', vsix, '--force', ...folders],
      { env, limitSeconds: startSeconds },
    ),
  );

  const flags = [
    ...['--host', '127.0.0.1', '--port', '0', '--without-connection-token'],
    ...['--accept-server-license-terms', '--telemetry-level', 'off'],
    ...(options.workspaceTrust === true ? [] : ['--disable-workspace-trust']),
    ...(options.smokeTestDriver === true
      ? ['--enable-smoke-test-driver', '--force-disable-user-env']
      : []),
  ];
  let output = '';
  let started: (port: number) => void = () => undefined;
  const port = new Promise<number>((resolve) => (started = resolve));
  const group = startProcessGroup(installation.node, [installation.entry, ...flags, ...folders], {
    env,
    onOutput: (text) => {
      output = (output + text).slice(-500_000);
      const bound = /Server bound to 127\.0\.0\.1:(\d+)/.exec(output)?.[1];
      if (bound !== undefined && output.includes('Extension host agent started')) {
        started(Number(bound));
      }
    },
  });
  const timer = setTimeout(() => void group.end(), startSeconds * 1000);
  const failed = group.exit.then((code): never => {
    throw new Error(`The VS Code server ended with code ${code}:\n${output}`);
  });
  // Once it runs, its end is seen by whoever waits for something from it.
  failed.catch(() => undefined);
  const bound = await Promise.race([port, failed]).finally(() => clearTimeout(timer));
  return {
    version: installation.version,
    folder,
    stop: () => group.end(),
    port: bound,
    origin: `http://127.0.0.1:${bound}`,
    output: () => output,
    logs: (path) => readLogs(at('ud/logs'), path),
  };
}

/**
 * Those of the extension's settings that belong to a machine. A window that is connected to a server reads them from
 * the server's own file; in the user's they count only if they are read before VS Code knows what they are.
 */
function machineSettings(settings: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { contributes } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    contributes: { configuration: { properties: Record<string, { scope: string }> } };
  };
  const known = contributes.configuration.properties;
  return Object.fromEntries(
    Object.entries(settings).filter(([key]) => known[key]?.scope.startsWith('machine')),
  );
}

async function addExtension(
  source: ExtensionSource | undefined,
  extensions: string,
  install: (vsix: string) => Promise<unknown>,
): Promise<void> {
  if (source === undefined) return;
  if ('vsix' in source) {
    await install(source.vsix);
    return;
  }
  const manifest = JSON.parse(readFileSync(join(source.folder, 'package.json'), 'utf8')) as Record<
    'publisher' | 'name' | 'version',
    string
  >;
  const target = join(extensions, `${manifest.publisher}.${manifest.name}-${manifest.version}`);
  mkdirSync(target);
  for (const name of shipped) {
    const from = join(source.folder, name);
    if (existsSync(from)) cpSync(from, join(target, name), { recursive: true });
  }
}

function readLogs(folder: string, path: RegExp): string {
  if (!existsSync(folder)) return '';
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.log') && path.test(name))
    .map((name) => `== ${name}\n${readFileSync(join(folder, name), 'utf8')}`)
    .join('\n');
}
