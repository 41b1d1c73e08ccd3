/** What the editor adds to a captured message: its document, a comparison, copies, the menu of its row, find. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { connectAsync, type MqttClient } from 'mqtt';
import { freePort } from '../../support/clients.ts';
import { Workbench } from '../../support/host/workbench.ts';
import { extensionId, packagedExtension } from '../../support/package.ts';

describe('Editor integration', () => {
  let workbench: Workbench;
  const clients: MqttClient[] = [];
  const received: { topic: string; payload: Buffer; retain: boolean; contentType?: string }[] = [];

  before(async () => {
    const port = await freePort();
    workbench = await Workbench.open({
      extension: { vsix: packagedExtension() },
      settings: { 'mqttWorkbench.broker.port': port },
    });
    await workbench.openView('MQTT');
    await workbench.palette('MQTT: Start Local Broker');
    await workbench.treeItem(/Local broker/).waitFor();
    const url = `mqtt://127.0.0.1:${port}`;
    for (const clientId of ['sensor-kitchen', 'panel-hall']) {
      clients.push(await connectAsync(url, { clientId, protocolVersion: 5 }));
    }
    const [sensor, panel] = clients;
    assert.ok(sensor && panel);
    panel.on('message', (topic, payload, { retain, properties }) => {
      const { contentType } = properties ?? {};
      received.push({ topic, payload, retain, ...(contentType !== undefined && { contentType }) });
    });
    await panel.subscribeAsync('home/#', { qos: 1 });
    const at = { qos: 1 as const };
    await sensor.publishAsync('home/kitchen/temp', '{"celsius":21.5,"room":"kitchen"}', at);
    await sensor.publishAsync('home/kitchen/raw', Buffer.from([0, 1, 254, 255]), {
      ...at,
      properties: { contentType: 'application/octet-stream' },
    });
    await sensor.publishAsync('home/kitchen/temp', '{"celsius":22,"room":"kitchen"}', at);
    await workbench.until('all are delivered', () => received.length === 3);
    await workbench.palette('MQTT: Open Inspector');
  });
  after(async () => {
    await Promise.all(clients.map((client) => client.endAsync(true)));
    await workbench.close();
  });

  /** The row of the newest PUBLISH with the text, to or from the client. */
  const row = (client: string, text: string) =>
    workbench
      .inspectorFrame()
      .locator('.body .row')
      .filter({ hasText: 'PUBLISH' })
      .filter({ hasText: client })
      .filter({ hasText: text })
      .last();

  const entry = (label: string) =>
    workbench.page
      .locator('.monaco-menu .action-item')
      .filter({ has: workbench.page.getByText(label, { exact: true }) })
      .last();

  /** Clicks an entry of the open menu until it is taken: a menu that has just opened takes no clicks. */
  async function pick(label: string): Promise<void> {
    await entry(label).waitFor();
    await workbench.until(`the menu takes ${label}`, async () => {
      await entry(label)
        .click({ timeout: 1000 })
        .catch(() => undefined);
      return !(await entry(label).isVisible());
    });
  }

  /** Chooses from the menu of a row: an entry, or one of a submenu. */
  async function choose(client: string, text: string, ...entries: string[]): Promise<void> {
    const last = entry(entries.at(-1) ?? '');
    await row(client, text).click({ button: 'right' });
    for (const label of entries.slice(0, -1)) {
      await entry(label).hover();
      await workbench.until(`${label} unfolds`, async () => {
        if (!(await last.isVisible())) await entry(label).click();
        return last.isVisible();
      });
    }
    await last.waitFor();
    await workbench.screenshot(`editor-menu-${entries.length}`);
    await pick(entries.at(-1) ?? '');
  }

  /** Back to the inspector, when its page is there again. */
  async function closeEditor(): Promise<void> {
    await workbench.palette('View: Close Editor');
    await row('sensor-kitchen', 'home/kitchen/temp').waitFor();
  }

  const tab = (name: RegExp) => workbench.page.locator('.tabs-container .tab', { hasText: name });
  const editorText = () => workbench.page.locator('.editor-instance .monaco-editor .view-lines');

  async function clipboard(): Promise<string> {
    return workbench.page.evaluate('navigator.clipboard.readText()');
  }

  it('opens a payload as a read-only document in its language', () =>
    workbench.during('editor-payload', async () => {
      await choose('sensor-kitchen', '"celsius":22', 'Open Payload');
      await tab(/temp #\d+\.json/).waitFor();
      await editorText().filter({ hasText: '"celsius"' }).waitFor();
      assert.equal(await editorText().locator('.view-line').count(), 4);
      await workbench.statusBarItem(/^JSON$/).waitFor();
      await workbench.screenshot('editor-payload');
      await closeEditor();
      await row('sensor-kitchen', 'home/kitchen/temp').click();
      await workbench.page.keyboard.press('Control+Enter');
      await tab(/temp #\d+\.json/).waitFor();
      await closeEditor();
      await choose('sensor-kitchen', 'home/kitchen/raw', 'Open Payload');
      await tab(/raw #\d+\.hex/).waitFor();
      await editorText().filter({ hasText: '00 01 fe ff' }).waitFor();
      await workbench.screenshot('editor-payload-bytes');
      await closeEditor();
    }));

  it('compares with the previous message of the topic', () =>
    workbench.during('editor-compare', async () => {
      await choose('sensor-kitchen', '"celsius":22', 'Compare with Previous of This Topic');
      const diff = workbench.page.locator('.monaco-diff-editor');
      await diff.locator('.original .view-lines').filter({ hasText: '21.5' }).waitFor();
      await diff.locator('.modified .view-lines').filter({ hasText: '22' }).waitFor();
      await workbench.screenshot('editor-compare');
      await closeEditor();
    }));

  it('copies from a submenu', () =>
    workbench.during('editor-copy', async () => {
      await workbench.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
      await choose('panel-hall', 'home/kitchen/raw', 'Copy', 'Copy Payload as Hex');
      await workbench.until('the clipboard has it', async () => (await clipboard()) === '0001feff');
      await choose('sensor-kitchen', 'home/kitchen/raw', 'Copy', 'Copy as mosquitto_pub Command');
      await workbench.until('the clipboard has the command', async () =>
        (await clipboard()).startsWith(
          "printf '\\000\\001\\376\\377' | mosquitto_pub -h 127.0.0.1",
        ),
      );
    }));

  it('goes to the publisher with F12, and filters by the topic', () =>
    workbench.during('editor-go', async () => {
      const page = workbench.inspectorFrame();
      await row('panel-hall', '"celsius":22').click();
      await workbench.page.keyboard.press('F12');
      await page.locator('.row[aria-selected="true"]', { hasText: 'sensor-kitchen' }).waitFor();
      await choose('sensor-kitchen', '"celsius":22', 'Filter', 'Filter by This Topic');
      await page.locator('.result', { hasText: '4 of' }).waitFor();
      await page.getByRole('textbox', { name: 'Filter' }).fill('');
      await page.locator('.result', { hasText: 'packets' }).waitFor();
    }));

  it('has a menu for fields', () =>
    workbench.during('editor-field', async () => {
      const page = workbench.inspectorFrame();
      await row('sensor-kitchen', 'home/kitchen/raw').click();
      await page.getByRole('tab', { name: 'Packet' }).click();
      // The tree is that of the packet before until this one has come.
      await page.locator('.chip.summary', { hasText: '54 B' }).waitFor();
      const payload = page.getByRole('treeitem', { name: /^Payload/ });
      await payload.click({ button: 'right' });
      await pick('Copy Value of Field');
      await workbench.until('the clipboard has it', async () => (await clipboard()) === '0001feff');
      await page.getByRole('treeitem', { name: /Topic Name/ }).click({ button: 'right' });
      await entry('Filter by This Field').waitFor();
      await workbench.screenshot('editor-field-menu');
      await pick('Filter by This Field');
      await page.locator('.result', { hasText: '2 of' }).waitFor();
      await page.getByRole('textbox', { name: 'Filter' }).fill('');
      await page.locator('.result', { hasText: 'packets' }).waitFor();
    }));

  it('reveals the topic in its view', () =>
    workbench.during('editor-reveal', async () => {
      await choose('sensor-kitchen', 'home/kitchen/raw', 'Reveal Topic in Topics View');
      await workbench.page.locator('.monaco-list-row.focused', { hasText: 'raw' }).waitFor();
      await workbench.screenshot('editor-reveal');
    }));

  it('publishes again, byte for byte', () =>
    workbench.during('editor-publish-again', async () => {
      const before = received.length;
      await choose('sensor-kitchen', 'home/kitchen/raw', 'Publish Again…');
      await workbench.until(
        'the topic is there',
        async () => (await workbench.quickInput().inputValue()) === 'home/kitchen/raw',
      );
      await workbench.quickInput().press('Enter');
      await workbench.page
        .locator('.quick-input-list-row', { hasText: 'Same payload, 4 bytes' })
        .waitFor();
      await workbench.screenshot('editor-publish-again');
      await workbench.quickInput().press('Enter');
      await workbench.page.locator('.quick-input-list-row', { hasText: 'QoS 1' }).first().waitFor();
      await workbench.quickInput().press('Enter');
      await workbench.until('it has arrived', () => received.length === before + 1);
      const { topic, payload, contentType } = received.at(-1) ?? {};
      assert.equal(topic, 'home/kitchen/raw');
      assert.deepEqual([...(payload ?? [])], [0, 1, 254, 255]);
      assert.equal(contentType, 'application/octet-stream');
    }));

  it('finds in the rows with Ctrl+F', () =>
    workbench.during('editor-find', async () => {
      const page = workbench.inspectorFrame();
      await row('sensor-kitchen', '"celsius":22').click();
      await workbench.page.keyboard.press('Control+f');
      await page.locator('.find-field:focus-within').waitFor();
      await workbench.page.keyboard.type('celsius');
      await page.locator('.find-count', { hasText: /^\d of 4$/ }).waitFor();
      await workbench.screenshot('editor-find');
      for (const theme of ['Light Modern', 'Dark High Contrast', 'Light High Contrast'] as const) {
        await workbench.theme(theme);
        await workbench.screenshot(`editor-find-${theme.toLowerCase().replaceAll(' ', '-')}`);
      }
      await page.getByRole('textbox', { name: 'Find in rows' }).press('Escape');
      await page.locator('.grid:focus').waitFor();
      assert.deepEqual(workbench.extensionErrors(extensionId()), []);
    }));
});
