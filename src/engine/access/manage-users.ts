/** What the commands for users do, in the editor and on the command line. */
import { HumanError } from '../../base/errors.ts';
import { checkPassword, hashPassword, prepare, scramKeys } from './password-hash.ts';
import { readUsers, readUsersIfAny, userNameProblem, writeUsers } from './users-file.ts';

/** Names of all users, in alphabetical order; none if there is no file. @throws HumanError `usersFile`. */
export async function listUsers(file: string): Promise<string[]> {
  const { byName } = await readUsersIfAny(file);
  return [...byName.keys()].sort((one, other) => one.localeCompare(other));
}

/** @throws HumanError `wrongUserName`, `userExists`, `wrongPassword`, `wrongCharacters`, `usersFile`. */
export async function addUser(file: string, userName: string, password: string): Promise<void> {
  const wrong = userNameProblem(userName);
  if (wrong !== undefined) {
    throw new HumanError('wrongUserName', `The user name ${wrong}. Choose another one.`);
  }
  const prepared = await prepare(userName);
  if (prepared !== userName) {
    // Two names that look the same must not be two users.
    throw new HumanError(
      'wrongUserName',
      `The user name is written in an unusual way. Use '${prepared}'.`,
    );
  }
  const users = await readUsersIfAny(file);
  if (users.byName.has(userName)) {
    throw new HumanError(
      'userExists',
      `There is a user '${userName}' already. Change the password instead.`,
    );
  }
  await setPassword(file, userName, password);
}

/** @throws HumanError `noSuchUser`, `wrongPassword`, `wrongCharacters`, `usersFile`. */
export async function changePassword(
  file: string,
  userName: string,
  password: string,
): Promise<void> {
  const { byName } = await readUsers(file);
  if (!byName.has(userName)) throw noSuchUser(userName);
  await setPassword(file, userName, password);
}

/** @throws HumanError `noSuchUser`, `usersFile`. */
export async function removeUser(file: string, userName: string): Promise<void> {
  const users = await readUsers(file);
  const byName = new Map(users.byName);
  if (!byName.delete(userName)) throw noSuchUser(userName);
  await writeUsers(file, { ...users, byName });
}

async function setPassword(file: string, userName: string, password: string): Promise<void> {
  checkPassword(password);
  const [hash, scram] = await Promise.all([hashPassword(password), scramKeys(password)]);
  const users = await readUsersIfAny(file);
  const byName = new Map(users.byName).set(userName, { userName, password: hash, scram });
  await writeUsers(file, { ...users, byName });
}

function noSuchUser(userName: string): HumanError {
  return new HumanError('noSuchUser', `There is no user '${userName}'.`);
}
