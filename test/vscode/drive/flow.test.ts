/** Exchanges, as a person sees them: a message at QoS 2 through the broker, and one whose client does not go on. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { connectAsync, type MqttClient } from 'mqtt';
import { freePort } from '../../support/clients.ts';
import { Workbench } from '../../support/host/workbench.ts';
import { extensionId, packagedExtension } from '../../support/package.ts';

describe('Flow', () => {
  let workbench: Workbench;
  let port: number;
  const clients: MqttClient[] = [];

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

  it('shows a message at QoS 2 as one row, and both its exchanges as steps and diagram', () =>
    workbench.during('flow', async () => {
      const url = `mqtt://127.0.0.1:${port}`;
      for (const clientId of ['lamp-kitchen', 'panel-hall']) {
        clients.push(await connectAsync(url, { clientId, protocolVersion: 5 }));
      }
      const [lamp, panel] = clients;
      await lamp?.subscribeAsync('home/+/lamp/set', { qos: 1 });
      await panel?.publishAsync('home/kitchen/lamp/set', '{"on": true}', { qos: 2 });

      await workbench.palette('MQTT: Open Inspector');
      const page = workbench.inspectorFrame();
      await page.getByRole('radio', { name: 'Flow' }).click();
      const published = page
        .locator('.body .row')
        .filter({ hasText: 'home/kitchen/lamp/set' })
        .filter({ hasText: 'panel-hall' });
      await published.filter({ hasText: /PUBREC .* PUBREL .* PUBCOMP/ }).click();
      await page.getByRole('tab', { name: 'Flow' }).click();
      await page.locator('.sequence .lane', { hasText: 'lamp-kitchen' }).waitFor();
      const heads = page.locator('.exchange-head');
      assert.match((await heads.first().textContent()) ?? '', /panel-hall → broker.*Complete in/);
      assert.match((await heads.nth(1).textContent()) ?? '', /lamp-kitchen ← broker.*same message/);
      assert.equal(await page.locator('.exchange').first().locator('.step').count(), 4);
      await workbench.screenshot('flow');
    }));

  it('tells what is stuck, for how long, and goes on by itself when it goes on', () =>
    workbench.during('flow-stuck', async () => {
      const [lamp] = clients;
      const page = workbench.inspectorFrame();
      // A client that takes what it is sent, and does not say so until it is let.
      let letGo = (): void => undefined;
      const silent = await connectAsync(`mqtt://127.0.0.1:${port}`, {
        clientId: 'sensor-silent',
        protocolVersion: 5,
        customHandleAcks: (_topic, _message, _packet, done) => {
          letGo = () => done(0);
        },
      });
      clients.push(silent);
      await silent.subscribeAsync('stuck', { qos: 1 });
      await lamp?.publishAsync('stuck', 'x', { qos: 1 });
      const row = page
        .locator('.body .row')
        .filter({ hasText: 'sensor-silent' })
        .filter({ hasText: 'stuck' });
      await row.filter({ hasText: /waiting for PUBACK for \d+ s/ }).waitFor();
      letGo();
      await row.filter({ hasText: /PUBACK \d/ }).waitFor();
      assert.deepEqual(workbench.extensionErrors(extensionId()), []);
    }));
});
