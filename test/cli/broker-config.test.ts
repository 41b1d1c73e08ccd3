import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, it, type TestContext } from 'node:test';
import { run } from '../../src/cli/command-line.ts';
import type { BrokerOptions } from '../../src/engine/contract.ts';

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

/** Runs `mqtt-workbench broker` to its end, which a printed configuration or an error is. */
async function broker(...args: string[]): Promise<Outcome> {
  const stdout = new PassThrough({ encoding: 'utf8' });
  const stderr = new PassThrough({ encoding: 'utf8' });
  let out = '';
  let error = '';
  stdout.on('data', (text: string) => (out += text));
  stderr.on('data', (text: string) => (error += text));
  const code = await run(['broker', ...args], {
    stdin: PassThrough.from([]),
    stdout,
    stderr,
    untilInterrupted: () => Promise.resolve(),
    onHangUp: () => () => undefined,
  });
  return { code, out, error };
}

async function printed(...args: string[]): Promise<BrokerOptions> {
  const { code, out, error } = await broker('--print-config', ...args);
  assert.equal(error, '');
  assert.equal(code, 0);
  return JSON.parse(out) as BrokerOptions;
}

/** The one line on stderr. */
async function refused(...args: string[]): Promise<string> {
  const { code, out, error } = await broker('--print-config', ...args);
  assert.equal(code, 2);
  assert.equal(out, '');
  assert.match(error, /^mqtt-workbench: [^\n]{1,1500}\n$/);
  return error;
}

async function temporaryFolder(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mqtt-workbench-'));
  context.after(() => rm(folder, { recursive: true }));
  return folder;
}

