import * as vscode from 'vscode';
import { t } from '../base/localise.ts';

/** For whom a setting is written: without a workspace nobody is asked. Undefined: the person went back. */
export async function chooseTarget(title: string): Promise<vscode.ConfigurationTarget | undefined> {
  if (vscode.workspace.workspaceFolders === undefined) return vscode.ConfigurationTarget.Global;
  const picked = await vscode.window.showQuickPick(
    [
      {
        label: t('For Me'),
        description: t('in all workspaces'),
        target: vscode.ConfigurationTarget.Global,
      },
      {
        label: t('For This Workspace'),
        description: t('in its settings, which a team can share'),
        target: vscode.ConfigurationTarget.Workspace,
      },
    ],
    { title },
  );
  return picked?.target;
}
