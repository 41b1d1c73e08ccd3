import { randomBytes, timingSafeEqual } from 'node:crypto';
import type {
  Accepted,
  AuthenticationExchange,
  Authenticator,
  Credentials,
  Identity,
  Refused,
  Reply,
} from '../../broker/access/authenticator.ts';
import { ReasonCode } from '../../mqtt/reason-codes.ts';
import { now } from '../../net/clock.ts';
import { AttemptQueue } from './attempt-queue.ts';
import {
  hmac,
  isPassword,
  prepare,
  scramIterations,
  scryptParameters,
  type ScramKeys,
} from './password-hash.ts';
import { scramMethod, ScramServer } from './scram.ts';
import { noUsers, type UserRecord, type Users } from './users-file.ts';

const nothing = new Uint8Array(0);
const wrong = refuse(ReasonCode.badUserNameOrPassword, 'User name or password is wrong.');

/** Says who may connect to the local broker: its users, whoever has none, and the workbench itself. */
export class AccessControl implements Authenticator {
  /** Called after each answer that came later. */
  onAnswered: () => void = () => undefined;
  #anonymous: boolean;
  #users: Users;
  readonly #queue = new AttemptQueue();
  /** Which entry of the file an identity was proved by. */
  readonly #provedBy = new WeakMap<Identity, UserRecord>();
  /** Passwords that were right, as digests under a key of this process: coming back costs nothing. */
  readonly #remembered = new Map<UserRecord, Uint8Array>();
  readonly #key = randomBytes(32);
  /** Stands in for users that there are not: they cost as much. */
  readonly #nobody: UserRecord['password'] = {
    ...scryptParameters,
    salt: randomBytes(16),
    hash: randomBytes(32),
  };
  /** Addresses of connections that the workbench itself is about to make. */
  readonly #own = new Set<string>();

  constructor(anonymous = true, users: Users = noUsers()) {
    this.#anonymous = anonymous;
    this.#users = users;
  }

  /** Other users from now on. Clients that are connected stay until they are reviewed. */
  replace(anonymous: boolean, users: Users): void {
    this.#anonymous = anonymous;
    this.#users = users;
    this.#remembered.clear();
  }

  /** Whether a client that was accepted once would be accepted now, as far as it can be told. */
  mayStay(identity: Identity | undefined): boolean {
    if (identity === undefined || identity.isUnrestricted) return true;
    if (identity.userName === undefined) return this.#anonymous;
    const proof = this.#provedBy.get(identity);
    // A certificate proves it for itself.
    if (!proof) return true;
    const record = this.#users.byName.get(identity.userName);
    return record !== undefined && Buffer.compare(record.password.hash, proof.password.hash) === 0;
  }

  /** The next CONNECT from this address is the workbench's own: no rule holds for it. */
  expectOwn(remoteAddress: string): void {
    this.#own.add(remoteAddress);
  }

  /** It came to nothing. */
  forgetOwn(remoteAddress: string): void {
    this.#own.delete(remoteAddress);
  }

  authenticate(credentials: Credentials, time: number, reply: Reply<Accepted | Refused>): void {
    const { userName, password, certificateName, remoteAddress } = credentials;
    if (this.#own.delete(remoteAddress)) {
      reply(accept({ userName: undefined, isUnrestricted: true }), time);
    } else if (userName === undefined || (userName === certificateName && password === undefined)) {
      reply(this.#withoutPassword(certificateName), time);
    } else if (this.#anonymous && this.#users.byName.size === 0) {
      // There is nobody whom the name could tell: it proves nothing, and harms nothing.
      reply(accept({ userName: undefined, isUnrestricted: false }), time);
    } else {
      this.#check(userName, password ?? nothing, remoteAddress, time, reply);
    }
  }

  begin(method: string, { remoteAddress }: Credentials): AuthenticationExchange | undefined {
    if (method !== scramMethod || this.#users.byName.size === 0) return undefined;
    this.#own.delete(remoteAddress);
    const users = this.#users;
    const server = new ScramServer(
      async (name) => {
        const prepared = await prepare(name).catch(() => name);
        return users.byName.get(prepared)?.scram;
      },
      (name) => decoy(users, name),
    );
    return {
      next: (data, _time, reply) => {
        void server
          .next(data.slice())
          .then((step) => {
            if (step.outcome === 'continue') reply(step, now());
            else if (step.outcome === 'refused')
              reply(refuse(ReasonCode.notAuthorized, step.reason), now());
            else {
              const answer = this.#proved(step.userName, users);
              reply(answer.outcome === 'accepted' ? { ...answer, data: step.data } : answer, now());
            }
          })
          .catch(() => reply(refuse(ReasonCode.unspecifiedError, 'The broker failed.'), now()))
          .finally(() => this.onAnswered());
      },
    };
  }

  #withoutPassword(certificateName: string | undefined): Accepted | Refused {
    if (certificateName !== undefined) {
      return accept({ userName: certificateName, isUnrestricted: false });
    }
    if (this.#anonymous) return accept({ userName: undefined, isUnrestricted: false });
    return refuse(ReasonCode.notAuthorized, 'The broker wants a user name and a password.');
  }

  #check(
    userName: string,
    password: Uint8Array,
    remoteAddress: string,
    time: number,
    reply: Reply<Accepted | Refused>,
  ): void {
    const users = this.#users;
    const record = users.byName.get(userName);
    const digest = hmac(this.#key, password);
    const remembered = record && this.#remembered.get(record);
    if (remembered && timingSafeEqual(remembered, digest)) {
      reply(this.#proved(userName, users), time);
      return;
    }
    const bytes = password.slice();
    this.#queue.add(
      remoteAddress.replace(/:\d+$/, ''),
      async () => {
        const isRight = await isPassword(bytes, record?.password ?? this.#nobody);
        if (isRight && record && this.#users === users) this.#remembered.set(record, digest);
        reply(isRight && record ? this.#proved(userName, users) : wrong, now());
        this.onAnswered();
      },
      () => {
        reply(
          refuse(ReasonCode.serverBusy, 'Too many clients try to connect; try again later.'),
          now(),
        );
        this.onAnswered();
      },
    );
  }

  #proved(userName: string, users: Users): Accepted | Refused {
    const record = this.#users.byName.get(userName);
    // The users may have changed since the exchange began.
    if (!record || record.password !== users.byName.get(userName)?.password) return wrong;
    const identity: Identity = { userName, isUnrestricted: false };
    this.#provedBy.set(identity, record);
    return accept(identity);
  }
}

/** Keys that nobody has the password of. */
function decoy({ secret }: Users, userName: string): ScramKeys {
  const salt = hmac(secret, userName).subarray(0, 16);
  return {
    iterations: scramIterations,
    salt,
    storedKey: randomBytes(32),
    serverKey: randomBytes(32),
  };
}

function accept(identity: Identity): Accepted {
  return { outcome: 'accepted', identity };
}

function refuse(reasonCode: number, reason: string): Refused {
  return { outcome: 'refused', reasonCode, reason };
}
