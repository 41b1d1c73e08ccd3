/** The file of users: written for its owner only, and read as if by an enemy. */
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import {
  addUser,
  changePassword,
  listUsers,
  removeUser,
} from '../../../src/engine/access/manage-users.ts';
import { isPassword } from '../../../src/engine/access/password-hash.ts';
import { parseUsers, readUsers } from '../../../src/engine/access/users-file.ts';

async function folder(context: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'users-'));
  context.after(() => rm(path, { recursive: true }));
  return path;
}

describe('Users', () => {
  it('are added, changed, listed and removed; the file is readable by its owner only', async (context) => {
    const path = await folder(context);
    const file = join(path, 'new', 'users.json');
    assert.deepEqual(await listUsers(file), []);
    await addUser(file, 'eve', 'secret');
    await addUser(file, 'bob', 'pencil');
    assert.deepEqual(await listUsers(file), ['bob', 'eve']);
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    assert.deepEqual(await readdir(join(path, 'new')), ['users.json']);
    const bob = (await readUsers(file)).byName.get('bob');
    assert.ok(bob);
    assert.equal(await isPassword(Buffer.from('pencil'), bob.password), true);
    assert.equal(await isPassword(Buffer.from('pencil '), bob.password), false);
    const text = await readFile(file, 'utf8');
    assert.ok(!text.includes('pencil') && !text.includes(Buffer.from('pencil').toString('base64')));

    const secret = (await readUsers(file)).secret;
    await changePassword(file, 'bob', 'crayon');
    const changed = (await readUsers(file)).byName.get('bob');
    assert.ok(changed);
    assert.equal(await isPassword(Buffer.from('crayon'), changed.password), true);
    assert.notDeepEqual(changed.password.salt, bob.password.salt);
    assert.deepEqual((await readUsers(file)).secret, secret);
    await removeUser(file, 'bob');
    assert.deepEqual(await listUsers(file), ['eve']);
  });

  it('that cannot be are refused with what to do', async (context) => {
    const file = join(await folder(context), 'users.json');
    await addUser(file, 'eve', 'secret');
    await assert.rejects(addUser(file, 'eve', 'x'), { code: 'userExists' });
    await assert.rejects(addUser(file, '', 'x'), { code: 'wrongUserName' });
    await assert.rejects(addUser(file, 'a\nb', 'x'), { code: 'wrongUserName' });
    await assert.rejects(addUser(file, '\u2168', 'x'), {
      code: 'wrongUserName',
      message: /Use 'IX'/,
    });
    await assert.rejects(addUser(file, 'bob', ''), { code: 'wrongPassword' });
    await assert.rejects(addUser(file, 'bob', 'x'.repeat(65_536)), { code: 'wrongPassword' });
    await assert.rejects(changePassword(file, 'bob', 'x'), { code: 'noSuchUser' });
    await assert.rejects(removeUser(file, 'bob'), { code: 'noSuchUser' });
    await assert.rejects(readUsers(`${file}.none`), { code: 'usersFileMissing' });
    assert.deepEqual(await listUsers(file), ['eve']);
  });
});

describe('A file of users that is damaged or hostile', () => {
  const bytes = (count: number): string => Buffer.alloc(count, 7).toString('base64');
  const user = {
    userName: 'bob',
    password: {
      algorithm: 'scrypt',
      cost: 2048,
      blockSize: 8,
      parallelization: 1,
      salt: bytes(16),
      hash: bytes(32),
    },
    scram: {
      algorithm: 'SCRAM-SHA-256',
      iterations: 4096,
      salt: bytes(16),
      storedKey: bytes(32),
      serverKey: bytes(32),
    },
  };
  const root = { format: 'mqtt-workbench-users', version: 1, secret: bytes(32), users: [user] };

  it('the one that the cases are made from is fine', () => {
    assert.deepEqual([...parseUsers(JSON.stringify(root), 'f').byName.keys()], ['bob']);
  });

  const password = (given: object): object => ({
    ...root,
    users: [{ ...user, password: { ...user.password, ...given } }],
  });
  const scram = (given: object): object => ({
    ...root,
    users: [{ ...user, scram: { ...user.scram, ...given } }],
  });
  for (const [what, value, message] of [
    ['a list', [], /the file must be an object/],
    ['another format', { ...root, format: 'x' }, /format and version/],
    ['another version', { ...root, version: 2 }, /format and version/],
    ['no secret', { ...root, secret: undefined }, /secret must be 32 bytes/],
    ['users that are no list', { ...root, users: {} }, /users must be a list/],
    ['too many users', { ...root, users: new Array(10_001).fill(user) }, /at most 10000/],
    ['the same user twice', { ...root, users: [user, user] }, /users\[1\]: there are two/],
    ['null', { ...root, users: [null] }, /users\[0\] must be an object/],
    ['no name', { ...root, users: [{ ...user, userName: 5 }] }, /users\[0\]\.userName/],
    ['an empty name', { ...root, users: [{ ...user, userName: '' }] }, /users\[0\]\.userName/],
    [
      '10 GB of scrypt',
      password({ cost: 2 ** 23 }),
      /users\[0\]\.password\.cost must be a whole number/,
    ],
    [
      '128 MiB and more',
      password({ cost: 2 ** 17, blockSize: 16 }),
      /no more than 134217728 bytes/,
    ],
    ['hours of scrypt', password({ parallelization: 1e9 }), /parallelization/],
    ['no power of two', password({ cost: 2049 }), /power of two/],
    ['a negative block size', password({ blockSize: -1 }), /blockSize/],
    ['another algorithm', password({ algorithm: 'plain' }), /algorithm must be "scrypt"/],
    ['an empty hash', password({ hash: '' }), /hash must be 16 to 64 bytes/],
    ['a huge hash', password({ hash: bytes(100_000) }), /hash must be 16 to 64 bytes/],
    ['no base64', password({ salt: '###' }), /salt must be 8 to 64 bytes/],
    ['few iterations', scram({ iterations: 1 }), /iterations must be a whole number from 4096/],
    ['a short key', scram({ storedKey: bytes(31) }), /storedKey must be 32 bytes/],
  ] as const) {
    it(`${what} is refused, naming file and field`, () => {
      assert.throws(() => parseUsers(JSON.stringify(value), '/x/users.json'), {
        name: 'HumanError',
        code: 'usersFile',
        message,
      });
      assert.throws(() => parseUsers(JSON.stringify(value), '/x/users.json'), /\/x\/users\.json/);
    });
  }

  it('text that is no JSON is refused, naming the line', () => {
    const unfinished = '{\n "format": 1\n "version"';
    assert.throws(() => parseUsers(unfinished, 'f'), {
      message: /line 3, column 2: it is no JSON/,
    });
    assert.throws(() => parseUsers('{ "a": oops', 'f'), { message: /it is no JSON .*'o'/ });
    assert.throws(() => parseUsers('', 'f'), { code: 'usersFile' });
  });

  it('one that is too large is not even read', async (context) => {
    const file = join(await folder(context), 'users.json');
    await writeFile(file, Buffer.alloc(17 * 1024 * 1024, 0x20));
    await assert.rejects(readUsers(file), { code: 'usersFile', message: /larger than/ });
  });
});
