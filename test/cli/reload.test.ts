import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { connectAsync } from 'mqtt';
import { root } from '../../build.ts';
import { addUser } from '../../src/engine/access/manage-users.ts';

/** `mqtt-workbench broker` as a process of its own. */
class BrokerProcess {
  readonly child: ChildProcess;
  #text = '';
  #read = 0;
  #wake: () => void = () => undefined;

  constructor(context: TestContext, args: readonly string[]) {
    const main = join(root, 'src/cli/main.ts');
    this.child = spawn(process.execPath, [main, 'broker', ...args]);
    context.after(() => this.child.kill('SIGKILL'));
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.#text += chunk.toString();
        this.#wake();
      });
    }
  }

  /** Waits for a line that has not been waited for. */
  async says(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.#text.slice(this.#read));
      if (match) {
        this.#read += match.index + match[0].length;
        return match;
      }
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}

const rule = (action: string, topicFilter: string) => ({
  permission: 'allow',
  action,
  topicFilter,
});

describe('mqtt-workbench broker at SIGHUP', { timeout: 30_000 }, () => {
  it('reads users and rules again, keeps the old ones when the file is broken, and ends at SIGTERM', async (context) => {
    const folder = await mkdtemp(join(tmpdir(), 'mqtt-workbench-'));
    context.after(() => rm(folder, { recursive: true }));
    const file = join(folder, 'test.mqtt-broker.json');
    const users = join(folder, 'users.json');
    const config = { port: 0, access: { usersFile: 'users.json', rules: [rule('publish', 'a')] } };
    await addUser(users, 'ann', 'first');
    await writeFile(file, JSON.stringify(config));
    const broker = new BrokerProcess(context, ['--config', file]);
    const [, port] = await broker.says(/listening mqtt:\/\/127\.0\.0\.1:(\d+)/);

    /** The reason code of a QoS 1 message to a topic; of CONNACK when the user is refused. */
    const publish = async (username: string, password: string, topic: string): Promise<number> => {
      const options = { username, password, protocolVersion: 5, reconnectPeriod: 0 } as const;
      try {
        const client = await connectAsync(`mqtt://127.0.0.1:${port}`, options, false);
        const sent = client.publishAsync(topic, 'x', { qos: 1 });
        return await sent.then(() => 0).finally(() => client.endAsync());
      } catch (error) {
        return (error as { code: number }).code;
      }
    };

    assert.equal(await publish('ann', 'first', 'a'), 0);
    assert.equal(await publish('ann', 'first', 'b'), 0x87);
    assert.equal(await publish('bob', 'second', 'a'), 0x86);

    await addUser(users, 'bob', 'second');
    config.access.rules = [rule('publish', 'b')];
    await writeFile(file, JSON.stringify(config));
    broker.child.kill('SIGHUP');
    await broker.says(/reloaded users and rules/);
    assert.equal(await publish('ann', 'first', 'a'), 0x87);
    assert.equal(await publish('bob', 'second', 'b'), 0);

    await writeFile(file, JSON.stringify({ access: { rules: [rule('fly', 'a')] } }));
    broker.child.kill('SIGHUP');
    await broker.says(/access\.rules\[0\]\.action must be .*; users and rules are as before/);
    await writeFile(file, JSON.stringify(config));
    await writeFile(users, '{"users": ');
    broker.child.kill('SIGHUP');
    await broker.says(/users\.json.*; users and rules are as before/);
    assert.equal(await publish('bob', 'second', 'b'), 0);
    assert.equal(await publish('bob', 'second', 'a'), 0x87);

    await rm(users);
    await addUser(users, 'ann', 'first');
    await writeFile(file, JSON.stringify({ ...config, limits: { maximumInFlight: 1 } }));
    broker.child.kill('SIGHUP');
    await broker.says(/what else has changed needs a restart/);
    await broker.says(/reloaded users and rules/);
    assert.equal(await publish('bob', 'second', 'b'), 0x86);

    broker.child.kill('SIGTERM');
    const [code] = (await once(broker.child, 'exit')) as [number | null];
    assert.equal(code, 0);
  });
});
