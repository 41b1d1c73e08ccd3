import { addUser, changePassword, listUsers, removeUser } from '../engine/access/manage-users.ts';
import { printable, writeLine, type Terminal } from './output.ts';
import { askHidden, readFirstLine } from './password-prompt.ts';
import { exitCode, parseArguments, UsageError } from './usage.ts';

export const userHelp = `Usage: mqtt-workbench user add|passwd|remove NAME --file FILE [options]
       mqtt-workbench user list --file FILE

Manages the file of users that 'mqtt-workbench broker' takes. Passwords are kept as hashes
(scrypt, and keys for SCRAM-SHA-256); only the file's owner can read it.

Commands:
  add NAME       add a user
  passwd NAME    give a user another password
  remove NAME    remove a user
  list           print the names of all users, one a line

Options:
  --file FILE        the file of users; 'add' makes it when it is not there
  --password-stdin   take the password from the first line of the input instead of asking
  --help             print this text

Exit codes: 0 when it is done, 2 when it cannot be.`;

const options = {
  file: { type: 'string' },
  'password-stdin': { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

/** `mqtt-workbench user`: resolves with the exit code. A running broker reads the file again at SIGHUP. */
export async function userCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parseArguments(args, options, true);
  if (values.help) {
    await writeLine(terminal.stdout, userHelp);
    return exitCode.success;
  }
  const [action, userName, ...rest] = positionals;
  const { file } = values;
  if (action === undefined)
    throw new UsageError("user takes add, passwd, remove or list; try 'user --help'");
  if (file === undefined) throw new UsageError('user needs --file FILE');
  if (rest.length > 0)
    throw new UsageError(`'${rest.join(' ')}' is too much; quote names with spaces`);
  if (action === 'list') {
    if (userName !== undefined) throw new UsageError('user list takes no name');
    for (const name of await listUsers(file)) await writeLine(terminal.stdout, printable(name));
    return exitCode.success;
  }
  if (action !== 'add' && action !== 'passwd' && action !== 'remove') {
    throw new UsageError(`user takes add, passwd, remove or list, not '${action}'`);
  }
  if (userName === undefined) throw new UsageError(`user ${action} needs a name`);
  if (action === 'remove') {
    await removeUser(file, userName);
    return exitCode.success;
  }
  const password = await readPassword(terminal, values['password-stdin']);
  await (action === 'add' ? addUser : changePassword)(file, userName, password);
  return exitCode.success;
}

async function readPassword(terminal: Terminal, fromInput: boolean): Promise<string> {
  if (fromInput) return readFirstLine(terminal.stdin);
  const { hidden } = terminal;
  if (!hidden) {
    throw new UsageError('there is no terminal to ask for the password; use --password-stdin');
  }
  const password = await askHidden(hidden, terminal.stderr, 'Password: ');
  if ((await askHidden(hidden, terminal.stderr, 'Again: ')) !== password) {
    throw new UsageError('the two passwords differ');
  }
  return password;
}
