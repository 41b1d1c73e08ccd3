/** Users of the broker by command: who may connect, who may not, and that it shows. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { connectAsync, type MqttClient } from 'mqtt';
import { freePort } from '../../support/clients.ts';
import { Workbench } from '../../support/host/workbench.ts';
import { extensionId, packagedExtension } from '../../support/package.ts';

describe('Users of the broker', () => {
  let workbench: Workbench;
  let port: number;
  const connect = (clientId: string, username?: string, password?: string): Promise<MqttClient> =>
    connectAsync(`mqtt://127.0.0.1:${port}`, {
      clientId,
      protocolVersion: 5,
      reconnectPeriod: 0,
      ...(username !== undefined && { username }),
      ...(password !== undefined && { password }),
    });

  before(async () => {
    port = await freePort();
    workbench = await Workbench.open({
      extension: { vsix: packagedExtension() },
      settings: {
        'mqttWorkbench.broker.port': port,
        'mqttWorkbench.broker.access.anonymous': false,
        'mqttWorkbench.broker.access.rules': [
          { permission: 'deny', action: 'all', topicFilter: 'secret/#' },
          { permission: 'allow', action: 'all', topicFilter: '#' },
        ],
      },
    });
    await workbench.openView('MQTT');
    await workbench.palette('MQTT: Start Local Broker');
    await workbench.statusBarItem(/MQTT broker on mqtt:/).waitFor();
  });
  after(() => workbench.close());

  it('are added with a masked password, and let in at once', () =>
    workbench.during('user-added', async () => {
      await assert.rejects(connect('early'), { code: 0x87 });
      await workbench.treeItem(/Refused: connection of early/).waitFor();
      await workbench.palette('MQTT: Add Broker User…');
      await workbench.answer('bob');
      const masked = workbench.page.locator('.quick-input-widget:visible input[type="password"]');
      for (const prompt of [/^Password of bob \(/, /^Password of bob, again/]) {
        await workbench.page.locator('.quick-input-message', { hasText: prompt }).waitFor();
        await masked.fill('pencil');
        await workbench.page.keyboard.press('Enter');
      }
      let client: MqttClient | undefined;
      await workbench.until('bob is let in', async () => {
        client = await connect('lamp', 'bob', 'pencil').catch(() => undefined);
        return client !== undefined;
      });
      await assert.rejects(connect('thief', 'bob', 'guess'), { code: 0x86 });
      await assert.rejects(client?.publishAsync('secret/a', 'x', { qos: 1 }) ?? Promise.resolve());
      await workbench.treeItem(/client lamp/).click();
      await workbench.treeItem(/Refused: publish to secret\/a/).waitFor();
      await workbench.screenshot('refused');
      await client?.endAsync();
    }));

  it('are removed after a question', () =>
    workbench.during('user-removed', async () => {
      await workbench.palette('MQTT: Remove Broker User…');
      await workbench.answerWith('bob');
      const dialog = workbench.page.locator('.monaco-dialog-box');
      await dialog.getByRole('button', { name: 'Remove' }).click();
      await dialog.waitFor({ state: 'detached' });
      await workbench.until('bob is not let in', () =>
        connect('lamp', 'bob', 'pencil').then(
          async (client) => {
            await client.endAsync();
            return false;
          },
          () => true,
        ),
      );
      assert.deepEqual(workbench.extensionErrors(extensionId()), []);
    }));
});
