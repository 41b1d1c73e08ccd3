import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, it, type TestContext } from 'node:test';
import { connectAsync } from 'mqtt';
import { run } from '../../src/cli/command-line.ts';
import type { Terminal } from '../../src/cli/output.ts';
import { encode } from '../../src/mqtt/encode.ts';

/** A terminal of a test: output as lines, an interrupt on request. */
class TestTerminal implements Terminal {
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly stdout = new PassThrough({ encoding: 'utf8' });
  readonly stderr = new PassThrough({ encoding: 'utf8' });
  out = '';
  error = '';
  interrupt: () => void = () => undefined;
  readonly #interrupted = new Promise<void>((resolve) => (this.interrupt = resolve));
  #wake: () => void = () => undefined;

  constructor(input: Uint8Array[] = []) {
    this.stdin = PassThrough.from(input);
    this.stdout.on('data', (text: string) => {
      this.out += text;
      this.#wake();
    });
    this.stderr.on('data', (text: string) => (this.error += text));
  }

  untilInterrupted(): Promise<void> {
    return this.#interrupted;
  }

  onHangUp(): () => void {
    return () => undefined;
  }

  async line(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.out);
      if (match) return match;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}

async function fail(...args: string[]): Promise<string> {
  const terminal = new TestTerminal();
  assert.equal(await run(args, terminal), 2);
  assert.equal(terminal.out, '');
  assert.match(terminal.error, /^mqtt-workbench: [^\n]+\n$/, 'one clear line');
  return terminal.error;
}

const publish = encode(
  {
    type: 'publish',
    topicName: 'home/lamp',
    payload: Buffer.from('on'),
    qos: 0,
    dup: false,
    retain: true,
  },
  4,
);

describe('mqtt-workbench', { timeout: 20_000 }, () => {
  it('refuses wrong command lines with exit code 2 and one line', async () => {
    assert.match(await fail(), /no command/);
    assert.match(await fail('fly'), /unknown command 'fly'/);
    assert.match(await fail('broker', '--colour', 'red'), /--colour/);
    assert.match(await fail('broker', '--port', '99999'), /--port .* 'not |not '99999'/);
    assert.match(await fail('broker', '--port', '-1'), /--port/);
    assert.match(await fail('broker', '--port', '18x3'), /18x3/);
    assert.match(await fail('broker', '--log', 'loud'), /packets, messages, none/);
    assert.match(await fail('broker', 'extra'), /extra/);
    assert.match(await fail('decode'), /FILE/);
    assert.match(await fail('decode', '/does/not/exist'), /cannot read/);
    assert.match(await fail('decode', '--protocol-version', '6', '-'), /3, 4, 5/);
  });

  it('tells its options and its version', async () => {
    for (const args of [['--help'], ['broker', '--help'], ['decode', '--help'], ['--version']]) {
      const terminal = new TestTerminal();
      assert.equal(await run(args, terminal), 0);
      assert.match(terminal.out, args.includes('--help') ? /Usage: mqtt-workbench/ : /\S/);
    }
  });

  it('says when the port is taken, with exit code 2', async (context: TestContext) => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    context.after(() => server.close());
    const { port } = server.address() as AddressInfo;
    assert.match(await fail('broker', '--port', String(port)), /already in use/);
  });

  for (const json of [false, true]) {
    it(`runs the broker until interrupted and prints packets${json ? ' as JSON' : ''}`, async () => {
      const terminal = new TestTerminal();
      const args = ['broker', '--port', '0', '--ws-port', '0', '--log', 'packets'];
      const ended = run(json ? [...args, '--json'] : args, terminal);
      const [, port] = await terminal.line(/mqtt:\/\/127\.0\.0\.1:(\d+)/);
      await terminal.line(/ws:\/\/127\.0\.0\.1:\d+/);
      const client = await connectAsync(`mqtt://127.0.0.1:${port}`, { clientId: 'lamp' });
      await client.publishAsync('home/\u001b[31mlamp', '{"on": true}', { qos: 1 });
      await client.endAsync();
      await terminal.line(/DISCONNECT/);
      terminal.interrupt();
      assert.equal(await ended, 0);
      assert.ok(!terminal.out.includes('\u001b'), 'no terminal escapes from the network');
      const lines = terminal.out.trim().split('\n');
      const packets = json
        ? lines
            .map((line) => JSON.parse(line) as { event: string; packet?: string })
            .filter(({ event }) => event === 'packet')
            .map(({ packet }) => packet)
        : lines.map((line) => /lamp [→←] ([A-Z]+)/.exec(line)?.[1]).filter(Boolean);
      assert.deepEqual(packets, ['CONNECT', 'CONNACK', 'PUBLISH', 'PUBACK', 'DISCONNECT']);
    });
  }

  it('decodes packets from a file', async (context) => {
    const folder = await mkdtemp(join(tmpdir(), 'mqtt-workbench-'));
    context.after(() => rm(folder, { recursive: true }));
    const file = join(folder, 'packets.bin');
    await writeFile(file, Buffer.concat([publish, encode({ type: 'pingreq' }, 4)]));
    const terminal = new TestTerminal();
    assert.equal(await run(['decode', '--protocol-version', '4', file], terminal), 0);
    assert.match(terminal.out, /PUBLISH · MQTT 3\.1\.1 · 15 bytes at offset 0/);
    assert.match(terminal.out, /"home\/lamp"/);
    assert.match(terminal.out, /PINGREQ · MQTT 3\.1\.1 · 2 bytes at offset 15/);
  });

  it('decodes hexadecimal text from standard input as JSON, and tells problems by exit code 1', async () => {
    const terminal = new TestTerminal([Buffer.from('c0 00\n36 00')]);
    assert.equal(await run(['decode', '--hex', '--json', '-'], terminal), 1);
    const packets = terminal.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { packet: string; problems: { severity: string }[] });
    assert.deepEqual(
      packets.map(({ packet }) => packet),
      ['PINGREQ', 'PUBLISH'],
    );
    assert.ok(packets[1]?.problems.some(({ severity }) => severity === 'error'));
  });

  it('takes the version from a CONNECT for what follows it', async () => {
    const bytes = Buffer.concat([
      encode(
        {
          type: 'connect',
          protocolVersion: 3,
          cleanStart: true,
          keepAlive: 60,
          clientIdentifier: 'old',
        },
        3,
      ),
      publish,
    ]);
    const terminal = new TestTerminal([bytes]);
    assert.equal(await run(['decode', '-'], terminal), 0);
    assert.match(terminal.out, /PUBLISH · MQTT 3\.1 ·/);
  });
});
