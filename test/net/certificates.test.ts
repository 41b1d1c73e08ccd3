import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import type { NetworkInterfaceInfo } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { HumanError } from '../../src/base/errors.ts';
import { DevelopmentAuthority } from '../../src/net/certificates/development-authority.ts';
import { isFor, machineNames } from '../../src/net/certificates/names.ts';
import { commonName } from '../../src/net/tls-server.ts';
import { authorityOf, loadMaker, temporaryFolder } from '../support/tls.ts';

const day = 86_400_000;

function interfaces(...addresses: string[]): Record<string, NetworkInterfaceInfo[]> {
  return { eth0: addresses.map((address) => ({ address }) as NetworkInterfaceInfo) };
}

describe('machineNames', () => {
  it('holds localhost, the host name in three forms and all addresses', () => {
    assert.deepEqual(machineNames('Desk.Example.org', interfaces('192.0.2.7', '2001:db8::7')), {
      hosts: ['desk', 'desk.example.org', 'desk.local', 'localhost'],
      addresses: ['127.0.0.1', '192.0.2.7', '2001:db8::7', '::1'],
    });
  });
  it('adds the address or name that the broker listens on, but not "all addresses"', () => {
    assert.ok(machineNames('a', {}, '10.0.0.1').addresses.includes('10.0.0.1'));
    assert.ok(machineNames('a', {}, 'Broker.lan').hosts.includes('broker.lan'));
    for (const host of ['0.0.0.0', '::']) {
      assert.deepEqual(machineNames('a', {}, host), machineNames('a', {}));
    }
  });
  it('leaves zones and names that no certificate may hold out', () => {
    assert.ok(machineNames('a', interfaces('fe80::1%eth0')).addresses.includes('fe80::1'));
    assert.deepEqual(machineNames('My Mac’s', {}).hosts, ['localhost']);
    assert.deepEqual(machineNames('', {}).hosts, ['localhost']);
  });
  it('is bounded', () => {
    const many = Array.from({ length: 1000 }, (_, index) => `10.0.${index >> 8}.${index & 255}`);
    assert.equal(machineNames('a', interfaces(...many)).addresses.length, 100);
  });
});

describe('commonName', () => {
  it('is the one of the subject', () => assert.equal(commonName('O=x\nCN=pump 7'), 'pump 7'));
  for (const subject of [undefined, 'O=x', 'CN=', 'CN=a\nCN=b', 'CN="a\\00b"']) {
    it(`is nobody's for ${JSON.stringify(subject)}`, () =>
      assert.equal(commonName(subject), undefined));
  }
});

