/** Settings that cannot be used: a person is told which, and what holds instead. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { connectAsync } from 'mqtt';
import { freePort } from '../../support/clients.ts';
import { Workbench } from '../../support/host/workbench.ts';
import { packagedExtension } from '../../support/package.ts';

describe('A setting that cannot be used', () => {
  let workbench: Workbench;
  let port: number;

  before(async () => {
    port = await freePort();
    workbench = await Workbench.open({
      extension: { vsix: packagedExtension() },
      settings: {
        'mqttWorkbench.broker.port': port,
        'mqttWorkbench.broker.limits.maximumConnections': 'many',
        'mqttWorkbench.broker.limits.queuePolicy': 'drop',
      },
    });
    await workbench.openView('MQTT');
  });
  after(() => workbench.close());

  it('is named when the broker starts, and the broker runs with its default', () =>
    workbench.during('setting-problems', async () => {
      await workbench.palette('MQTT: Start Local Broker');
      const notification = workbench.notification(
        /limits\.maximumConnections must be a whole number from 1 to .*: 10000 is used.*queuePolicy must be one of/,
      );
      await notification.waitFor();
      await (await connectAsync(`mqtt://127.0.0.1:${port}`)).endAsync();
      await workbench.screenshot('setting-problems');
      assert.equal(await notification.count(), 1);
      await notification.getByRole('button', { name: 'Open Settings' }).click();
      await workbench.page.locator('.settings-editor').getByText('Maximum Connections').waitFor();
      await workbench.screenshot('setting-problems-settings');
    }));
});
