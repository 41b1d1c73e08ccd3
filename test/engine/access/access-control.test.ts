/** Who is let in without a password: certificates, nobody in particular, the workbench itself. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Accepted, Credentials, Refused } from '../../../src/broker/access/authenticator.ts';
import { AccessControl } from '../../../src/engine/access/access-control.ts';

function ask(control: AccessControl, credentials: Partial<Credentials>): Accepted | Refused {
  let answer: Accepted | Refused | undefined;
  const empty = { userName: undefined, password: undefined, certificateName: undefined };
  const all = { clientIdentifier: 'c', remoteAddress: '127.0.0.1:5', ...empty, ...credentials };
  control.authenticate(all, 0, (given) => (answer = given));
  assert.ok(answer, 'it was answered at once');
  return answer;
}

function userOf(answer: Accepted | Refused): string | undefined {
  assert.equal(answer.outcome, 'accepted');
  return answer.identity.userName;
}

describe('Access without a password', () => {
  it('the common name of a verified certificate is the user name', () => {
    const control = new AccessControl(false);
    assert.equal(userOf(ask(control, { certificateName: 'lamp' })), 'lamp');
    assert.equal(userOf(ask(control, { certificateName: 'lamp', userName: 'lamp' })), 'lamp');
    const answer = ask(control, { certificateName: 'lamp' });
    assert.equal(answer.outcome === 'accepted' && control.mayStay(answer.identity), true);
  });

  it('nobody in particular is let in only where that is allowed, and proves no name', () => {
    assert.equal(userOf(ask(new AccessControl(true), {})), undefined);
    assert.equal(userOf(ask(new AccessControl(true), { userName: 'bob' })), undefined);
    const answer = ask(new AccessControl(false), {});
    assert.equal(answer.outcome === 'refused' && answer.reasonCode, 0x87);
  });

  it('an announced address is let in once, and no rule holds for it', () => {
    const control = new AccessControl(false);
    control.expectOwn('127.0.0.1:7');
    const own = ask(control, { remoteAddress: '127.0.0.1:7' });
    assert.equal(own.outcome === 'accepted' && own.identity.isUnrestricted, true);
    assert.equal(ask(control, { remoteAddress: '127.0.0.1:7' }).outcome, 'refused');
    control.expectOwn('127.0.0.1:8');
    control.forgetOwn('127.0.0.1:8');
    assert.equal(ask(control, { remoteAddress: '127.0.0.1:8' }).outcome, 'refused');
  });
});
