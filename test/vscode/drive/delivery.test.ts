/** Who got it, as a person sees it: one message, clients of every kind, the inspector's tab. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import { freePort } from '../../support/clients.ts';
import { Workbench } from '../../support/host/workbench.ts';
import { packagedExtension } from '../../support/package.ts';

describe('Who got it', () => {
  let workbench: Workbench;
  let port: number;
  const clients: MqttClient[] = [];

  async function connect(clientId: string, options: IClientOptions = {}): Promise<MqttClient> {
    const url = `mqtt://127.0.0.1:${port}`;
    const client = await connectAsync(url, { clientId, protocolVersion: 5, ...options });
    clients.push(client);
    return client;
  }

  before(async () => {
    port = await freePort();
    workbench = await Workbench.open({
      extension: { vsix: packagedExtension() },
      settings: { 'mqttWorkbench.broker.port': port },
    });
    await workbench.openView('MQTT');
    await workbench.palette('MQTT: Start Local Broker');
    await workbench.treeItem(/Local broker/).waitFor();
  });
  after(async () => {
    await Promise.all(clients.map((client) => client.endAsync(true)));
    await workbench.close();
  });

  it('tells of an online, an offline, a no-local and a not-matching client', () =>
    workbench.during('delivery', async () => {
      const online = await connect('lamp-online');
      await online.subscribeAsync('home/+/set', { qos: 1 });
      const offline = await connect('lamp-offline', {
        clean: false,
        properties: { sessionExpiryInterval: 3600 },
      });
      await offline.subscribeAsync('home/#', { qos: 1 });
      await offline.endAsync();
      const other = await connect('meter');
      await other.subscribeAsync('energy/#', { qos: 0 });
      const writer = await connect('panel');
      await writer.subscribeAsync('home/lamp/set', { qos: 1, nl: true });
      await writer.publishAsync('home/lamp/set', '{"on": true}', { qos: 1 });

      await workbench.palette('MQTT: Open Inspector');
      const page = workbench.inspectorFrame();
      await page.locator('.body .row').filter({ hasText: 'home/lamp/set' }).last().click();
      await page.getByRole('tab', { name: 'Delivery' }).click();
      await page
        .locator('.delivery-summary strong')
        .filter({ hasText: '1 of 2 clients' })
        .waitFor();
      const outcome = (client: string) =>
        page.locator('.delivery-view tbody tr').filter({ hasText: client }).locator('td.outcome');
      assert.equal(await outcome('lamp-online').textContent(), 'Delivered');
      assert.equal(await outcome('lamp-offline').textContent(), 'Queued');
      assert.equal(await outcome('panel').first().textContent(), 'No local');
      await page.getByText('Not matching: 1 client').click();
      await page.locator('.others').getByText('energy/#').waitFor();
      await workbench.screenshot('delivery');

      // It is told live: the client comes back, and acknowledges.
      await connect('lamp-offline', {
        clean: false,
        properties: { sessionExpiryInterval: 3600 },
      });
      await page
        .locator('.delivery-summary strong')
        .filter({ hasText: '2 of 2 clients' })
        .waitFor();
      await outcome('lamp-offline').filter({ hasText: 'Delivered' }).waitFor();
      await workbench.screenshot('delivery-complete');
    }));
});
