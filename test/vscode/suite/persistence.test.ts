import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import * as vscode from 'vscode';
import { encode } from '../../../src/mqtt/encode.ts';
import type { WorkbenchApi } from '../../../src/vscode/extension.ts';

async function setting(key: string, value: unknown): Promise<void> {
  await vscode.workspace
    .getConfiguration('mqttWorkbench')
    .update(key, value, vscode.ConfigurationTarget.Workspace);
}

/** A connected client; resolves what it has received when `text` is in it. */
class RawClient {
  readonly #socket: Socket;
  #received = '';

  constructor(port: number, clientIdentifier: string) {
    this.#socket = connect(port, '127.0.0.1');
    this.#socket.on('data', (chunk) => (this.#received += chunk.toString('latin1')));
    const connectPacket = { cleanStart: true, keepAlive: 0, clientIdentifier } as const;
    this.#socket.write(encode({ type: 'connect', protocolVersion: 4, ...connectPacket }, 4));
  }

  send(packet: Parameters<typeof encode>[0]): void {
    this.#socket.write(encode(packet, 4));
  }

  async until(text: string): Promise<void> {
    while (!this.#received.includes(text)) await new Promise((resolve) => setTimeout(resolve, 20));
  }

  end(): void {
    this.#socket.destroy();
  }
}

describe('Persistence of the local broker', () => {
  before(async () => {
    await setting('broker.port', 0);
    await setting('broker.persistence', true);
  });
  after(async () => {
    await vscode.commands.executeCommand('mqttWorkbench.stopBroker');
    await setting('broker.persistence', undefined);
    await setting('broker.port', undefined);
  });

  it('a retained message is there after the broker was restarted', async () => {
    const extension = vscode.extensions.all.find(({ id }) => id.endsWith('.mqtt-workbench'));
    assert.ok(extension);
    const workbench = (await extension.activate()) as WorkbenchApi;
    const port = (): number => workbench.snapshot()?.broker.listeners[0]?.port ?? 0;
    await vscode.commands.executeCommand('mqttWorkbench.startBroker');
    const sender = new RawClient(port(), 'sender');
    const payload = new TextEncoder().encode('kept over a restart');
    const flags = { qos: 1, dup: false, retain: true, packetIdentifier: 1 } as const;
    sender.send({ type: 'publish', topicName: 'persistence/test', payload, ...flags });
    // PUBACK.
    await sender.until('\x40\x02\x00\x01');
    sender.end();
    await vscode.commands.executeCommand('mqttWorkbench.restartBroker');
    const receiver = new RawClient(port(), 'receiver');
    const options = { noLocal: false, retainAsPublished: false, retainHandling: 0 } as const;
    const subscription = { topicFilter: 'persistence/#', qos: 0, ...options } as const;
    receiver.send({ type: 'subscribe', packetIdentifier: 1, subscriptions: [subscription] });
    await receiver.until('kept over a restart');
    receiver.end();
  });
});
