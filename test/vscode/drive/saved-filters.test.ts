/** A filter is given a name, is there the next time, and comes from the settings of a workspace too. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { connectAsync } from 'mqtt';
import { freePort } from '../../support/clients.ts';
import { Workbench } from '../../support/host/workbench.ts';
import { extensionId, packagedExtension } from '../../support/package.ts';

describe('Saved filters', () => {
  let workbench: Workbench;

  before(async () => {
    const port = await freePort();
    workbench = await Workbench.open({
      extension: { vsix: packagedExtension() },
      settings: {
        'mqttWorkbench.broker.port': port,
        'mqttWorkbench.inspector.filters': { Failures: 'reason:>=0x80' },
      },
    });
    await workbench.openView('MQTT');
    await workbench.palette('MQTT: Start Local Broker');
    await workbench.treeItem(/Local broker/).waitFor();
    const client = await connectAsync(`mqtt://127.0.0.1:${port}`, { clientId: 'lamp' });
    await client.endAsync();
    await workbench.palette('MQTT: Open Inspector');
  });
  after(() => workbench.close());

  it('are saved under a name in the settings of the workspace, and offered', () =>
    workbench.during('saved-filters', async () => {
      const page = workbench.inspectorFrame();
      await page.getByRole('textbox', { name: 'Filter' }).fill('type:connect');
      await page.locator('.result', { hasText: '1 of' }).waitFor();
      const button = page.getByRole('button', { name: 'Filters' });
      await button.click();
      await page.locator('.suggestion', { hasText: 'Failures' }).waitFor();
      await workbench.screenshot('saved-filters');
      await page.locator('.suggestion', { hasText: 'Save this filter…' }).click();
      await workbench.answer('Connections only');
      await workbench.answerWith('For This Workspace');
      const file = join(workbench.workspace, '.vscode/settings.json');
      await workbench.until(
        'the settings of the workspace have it',
        () =>
          existsSync(file) &&
          readFileSync(file, 'utf8').includes('"Connections only": "type:connect"'),
      );
      await page.getByRole('textbox', { name: 'Filter' }).fill('');
      await button.click();
      await page.locator('.suggestion', { hasText: 'Connections only' }).click();
      await page.locator('.result', { hasText: '1 of' }).waitFor();
      assert.deepEqual(workbench.extensionErrors(extensionId()), []);
    }));
});
