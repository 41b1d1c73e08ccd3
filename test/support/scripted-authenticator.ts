/** An authenticator that answers when the test says so. */
import assert from 'node:assert/strict';
import type {
  Accepted,
  AuthenticationExchange,
  Authenticator,
  Challenge,
  Credentials,
  Refused,
  Reply,
} from '../../src/broker/access/authenticator.ts';

/** What is waiting for an answer. */
export interface Asked {
  readonly credentials: Credentials;
  /** Authentication Data of an exchange, as text. */
  readonly data?: string;
  readonly method?: string;
  readonly reply: Reply<Accepted | Refused | Challenge>;
}

export class ScriptedAuthenticator implements Authenticator {
  readonly asked: Asked[] = [];
  readonly methods = new Set(['TEST']);

  authenticate(credentials: Credentials, _now: number, reply: Reply<Accepted | Refused>): void {
    this.asked.push({
      credentials,
      reply: (answer, now) => {
        assert.notEqual(answer.outcome, 'continue', 'there is nothing to go on with');
        if (answer.outcome !== 'continue') reply(answer, now);
      },
    });
  }

  begin(method: string, credentials: Credentials): AuthenticationExchange | undefined {
    if (!this.methods.has(method)) return undefined;
    return {
      next: (bytes, _now, reply) => {
        const data = new TextDecoder().decode(bytes);
        this.asked.push({ credentials, method, data, reply });
      },
    };
  }

  /** The oldest that was not taken yet. */
  take(): Asked {
    const asked = this.asked.shift();
    assert.ok(asked, 'the authenticator was asked');
    return asked;
  }
}

export function accepted(userName?: string, data?: string): Accepted {
  return {
    outcome: 'accepted',
    identity: { userName, isUnrestricted: false },
    ...(data !== undefined && { data: new TextEncoder().encode(data) }),
  };
}

export function refused(reasonCode: number, reason = 'No.'): Refused {
  return { outcome: 'refused', reasonCode, reason };
}

export function challenge(data: string): Challenge {
  return { outcome: 'continue', data: new TextEncoder().encode(data) };
}
