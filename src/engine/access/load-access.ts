import { HumanError, messageOf } from '../../base/errors.ts';
import { AccessRules } from '../../broker/access/rules.ts';
import type { AccessOptions, AccessRule } from '../contract.ts';
import { noUsers, readUsers, type Users } from './users-file.ts';

/** Options of access, read and checked. */
export interface LoadedAccess {
  readonly anonymous: boolean;
  readonly users: Users;
  readonly rules: readonly AccessRule[];
}

/**
 * Reads what the options name. Absent: everyone may do everything.
 * @throws HumanError `usersFile`, `usersFileMissing`, `wrongRule`.
 */
export async function loadAccess(options: AccessOptions | undefined): Promise<LoadedAccess> {
  if (!options) return { anonymous: true, users: noUsers(), rules: [] };
  const { anonymous, usersFile, rules } = options;
  try {
    // The broker compiles them again, but must not begin with half of what was asked for.
    new AccessRules(rules);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new HumanError('wrongRule', `The rules of access cannot be used. ${messageOf(error)}`);
  }
  return {
    anonymous,
    users: usersFile === undefined ? noUsers() : await readUsers(usersFile),
    rules,
  };
}
