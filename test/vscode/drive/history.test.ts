/** The history of a topic and the properties of a packet, as a person sees them: real clients, a real window. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { connectAsync, type MqttClient } from 'mqtt';
import { freePort } from '../../support/clients.ts';
import { Workbench } from '../../support/host/workbench.ts';
import { extensionId, packagedExtension } from '../../support/package.ts';

describe('History and Properties', () => {
  let workbench: Workbench;
  let sensor: MqttClient;

  before(async () => {
    const port = await freePort();
    workbench = await Workbench.open({
      extension: { vsix: packagedExtension() },
      settings: { 'mqttWorkbench.broker.port': port },
    });
    await workbench.openView('MQTT');
    await workbench.palette('MQTT: Start Local Broker');
    await workbench.treeItem(/Local broker/).waitFor();
    sensor = await connectAsync(`mqtt://127.0.0.1:${port}`, {
      clientId: 'sensor-kitchen',
      protocolVersion: 5,
    });
  });
  after(async () => {
    await sensor.endAsync(true);
    await workbench.close();
  });

  async function report(celsius: number): Promise<void> {
    const payload = JSON.stringify({ celsius, humidity: 48, status: { battery: 97 } });
    const properties = {
      contentType: 'application/json',
      messageExpiryInterval: 3600,
      userProperties: { firmware: '2.4.1', room: 'kitchen' },
    };
    await sensor.publishAsync('home/kitchen/climate', payload, { qos: 1, properties });
  }

  it('charts the numbers of a topic, and tells what changed from one message to the next', () =>
    workbench.during('history', async () => {
      for (let step = 0; step < 40; step++)
        await report(20 + Math.round(Math.sin(step / 5) * 30) / 10);
      await workbench.palette('MQTT: Open Inspector');
      const page = workbench.inspectorFrame();
      await page.getByRole('radio', { name: 'Messages' }).click();
      const filter = page.getByRole('textbox', { name: 'Filter' });
      await filter.fill('topic:home/#');
      await filter.press('Enter');
      await page.locator('.result', { hasText: /^40 of/ }).waitFor();
      await page.locator('.body .row[aria-rowindex="41"]:not([hidden])').click();
      await page.getByRole('tab', { name: 'History' }).click();
      await page
        .locator('.history-chart[aria-label^="Chart of celsius: 40 values"] canvas')
        .waitFor();
      await page.locator('.diff-line.added', { hasText: '"celsius"' }).waitFor();
      await workbench.screenshot('history');
      await report(31.5);
      await page.locator('.history-note', { hasText: '41 messages' }).waitFor();
      await page.locator('.history-table tbody tr').first().click();
      await page.locator('.history-table tr[aria-selected=true]', { hasText: '31.5' }).waitFor();
      await page.getByRole('combobox', { name: 'Number to chart' }).click();
      await page.getByRole('option', { name: 'status.battery' }).click();
      await page
        .locator('.history-chart[aria-label="Chart of status.battery: 41 values from 97 to 97"]')
        .waitFor();
    }));

  it('tells the properties of a message', () =>
    workbench.during('properties', async () => {
      const page = workbench.inspectorFrame();
      await page.getByRole('tab', { name: 'Properties' }).click();
      const texts = await page.locator('.properties-table tbody tr').allInnerTexts();
      assert.deepEqual(texts.map((text) => text.replace(/\s+/g, ' ').trim()).sort(), [
        'Content Type application/json 3.3.2.3.9',
        'Message Expiry Interval 3600 3600 seconds, 60 minutes 3.3.2.3.3',
        'User Property firmware 2.4.1 3.3.2.3.7',
        'User Property room kitchen 3.3.2.3.7',
      ]);
      await workbench.screenshot('properties');
      assert.deepEqual(workbench.extensionErrors(extensionId()), []);
    }));
});
