/** Statistics, as a person sees them: who floods the broker, with which topic, and how fast who acknowledges. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { connectAsync, type MqttClient } from 'mqtt';
import { freePort } from '../../support/clients.ts';
import { Workbench } from '../../support/host/workbench.ts';
import { extensionId, packagedExtension } from '../../support/package.ts';

describe('Statistics', () => {
  let workbench: Workbench;
  let port: number;
  let load: ReturnType<typeof setInterval> | undefined;
  const clients: MqttClient[] = [];

  before(async () => {
    port = await freePort();
    workbench = await Workbench.open({
      extension: { vsix: packagedExtension() },
      prepare: (page) => page.context().grantPermissions(['clipboard-read', 'clipboard-write']),
      settings: { 'mqttWorkbench.broker.port': port },
    });
    await workbench.openView('MQTT');
    await workbench.palette('MQTT: Start Local Broker');
    await workbench.treeItem(/Local broker/).waitFor();
  });
  after(async () => {
    clearInterval(load);
    await Promise.all(clients.map((client) => client.endAsync(true)));
    await workbench.close();
  });

  it('name who floods the broker, while it happens', () =>
    workbench.during('statistics', async () => {
      const url = `mqtt://127.0.0.1:${port}`;
      for (const clientId of ['panel-hall', 'sensor-attic', 'lamp-kitchen']) {
        clients.push(await connectAsync(url, { clientId, protocolVersion: 5 }));
      }
      const [panel, sensor, lamp] = clients;
      await panel?.subscribeAsync('home/#', { qos: 1 });
      let tick = 0;
      load = setInterval(() => {
        tick++;
        for (let i = 0; i < 20 + 15 * Math.sin(tick / 8); i++) {
          sensor?.publish('home/attic/temperature', String(20 + i / 10), { qos: 1 });
        }
        if (tick % 5 === 0) lamp?.publish('home/kitchen/lamp/state', 'on', { retain: true });
      }, 50);

      await workbench.palette('MQTT: Open Inspector');
      const page = workbench.inspectorFrame();
      await page.getByRole('radio', { name: 'Statistics' }).click();
      const row = page.locator('.statistics-table tbody tr');
      await row.first().filter({ hasText: 'sensor-attic' }).waitFor();
      const talker = page.locator('.talker').filter({ hasText: 'sensor-attic' });
      await talker.filter({ hasText: /9\d % of messages/ }).waitFor();
      // It goes on by itself.
      const total = page.locator('.tile').first();
      const before = await total.innerText();
      await workbench.until('more is counted', async () => (await total.innerText()) !== before);
      await row.filter({ hasText: 'panel-hall' }).click();
      const detail = page.getByRole('region', { name: 'Chosen row' });
      await detail.filter({ hasText: /mean .* · 95 % within .* of \d+/ }).waitFor();
      await workbench.screenshot('statistics-clients');
      await page.getByRole('radio', { name: 'Topics' }).click();
      await row
        .first()
        .filter({ hasText: /home\/attic\/temperature.*sensor-attic/ })
        .waitFor();
    }));

  it('draw the last seconds of a topic into the tree', () =>
    workbench.during('statistics-tree', async () => {
      await workbench.treeItem(/^home/).waitFor();
      const item = workbench.page.locator('.monaco-list-row', { hasText: /home.*[▁▂▃▄▅▆▇█]{4,}/ });
      await item.first().waitFor();
      assert.doesNotMatch(
        (await item.first().getAttribute('aria-label')) ?? '▁',
        /[▁▂▃▄▅▆▇█]/,
        'a screen reader has the rate',
      );
      await workbench.screenshot('statistics-topics');
    }));

  it('copy as CSV, begin anew, and lead to the packets', () =>
    workbench.during('statistics-csv', async () => {
      const page = workbench.inspectorFrame();
      clearInterval(load);
      await page.getByRole('button', { name: 'Copy as CSV' }).click();
      const clipboard = (): Promise<string> =>
        workbench.page.evaluate<string>('navigator.clipboard.readText()');
      await workbench.until('the table is on the clipboard', async () =>
        (await clipboard()).startsWith('topic,messages in,messages out'),
      );
      assert.match(await clipboard(), /\r\nhome\/kitchen\/lamp\/state,\d+,\d+,/);
      const row = page.locator('.statistics-table tbody tr');
      await row.filter({ hasText: 'lamp/state' }).dblclick();
      await page.locator('.body .row', { hasText: 'home/kitchen/lamp/state' }).first().waitFor();
      await page.getByRole('radio', { name: 'Statistics' }).click();
      await page.getByRole('button', { name: 'Reset…' }).click();
      await page.getByRole('button', { name: 'Reset counts' }).click();
      await page
        .getByText(/Nothing was captured since|Counted since/)
        .first()
        .waitFor();
      assert.deepEqual(workbench.extensionErrors(extensionId()), []);
    }));
});
