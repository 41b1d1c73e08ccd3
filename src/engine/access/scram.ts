import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { ScramKeys } from './password-hash.ts';
import { hmac, sha256 } from './password-hash.ts';

/** The Authentication Method of MQTT (RFC 7677). */
export const scramMethod = 'SCRAM-SHA-256';

/** Longest message of a client, bytes. */
const longestMessage = 4096;

export type ScramStep =
  | { readonly outcome: 'continue'; readonly data: Uint8Array }
  | { readonly outcome: 'accepted'; readonly userName: string; readonly data: Uint8Array }
  | { readonly outcome: 'refused'; readonly reason: string };

interface Challenged {
  readonly step: 'final';
  readonly userName: string;
  readonly keys: ScramKeys;
  readonly isKnown: boolean;
  /** What the client said of channel binding, to be repeated. */
  readonly header: string;
  readonly nonce: string;
  /** Both first messages: what is signed. */
  readonly messages: string;
}

type State = { readonly step: 'first' } | { readonly step: 'done' } | Challenged;

/** One exchange of SCRAM-SHA-256 (RFC 5802 section 3), the server's side. Channel binding is not offered. */
export class ScramServer {
  readonly #keysOf: (userName: string) => Promise<ScramKeys | undefined>;
  readonly #nonce: string;
  #state: State = { step: 'first' };
  readonly #decoy: (userName: string) => ScramKeys;

  /**
   * @param keysOf the keys of a user; undefined if there is none.
   * @param decoy keys for a user that there is not: the same for each name at all times, so that nobody can tell.
   * @param nonce the server's part; for tests.
   */
  constructor(
    keysOf: (userName: string) => Promise<ScramKeys | undefined>,
    decoy: (userName: string) => ScramKeys,
    nonce: string = randomBytes(18).toString('base64'),
  ) {
    this.#keysOf = keysOf;
    this.#decoy = decoy;
    this.#nonce = nonce;
  }

  /** Takes the client's message and gives the next of the server. */
  async next(data: Uint8Array): Promise<ScramStep> {
    const state = this.#state;
    const message = decode(data);
    if (message === undefined) return malformed();
    if (state.step === 'first') {
      // SASL lets the server ask a client that said nothing to begin.
      if (message === '') return { outcome: 'continue', data: new Uint8Array(0) };
      return this.#first(message);
    }
    if (state.step === 'done') return malformed();
    this.#state = { step: 'done' };
    return this.#final(state, message);
  }

  async #first(message: string): Promise<ScramStep> {
    const parts = /^(([ny]|p=[^,]+),(a=[^,]*)?,)(n=([^,]+),r=([\x21-\x2b\x2d-\x7e]+)(,.*)?)$/s.exec(
      message,
    );
    if (!parts) return malformed();
    const [, header = '', binding = '', authorization, bare = '', name = '', clientNonce = ''] =
      parts;
    if (binding.startsWith('p')) return refused('Channel binding is not supported.');
    const userName = unescapeName(name);
    if (userName === undefined) return malformed();
    if (authorization !== undefined && unescapeName(authorization.slice(2)) !== userName) {
      return refused('A client can act for its own user only.');
    }
    const known = await this.#keysOf(userName);
    const keys = known ?? this.#decoy(userName);
    const nonce = clientNonce + this.#nonce;
    const salt = Buffer.from(keys.salt).toString('base64');
    const challenge = `r=${nonce},s=${salt},i=${keys.iterations}`;
    const messages = `${bare},${challenge}`;
    this.#state = {
      step: 'final',
      userName,
      keys,
      isKnown: known !== undefined,
      header,
      nonce,
      messages,
    };
    return { outcome: 'continue', data: Buffer.from(challenge) };
  }

  #final(state: Challenged, message: string): ScramStep {
    const parts = /^(c=([A-Za-z0-9+/=]+),r=([^,]+)(?:,[^,]*)*),p=([A-Za-z0-9+/]{43}=)$/.exec(
      message,
    );
    if (!parts) return malformed();
    const [, withoutProof = '', header = '', nonce = '', proof = ''] = parts;
    const isSame = header === Buffer.from(state.header).toString('base64') && nonce === state.nonce;
    const { keys, userName } = state;
    const messages = `${state.messages},${withoutProof}`;
    const signature = hmac(keys.storedKey, messages);
    const clientKey = Buffer.from(proof, 'base64').map(
      (byte, index) => byte ^ (signature[index] ?? 0),
    );
    const isRight = timingSafeEqual(sha256(clientKey), keys.storedKey);
    if (!isSame || !isRight || !state.isKnown) return refused('User name or password is wrong.');
    const verifier = hmac(keys.serverKey, messages).toString('base64');
    return { outcome: 'accepted', userName, data: Buffer.from(`v=${verifier}`) };
  }
}

function decode(data: Uint8Array): string | undefined {
  if (data.length > longestMessage) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(data);
  } catch {
    return undefined;
  }
}

/** RFC 5802 section 5.1: `=2C` is a comma, `=3D` an equals sign, and no other `=` may be there. */
function unescapeName(name: string): string | undefined {
  if (/=(?!2C|3D)/.test(name)) return undefined;
  return name.replaceAll('=2C', ',').replaceAll('=3D', '=');
}

function refused(reason: string): ScramStep {
  return { outcome: 'refused', reason };
}

function malformed(): ScramStep {
  return refused('The authentication data is no message of SCRAM-SHA-256.');
}
