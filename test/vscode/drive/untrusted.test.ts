/** In an untrusted workspace the workspace's own settings of the broker are not used, and no other machine gets in. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { connectAsync } from 'mqtt';
import { freePort, isPortFree } from '../../support/clients.ts';
import { Workbench } from '../../support/host/workbench.ts';
import { packagedExtension } from '../../support/package.ts';

describe('An untrusted workspace', () => {
  let folder: string;
  let own: number;
  let others: number[];

  /** Opens it with settings of the person's own. */
  async function open(settings: Record<string, unknown>): Promise<Workbench> {
    const workbench = await Workbench.open({
      extension: { vsix: packagedExtension() },
      workspace: folder,
      workspaceTrust: true,
      settings: { 'security.workspace.trust.startupPrompt': 'never', ...settings },
    });
    await workbench.page.getByText('Restricted Mode').first().waitFor();
    await workbench.openView('MQTT');
    return workbench;
  }

  before(async () => {
    own = await freePort();
    others = [await freePort(), await freePort(), await freePort()];
    folder = mkdtempSync(join(tmpdir(), 'mw-untrusted-'));
    mkdirSync(join(folder, '.vscode'));
    const settings = {
      'mqttWorkbench.broker.host': '0.0.0.0',
      'mqttWorkbench.broker.port': others[0],
      'mqttWorkbench.broker.webSocketPort': others[1],
      'mqttWorkbench.broker.tlsPort': others[2],
      'mqttWorkbench.broker.tls.certificateFile': 'no-such.pem',
      'mqttWorkbench.broker.tls.keyFile': 'no-such.pem',
      'mqttWorkbench.broker.access.anonymous': false,
      'mqttWorkbench.broker.access.rules': [
        { permission: 'deny', action: 'all', topicFilter: '#' },
      ],
      'mqttWorkbench.broker.limits.maximumConnections': 1,
    };
    writeFileSync(join(folder, '.vscode/settings.json'), JSON.stringify(settings));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('has no say in listeners, access and limits', async () => {
    const window = await open({ 'mqttWorkbench.broker.port': own });
    await window.during('untrusted-workspace', async () => {
      await window.palette('MQTT: Start Local Broker');
      await window.treeItem(`listener mqtt://127.0.0.1:${own}, TCP`).waitFor();
      assert.equal(await window.treeItem(/^listener /).count(), 1);
      for (const port of others) assert.equal(await isPortFree(port), true);
      // Two at a time, without a user name, and nothing is denied.
      const url = `mqtt://127.0.0.1:${own}`;
      const clients = [await connectAsync(url), await connectAsync(url)];
      await clients[0]?.subscribeAsync('home/#', { qos: 1 });
      await window.screenshot('untrusted-workspace');
      await Promise.all(clients.map((client) => client.endAsync()));
    });
    await window.close();
  });

  it('gets no listener for other machines, even where the person has set one', async () => {
    const window = await open({
      'mqttWorkbench.broker.port': own,
      'mqttWorkbench.broker.host': '0.0.0.0',
    });
    await window.during('untrusted-exposure', async () => {
      await window.palette('MQTT: Start Local Broker');
      const told = window.notification(/the broker does not listen on 0\.0\.0\.0/);
      await told.waitFor();
      await window.screenshot('untrusted-exposure');
      assert.equal(await isPortFree(own), true);
      await told.getByRole('button', { name: 'Use 127.0.0.1' }).click();
      await window.treeItem(`listener mqtt://127.0.0.1:${own}, TCP`).waitFor();
      assert.equal(await window.treeItem(/^listener /).count(), 1);
    });
    await window.close();
  });
});
