import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** A broker that can be measured, each run in a process of its own. */
export interface Peer {
  readonly name: string;
  readonly version: string;
  start(): Promise<{ port: number; process: ChildProcess }>;
}

/** Ours, as the command line runs it: the capture is on, as it always is. */
export const ours: Peer = {
  name: 'mqtt-workbench',
  version: 'this checkout',
  start: () =>
    startOnPort((port) => [process.execPath, 'dist/cli.js', 'broker', '--port', `${port}`]),
};

/** The same engine with limits that let more in. */
export const oursUnlimited: Peer = {
  ...ours,
  start: () => startOnPort((port) => [process.execPath, 'test/bench/ours.ts', `${port}`]),
};

const aedes: Peer = {
  name: 'aedes',
  version: '1.2.0',
  start: () => startOnPort((port) => [process.execPath, 'test/bench/aedes.ts', `${port}`]),
};

/** Debian installs the server outside of most users' PATH. */
const mosquittoPath = ['mosquitto', '/usr/sbin/mosquitto', '/opt/homebrew/sbin/mosquitto'].find(
  (path) => spawnSync(path, ['-h']).error === undefined,
);

function mosquitto(path: string): Peer {
  const help = spawnSync(path, ['-h'], { encoding: 'utf8' });
  const folder = mkdtempSync(join(tmpdir(), 'mqtt-workbench-bench-'));
  return {
    name: 'mosquitto',
    version: /version (\S+)/.exec(help.stdout)?.[1] ?? 'unknown',
    start: () =>
      startOnPort((port) => {
        const file = join(folder, `${port}.conf`);
        // Its default queue limits would drop what a fast generator sends.
        writeFileSync(
          file,
          `listener ${port} 127.0.0.1\nallow_anonymous true\nmax_queued_messages 0\nmax_inflight_messages 0\nset_tcp_nodelay true\nlog_type none\n`,
        );
        return [path, '-c', file];
      }),
  };
}

/** Ours and every peer that is installed; says which is not. */
export function installedPeers(): Peer[] {
  peers ??= findPeers();
  return peers;
}

let peers: Peer[] | undefined;

function findPeers(): Peer[] {
  if (mosquittoPath !== undefined) return [ours, aedes, mosquitto(mosquittoPath)];
  console.log('mosquitto is not installed: measured without it (apt-get install mosquitto).');
  return [ours, aedes];
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function startOnPort(
  command: (port: number) => string[],
): Promise<{ port: number; process: ChildProcess }> {
  const port = await freePort();
  const [program = '', ...args] = command(port);
  const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  for (let attempt = 0; attempt < 200; attempt++) {
    if (child.exitCode !== null) throw new Error(`${program} ended before it listened`);
    if (await accepts(port)) return { port, process: child };
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  child.kill('SIGKILL');
  throw new Error(`${program} did not listen within 5 s`);
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
