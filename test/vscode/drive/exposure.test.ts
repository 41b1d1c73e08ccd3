/** Letting other machines in: never without a clear question, and asked once for each address. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Locator } from 'playwright-core';
import { freePort, isPortFree } from '../../support/clients.ts';
import { Workbench } from '../../support/host/workbench.ts';
import { extensionId, packagedExtension } from '../../support/package.ts';

describe('A broker that other machines could reach', () => {
  let workbench: Workbench;
  let port: number;
  const dialog = (): Locator => workbench.page.locator('.monaco-dialog-box');

  before(async () => {
    port = await freePort();
    workbench = await Workbench.open({
      extension: { vsix: packagedExtension() },
      settings: { 'mqttWorkbench.broker.port': port, 'mqttWorkbench.broker.host': '0.0.0.0' },
    });
    await workbench.openView('MQTT');
  });
  after(() => workbench.close());

  it('is not started when the question is declined', () =>
    workbench.during('exposure-declined', async () => {
      await workbench.palette('MQTT: Start Local Broker');
      await dialog().getByText('Let other machines connect to the broker?').waitFor();
      await dialog()
        .getByText(/without a password/)
        .waitFor();
      await workbench.screenshot('exposure-question');
      await dialog().getByRole('button', { name: 'Cancel' }).click();
      await dialog().waitFor({ state: 'detached' });
      await workbench.statusBarItem(/local broker is stopped/).waitFor();
      assert.equal(await isPortFree(port), true);
    }));

  it('is started when it is confirmed, and not asked about again', () =>
    workbench.during('exposure-confirmed', async () => {
      await workbench.palette('MQTT: Start Local Broker');
      await dialog().getByRole('button', { name: 'Listen on 0.0.0.0' }).click();
      await workbench.statusBarItem(new RegExp(`mqtt://0.0.0.0:${port}`)).waitFor();
      await workbench.palette('MQTT: Restart Local Broker');
      await workbench.until('the broker runs again', async () => !(await isPortFree(port)));
      await workbench.statusBarItem(new RegExp(`mqtt://0.0.0.0:${port}`)).waitFor();
      assert.equal(await dialog().count(), 0);
      assert.deepEqual(workbench.extensionErrors(extensionId()), []);
    }));
});
