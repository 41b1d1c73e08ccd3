/** TLS with the development certificate authority: exporting it, making a client certificate, connecting with both. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { connect as open, connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import { freePort } from '../../support/clients.ts';
import { Workbench } from '../../support/host/workbench.ts';
import { extensionId, packagedExtension } from '../../support/package.ts';

describe('TLS listeners', () => {
  let workbench: Workbench;
  let tlsPort: number;
  let webSocketPort: number;
  let authority: string;

  const connect = (url: string, options: IClientOptions): Promise<MqttClient> =>
    connectAsync(url, { reconnectPeriod: 0, ...options });

  /** MQTT.js tells of the end of the connection only: TLS 1.3 asks for the certificate after its handshake. */
  const refused = (url: string, options: IClientOptions): Promise<void> =>
    new Promise((resolve, reject) => {
      const client = open(url, { reconnectPeriod: 0, ...options });
      client.on('error', () => undefined);
      client.once('connect', () => reject(new Error('The broker let it in.')));
      client.once('close', () => {
        resolve();
        client.end(true);
      });
    });

  before(async () => {
    tlsPort = await freePort();
    webSocketPort = await freePort();
    workbench = await Workbench.open({
      extension: { vsix: packagedExtension() },
      settings: {
        'mqttWorkbench.broker.port': await freePort(),
        'mqttWorkbench.broker.tlsPort': tlsPort,
        'mqttWorkbench.broker.secureWebSocketPort': webSocketPort,
        'mqttWorkbench.broker.tls.clientCertificates': 'required',
      },
    });
    await workbench.openView('MQTT');
    authority = join(workbench.server.folder, 'authority.pem');
  });
  after(() => workbench.close());

  it('are there beside the others, and the tree names them', () =>
    workbench.during('tls-listeners', async () => {
      await workbench.palette('MQTT: Start Local Broker');
      await workbench.treeItem(new RegExp(`listener mqtts://127.0.0.1:${tlsPort}`)).waitFor();
      await workbench.treeItem(new RegExp(`listener wss://127.0.0.1:${webSocketPort}`)).waitFor();
    }));

  it('are trusted with the authority that a command writes into a file', () =>
    workbench.during('authority-exported', async () => {
      await workbench.palette('MQTT: Export Certificate Authority…');
      await workbench.quickInput().waitFor();
      await workbench.screenshot('export-authority');
      await workbench.answerDialog(authority, () => existsSync(authority));
      await workbench.notification(/A device that trusts .*authority\.pem can connect/).waitFor();
      await workbench.screenshot('authority-exported');
      assert.match(readFileSync(authority, 'utf8'), /^-----BEGIN CERTIFICATE-----/);
      // It is the right one, but the broker asks who the client is.
      const ca = readFileSync(authority);
      await refused(`mqtts://127.0.0.1:${tlsPort}`, { ca });
    }));

  it('let in who has a certificate that a command made', () =>
    workbench.during('client-certificate', async () => {
      const folder = join(workbench.server.folder, 'made');
      mkdirSync(folder);
      await workbench.palette('MQTT: Create Client Certificate…');
      await workbench.answer('lamp');
      await workbench.page
        .locator('.quick-input-widget', { hasText: 'Create Client Certificate' })
        .getByRole('button', { name: 'Write Here' })
        .waitFor();
      await workbench.answerDialog(`${folder}/`, () => existsSync(join(folder, 'lamp.key.pem')));
      await workbench.notification(/Whoever has the key is this client/).waitFor();
      const options = {
        ca: readFileSync(authority),
        cert: readFileSync(join(folder, 'lamp.pem')),
        key: readFileSync(join(folder, 'lamp.key.pem')),
      };
      const clients = [
        await connect(`mqtts://127.0.0.1:${tlsPort}`, { ...options, clientId: 'over-tls' }),
        await connect(`wss://127.0.0.1:${webSocketPort}`, { ...options, clientId: 'over-wss' }),
      ];
      for (const name of ['over-tls', 'over-wss']) {
        await workbench.treeItem(new RegExp(`client ${name}`)).waitFor();
      }
      await clients[0]?.subscribeAsync('#', { qos: 1 });
      const received = new Promise((resolve) => clients[0]?.once('message', resolve));
      await clients[1]?.publishAsync('a', 'x', { qos: 1 });
      assert.equal(await received, 'a');
      await workbench.screenshot('client-certificate');
      await Promise.all(clients.map((client) => client.endAsync()));
      assert.deepEqual(workbench.extensionErrors(extensionId()), []);
    }));
});
