import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build as bundle } from 'esbuild';
import { build, root } from '../../build.ts';
import { Workbench } from '../support/host/workbench.ts';
import type { DelayReport, HostReport } from './host-probe.ts';

const asked = process.argv.find((argument) => argument.startsWith('--rate='));
/** Messages per second. */
const rate = Number(asked?.slice('--rate='.length) ?? 50_000);
const seconds = 10;
/** The most that the extension host's event loop may be late, 99th percentile, milliseconds. */
const target = 20;
/** Packets besides the messages: CONNECT, CONNACK, twice; SUBSCRIBE, SUBACK. */
const conversationPackets = 6;

/**
 * Messages at a fixed rate through the local broker in a real VS Code with the inspector open: how
 * late the extension host's event loop is, whether the page follows, and whether all counts agree.
 */
export async function benchHost(): Promise<string[]> {
  await build({ production: true });
  const probe = join(root, 'out/bench/host-probe.cjs');
  await bundle({
    entryPoints: [join(import.meta.dirname, 'host-probe.ts')],
    outfile: probe,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['vscode'],
    logLevel: 'warning',
  });
  const report = join(root, 'test-output/bench-host.json');
  mkdirSync(join(root, 'test-output'), { recursive: true });
  rmSync(report, { force: true });
  const remote = (origin: string, path: string): string =>
    `vscode-remote://${origin.replace('http://', '')}${path}`;
  const workbench = await Workbench.open({
    smokeTestDriver: true,
    env: {
      MQTT_WORKBENCH_BENCH_REPORT: report,
      MQTT_WORKBENCH_BENCH_LOAD: join(import.meta.dirname, 'rate-load.ts'),
      MQTT_WORKBENCH_BENCH_RATE: String(rate),
      MQTT_WORKBENCH_BENCH_SECONDS: String(seconds),
    },
    payload: (server) => [
      ['extensionDevelopmentPath', remote(server.origin, root)],
      ['extensionTestsPath', remote(server.origin, probe)],
    ],
    prepare: async (page) => {
      await page.exposeFunction('codeAutomationLog', () => undefined);
      await page.exposeFunction('codeAutomationExit', () => undefined);
    },
  });
  try {
    return await workbench.during('bench-host', () => observe(workbench, report));
  } finally {
    await workbench.close();
  }
}

async function observe(workbench: Workbench, reportPath: string): Promise<string[]> {
  const frame = workbench.inspectorFrame();
  const chip = frame.locator('.chip.result');
  await chip.waitFor();
  const shown = new Set<string>();
  const deadline = Date.now() + 90_000;
  while (!existsSync(reportPath) && Date.now() < deadline) {
    shown.add(await chip.innerText());
    await workbench.page.waitForTimeout(100);
  }
  const report = JSON.parse(readFileSync(reportPath, 'utf8')) as HostReport;
  await frame.getByRole('radio', { name: 'Messages' }).click();
  const expected = report.sent.toLocaleString('en');
  await workbench.until(`the page shows ${expected} messages`, async () =>
    (await chip.innerText()).includes(expected),
  );
  await workbench.screenshot('bench-flooded');
  const messagesShown = await chip.innerText();
  rmSync(reportPath);
  return print(report, shown.size, messagesShown);
}

function print(report: HostReport, states: number, messagesShown: string): string[] {
  const { sent, delivered, received, forwarded, captured, dropped, idle, busy } = report;
  console.log(`Extension host at ${report.rate.toLocaleString('en')} messages/s for ${seconds} s`);
  console.log(`  event loop delay, idle: ${text(idle)}`);
  console.log(`  event loop delay, busy: ${text(busy)}  (target: p99 < ${target} ms)`);
  console.log(
    `  sent ${sent}, received ${received}, forwarded ${forwarded}, delivered ${delivered}`,
  );
  console.log(
    `  captured ${captured} frames (messages in and out, ${conversationPackets} others), dropped ${dropped}`,
  );
  console.log(
    `  the page counted ${states} different states on the way and ends with: ${messagesShown}`,
  );
  const failures: string[] = [];
  if (busy.p99 >= target) failures.push(`event loop delay p99 ${busy.p99.toFixed(1)} ms`);
  const agree =
    received === sent &&
    delivered === sent &&
    forwarded === sent &&
    captured === 2 * sent + conversationPackets;
  if (!agree) failures.push('the numbers of sent, captured and delivered messages differ');
  return failures;
}

function text({ p50, p99, max }: DelayReport): string {
  return `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, max ${max.toFixed(1)} ms`;
}
