import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, it, type TestContext } from 'node:test';
import { run } from '../../src/cli/command-line.ts';
import type { HiddenInput } from '../../src/cli/password-prompt.ts';
import { isPassword } from '../../src/engine/access/password-hash.ts';
import { readUsers } from '../../src/engine/access/users-file.ts';

async function usersFile(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'user-'));
  context.after(() => rm(folder, { recursive: true }));
  return join(folder, 'users.json');
}

/** Runs the command; `hidden` is a terminal that somebody types at. */
async function user(
  args: readonly string[],
  { input = '', hidden }: { input?: string; hidden?: HiddenInput } = {},
): Promise<{ code: number; out: string; error: string }> {
  const result = { code: 0, out: '', error: '' };
  const stdout = new PassThrough({ encoding: 'utf8' });
  const stderr = new PassThrough({ encoding: 'utf8' });
  stdout.on('data', (text: string) => (result.out += text));
  stderr.on('data', (text: string) => (result.error += text));
  result.code = await run(['user', ...args], {
    stdin: PassThrough.from([Buffer.from(input)]),
    stdout,
    stderr,
    untilInterrupted: () => Promise.resolve(),
    onHangUp: () => () => undefined,
    ...(hidden && { hidden }),
  });
  return result;
}

/** Types a line each time it is asked for one. */
function typist(...lines: string[]): HiddenInput & { readonly modes: boolean[] } {
  const events = new EventEmitter();
  const modes: boolean[] = [];
  return Object.assign(events, {
    modes,
    setRawMode(mode: boolean) {
      modes.push(mode);
      return this;
    },
    resume() {
      const line = lines.shift() ?? '\u0003';
      setImmediate(() => events.emit('data', Buffer.from(line)));
      return this;
    },
    pause() {
      return this;
    },
  }) as unknown as HiddenInput & { readonly modes: boolean[] };
}

describe('mqtt-workbench user', { timeout: 20_000 }, () => {
  it('adds, changes, lists and removes', async (context) => {
    const file = await usersFile(context);
    const where = ['--file', file];
    const given = ['--password-stdin', ...where];
    assert.equal((await user(['add', 'bob', ...given], { input: 'pencil\nmore' })).code, 0);
    assert.equal((await user(['add', 'anna', ...given], { input: 'tea\r\n' })).code, 0);
    assert.deepEqual(await user(['list', ...where]), { code: 0, out: 'anna\nbob\n', error: '' });
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    const right = async (name: string, password: string): Promise<boolean> => {
      const record = (await readUsers(file)).byName.get(name);
      assert.ok(record);
      return isPassword(Buffer.from(password), record.password);
    };
    assert.equal(await right('bob', 'pencil'), true);
    assert.equal(await right('anna', 'tea'), true);
    assert.equal((await user(['passwd', 'bob', ...given], { input: 'crayon' })).code, 0);
    assert.equal(await right('bob', 'crayon'), true);
    assert.equal((await user(['remove', 'anna', ...where])).code, 0);
    assert.equal((await user(['list', ...where])).out, 'bob\n');
  });

  it('asks twice at a terminal, and shows nothing of what is typed', async (context) => {
    const file = await usersFile(context);
    const hidden = typist('pex\u007fncil\r', 'wrong\u0015pencil\r');
    const { code, out, error } = await user(['add', 'bob', '--file', file], { hidden });
    assert.deepEqual([code, out, error], [0, '', 'Password: \nAgain: \n']);
    assert.deepEqual(hidden.modes, [true, false, true, false]);
    assert.ok(!(await readFile(file, 'utf8')).includes('pencil'));
    const record = (await readUsers(file)).byName.get('bob');
    assert.ok(record && (await isPassword(Buffer.from('pencil'), record.password)));
  });

  it('refuses what cannot be, with one line and exit code 2', async (context) => {
    const file = await usersFile(context);
    const where = ['--file', file];
    const fails = async (
      args: readonly string[],
      message: RegExp,
      given: Parameters<typeof user>[1] = {},
    ): Promise<void> => {
      const { code, out, error } = await user(args, given);
      assert.deepEqual([code, out], [2, '']);
      assert.match(error, message);
    };
    await fails([], /add, passwd, remove or list/);
    await fails(['add', 'bob'], /--file/);
    await fails(['fly', 'bob', ...where], /not 'fly'/);
    await fails(['add', ...where], /needs a name/);
    await fails(['add', 'a', 'b', ...where], /'b' is too much/);
    await fails(['list', 'a', ...where], /takes no name/);
    await fails(['add', 'bob', ...where], /--password-stdin/);
    await fails(['add', 'bob', '--password-stdin', ...where], /password is empty/);
    await fails(['passwd', 'bob', '--password-stdin', ...where], /no file of users/, {
      input: 'x',
    });
    await fails(['remove', 'bob', ...where], /no file of users/);
    await fails(['add', 'bob', ...where], /differ/, { hidden: typist('a\r', 'b\r') });
    await fails(['add', 'bob', ...where], /interrupted/, { hidden: typist('\u0003') });
    const long = { input: 'x'.repeat(200_000) };
    await fails(['add', 'bob', '--password-stdin', ...where], /too long/, long);
  });

  it('prints its help', async () => {
    assert.match((await user(['--help'])).out, /--password-stdin/);
  });
});
