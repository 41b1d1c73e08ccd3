/** What the broker stores: it outlives the broker, is deleted after a question, and is never emptied silently. */
import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { connectAsync } from 'mqtt';
import type { Locator } from 'playwright-core';
import { freePort, isPortFree } from '../../support/clients.ts';
import { Workbench } from '../../support/host/workbench.ts';
import { packagedExtension } from '../../support/package.ts';

describe('Stored data of the broker', () => {
  let workbench: Workbench;
  let port: number;
  const dialog = (): Locator => workbench.page.locator('.monaco-dialog-box');

  async function start(): Promise<void> {
    await workbench.palette('MQTT: Start Local Broker');
    await workbench.statusBarItem(/MQTT broker on mqtt:/).waitFor();
  }

  async function stop(): Promise<void> {
    await workbench.palette('MQTT: Stop Local Broker');
    await workbench.statusBarItem(/local broker is stopped/).waitFor();
    await workbench.until('the port is free', () => isPortFree(port));
  }

  /** What is retained below `kept/`. */
  async function retained(): Promise<string[]> {
    const client = await connectAsync(`mqtt://127.0.0.1:${port}`);
    const topics: string[] = [];
    client.on('message', (topic) => topics.push(topic));
    await client.subscribeAsync('kept/#', { qos: 1 });
    // Its own message comes after all that were retained.
    const whole = new Promise((resolve) => {
      client.on('message', (topic) => {
        if (topic === 'kept/end') resolve(undefined);
      });
    });
    await client.publishAsync('kept/end', 'x', { qos: 1 });
    await whole;
    await client.endAsync();
    return topics.filter((topic) => topic !== 'kept/end').sort();
  }

  function storeFile(): string {
    const { folder } = workbench.server;
    const found = readdirSync(folder, { recursive: true, encoding: 'utf8' }).find((name) =>
      name.endsWith('broker.sqlite'),
    );
    assert.ok(found, 'the store is somewhere below the server');
    return join(folder, found);
  }

  before(async () => {
    port = await freePort();
    workbench = await Workbench.open({
      extension: { vsix: packagedExtension() },
      settings: { 'mqttWorkbench.broker.port': port, 'mqttWorkbench.broker.persistence': true },
    });
    await workbench.openView('MQTT');
  });
  after(() => workbench.close());

  it('is there after the broker was stopped and started', () =>
    workbench.during('stored', async () => {
      await start();
      const client = await connectAsync(`mqtt://127.0.0.1:${port}`, {
        clientId: 'lamp',
        clean: false,
      });
      await client.publishAsync('kept/a', '1', { qos: 1, retain: true });
      await client.publishAsync('kept/b', '2', { qos: 1, retain: true });
      await client.endAsync();
      await stop();
      await start();
      assert.deepEqual(await retained(), ['kept/a', 'kept/b']);
      await workbench.treeItem(/offline session lamp/).waitFor();
    }));

  it('is deleted after a question that tells how much it is', () =>
    workbench.during('stored-cleared', async () => {
      await stop();
      await workbench.palette('MQTT: Clear Stored Broker Data…');
      await dialog()
        .getByText(/Sessions: 1\. Queued messages: 0\. Retained messages: 2\./)
        .waitFor();
      await workbench.screenshot('clear-stored-data');
      await dialog().getByRole('button', { name: 'Cancel' }).click();
      await dialog().waitFor({ state: 'detached' });
      await start();
      assert.deepEqual(await retained(), ['kept/a', 'kept/b']);
      await workbench.palette('MQTT: Clear Stored Broker Data…');
      await dialog().getByRole('button', { name: 'Clear and Restart Broker' }).click();
      await workbench.statusBarItem(/Stored data deleted/).waitFor();
      await workbench.statusBarItem(/MQTT broker on mqtt:/).waitFor();
      assert.deepEqual(await retained(), []);
    }));

  it('that is damaged is set aside and told of; the broker begins anew', () =>
    workbench.during('store-damaged', async () => {
      await stop();
      const file = storeFile();
      writeFileSync(file, 'this is no database'.repeat(1000));
      await start();
      await workbench
        .notification(/What the broker had stored is damaged .* It is kept in/)
        .waitFor();
      await workbench.screenshot('store-damaged');
      const kept = readdirSync(dirname(file)).filter((name) => name.includes('.damaged-'));
      assert.equal(kept.length, 1);
      assert.deepEqual(await retained(), []);
    }));
});
