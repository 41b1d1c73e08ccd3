import * as vscode from 'vscode';
import type { BrokerController } from '../broker-controller.ts';
import type { EngineProxy } from '../engine/engine-proxy.ts';
import { t } from '../../base/localise.ts';

/** Asks for a name and a password, and adds the user; a running broker knows it at once. */
export async function addUserCommand(
  engine: EngineProxy,
  broker: BrokerController,
  file: string,
): Promise<void> {
  const taken = new Set(await engine.request('users/list', { file }));
  const title = t('Add Broker User');
  const userName = await vscode.window.showInputBox({
    title,
    prompt: t('User name'),
    ignoreFocusOut: true,
    validateInput: (name) => {
      if (name === '') return t('A user needs a name.');
      return taken.has(name) ? t('There is a user of this name already.') : undefined;
    },
  });
  if (userName === undefined) return;
  const password = await askPassword(title, userName);
  if (password === undefined) return;
  await engine.request('users/add', { file, userName, password });
  await broker.reloadAccess();
  await tellAnonymous(broker, t('The broker has the user {0}.', userName));
}

/** Asks whose, and for the new one. Who is connected with the old one is disconnected. */
export async function changePasswordCommand(
  engine: EngineProxy,
  broker: BrokerController,
  file: string,
): Promise<void> {
  const userName = await pickUser(engine, file, t('User whose password is changed'));
  if (userName === undefined) return;
  const password = await askPassword(t('Change Password'), userName);
  if (password === undefined) return;
  await engine.request('users/changePassword', { file, userName, password });
  await broker.reloadAccess();
  vscode.window.setStatusBarMessage(`$(check) ${t('Password changed')}`, 3000);
}

/** Asks whom, and whether really. */
export async function removeUserCommand(
  engine: EngineProxy,
  broker: BrokerController,
  file: string,
): Promise<void> {
  const userName = await pickUser(engine, file, t('User to remove'));
  if (userName === undefined) return;
  const remove = t('Remove');
  const chosen = await vscode.window.showWarningMessage(
    t('Remove the user {0} of the broker?', userName),
    { modal: true, detail: t('Its clients are disconnected. This cannot be undone.') },
    remove,
  );
  if (chosen !== remove) return;
  await engine.request('users/remove', { file, userName });
  await broker.reloadAccess();
  vscode.window.setStatusBarMessage(`$(check) ${t('User removed')}`, 3000);
}

async function pickUser(
  engine: EngineProxy,
  file: string,
  placeHolder: string,
): Promise<string | undefined> {
  const users = await engine.request('users/list', { file });
  if (users.length > 0) return vscode.window.showQuickPick([...users], { placeHolder });
  void vscode.window.showInformationMessage(t('The broker has no users yet.'));
  return undefined;
}

/** Twice, since it cannot be seen. It goes to the engine and nowhere else. */
async function askPassword(title: string, userName: string): Promise<string | undefined> {
  const password = await vscode.window.showInputBox({
    title,
    prompt: t('Password of {0}', userName),
    password: true,
    ignoreFocusOut: true,
    validateInput: (text) => (text === '' ? t('The password is empty.') : undefined),
  });
  if (password === undefined) return undefined;
  const again = await vscode.window.showInputBox({
    title,
    prompt: t('Password of {0}, again', userName),
    password: true,
    ignoreFocusOut: true,
    validateInput: (text) => (text === password ? undefined : t('The two passwords differ.')),
  });
  return again === undefined ? undefined : password;
}

/** A user does not keep others out as long as nobody needs one. */
async function tellAnonymous(broker: BrokerController, done: string): Promise<void> {
  if (!broker.isAnonymous) {
    vscode.window.setStatusBarMessage(`$(check) ${done}`, 3000);
    return;
  }
  const settings = t('Change Setting');
  const chosen = await vscode.window.showInformationMessage(
    `${done} ${t('Clients without a user name may still connect.')}`,
    settings,
  );
  if (chosen === settings) {
    await vscode.commands.executeCommand(
      'workbench.action.openSettings',
      'mqttWorkbench.broker.access.anonymous',
    );
  }
}
