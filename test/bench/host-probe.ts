/**
 * Runs inside the extension host: broker on, inspector open, a fixed rate of messages passing, and
 * the host's event loop delay measured meanwhile. Writes a HostReport and waits until the bench,
 * which looks at the page meanwhile, has removed it.
 */
import { execFile } from 'node:child_process';
import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import * as vscode from 'vscode';
import type { WorkbenchApi } from '../../src/vscode/extension.ts';

/** What the probe found. Delays in milliseconds. */
export interface HostReport {
  readonly sent: number;
  readonly delivered: number;
  readonly rate: number;
  /** PUBLISH packets that the broker counted in and out, and frames captured during the run. */
  readonly received: number;
  readonly forwarded: number;
  readonly captured: number;
  readonly dropped: number;
  readonly idle: DelayReport;
  readonly busy: DelayReport;
}

export interface DelayReport {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

const run20 = promisify(execFile);
/** The histogram's timer itself is due every so many milliseconds. */
const resolution = 1;

function variable(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
}

async function delayDuring(action: () => Promise<unknown>): Promise<DelayReport> {
  const histogram = monitorEventLoopDelay({ resolution });
  histogram.enable();
  await action();
  histogram.disable();
  const milliseconds = (nanoseconds: number): number => nanoseconds / 1e6 - resolution;
  return {
    p50: milliseconds(histogram.percentile(50)),
    p99: milliseconds(histogram.percentile(99)),
    max: milliseconds(histogram.max),
  };
}

export async function run(): Promise<void> {
  const reportPath = variable('MQTT_WORKBENCH_BENCH_REPORT');
  const extension = vscode.extensions.all.find(({ id }) => id.endsWith('.mqtt-workbench'));
  const api = (await extension?.activate()) as WorkbenchApi;
  await vscode.workspace
    .getConfiguration('mqttWorkbench')
    .update('broker.port', 0, vscode.ConfigurationTarget.Workspace);
  await vscode.commands.executeCommand('mqttWorkbench.startBroker');
  await vscode.commands.executeCommand('mqttWorkbench.openInspector');
  await vscode.commands.executeCommand('mqttWorkbench.topics.focus');
  const port = api.snapshot()?.broker.listeners[0]?.port ?? 0;
  await delay(3000);
  const idle = await delayDuring(() => delay(3000));
  const before = await api.statistics();
  let load = { sent: 0, delivered: 0, rate: 0 };
  const busy = await delayDuring(async () => {
    const args = [variable('MQTT_WORKBENCH_BENCH_LOAD'), `${port}`];
    args.push(variable('MQTT_WORKBENCH_BENCH_RATE'), variable('MQTT_WORKBENCH_BENCH_SECONDS'));
    const { stdout } = await run20(process.execPath, args);
    load = JSON.parse(stdout) as typeof load;
  });
  const after = await api.statistics();
  const report: HostReport = {
    ...load,
    received: after.messagesReceived - before.messagesReceived,
    forwarded: after.messagesSent - before.messagesSent,
    captured: after.framesCaptured - before.framesCaptured,
    dropped: api.snapshot()?.capture.dropped ?? 0,
    idle,
    busy,
  };
  // Renamed, so that nobody reads half of it.
  writeFileSync(`${reportPath}.part`, JSON.stringify(report));
  renameSync(`${reportPath}.part`, reportPath);
  while (existsSync(reportPath)) await delay(100);
}
