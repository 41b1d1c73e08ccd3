import * as vscode from 'vscode';
import { isLoopback } from '../base/loopback.ts';
import { section, settingKeys } from './ids.ts';
import { t } from '../base/localise.ts';

/** Remembers which address other than loopback the person has agreed to. */
const confirmedHostKey = 'confirmedHost';
const loopback = '127.0.0.1';

/**
 * Asks whether the broker may listen on the address of the settings: other machines can reach one that is not loopback, so
 * never unasked, and never in an untrusted workspace.
 * @param isAnonymous whether clients without a user name may connect: what the question has to tell.
 * @returns the address to listen on; undefined for none.
 */
export async function askExposure(
  host: string,
  isAnonymous: boolean,
  memento: vscode.Memento,
): Promise<string | undefined> {
  if (isLoopback(host)) return host;
  if (!vscode.workspace.isTrusted) return offerLoopback(host);
  if (memento.get(confirmedHostKey) === host) return host;
  const listen = t('Listen on {0}', host);
  const setting = t('The setting {0} is {1}.', `${section}.${settingKeys.host}`, host);
  const consequence = isAnonymous
    ? t(
        'Whoever reaches this machine over the network can then publish and subscribe, without a password.',
      )
    : t('Whoever reaches this machine over the network can then try user names and passwords.');
  const chosen = await vscode.window.showWarningMessage(
    t('Let other machines connect to the broker?'),
    { modal: true, detail: `${setting} ${consequence}` },
    listen,
  );
  if (chosen !== listen) return undefined;
  await memento.update(confirmedHostKey, host);
  return host;
}

async function offerLoopback(host: string): Promise<string | undefined> {
  const useLoopback = t('Use {0}', loopback);
  const manageTrust = t('Manage Workspace Trust');
  const chosen = await vscode.window.showErrorMessage(
    t('In an untrusted workspace the broker does not listen on {0}.', host),
    useLoopback,
    manageTrust,
  );
  if (chosen === manageTrust) await vscode.commands.executeCommand('workbench.trust.manage');
  return chosen === useLoopback ? loopback : undefined;
}