describe('The development certificate authority', () => {
  it('is made once, its files are its owner’s only, and none is left over', async (context) => {
    const folder = join(await temporaryFolder(context), 'new', 'folder');
    const [one, other] = await Promise.all([authorityOf(folder), authorityOf(folder)]);
    assert.equal(one.pair.certificate, other.pair.certificate, 'two at once make one');
    assert.deepEqual([one.isNew, other.isNew].sort(), [false, true]);
    await one.server('127.0.0.1', Date.now());
    assert.deepEqual((await readdir(folder)).sort(), ['authority.pem', 'server.pem']);
    if (process.platform === 'win32') return;
    for (const name of ['authority.pem', 'server.pem']) {
      assert.equal((await stat(join(folder, name))).mode & 0o777, 0o600, name);
    }
    assert.equal((await stat(folder)).mode & 0o777, 0o700);
  });

  it('issues a server certificate for the names, by itself, for less than 398 days', async (context) => {
    const authority = await authorityOf(await temporaryFolder(context));
    const names = machineNames('desk.lan', interfaces('192.0.2.7', 'fd00::7'));
    const made = await authority.server(undefined, Date.now(), names);
    const certificate = new X509Certificate(made.certificate);
    assert.ok(isFor(certificate, names));
    assert.ok(certificate.checkIssued(new X509Certificate(authority.pair.certificate)));
    assert.ok(!certificate.ca);
    assert.deepEqual(certificate.keyUsage, ['1.3.6.1.5.5.7.3.1'], 'server authentication only');
    assert.equal(certificate.publicKey.asymmetricKeyDetails?.namedCurve, 'prime256v1');
    const validity = Date.parse(certificate.validTo) - Date.parse(certificate.validFrom);
    assert.ok(validity <= 398 * day);
  });

  it('keeps the server certificate until names change, it ends soon, or it is damaged', async (context) => {
    const folder = await temporaryFolder(context);
    const now = Date.now();
    const authority = await authorityOf(folder);
    const names = machineNames('desk', interfaces('192.0.2.7'));
    const isNew = async (at: number, of = names): Promise<boolean> =>
      (await authority.server(undefined, at, of)).isNew;
    assert.equal(await isNew(now), true);
    assert.equal(await isNew(now), false);
    assert.equal(await isNew(now + 300 * day), false);
    assert.equal(await isNew(now, machineNames('desk', interfaces('192.0.2.8'))), true, 'moved');
    assert.equal(await isNew(now, machineNames('desk', {})), true, 'lost an address');
    assert.equal(await isNew(now, machineNames('desk', {})), false);
    assert.equal(await isNew(now + 370 * day, machineNames('desk', {})), true, 'ends soon');
    await writeFile(join(folder, 'server.pem'), 'garbage');
    assert.equal(await isNew(now), true, 'damaged');
    const other = await authorityOf(await temporaryFolder(context));
    const foreign = await other.server(undefined, now, names);
    await writeFile(join(folder, 'server.pem'), `${foreign.key}${foreign.certificate}`);
    assert.equal(await isNew(now), true, 'of another authority');
  });

  const damages = [
    { what: 'is garbage', text: () => 'garbage' },
    { what: 'is empty', text: () => '' },
    { what: 'is cut off', text: (pem: string) => pem.slice(0, pem.length / 2) },
    {
      what: 'has the key of another',
      text: (pem: string, other: string) =>
        `${pem.slice(0, pem.indexOf('-----BEGIN CERT'))}${other.slice(other.indexOf('-----BEGIN CERT'))}`,
    },
  ];
  for (const { what, text } of damages) {
    it(`is reported and set aside when its file ${what}, and only then made anew`, async (context) => {
      const folder = await temporaryFolder(context);
      const before = await authorityOf(folder);
      const path = join(folder, 'authority.pem');
      const other = await temporaryFolder(context);
      await authorityOf(other);
      const damaged = text(
        await readFile(path, 'utf8'),
        await readFile(join(other, 'authority.pem'), 'utf8'),
      );
      await writeFile(path, damaged);
      await assert.rejects(authorityOf(folder), (error) => {
        assert.ok(error instanceof HumanError);
        assert.equal(error.code, 'authorityDamaged');
        assert.match(error.message, /is damaged: .*It is now .*authority\.pem\.damaged-/s);
        return true;
      });
      const aside = (await readdir(folder)).filter((name) => name.includes('.damaged-'));
      assert.equal(aside.length, 1);
      assert.equal(await readFile(join(folder, aside[0] ?? ''), 'utf8'), damaged);
      const after = await authorityOf(folder);
      assert.ok(after.isNew);
      assert.notEqual(after.pair.certificate, before.pair.certificate);
    });
  }

  it('is reported when it has expired', async (context) => {
    const folder = await temporaryFolder(context);
    await authorityOf(folder);
    const later = Date.now() + 3650 * day;
    await assert.rejects(DevelopmentAuthority.open(folder, loadMaker, later), /has expired/);
  });

  it('says when its folder cannot be used', async (context) => {
    const file = join(await temporaryFolder(context), 'file');
    await writeFile(file, '');
    await assert.rejects(authorityOf(join(file, 'below')), { code: 'certificateFolder' });
  });
});
