/** Two windows of one VS Code: the broker of one is shown in the other, and never fought over. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { freePort } from '../../support/clients.ts';
import { Workbench } from '../../support/host/workbench.ts';
import { extensionId, packagedExtension } from '../../support/package.ts';

describe('Several windows', () => {
  let first: Workbench;
  let second: Workbench;
  let port: number;

  before(async () => {
    port = await freePort();
    first = await Workbench.open({
      extension: { vsix: packagedExtension() },
      settings: { 'mqttWorkbench.broker.port': port, 'mqttWorkbench.broker.autoStart': true },
    });
    await first.openView('MQTT');
    await first.statusBarItem(/MQTT broker on mqtt:/).waitFor();
  });
  after(() => first.close());

  it('show the broker of another one, and do not start a second one unasked', async () => {
    second = await first.another('second');
    await second.during('other-window', async () => {
      await second.openView('MQTT');
      const other = second.treeItem(new RegExp(`Broker of another window, :${port} · workspace`));
      await other.waitFor();
      await second.statusBarItem(/that of another window runs on/).waitFor();
      await second.screenshot('other-window');
      assert.equal(await second.page.locator('.notification-toast').count(), 0);
    });
  });

  it('say who has the port, and offer the next one', () =>
    second.during('other-window-port', async () => {
      await second.palette('MQTT: Start Local Broker');
      const told = second.notification(/in use by the local broker of another window: workspace/);
      await told.waitFor();
      await second.screenshot('other-window-port');
      await told.getByRole('button', { name: /Use Port \d+/ }).click();
      await second.statusBarItem(/MQTT broker on mqtt:/).waitFor();
      // Each shows the other's.
      await first.treeItem(/Broker of another window, .* · second/).waitFor();
      await first.treeItem(/^Local broker/).waitFor();
    }));

  it('forget a broker that was stopped', () =>
    second.during('other-window-stopped', async () => {
      await first.palette('MQTT: Stop Local Broker');
      await second.treeItem(/Broker of another window/).waitFor({ state: 'detached' });
      assert.deepEqual(first.extensionErrors(extensionId()), []);
    }));
});
