/** The file of users: JSON, written by this program, and read as if by an enemy. */
import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { HumanError, messageOf } from '../../base/errors.ts';
import type { PasswordHash, ScramKeys } from './password-hash.ts';

export interface UserRecord {
  readonly userName: string;
  readonly password: PasswordHash;
  readonly scram: ScramKeys;
}

export interface Users {
  /** Makes up salts for users that there are not, the same each time. */
  readonly secret: Uint8Array;
  readonly byName: ReadonlyMap<string, UserRecord>;
}

const format = 'mqtt-workbench-users';
const largestFile = 16 * 1024 * 1024;
const mostUsers = 10_000;
/** What one attempt to connect may cost. */
const mostScryptBytes = 128 * 1024 * 1024;
const secretLength = 32;

export function noUsers(): Users {
  return { secret: randomBytes(secretLength), byName: new Map() };
}

/** @throws HumanError `usersFile` naming the file and the field or line that is wrong; `usersFileMissing`. */
export async function readUsers(file: string): Promise<Users> {
  let text: string;
  try {
    const { size } = await stat(file);
    if (size > largestFile) throw problem(file, `it is larger than ${largestFile} bytes`);
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof HumanError) throw error;
    if (isMissing(error)) {
      throw new HumanError(
        'usersFileMissing',
        `There is no file of users at ${file}. Add a user first.`,
      );
    }
    throw problem(file, messageOf(error));
  }
  return parseUsers(text, file);
}

/** The same, with no users while there is no file. */
export async function readUsersIfAny(file: string): Promise<Users> {
  try {
    return await readUsers(file);
  } catch (error) {
    if (error instanceof HumanError && error.code === 'usersFileMissing') return noUsers();
    throw error;
  }
}

