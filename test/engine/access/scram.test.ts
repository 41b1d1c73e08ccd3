/** SCRAM-SHA-256: the example of RFC 7677 section 3, and clients that do it wrong (RFC 5802). */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { prepare, scramKeys, type ScramKeys } from '../../../src/engine/access/password-hash.ts';
import { ScramServer, type ScramStep } from '../../../src/engine/access/scram.ts';

const first = 'n,,n=user,r=rOprNGfwEbeRWgbNEkqO';
const challenge =
  'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096';
const final =
  'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,' +
  'p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=';
const verifier = 'v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=';

const keys = scramKeys('pencil', Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64'), 4096);
const decoy: ScramKeys = {
  iterations: 4096,
  salt: new Uint8Array(16),
  storedKey: new Uint8Array(32),
  serverKey: new Uint8Array(32),
};

function server(userName = 'user'): ScramServer {
  return new ScramServer(
    async (name) => (name === userName ? await keys : undefined),
    () => decoy,
    '%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0',
  );
}

async function say(to: ScramServer, message: string | Uint8Array): Promise<string> {
  const step: ScramStep = await to.next(
    typeof message === 'string' ? Buffer.from(message) : message,
  );
  return step.outcome === 'refused'
    ? 'refused'
    : `${step.outcome} ${Buffer.from(step.data).toString()}`;
}

describe('SCRAM-SHA-256', () => {
  it('goes as the example of RFC 7677 section 3 does', async () => {
    const scram = server();
    assert.equal(await say(scram, first), `continue ${challenge}`);
    assert.equal(await say(scram, final), `accepted ${verifier}`);
  });

  it('a client that says nothing is asked to begin (RFC 4422 section 3.3)', async () => {
    const scram = server();
    assert.equal(await say(scram, ''), 'continue ');
    assert.equal(await say(scram, first), `continue ${challenge}`);
    assert.equal(await say(scram, final), `accepted ${verifier}`);
  });

  it('a wrong proof, another nonce and another header are refused', async () => {
    for (const wrong of [
      final.replace('p=dHz', 'p=eHz'),
      final.replace('k0,p', 'k1,p'),
      final.replace('c=biws', 'c=eSws'),
      final.replace('c=biws,', ''),
      final.replace(/,p=.*/, ''),
      `${final},x=1`,
      '',
    ]) {
      const scram = server();
      await say(scram, first);
      assert.equal(await say(scram, wrong), 'refused', wrong);
      assert.equal(await say(scram, final), 'refused', 'there is no second attempt');
    }
  });

  it('a user that there is not is challenged too, with the same salt each time, and then refused', async () => {
    const [one, other] = [server('nobody'), server('nobody')];
    const answer = await say(one, first);
    assert.match(answer, /^continue r=.*,s=AAAAAAAAAAAAAAAAAAAAAA==,i=4096$/);
    assert.equal(await say(other, first), answer);
    assert.equal(await say(one, final), 'refused');
  });

  it('messages that are none are refused', async () => {
    for (const wrong of [
      'hello',
      'n,,n=,r=abc',
      'n,,n=user',
      'n,,n=user,r=',
      'n,,m=x,n=user,r=abc',
      'p=tls-unique,,n=user,r=abc',
      'n,a=other,n=user,r=abc',
      'n,,n=us=er,r=abc',
      `n,,n=user,r=${'x'.repeat(5000)}`,
      Uint8Array.of(0xff, 0xfe),
    ]) {
      assert.equal(await say(server(), wrong), 'refused', String(wrong));
    }
  });

  it('names with a comma or an equals sign are escaped; the client may name itself twice', async () => {
    const scram = server('a,b=c');
    const answer = await say(scram, 'n,a=a=2Cb=3Dc,n=a=2Cb=3Dc,r=rOprNGfwEbeRWgbNEkqO');
    assert.equal(answer, `continue ${challenge}`);
  });
});

describe('SASLprep', () => {
  it('gives the examples of RFC 4013 section 3', async () => {
    assert.equal(await prepare('I\u00adX'), 'IX');
    assert.equal(await prepare('user'), 'user');
    assert.equal(await prepare('USER'), 'USER');
    assert.equal(await prepare('\u00aa'), 'a');
    assert.equal(await prepare('\u2168'), 'IX');
    await assert.rejects(prepare('\u0007'), { code: 'wrongCharacters' });
    await assert.rejects(prepare('\u06271'), { code: 'wrongCharacters' });
  });
});
