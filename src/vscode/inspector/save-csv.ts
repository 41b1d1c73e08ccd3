import * as vscode from 'vscode';
import { t } from '../../base/localise.ts';

/**
 * Asks where to save a table as CSV, and writes it there.
 * @returns whether the person has chosen a file.
 */
export async function saveCsv(text: string, name: string): Promise<boolean> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const target = await vscode.window.showSaveDialog({
    title: t('Save Statistics as CSV'),
    filters: { CSV: ['csv'] },
    ...(folder && { defaultUri: vscode.Uri.joinPath(folder, name) }),
  });
  if (!target) return false;
  await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(text));
  return true;
}
