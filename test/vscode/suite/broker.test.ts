import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { connect as connectTls } from 'node:tls';
import * as vscode from 'vscode';
import type { WorkbenchApi } from '../../../src/vscode/extension.ts';

async function api(): Promise<WorkbenchApi> {
  const extension = vscode.extensions.all.find(({ id }) => id.endsWith('.mqtt-workbench'));
  assert.ok(extension);
  return (await extension.activate()) as WorkbenchApi;
}

async function setting(key: string, value: unknown): Promise<void> {
  await vscode.workspace
    .getConfiguration('mqttWorkbench')
    .update(key, value, vscode.ConfigurationTarget.Workspace);
}

/** Polls within the test's own time limit: the API tells states, not events. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20));
}

function tabs(): readonly vscode.Tab[] {
  return vscode.window.tabGroups.all.flatMap((group) => group.tabs);
}

function inspectors(): number {
  return tabs().filter(({ label }) => label === 'MQTT Inspector').length;
}

function port(workbench: WorkbenchApi): number {
  return workbench.snapshot()?.broker.listeners[0]?.port ?? 0;
}

describe('The local broker, by its commands', () => {
  before(() => setting('broker.port', 0));
  after(async () => {
    await vscode.commands.executeCommand('mqttWorkbench.stopBroker');
    await setting('broker.port', undefined);
  });

  it('does not start the engine before it is used', async () => {
    const workbench = await api();
    assert.equal(workbench.snapshot(), undefined);
  });

  it('starts, accepts connections, restarts and stops', async () => {
    const workbench = await api();
    await vscode.commands.executeCommand('mqttWorkbench.startBroker');
    assert.equal(workbench.snapshot()?.broker.status, 'running');
    const socket = connect(port(workbench), '127.0.0.1');
    await once(socket, 'connect');
    socket.destroy();
    await vscode.commands.executeCommand('mqttWorkbench.restartBroker');
    assert.equal(workbench.snapshot()?.broker.status, 'running');
    await vscode.commands.executeCommand('mqttWorkbench.stopBroker');
    assert.equal(workbench.snapshot()?.broker.status, 'stopped');
  });

  it('copies its address', async () => {
    const workbench = await api();
    await vscode.commands.executeCommand('mqttWorkbench.startBroker');
    await vscode.commands.executeCommand('mqttWorkbench.copyBrokerAddress');
    assert.equal(await vscode.env.clipboard.readText(), `mqtt://127.0.0.1:${port(workbench)}`);
  });

  it('can be started again after the engine crashed', async () => {
    const workbench = await api();
    await vscode.commands.executeCommand('mqttWorkbench.startBroker');
    await workbench.crashEngine();
    await until(() => workbench.snapshot()?.broker.status !== 'running');
    await vscode.commands.executeCommand('mqttWorkbench.startBroker');
    assert.equal(workbench.snapshot()?.broker.status, 'running');
    const socket = connect(port(workbench), '127.0.0.1');
    await once(socket, 'connect');
    socket.destroy();
  });

  it('listens for TLS with a certificate of its own authority when the settings say so', async () => {
    const workbench = await api();
    await vscode.commands.executeCommand('mqttWorkbench.stopBroker');
    const free = createServer().listen(0, '127.0.0.1');
    await once(free, 'listening');
    const tlsPort = (free.address() as AddressInfo).port;
    free.close();
    await once(free, 'close');
    await setting('broker.tlsPort', tlsPort);
    try {
      await vscode.commands.executeCommand('mqttWorkbench.startBroker');
      const urls = workbench.snapshot()?.broker.listeners.map(({ url }) => url);
      assert.ok(urls?.includes(`mqtts://127.0.0.1:${tlsPort}`), String(urls));
      const socket = connectTls({ port: tlsPort, host: '127.0.0.1', rejectUnauthorized: false });
      await once(socket, 'secureConnect');
      const { issuer, subjectaltname } = socket.getPeerCertificate();
      assert.match(String(issuer.CN), /^MQTT Workbench development/);
      assert.match(String(subjectaltname), /DNS:localhost/);
      socket.destroy();
    } finally {
      await vscode.commands.executeCommand('mqttWorkbench.stopBroker');
      await setting('broker.tlsPort', undefined);
    }
  });

  it('opens the inspector in a tab of its own', async () => {
    await vscode.commands.executeCommand('mqttWorkbench.openInspector');
    await until(() => inspectors() === 1);
    await vscode.commands.executeCommand('mqttWorkbench.openInspector');
    // Tabs are told of later than commands end: something that needs a tab of its own comes after.
    const before = tabs().length;
    const document = await vscode.workspace.openTextDocument({ content: 'after' });
    await vscode.window.showTextDocument(document);
    await until(() => tabs().length > before);
    assert.equal(inspectors(), 1, 'the same tab, not another');
  });
});
