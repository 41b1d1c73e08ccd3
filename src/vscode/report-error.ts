import * as vscode from 'vscode';
import { HumanError, messageOf, stackOf, type ErrorAction } from '../base/errors.ts';
import { t } from '../base/localise.ts';

/**
 * Shows an error as it deserves: what a person can act on as it is, with its actions as buttons;
 * a defect with a way to the log. Resolves with the action chosen.
 */
export async function reportError(
  error: unknown,
  log: vscode.LogOutputChannel,
): Promise<ErrorAction | undefined> {
  if (error instanceof HumanError) {
    log.warn(error.message);
    const titles = error.actions.map(({ title }) => title);
    const chosen = await vscode.window.showErrorMessage(error.message, ...titles);
    return error.actions.find(({ title }) => title === chosen);
  }
  log.error(stackOf(error));
  const showLog = t('Show Log');
  const message = t('MQTT Workbench has a defect: {0}', messageOf(error));
  if ((await vscode.window.showErrorMessage(message, showLog)) === showLog) log.show();
  return undefined;
}
