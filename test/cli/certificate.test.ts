import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, it } from 'node:test';
import { run } from '../../src/cli/command-line.ts';
import { defaultCertificateFolder } from '../../src/cli/data-folder.ts';
import { temporaryFolder } from '../support/tls.ts';

async function command(...args: string[]): Promise<{ code: number; out: string; error: string }> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const code = await run(['certificate', ...args], {
    stdin: PassThrough.from([]),
    stdout,
    stderr,
    untilInterrupted: () => Promise.resolve(),
    onHangUp: () => () => undefined,
  });
  return { code, out: String(stdout.read() ?? ''), error: String(stderr.read() ?? '') };
}

describe('mqtt-workbench certificate', { timeout: 20_000 }, () => {
  it('prints the authority’s certificate, the same each time, and never its key', async (context) => {
    const folder = await temporaryFolder(context);
    const first = await command('export-authority', '--folder', folder);
    assert.equal(first.code, 0);
    assert.ok(new X509Certificate(first.out).ca);
    assert.doesNotMatch(first.out, /PRIVATE/);
    assert.equal((await command('export-authority', '--folder', folder)).out, first.out);
  });

  it('writes it into a file, which is replaced only with --force', async (context) => {
    const folder = await temporaryFolder(context);
    const output = join(folder, 'ca.pem');
    const args = ['export-authority', '--folder', folder, '--output', output];
    assert.equal((await command(...args)).code, 0);
    const again = await command(...args);
    assert.equal(again.code, 2);
    assert.match(again.error, /exists already/);
    assert.equal((await command(...args, '--force')).code, 0);
  });

  it('issues a client certificate for as many days as asked', async (context) => {
    const folder = await temporaryFolder(context);
    const output = join(folder, 'out');
    const shared = ['--folder', folder, '--output', output];
    const done = await command('create-client', 'pump 7', ...shared, '--days', '5');
    assert.equal(done.code, 0);
    const files = ['mqtt-workbench-ca.pem', 'pump 7.key.pem', 'pump 7.pem'];
    assert.deepEqual((await readdir(output)).sort(), files);
    const certificate = new X509Certificate(await readFile(join(output, 'pump 7.pem')));
    assert.match(certificate.subject, /^CN=pump 7$/m);
    const days = (Date.parse(certificate.validTo) - Date.parse(certificate.validFrom)) / 86_400_000;
    assert.equal(days, 5);
  });

  it('refuses wrong command lines', async () => {
    assert.match((await command()).error, /export-authority or create-client/);
    assert.match((await command('create-client')).error, /needs a name/);
    assert.match((await command('create-client', 'a', '--days', '0')).error, /--days/);
    assert.match((await command('create-client', 'a', 'b')).error, /too much/);
    assert.match((await command('--help')).out, /Usage/);
  });

  it('keeps the authority where the system keeps programs’ data', () => {
    const folder = (platform: NodeJS.Platform, environment = {}): string =>
      defaultCertificateFolder(platform, environment, '/home/u').replaceAll('\\', '/');
    assert.equal(folder('linux'), '/home/u/.local/share/mqtt-workbench/certificates');
    assert.equal(folder('linux', { XDG_DATA_HOME: '/d' }), '/d/mqtt-workbench/certificates');
    assert.equal(folder('linux', { XDG_DATA_HOME: 'd' }), folder('linux'));
    assert.equal(
      folder('darwin'),
      '/home/u/Library/Application Support/mqtt-workbench/certificates',
    );
    assert.equal(folder('win32', { LOCALAPPDATA: 'C:/L' }), 'C:/L/mqtt-workbench/certificates');
  });
});
