/** Passwords as they are kept: hashed with scrypt (RFC 7914), and as keys of SCRAM-SHA-256 (RFC 5802, 7677). */
import {
  createHash,
  createHmac,
  pbkdf2,
  randomBytes,
  scrypt,
  timingSafeEqual,
  type BinaryLike,
} from 'node:crypto';
import { promisify } from 'node:util';
import { HumanError } from '../../base/errors.ts';

export interface PasswordHash {
  /** N of scrypt: a power of two. */
  readonly cost: number;
  /** r of scrypt. */
  readonly blockSize: number;
  /** p of scrypt. */
  readonly parallelization: number;
  readonly salt: Uint8Array;
  readonly hash: Uint8Array;
}

/** What the server side of SCRAM-SHA-256 needs; the password cannot be told from it. */
export interface ScramKeys {
  readonly iterations: number;
  readonly salt: Uint8Array;
  readonly storedKey: Uint8Array;
  readonly serverKey: Uint8Array;
}

/** 32 MiB and some 50 ms a password. */
export const scryptParameters = { cost: 2 ** 15, blockSize: 8, parallelization: 1 } as const;
/** Computed by each client that connects: small ones too. RFC 7677 wants 4096 at least. */
export const scramIterations = 15_000;
const saltLength = 16;
const hashLength = 32;
/** Longest password, bytes: MQTT takes no longer ones (section 3.1.3.6). */
const longestPassword = 65_535;

const scryptAsync = promisify<BinaryLike, BinaryLike, number, object, Buffer>(scrypt);
const pbkdf2Async = promisify(pbkdf2);

/** Hashes a new password. */
export async function hashPassword(password: string): Promise<PasswordHash> {
  const salt = randomBytes(saltLength);
  const bytes = Buffer.from(password);
  return {
    ...scryptParameters,
    salt,
    hash: await derive(bytes, { ...scryptParameters, salt }, hashLength),
  };
}

/** Whether it is the password, found out on the thread pool and compared in constant time. */
export async function isPassword(password: Uint8Array, kept: PasswordHash): Promise<boolean> {
  return timingSafeEqual(await derive(password, kept, kept.hash.length), kept.hash);
}

/** The keys of a password for SCRAM-SHA-256. @throws HumanError if it has characters that SASLprep forbids. */
export async function scramKeys(
  password: string,
  salt: Uint8Array = randomBytes(saltLength),
  iterations: number = scramIterations,
): Promise<ScramKeys> {
  const salted = await pbkdf2Async(await prepare(password), salt, iterations, hashLength, 'sha256');
  const storedKey = sha256(hmac(salted, 'Client Key'));
  return { iterations, salt, storedKey, serverKey: hmac(salted, 'Server Key') };
}

/** The text as SASLprep (RFC 4013) makes it comparable. @throws HumanError `wrongCharacters`. */
export async function prepare(text: string): Promise<string> {
  // Its tables are unpacked on first use.
  const { saslprep } = await import('@mongodb-js/saslprep');
  try {
    return saslprep(text);
  } catch {
    throw new HumanError(
      'wrongCharacters',
      'The text has characters that user names and passwords cannot have (control characters, private or unassigned ones, or writing directions mixed). Leave them out.',
    );
  }
}

/** @throws HumanError `wrongPassword` if no user may have it. */
export function checkPassword(password: string): void {
  const problem =
    password === ''
      ? 'is empty'
      : Buffer.byteLength(password) > longestPassword
        ? 'is longer than 65,535 bytes'
        : undefined;
  if (problem === undefined) return;
  throw new HumanError('wrongPassword', `The password ${problem}. Choose another one.`);
}

export function hmac(key: BinaryLike, data: BinaryLike): Buffer {
  return createHmac('sha256', key).update(data).digest();
}

export function sha256(data: BinaryLike): Buffer {
  return createHash('sha256').update(data).digest();
}

type Parameters = Omit<PasswordHash, 'hash'>;

function derive(password: Uint8Array, parameters: Parameters, length: number): Promise<Buffer> {
  const { cost, blockSize, parallelization, salt } = parameters;
  // Node's own limit is 32 MiB; what may be asked for is bounded where the file is read.
  const maxmem = 2 * 128 * blockSize * (cost + parallelization);
  return scryptAsync(password, salt, length, { N: cost, r: blockSize, p: parallelization, maxmem });
}
