/** A binding names a Protobuf schema of the workspace: what a person sees when it is wrong, and when it is mended. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { connectAsync } from 'mqtt';
import { freePort } from '../../support/clients.ts';
import { Workbench } from '../../support/host/workbench.ts';
import { extensionId, packagedExtension } from '../../support/package.ts';

describe('A Protobuf schema in the workspace', () => {
  let workbench: Workbench;

  before(async () => {
    const port = await freePort();
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

  it('is told where it cannot be used, and read as soon as it can', () =>
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
});
