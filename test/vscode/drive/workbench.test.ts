import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { join } from 'node:path';
import { root } from '../../../build.ts';
import { Workbench } from '../../support/host/workbench.ts';
import { extensionId, packagedExtension } from '../../support/package.ts';

describe('The packaged extension in a VS Code window', () => {
  let workbench: Workbench;
  before(async () => {
    workbench = await Workbench.open({
      extension: { vsix: packagedExtension() },
      workspace: join(root, 'demo'),
    });
  });
  after(() => workbench.close());

  it('shows its icon in the activity bar, and its views', () =>
    workbench.during('activity-bar', async () => {
      await workbench.activity('MQTT').waitFor();
      await workbench.openView('MQTT');
      await workbench.screenshot('first-look');
      assert.deepEqual(workbench.extensionErrors(extensionId()), []);
    }));
});
