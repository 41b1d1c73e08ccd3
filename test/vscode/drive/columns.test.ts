/** The inspector's columns, arranged as a person would: by the header's menu and the palette; kept when it is closed. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { connectAsync } from 'mqtt';
import { freePort } from '../../support/clients.ts';
import { Workbench } from '../../support/host/workbench.ts';
import { extensionId, packagedExtension } from '../../support/package.ts';

describe('Columns of the inspector', () => {
  let workbench: Workbench;

  before(async () => {
    const port = await freePort();
    workbench = await Workbench.open({
      extension: { vsix: packagedExtension() },
      settings: { 'mqttWorkbench.broker.port': port },
    });
    await workbench.openView('MQTT');
    await workbench.palette('MQTT: Start Local Broker');
    await workbench.treeItem(/Local broker/).waitFor();
    const client = await connectAsync(`mqtt://127.0.0.1:${port}`, { clientId: 'lamp' });
    await client.endAsync();
    await workbench.palette('MQTT: Open Inspector');
  });
  after(() => workbench.close());

  it('are hidden by the menu of the header, and stay so when the inspector is opened again', () =>
    workbench.during('columns', async () => {
      const flags = workbench.inspectorFrame().locator('.header .cell.flags');
      await flags.click({ button: 'right' });
      const item = workbench.page.locator('.monaco-menu .action-label', { hasText: 'Hide Column' });
      await item.waitFor();
      await workbench.screenshot('columns-menu');
      await item.click();
      await flags.waitFor({ state: 'detached' });
      await workbench.palette('View: Close Editor');
      await workbench.page.locator('.editor-instance .webview').waitFor({ state: 'detached' });
      await workbench.palette('MQTT: Open Inspector');
      await workbench.inspectorFrame().locator('.body .row', { hasText: 'CONNACK' }).waitFor();
      assert.equal(await workbench.inspectorFrame().locator('.header .cell.flags').count(), 0);
    }));

  it('are chosen from a list, and reset', () =>
    workbench.during('columns-chosen', async () => {
      await workbench.palette('MQTT: Choose Inspector Columns…');
      const pick = workbench.page.locator('.quick-input-widget:visible');
      await pick.locator('.quick-input-list-row', { hasText: 'Flags' }).click();
      await pick.locator('.quick-input-list-row', { hasText: 'QoS' }).click();
      await workbench.screenshot('columns-chosen');
      await workbench.page.keyboard.press('Enter');
      const header = workbench.inspectorFrame().locator('.header');
      await header.locator('.flags').waitFor();
      await header.locator('.qos').waitFor({ state: 'detached' });
      await workbench.palette('MQTT: Reset Inspector Columns');
      await header.locator('.qos').waitFor();
      assert.deepEqual(workbench.extensionErrors(extensionId()), []);
    }));
});
