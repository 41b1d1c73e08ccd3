import * as vscode from 'vscode';
import type { BrokerLimits, BrokerOptions } from '../engine/contract.ts';
import { limitTable, valueProblem } from '../engine/limits.ts';
import { limitSetting, section, settingKeys } from './ids.ts';

const megabyte = 1024 * 1024;

function whole(key: string, least: number, most: number, fallback: number): number {
  // Settings files are written by hand: their types are wishes.
  const value: unknown = vscode.workspace.getConfiguration(section).get(key);
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most
    ? value
    : fallback;
}

/** The limits that are set to something else than their default; a value that is none is left out. */
function brokerLimits(): BrokerLimits {
  const settings = vscode.workspace.getConfiguration(section);
  const set = limitTable.flatMap((limit): [string, unknown][] => {
    const own: unknown = settings.get(limitSetting(limit.name));
    const isSet = own !== limit.usual && valueProblem(limit.allowed, own) === undefined;
    if (isSet) return [[limit.name, own]];
    if (limit.name !== 'maximumPacketSize') return [];
    // It was a setting of its own once, and holds until the one of the limits is set.
    const former: unknown = settings.get(settingKeys.maximumPacketSize);
    const holds = former !== limit.usual && valueProblem(limit.allowed, former) === undefined;
    return holds ? [[limit.name, former]] : [];
  });
  return Object.fromEntries(set);
}

/** What the broker is started with. */
export function brokerOptions(): BrokerOptions {
  const host: unknown = vscode.workspace.getConfiguration(section).get(settingKeys.host);
  const webSocketPort = whole(settingKeys.webSocketPort, 0, 65535, 0);
  return {
    host: typeof host === 'string' && host.trim() !== '' ? host.trim() : '127.0.0.1',
    port: whole(settingKeys.port, 0, 65535, 1883),
    limits: brokerLimits(),
    ...(webSocketPort > 0 && { webSocketPort }),
  };
}

/** Whether the broker keeps sessions and retained messages over restarts. */
export function isPersistent(): boolean {
  return vscode.workspace.getConfiguration(section).get(settingKeys.persistence) === true;
}

/** Bytes that the capture may hold. */
export function captureLimit(): number {
  return whole(settingKeys.captureMaximumSize, 1, 16_384, 256) * megabyte;
}

export function autoStart(): boolean {
  return vscode.workspace.getConfiguration(section).get(settingKeys.autoStart) === true;
}
