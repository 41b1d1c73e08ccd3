/** The stages that make what is shipped, and hold it to its limits. */
import { statSync } from 'node:fs';
import { build, sizeTable, type BundleReport } from '../../../build.ts';
import { packagedExtension, packExtension } from '../package.ts';
import { check, runTestFiles, sum, type Stage } from './stage.ts';

const hostKilobytes = 150;
const packageKilobytes = 1536;
const testSeconds = 60;

export const bundles: Stage = {
  name: 'build',
  async run(tell) {
    const reports = await build({ production: true, tests: true });
    const of = (output: string): BundleReport =>
      reports.find((report) => report.output === output) ?? { output, bytes: 0, packages: [] };
    tell(sizeTable(reports.filter(({ output }) => output.startsWith('dist/'))));
    const host = of('dist/extension.cjs');
    const hostSize = host.bytes / 1024;
    return sum([
      check(
        tell,
        `extension.cjs is ${hostSize.toFixed(1)} KB of at most ${hostKilobytes} KB`,
        host.bytes > 0 && hostSize <= hostKilobytes,
      ),
      check(
        tell,
        `extension.cjs holds no package of node_modules: ${host.packages.join(' ') || 'none'}`,
        host.packages.length === 0,
      ),
      check(
        tell,
        'MQTT.js is in mqtt-client.cjs and in no other bundle',
        reports
          .filter(({ packages }) => packages.includes('mqtt'))
          .every(({ output }) => output === 'dist/mqtt-client.cjs' || output.startsWith('out/')) &&
          of('dist/mqtt-client.cjs').packages.includes('mqtt'),
      ),
    ]);
  },
};

export const packaged: Stage = {
  name: 'package',
  async run(tell) {
    await packExtension();
    const size = statSync(packagedExtension()).size / 1024;
    return sum([
      check(
        tell,
        `the .vsix is ${size.toFixed(0)} KB of at most ${packageKilobytes} KB`,
        size <= packageKilobytes,
      ),
      await runTestFiles(tell, 'package', ['test/package.test.ts'], testSeconds),
    ]);
  },
};
