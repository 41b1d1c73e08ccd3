import * as vscode from 'vscode';
import type { SavedFilter } from '../../engine/contract.ts';
import { section, settingKeys } from '../ids.ts';
import { t } from '../../base/localise.ts';
import { chooseTarget } from '../setting-target.ts';

/** Filters offered at most, and characters of their parts: settings files are written by hand. */
const mostFilters = 200;
const longestName = 100;
const longestFilter = 10_000;

/** What the setting has that can be a filter with a name, in its order. */
export function savedFilters(): readonly SavedFilter[] {
  const value: unknown = vscode.workspace.getConfiguration(section).get(settingKeys.savedFilters);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value)
    .flatMap(([name, filter]: [string, unknown]) => {
      const isOne = typeof filter === 'string' && filter.trim() !== '' && name.trim() !== '';
      const fits = isOne && filter.length <= longestFilter && name.length <= longestName;
      return fits ? [{ name, filter }] : [];
    })
    .slice(0, mostFilters);
}

export function changesSavedFilters(event: vscode.ConfigurationChangeEvent): boolean {
  return event.affectsConfiguration(`${section}.${settingKeys.savedFilters}`);
}

/** Asks for a name and, where there is a workspace, for whom; a name that is taken is confirmed first. */
export async function saveFilter(filter: string): Promise<void> {
  const name = await vscode.window.showInputBox({
    title: t('Save Filter'),
    prompt: t('Name of the filter: {0}', filter),
    validateInput: (text) =>
      text.trim() === ''
        ? t('A filter needs a name.')
        : text.length > longestName
          ? t('At most {0} characters.', longestName)
          : undefined,
  });
  if (name === undefined) return;
  const target = await chooseTarget(t('Save Filter'));
  if (target === undefined) return;
  const settings = vscode.workspace.getConfiguration(section);
  const { globalValue, workspaceValue } = settings.inspect<object>(settingKeys.savedFilters) ?? {};
  const isWorkspace = target === vscode.ConfigurationTarget.Workspace;
  const before = (isWorkspace ? workspaceValue : globalValue) ?? {};
  if (Object.hasOwn(before, name.trim()) && !(await mayReplace(name.trim()))) return;
  await settings.update(settingKeys.savedFilters, { ...before, [name.trim()]: filter }, target);
}

/** The setting, where filters are renamed and removed. */
export async function manageFilters(): Promise<void> {
  const query = `@id:${section}.${settingKeys.savedFilters}`;
  await vscode.commands.executeCommand('workbench.action.openSettings', query);
}

async function mayReplace(name: string): Promise<boolean> {
  const replace = t('Replace');
  const message = t('There is a filter with the name {0} already.', name);
  return (await vscode.window.showWarningMessage(message, { modal: true }, replace)) === replace;
}