async function configFile(context: TestContext, content: unknown): Promise<string> {
  const file = join(await temporaryFolder(context), 'test.mqtt-broker.json');
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

describe('mqtt-workbench broker --config', { timeout: 20_000 }, () => {
  it('has defaults for what nobody says', async () => {
    const config = await printed();
    assert.equal(config.host, '127.0.0.1');
    assert.equal(config.port, 1883);
    assert.deepEqual(config.access, { anonymous: true, rules: [] });
    assert.equal(config.limits?.maximumConnections, 10_000);
    assert.equal(config.tls, undefined);
  });

  it('takes everything of BrokerOptions from the file, with paths relative to its folder', async (context) => {
    const rule = { permission: 'allow', action: 'all', topicFilter: '#', userName: 'bob' };
    const file = await configFile(context, {
      $schema: './broker-config.schema.json',
      host: '::1',
      port: 0,
      webSocketPort: 8083,
      webSocketPath: '/mqtt',
      tlsPort: 8883,
      secureWebSocketPort: 8884,
      tls: {
        certificateFolder: 'ca',
        certificateFile: 'c.pem',
        keyFile: '/k.pem',
        clientCertificates: 'required',
        clientAuthorityFile: '../a.pem',
      },
      access: { anonymous: true, usersFile: 'users.json', rules: [rule] },
      persistence: { folder: 'store' },
      limits: { maximumQueuedMessages: 7, queuePolicy: 'dropOldest', validatePayloadFormat: false },
    });
    const folder = join(file, '..');
    const { limits, ...config } = await printed('--config', file);
    assert.deepEqual(config, {
      host: '::1',
      port: 0,
      webSocketPort: 8083,
      webSocketPath: '/mqtt',
      tlsPort: 8883,
      secureWebSocketPort: 8884,
      tls: {
        certificateFolder: join(folder, 'ca'),
        certificateFile: join(folder, 'c.pem'),
        keyFile: '/k.pem',
        clientCertificates: 'required',
        clientAuthorityFile: join(folder, '../a.pem'),
      },
      access: { anonymous: true, usersFile: join(folder, 'users.json'), rules: [rule] },
      persistence: { folder: join(folder, 'store') },
    });
    assert.equal(limits?.maximumQueuedMessages, 7);
    assert.equal(limits.queuePolicy, 'dropOldest');
    assert.equal(limits.validatePayloadFormat, false);
    assert.equal(limits.maximumInFlight, 1000);
  });

  it('lets options go before the file, and rules of options before its rules', async (context) => {
    const file = await configFile(context, {
      port: 1900,
      webSocketPort: 8083,
      limits: { maximumInFlight: 5, receiveMaximum: 6 },
      access: { rules: [{ permission: 'allow', action: 'all', topicFilter: '#' }] },
    });
    const options = ['--port', '1901', '--maximum-in-flight', '9', '--max-packet-size', '2048'];
    const rules = ['--deny', 'publish:a/#', '--allow=subscribe:b:c/%c', '--deny', 'all:d'];
    const config = await printed('--config', file, ...options, ...rules, '--users', '/u.json');
    assert.equal(config.port, 1901);
    assert.equal(config.webSocketPort, 8083);
    assert.equal(config.limits?.maximumInFlight, 9);
    assert.equal(config.limits.receiveMaximum, 6);
    assert.equal(config.limits.maximumPacketSize, 2048);
    assert.equal(config.access?.usersFile, '/u.json');
    assert.equal(config.access.anonymous, false, 'who has users wants to know who comes');
    assert.deepEqual(
      config.access.rules.map(({ permission, action, topicFilter }) =>
        [permission, action, topicFilter].join(' '),
      ),
      ['deny publish a/#', 'allow subscribe b:c/%c', 'deny all d', 'allow all #'],
    );
  });

  it('reads again what it prints, as the same', async (context) => {
    const first = await printed('--tls-port', '0', '--anonymous', 'false', '--persistence', 'x');
    assert.ok(first.tls?.certificateFolder, 'there is a folder for the authority if none is named');
    assert.deepEqual(await printed('--config', await configFile(context, first)), first);
  });

  it('names file, place and what is allowed when the file is wrong', async (context) => {
    const cases: [content: unknown, expected: RegExp][] = [
      ['', /test\.mqtt-broker\.json: this is not JSON/],
      ['{"port": 1,}', /this is not JSON/],
      [[], /the whole must be an object, not a list/],
      [{ port: '1883' }, /: port must be a whole number from 0 to 65535, not "1883"/],
      [{ port: 1.5 }, /port must be a whole number from 0 to 65535, not 1\.5/],
      [{ prot: 1 }, /: prot is unknown; did you mean port\?/],
      [{ quite: 1 }, /: quite is unknown; at the top there may be host, port, /],
      [{ limits: { maxPacketSize: 1 } }, /limits\.maxPacketSize .* mean maximumPacketSize\?/],
      [{ limits: { maximumInFlight: 0 } }, /limits\.maximumInFlight must be .* from 1 to 65535/],
      [{ limits: { queuePolicy: 'x' } }, /one of dropNewest, dropOldest, disconnect, not "x"/],
      [{ limits: { validatePayloadFormat: 1 } }, /must be true or false, not 1/],
      [{ limits: { version: 'x' } }, /limits\.version is unknown/],
      [{ tls: { certificateFile: null } }, /tls\.certificateFile must be a text .*, not null/],
      [{ access: { rules: {} } }, /access\.rules must be a list, not an object/],
      [
        { access: { rules: [{ permission: 'allow', action: 'all' }] } },
        /access\.rules\[0\]\.topicFilter is missing/,
      ],
      [
        { access: { rules: [{ permission: 'allow', action: 'all', topicFilter: 'a#' }] } },
        /json: access\.rules\[0\]: topicFilter 'a#'/,
      ],
      [{ persistence: {} }, /persistence\.folder is missing/],
      ['{"__proto__": {"port": 1}}', /__proto__ is unknown/],
      ['{"constructor": 1}', /constructor is unknown/],
    ];
    for (const [content, expected] of cases) {
      const error = await refused('--config', await configFile(context, content));
      assert.match(error, expected);
      assert.match(error, /test\.mqtt-broker\.json: /);
    }
  });

  it('is not harmed by files that mean harm', async (context) => {
    assert.match(await refused('--config', '/dev/zero'), /at most 1048576 bytes/);
    const deep = '['.repeat(500_000) + ']'.repeat(500_000);
    assert.match(await refused('--config', await configFile(context, deep)), /an object/);
    const rules = `{"access": {"rules": ${deep}}}`;
    assert.match(await refused('--config', await configFile(context, rules)), /rules\[0\] must/);
    const many = { access: { rules: Array.from({ length: 10_001 }, () => ({})) } };
    assert.match(await refused('--config', await configFile(context, many)), /10001 entries/);
    const escape = { ['\u001b[31m'.repeat(1000)]: 1 };
    const shown = await refused('--config', await configFile(context, escape));
    assert.ok(!shown.includes('\u001b'), 'no terminal escapes');
    assert.match(await refused('--config', await temporaryFolder(context)), /cannot read/);
    assert.match(await refused('--config', '/does/not/exist'), /cannot read '\/does\/not\/exist'/);
  });

  it('names the option and what it takes when an option is wrong', async () => {
    assert.match(await refused('--maximum-in-flight', '0'), /--maximum-in-flight takes .* 1 to/);
    assert.match(await refused('--queue-policy', 'x'), /--queue-policy takes one of dropNewest/);
    assert.match(await refused('--anonymous', 'yes'), /--anonymous takes true or false, not 'yes'/);
    assert.match(await refused('--allow', 'read:a'), /--allow takes publish:FILTER, .*'read:a'/);
    assert.match(await refused('--deny', 'all:a/#/b'), /--deny all:a\/#\/b: topicFilter/);
  });

  it('warns before anyone may do anything from elsewhere', async () => {
    const open = await broker('--host', '0.0.0.0', '--port', '0');
    assert.equal(open.code, 0);
    assert.match(open.error, /^mqtt-workbench: warning: whoever reaches 0\.0\.0\.0 [^\n]+\n$/);
    const closed = [
      ['--anonymous', 'false'],
      ['--allow', 'publish:a'],
      ['--host', '127.0.0.1'],
    ];
    for (const args of closed) {
      assert.equal((await broker('--host', '0.0.0.0', '--port', '0', ...args)).error, '');
    }
  });
});
