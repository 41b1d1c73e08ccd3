import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { connectAsync } from 'mqtt';
import { addUser } from '../../src/engine/access/manage-users.ts';
import { BrokerProcess } from '../support/cli-process.ts';

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

    assert.equal(await broker.end('SIGTERM'), 0);
  });
});
