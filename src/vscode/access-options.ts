import { existsSync } from 'node:fs';
import * as vscode from 'vscode';
import type { AccessOptions, AccessRule } from '../engine/contract.ts';
import { section, settingKeys } from './ids.ts';

/** Who may do what, by the settings and the file of users; whether the rules make sense is the engine's to say. */
export function accessOptions(usersFile: string): AccessOptions {
  const settings = vscode.workspace.getConfiguration(section);
  const anonymous: unknown = settings.get(settingKeys.anonymous);
  const rules: unknown = settings.get(settingKeys.accessRules);
  return {
    // Anything but a plain yes lets nobody in.
    anonymous: anonymous === undefined || anonymous === true,
    // No list is no rule either: the engine says so, instead of letting everything through.
    rules: (Array.isArray(rules) ? rules : rules === undefined ? [] : [rules]) as AccessRule[],
    ...(existsSync(usersFile) && { usersFile }),
  };
}