/** Replaces the file as a whole; only its owner may read it. @throws HumanError `usersFile`. */
export async function writeUsers(file: string, users: Users): Promise<void> {
  const temporary = `${file}.${randomBytes(6).toString('hex')}.new`;
  try {
    await mkdir(dirname(file), { recursive: true });
    const handle = await open(temporary, 'wx', 0o600);
    try {
      await handle.writeFile(formatUsers(users));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw new HumanError(
      'usersFile',
      `The users were not written to ${file}: ${messageOf(error)}.`,
    );
  }
}

/** @throws HumanError `usersFile`. */
export function parseUsers(text: string, file: string): Users {
  let root: unknown;
  try {
    root = JSON.parse(text);
  } catch (error) {
    const message = messageOf(error);
    throw problem(file, `${describePosition(message, text)}it is no JSON (${message})`);
  }
  const reader = new FieldReader(file);
  const { format: given, version, secret, users } = reader.object(root, 'the file');
  if (given !== format || version !== 1) {
    throw problem(file, `format and version must be "${format}" and 1`);
  }
  if (!Array.isArray(users) || users.length > mostUsers) {
    throw problem(file, `users must be a list of at most ${mostUsers}`);
  }
  const byName = new Map<string, UserRecord>();
  for (const [index, value] of users.entries()) {
    const record = readUser(reader, value, `users[${index}]`);
    if (byName.has(record.userName))
      throw problem(file, `users[${index}]: there are two of this name`);
    byName.set(record.userName, record);
  }
  return { secret: reader.bytes(secret, 'secret', secretLength, secretLength), byName };
}

export function formatUsers({ secret, byName }: Users): string {
  const users = Array.from(byName.values(), ({ userName, password, scram }) => ({
    userName,
    password: {
      algorithm: 'scrypt',
      cost: password.cost,
      blockSize: password.blockSize,
      parallelization: password.parallelization,
      salt: base64(password.salt),
      hash: base64(password.hash),
    },
    scram: {
      algorithm: 'SCRAM-SHA-256',
      iterations: scram.iterations,
      salt: base64(scram.salt),
      storedKey: base64(scram.storedKey),
      serverKey: base64(scram.serverKey),
    },
  }));
  return `${JSON.stringify({ format, version: 1, secret: base64(secret), users }, null, 2)}\n`;
}

/** What keeps a text from being a user name; undefined if nothing does. */
export function userNameProblem(userName: string): string | undefined {
  if (userName === '') return 'is empty';
  if (Buffer.byteLength(userName) > 1024) return 'is longer than 1024 bytes';
  if (/[\u0000-\u001f\u007f]/.test(userName)) return 'has control characters';
  return undefined;
}

function readUser(reader: FieldReader, value: unknown, path: string): UserRecord {
  const { userName, password, scram } = reader.object(value, path);
  if (typeof userName !== 'string') throw reader.wrong(`${path}.userName`, 'be a text');
  const wrong = userNameProblem(userName);
  if (wrong !== undefined) throw reader.wrong(`${path}.userName`, `be a user name; it ${wrong}`);
  const hash = reader.object(password, `${path}.password`);
  const keys = reader.object(scram, `${path}.scram`);
  reader.algorithm(hash, `${path}.password`, 'scrypt');
  reader.algorithm(keys, `${path}.scram`, 'SCRAM-SHA-256');
  const cost = reader.whole(hash['cost'], `${path}.password.cost`, 2 ** 10, 2 ** 17);
  const blockSize = reader.whole(hash['blockSize'], `${path}.password.blockSize`, 1, 16);
  const parallelization = reader.whole(
    hash['parallelization'],
    `${path}.password.parallelization`,
    1,
    4,
  );
  if ((cost & (cost - 1)) !== 0) throw reader.wrong(`${path}.password.cost`, 'be a power of two');
  if (128 * cost * blockSize > mostScryptBytes) {
    throw reader.wrong(`${path}.password`, `need no more than ${mostScryptBytes} bytes of memory`);
  }
  return {
    userName,
    password: {
      cost,
      blockSize,
      parallelization,
      salt: reader.bytes(hash['salt'], `${path}.password.salt`, 8, 64),
      hash: reader.bytes(hash['hash'], `${path}.password.hash`, 16, 64),
    },
    scram: {
      iterations: reader.whole(keys['iterations'], `${path}.scram.iterations`, 4096, 1_000_000),
      salt: reader.bytes(keys['salt'], `${path}.scram.salt`, 8, 64),
      storedKey: reader.bytes(keys['storedKey'], `${path}.scram.storedKey`, 32, 32),
      serverKey: reader.bytes(keys['serverKey'], `${path}.scram.serverKey`, 32, 32),
    },
  };
}

class FieldReader {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  object(value: unknown, path: string): Record<string, unknown> {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>;
    }
    throw this.wrong(path, 'be an object');
  }

  whole(value: unknown, path: string, least: number, most: number): number {
    if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most)
      return value;
    throw this.wrong(path, `be a whole number from ${least} to ${most}`);
  }

  bytes(value: unknown, path: string, least: number, most: number): Uint8Array {
    if (typeof value === 'string' && value.length <= 2 * most && /^[A-Za-z0-9+/]+=*$/.test(value)) {
      const bytes = Buffer.from(value, 'base64');
      if (bytes.length >= least && bytes.length <= most) return bytes;
    }
    const size = least === most ? `${least}` : `${least} to ${most}`;
    throw this.wrong(path, `be ${size} bytes in base64`);
  }

  algorithm(value: Record<string, unknown>, path: string, expected: string): void {
    if (value['algorithm'] !== expected) throw this.wrong(`${path}.algorithm`, `be "${expected}"`);
  }

  wrong(path: string, must: string): HumanError {
    return problem(this.#file, `${path} must ${must}`);
  }
}

function problem(file: string, what: string): HumanError {
  return new HumanError(
    'usersFile',
    `The file of users ${file} cannot be used: ${what}. Mend it, or move it away and add the users again.`,
  );
}

/** `line 3, column 5: ` if the parser's message tells a position. */
function describePosition(message: string, text: string): string {
  const position = /position (\d+)/.exec(message)?.[1];
  if (position === undefined) return '';
  const before = text.slice(0, Number(position)).split('\n');
  return `line ${before.length}, column ${(before.at(-1) ?? '').length + 1}: `;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
