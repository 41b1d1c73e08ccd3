/** Payloads made to break what shows them, in the real webview under its policy: shown safely, with the limit named. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { connectAsync, type MqttClient } from 'mqtt';
import type { FrameLocator } from 'playwright-core';
import { freePort } from '../../support/clients.ts';
import { Workbench } from '../../support/host/workbench.ts';
import { extensionId, packagedExtension } from '../../support/package.ts';

const megabyte = 1024 * 1024;
const deep = 10_000;

interface Hostile {
  readonly name: string;
  readonly payload: Buffer;
  readonly contentType?: string;
  /** What the payload's note or text says. */
  readonly says: RegExp;
  /** What the text begins with, as it is seen. */
  readonly shows?: RegExp;
}

const script = `<script>window.hacked=1</script><img src=x onerror="window.hacked=1">`;

const payloads: readonly Hostile[] = [
  { name: 'markup', payload: Buffer.from(script), says: /^$/, shows: /^<script>window\.hacked=1/ },
  {
    name: 'terminal-escapes',
    payload: Buffer.from('\u001b[31mred\u001b]0;title\u0007'),
    says: /^$/,
    shows: /^␛\[31mred␛\]0;title␇$/,
  },
  {
    name: 'bidirectional',
    payload: Buffer.from('safe \u202Etxt.exe\u202C \u2066hidden\u2069'),
    says: /^$/,
    shows: /^safe ⟨U\+202E⟩txt\.exe⟨U\+202C⟩/,
  },
  {
    name: 'deep-json',
    payload: Buffer.from('['.repeat(deep) + ']'.repeat(deep)),
    says: /^$|deep/i,
  },
  {
    name: 'deep-cbor',
    payload: Buffer.concat([Buffer.alloc(deep, 0x81), Buffer.of(0)]),
    contentType: 'application/cbor',
    says: /Nested deeper than 200 levels/,
  },
  {
    name: 'malformed-protobuf',
    payload: Buffer.from('0affffffffffffffffff7f08', 'hex'),
    contentType: 'application/x-protobuf',
    says: /Not Protobuf at byte 1: a varint of more than 64 bits/,
  },
  {
    name: 'zip-bomb',
    payload: gzipSync(Buffer.alloc(300 * megabyte)),
    says: /more than 4 MiB come out, the rest is left packed/,
  },
  {
    name: '100-megabytes',
    payload: Buffer.alloc(100 * megabyte, 'a'),
    says: /bytes more, not shown/,
  },
];

describe('Hostile payloads', () => {
  let workbench: Workbench;
  let client: MqttClient;

  before(async () => {
    const port = await freePort();
    workbench = await Workbench.open({
      extension: { vsix: packagedExtension() },
      settings: {
        'mqttWorkbench.broker.port': port,
        'mqttWorkbench.broker.limits.maximumPacketSize': 200 * megabyte,
        'mqttWorkbench.capture.maximumSize': 512,
      },
    });
    await workbench.openView('MQTT');
    await workbench.palette('MQTT: Start Local Broker');
    await workbench.treeItem(/Local broker/).waitFor();
    client = await connectAsync(`mqtt://127.0.0.1:${port}`, {
      clientId: `evil ${script} \u202E`,
      protocolVersion: 5,
    });
    for (const { name, payload, contentType } of payloads) {
      const properties = contentType === undefined ? {} : { contentType };
      await client.publishAsync(`hostile/${name}/${script}`, payload, { qos: 1, properties });
    }
    await workbench.palette('MQTT: Open Inspector');
    await workbench.inspectorFrame().getByRole('radio', { name: 'Messages' }).click();
  });
  after(async () => {
    await client.endAsync(true);
    await workbench.close();
  });

  async function select(page: FrameLocator, name: string): Promise<void> {
    const filter = page.getByRole('textbox', { name: 'Filter' });
    await filter.fill(`topic:hostile/${name}/#`);
    await filter.press('Enter');
    await page.locator('.result', { hasText: /^1 of/ }).waitFor();
    await page
      .locator('.body .row:not([hidden])', { hasText: `hostile/${name}` })
      .first()
      .click();
  }

  for (const { name, says, shows } of payloads) {
    it(`${name} is shown as what it is`, () =>
      workbench.during(`hostile-${name}`, async () => {
        const page = workbench.inspectorFrame();
        await select(page, name);
        await page.getByRole('tab', { name: 'Payload' }).click();
        const text = page.locator('.payload-text:not([aria-busy])');
        await page.locator('.payload-head .chip').first().waitFor();
        if (shows) await text.filter({ hasText: shows }).waitFor();
        const note = page.locator('.payload-head .note');
        if (says.test('')) assert.match((await note.textContent()) ?? '', says);
        else await note.filter({ hasText: says }).waitFor();
        await workbench.screenshot(`hostile-${name}`);
        for (const tab of ['Packet', 'Properties', 'History', 'Flow', 'Delivery']) {
          await page.getByRole('tab', { name: tab }).click();
          await page.locator(`#panel-${tab.toLowerCase()}`).waitFor();
        }
        assert.equal(await page.locator('body').evaluate('window.hacked'), undefined);
        assert.equal(await page.locator('body img').count(), 0);
      }));
  }

  it('leave the broker and the page as they were', () =>
    workbench.during('hostile-after', async () => {
      const page = workbench.inspectorFrame();
      await client.publishAsync('after/all', 'fine', { qos: 1 });
      await page.getByRole('textbox', { name: 'Filter' }).fill('topic:after/all');
      await page.getByRole('textbox', { name: 'Filter' }).press('Enter');
      await page.locator('.body .row:not([hidden])', { hasText: 'after/all' }).first().click();
      await page.getByRole('tab', { name: 'Payload' }).click();
      await page.locator('.payload-text', { hasText: /^fine$/ }).waitFor();
      assert.deepEqual(workbench.extensionErrors(extensionId()), []);
    }));
});
