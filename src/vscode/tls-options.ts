import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import * as vscode from 'vscode';
import type { BrokerOptions, TlsOptions } from '../engine/contract.ts';
import { section, settingKeys } from './ids.ts';

type TlsListeners = Pick<BrokerOptions, 'tlsPort' | 'secureWebSocketPort' | 'tls'>;

/** The TLS listeners by the settings; nothing when both are off. */
export function tlsListeners(certificateFolder: string): TlsListeners {
  const tlsPort = port(settingKeys.tlsPort);
  const secureWebSocketPort = port(settingKeys.secureWebSocketPort);
  if (tlsPort === 0 && secureWebSocketPort === 0) return {};
  const certificateFile = path(settingKeys.certificateFile);
  const keyFile = path(settingKeys.keyFile);
  const clientAuthorityFile = path(settingKeys.clientAuthorityFile);
  const tls: TlsOptions = {
    certificateFolder,
    clientCertificates: clientCertificates(),
    ...(certificateFile !== undefined && { certificateFile }),
    ...(keyFile !== undefined && { keyFile }),
    ...(clientAuthorityFile !== undefined && { clientAuthorityFile }),
  };
  return {
    ...(tlsPort > 0 && { tlsPort }),
    ...(secureWebSocketPort > 0 && { secureWebSocketPort }),
    tls,
  };
}

function setting(key: string): unknown {
  return vscode.workspace.getConfiguration(section).get(key);
}

function port(key: string): number {
  const value = setting(key);
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= 65535
    ? value
    : 0;
}

/** A word that is none of these must not let anyone in: it counts as the strictest. */
function clientCertificates(): 'none' | 'optional' | 'required' {
  const value = setting(settingKeys.clientCertificates) ?? 'none';
  return value === 'none' || value === 'optional' ? value : 'required';
}

/** Absolute as it is, `~/` in the home folder, anything else in the first workspace folder. */
function path(key: string): string | undefined {
  const value = setting(key);
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  const text = value.trim();
  if (/^~[/\\]/.test(text)) return join(homedir(), text.slice(2));
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  return isAbsolute(text) || folder === undefined ? text : join(folder, text);
}
