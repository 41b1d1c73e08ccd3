/** What a person sees of payloads by a schema of the workspace, and by what was sent before. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { connectAsync } from 'mqtt';
import { freePort } from '../../support/clients.ts';
import { Workbench } from '../../support/host/workbench.ts';
import { extensionId, packagedExtension } from '../../support/package.ts';
import { sparkplugPayload } from '../../support/sparkplug.ts';

describe('Payloads that need more than their bytes', () => {
  let workbench: Workbench;
  let port: number;

  before(async () => {
    port = await freePort();
    workbench = await Workbench.open({
      extension: { vsix: packagedExtension() },
      settings: {
        'mqttWorkbench.broker.port': port,
        'mqttWorkbench.payload.bindings': [
          {
            topicFilter: 'plant/#',
            decoder: 'protobuf',
            schema: 'protos/plant.proto',
            message: 'plant.Reading',
          },
        ],
      },
    });
    const folder = join(workbench.workspace, 'protos');
    mkdirSync(folder, { recursive: true });
    writeFileSync(
      join(folder, 'state.proto'),
      'syntax = "proto3"; enum State { OFF = 0; ON = 2; }',
    );
    // The message that the binding names is still to be written.
    writeFileSync(join(folder, 'plant.proto'), 'syntax = "proto3"; package plant;');
    await workbench.openView('MQTT');
    await workbench.palette('MQTT: Start Local Broker');
    await workbench.treeItem(/Local broker/).waitFor();
    const client = await connectAsync(`mqtt://127.0.0.1:${port}`, { clientId: 'press' });
    // name = "press 4", celsius = 21.5, state = 2
    const reading = Buffer.from('0a07707265737320341100000000008035401802', 'hex');
    await client.publishAsync('plant/4/reading', reading, { qos: 1 });
    await client.endAsync();
  });
  after(() => workbench.close());

  it('with a Protobuf schema: told where it cannot be used, and read as soon as it can', () =>
    workbench.during('payload-schema', async () => {
      const problem = /plant\.proto has no message plant\.Reading/;
      await workbench.notification(problem).waitFor();
      await workbench.palette('MQTT: Open Inspector');
      const page = workbench.inspectorFrame();
      const rows = page.locator('.body .row:not([hidden])');
      await rows.filter({ hasText: 'plant/4/reading' }).click();
      await page.getByRole('tab', { name: 'Payload' }).click();
      await page.getByText(problem).first().waitFor();
      await workbench.screenshot('payload-schema-problem');
      await workbench.openFile('plant.proto');
      await workbench.page.keyboard.press('ControlOrMeta+a');
      await workbench.page.keyboard.insertText(
        'syntax = "proto3"; package plant; import "state.proto"; ' +
          'message Reading { string name = 1; double celsius = 2; State state = 3; }',
      );
      await workbench.page.keyboard.press('ControlOrMeta+s');
      await workbench.palette('MQTT: Open Inspector');
      // What is shown is decoded anew without a click.
      await page.getByText('Protobuf · plant.Reading').first().waitFor();
      await page.getByText('"press 4"').first().waitFor();
      await page.getByText('"ON"').first().waitFor();
      await workbench.screenshot('payload-schema');
      assert.deepEqual(workbench.extensionErrors(extensionId()), []);
    }));

  it('of Sparkplug B: named by the births before, with gaps told', () =>
    workbench.during('sparkplug', async () => {
      const client = await connectAsync(`mqtt://127.0.0.1:${port}`, { clientId: 'edge' });
      const publish = (topicName: string, fields: Readonly<Record<string, unknown>>) =>
        client.publishAsync(`spBv1.0/hall/${topicName}`, sparkplugPayload(fields), { qos: 1 });
      const metrics = [
        { name: 'Drive/Speed', alias: 1, datatype: 3, int_value: 0 },
        { name: 'Drive/State', alias: 2, datatype: 12, string_value: 'idle' },
      ];
      await publish('NBIRTH/press', { timestamp: 1_700_000_000_000, seq: 0, metrics });
      const changed = [
        { alias: 1, int_value: 0xffff_fff4 },
        { alias: 2, string_value: 'braking' },
      ];
      await publish('NDATA/press', { timestamp: 1_700_000_001_000, seq: 3, metrics: changed });
      await client.endAsync();
      const page = workbench.inspectorFrame();
      await page
        .locator('.body .row:not([hidden])')
        .filter({ hasText: 'spBv1.0/hall/NDATA/press' })
        .click();
      await page.getByText('Sparkplug B · NDATA').first().waitFor();
      await page.getByText('"Drive/Speed"').first().waitFor();
      await page.getByText('-12').first().waitFor();
      await page.getByText('Sequence gap: 3 after 0, 2 messages are missing').first().waitFor();
      await workbench.screenshot('sparkplug');
      assert.deepEqual(workbench.extensionErrors(extensionId()), []);
    }));
});
