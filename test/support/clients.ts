/** Real MQTT clients for tests: mosquitto's programs, and free ports to put brokers on. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { findProgram } from './programs.ts';

/** A port of 127.0.0.1 that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** True when a listener can be put on the port, so that nothing listens there. */
export async function isPortFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
    server.close();
    await once(server, 'close');
    return true;
  } catch {
    return false;
  }
}

/** Why mosquitto's clients cannot be used here; undefined when they can. */
export function mosquittoObstacle(): string | undefined {
  return findProgram('mosquitto_pub') === undefined || findProgram('mosquitto_sub') === undefined
    ? 'mosquitto_pub and mosquitto_sub are missing: sudo apt-get install mosquitto-clients'
    : undefined;
}

/** Publishes with mosquitto_pub and resolves when it has ended well. */
export async function mosquittoPublish(port: number, ...args: string[]): Promise<void> {
  const child = spawn('mosquitto_pub', ['-h', '127.0.0.1', '-p', `${port}`, ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`mosquitto_pub ended with ${code}`);
}

/** A running mosquitto_sub, and the lines it has printed. */
export interface MosquittoSubscriber {
  readonly process: ChildProcess;
  /** Resolves when a printed line contains the text. */
  line(text: string): Promise<void>;
  stop(): Promise<void>;
}

/** Starts mosquitto_sub; `-v` prints topic and payload. */
export function mosquittoSubscribe(port: number, ...args: string[]): MosquittoSubscriber {
  const child = spawn('mosquitto_sub', ['-h', '127.0.0.1', '-p', `${port}`, '-v', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  let wake = (): void => undefined;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    wake();
  });
  return {
    process: child,
    line: async (text) => {
      while (!output.includes(text)) await new Promise<void>((resolve) => (wake = resolve));
    },
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    },
  };
}
