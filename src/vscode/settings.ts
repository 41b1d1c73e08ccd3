import * as vscode from 'vscode';
import type { BrokerOptions } from '../engine/contract.ts';
import { section, settingKeys } from './ids.ts';

const megabyte = 1024 * 1024;

function whole(key: string, least: number, most: number, fallback: number): number {
  // Settings files are written by hand: their types are wishes.
  const value: unknown = vscode.workspace.getConfiguration(section).get(key);
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most
    ? value
    : fallback;
}

/** What the broker is started with. */
export function brokerOptions(): BrokerOptions {
  const host: unknown = vscode.workspace.getConfiguration(section).get(settingKeys.host);
  const webSocketPort = whole(settingKeys.webSocketPort, 0, 65535, 0);
  return {
    host: typeof host === 'string' && host.trim() !== '' ? host.trim() : '127.0.0.1',
    port: whole(settingKeys.port, 0, 65535, 1883),
    limits: {
      maximumPacketSize: whole(settingKeys.maximumPacketSize, 1024, 268_435_460, 10 * megabyte),
    },
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
