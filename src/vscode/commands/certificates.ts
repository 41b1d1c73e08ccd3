import { homedir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { HumanError } from '../../base/errors.ts';
import type { ClientCertificate, ClientCertificateRequest } from '../../engine/contract.ts';
import type { EngineProxy } from '../engine/engine-proxy.ts';
import { t } from '../../base/localise.ts';

/** Asks for a file, and writes the development authority's certificate into it. */
export async function exportAuthorityCommand(engine: EngineProxy, folder: string): Promise<void> {
  const target = await vscode.window.showSaveDialog({
    title: t('Export Certificate Authority'),
    defaultUri: vscode.Uri.file(join(homedir(), 'mqtt-workbench-ca.pem')),
    filters: { [t('Certificate (PEM)')]: ['pem', 'crt'] },
  });
  if (!target) return;
  const file = target.fsPath;
  await engine.request('certificates/exportAuthority', { folder, file });
  const copy = t('Copy Path');
  const chosen = await vscode.window.showInformationMessage(
    t(
      'A device that trusts {0} can connect with TLS: give it this file as its certificate authority (mosquitto: --cafile, MQTT.js: ca).',
      file,
    ),
    copy,
  );
  if (chosen === copy) await vscode.env.clipboard.writeText(file);
}

/** Asks for a name and a folder, and issues a client certificate of the development authority. */
export async function createClientCertificateCommand(
  engine: EngineProxy,
  folder: string,
): Promise<void> {
  const title = t('Create Client Certificate');
  const name = await vscode.window.showInputBox({
    title,
    prompt: t('Common name of the client'),
    ignoreFocusOut: true,
    validateInput: (text) =>
      text.trim() === '' || text.length > 64 ? t('A name has 1 to 64 characters.') : undefined,
  });
  if (name === undefined) return;
  const [target] =
    (await vscode.window.showOpenDialog({
      title,
      openLabel: t('Write Here'),
      canSelectFiles: false,
      canSelectFolders: true,
    })) ?? [];
  if (!target) return;
  const request = { folder, name, output: target.fsPath, replace: false };
  const files = await create(engine, request);
  if (!files) return;
  const copy = t('Copy Path');
  const chosen = await vscode.window.showInformationMessage(
    t(
      'Wrote {0} and its key {1}. Whoever has the key is this client.',
      files.certificateFile,
      files.keyFile,
    ),
    copy,
  );
  if (chosen === copy) await vscode.env.clipboard.writeText(files.certificateFile);
}

async function create(
  engine: EngineProxy,
  request: ClientCertificateRequest,
): Promise<ClientCertificate | undefined> {
  try {
    return await engine.request('certificates/createClient', request);
  } catch (error) {
    if (!(error instanceof HumanError) || error.code !== 'certificateExists') throw error;
    const replace = t('Replace');
    const chosen = await vscode.window.showWarningMessage(error.message, { modal: true }, replace);
    if (chosen !== replace) return undefined;
    return engine.request('certificates/createClient', { ...request, replace: true });
  }
}
