import assert from 'node:assert/strict';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { connect, type IClientOptions } from 'mqtt';
import type { BrokerState, TlsOptions, Transport } from '../../src/engine/contract.ts';
import { mosquittoObstacle, mosquittoPublish, mosquittoSubscribe } from '../support/clients.ts';
import { EngineUnderTest, mqttClient, urlOf } from '../support/engine.ts';
import { authorityOf, temporaryFolder, written } from '../support/tls.ts';

interface Secured {
  readonly engine: EngineUnderTest;
  readonly state: BrokerState;
  readonly folder: string;
  /** The exported certificate of the authority. */
  readonly ca: string;
}

function startWith(engine: EngineUnderTest, tls: TlsOptions): Promise<BrokerState> {
  return engine.channel.request('broker/start', {
    ...{ host: '127.0.0.1', port: 0, webSocketPath: '/mqtt' },
    ...{ tlsPort: 0, secureWebSocketPort: 0, tls },
  });
}

async function secured(context: TestContext, tls: TlsOptions = {}): Promise<Secured> {
  const folder = await temporaryFolder(context);
  const engine = new EngineUnderTest(context);
  const state = await startWith(engine, { certificateFolder: folder, ...tls });
  const ca = await engine.channel.request('certificates/authority', { folder });
  return { engine, state, folder, ca };
}

/** Options of a client with a certificate that the authority of `folder` issued. */
async function certified(
  engine: EngineUnderTest,
  folder: string,
  name: string,
): Promise<{ cert: Buffer; key: Buffer }> {
  const request = { folder, name, output: folder, replace: false };
  const files = await engine.channel.request('certificates/createClient', request);
  return { cert: await readFile(files.certificateFile), key: await readFile(files.keyFile) };
}

const transports = ['tls', 'wss'] as const;
const refusedStart =
  (tls: TlsOptions, code: string, message: RegExp) =>
  async (context: TestContext): Promise<void> => {
    const engine = new EngineUnderTest(context);
    await assert.rejects(startWith(engine, tls), { code, message });
    // All or nothing: no listener is left over, and it can be started again.
    assert.equal((await engine.start()).status, 'running');
  };

describe('A broker with TLS', { timeout: 30_000 }, () => {
  for (const transport of transports) {
    it(`serves MQTT.js over ${transport}, which trusts the exported authority`, async (context) => {
      const { engine, state, ca } = await secured(context);
      const client = await mqttClient(context, urlOf(state, transport), { ca, protocolVersion: 5 });
      const message = new Promise<string>((resolve) => client.once('message', resolve));
      await client.subscribeAsync('home/#', { qos: 1 });
      await client.publishAsync('home/lamp', 'on', { qos: 1 });
      assert.equal(await message, 'home/lamp');
      const clients = await engine.channel.request('broker/clients', null);
      assert.deepEqual(
        clients.map((one) => one.transport),
        [transport],
      );
    });

    it(`is refused by a ${transport} client that trusts another authority`, async (context) => {
      const { state } = await secured(context);
      const other = await authorityOf(await temporaryFolder(context));
      const options = { ca: other.pair.certificate };
      assert.equal(await isAccepted(context, urlOf(state, transport), options), false);
    });

    const access = (clientCertificates: 'optional' | 'required') => ({ clientCertificates });
    const cases = [
      { tls: access('optional'), certificate: 'no', accepted: true },
      { tls: access('optional'), certificate: 'a good', accepted: true },
      { tls: access('optional'), certificate: 'a foreign', accepted: false },
      { tls: access('required'), certificate: 'no', accepted: false },
      { tls: access('required'), certificate: 'a good', accepted: true },
      { tls: access('required'), certificate: 'a foreign', accepted: false },
      { tls: access('required'), certificate: "the server's own", accepted: false },
    ] as const;
    for (const { tls, certificate, accepted } of cases) {
      const verb = accepted ? 'accepts' : 'refuses';
      it(`${verb} a ${transport} client with ${certificate} certificate when ${tls.clientCertificates}`, async (context) => {
        const { engine, state, folder, ca } = await secured(context, tls);
        let options: IClientOptions = { ca };
        if (certificate === 'a good') {
          options = { ca, ...(await certified(engine, folder, 'pump 7')) };
        } else if (certificate === 'a foreign') {
          const foreign = await temporaryFolder(context);
          options = { ca, ...(await certified(engine, foreign, 'pump 7')) };
        } else if (certificate === "the server's own") {
          const server = await readFile(join(folder, 'server.pem'));
          options = { ca, cert: server, key: server };
        }
        assert.equal(await isAccepted(context, urlOf(state, transport), options), accepted);
        const told = engine.logs.some(({ message }) =>
          /certificate.*(required|not accept)/.test(message),
        );
        assert.equal(told, !accepted, 'the log says why');
      });
    }
  }

  it('serves mosquitto_pub and mosquitto_sub with --cafile, --cert and --key', async (context) => {
    const obstacle = mosquittoObstacle();
    if (obstacle !== undefined) {
      context.skip(obstacle);
      return;
    }
    const { engine, state, folder } = await secured(context, { clientCertificates: 'required' });
    const request = { folder, name: 'lamp', output: folder, replace: false };
    const files = await engine.channel.request('certificates/createClient', request);
    const port = portOf(state, 'tls');
    const options = ['--cafile', files.authorityFile];
    const own = [...options, '--cert', files.certificateFile, '--key', files.keyFile];
    const subscriber = mosquittoSubscribe(port, ...own, '-t', 'home/#', '-q', '1');
    context.after(() => subscriber.stop());
    // Retained: it arrives whether the subscription or the message is first.
    await mosquittoPublish(port, ...own, '-t', 'home/lamp', '-m', 'on', '-q', '1', '-r');
    await subscriber.line('home/lamp on');
    await assert.rejects(mosquittoPublish(port, ...options, '-t', 'home/lamp', '-m', 'off'));
  });

  it('keeps the authority and the server certificate when it is started again', async (context) => {
    const { engine, state, folder, ca } = await secured(context);
    const before = await readFile(join(folder, 'server.pem'), 'utf8');
    await engine.channel.request('broker/stop', null);
    const again = await startWith(engine, { certificateFolder: folder });
    assert.equal(await engine.channel.request('certificates/authority', { folder }), ca);
    assert.equal(await readFile(join(folder, 'server.pem'), 'utf8'), before);
    assert.ok((await mqttClient(context, urlOf(again, 'tls'), { ca })).connected);
    assert.notEqual(state, again);
  });

  it('does not start with a damaged authority, says so, and makes another the next time', async (context) => {
    const folder = await temporaryFolder(context);
    await written(folder, 'authority.pem', 'damaged');
    const engine = new EngineUnderTest(context);
    const tls = { certificateFolder: folder };
    await assert.rejects(startWith(engine, tls), { code: 'authorityDamaged' });
    assert.equal((await startWith(engine, tls)).status, 'running');
  });

  it('names the taken port of each listener, with the next free one', async (context) => {
    const { state, folder } = await secured(context);
    const taken = [
      { option: 'tlsPort', transport: 'tls', action: 'useNextTlsPort' },
      { option: 'secureWebSocketPort', transport: 'wss', action: 'useNextSecureWebSocketPort' },
    ] as const;
    for (const { option, transport, action } of taken) {
      const engine = new EngineUnderTest(context);
      const starting = engine.channel.request('broker/start', {
        ...{ host: '127.0.0.1', port: 0, tls: { certificateFolder: folder } },
        [option]: portOf(state, transport),
      });
      await assert.rejects(starting, (error: { code: string; actions: { id: string }[] }) => {
        assert.equal(error.code, `${option}Taken`);
        assert.equal(error.actions[0]?.id, action);
        return true;
      });
    }
  });
});

describe('A certificate of one’s own', { timeout: 30_000 }, () => {
  async function files(context: TestContext) {
    const folder = await temporaryFolder(context);
    const authority = await authorityOf(folder);
    const server = await authority.server('127.0.0.1', Date.now());
    const other = await authority.client('other', 1, Date.now());
    return {
      ca: authority.pair.certificate,
      certificateFile: await written(folder, 'own.pem', server.certificate),
      keyFile: await written(folder, 'own.key.pem', server.key),
      otherKey: await written(folder, 'other.key.pem', other.key),
      damaged: await written(
        folder,
        'damaged.pem',
        server.certificate.replace(/^[A-Z]{2}/m, 'zz').replace(/.{80}(?=\n-----END)/s, ''),
      ),
      encrypted: await written(
        folder,
        'encrypted.pem',
        '-----BEGIN ENCRYPTED PRIVATE KEY-----\nAA==\n-----END ENCRYPTED PRIVATE KEY-----\n',
      ),
      missing: join(folder, 'missing.pem'),
    };
  }

  it('is used instead, and needs no folder', async (context) => {
    const { ca, certificateFile, keyFile } = await files(context);
    const engine = new EngineUnderTest(context);
    const state = await startWith(engine, { certificateFile, keyFile });
    assert.ok((await mqttClient(context, urlOf(state, 'tls'), { ca })).connected);
  });

  type Files = Awaited<ReturnType<typeof files>>;
  const wrong: { why: string; tls: (of: Files) => TlsOptions; code: string; message: RegExp }[] = [
    {
      why: 'the key is another’s',
      tls: (of) => ({ certificateFile: of.certificateFile, keyFile: of.otherKey }),
      code: 'certificateMismatch',
      message: /does not belong to/,
    },
    {
      why: 'there is no key',
      tls: (of) => ({ certificateFile: of.certificateFile }),
      code: 'keyFile',
      message: /needs a key file/,
    },
    {
      why: 'there is no certificate',
      tls: (of) => ({ keyFile: of.keyFile }),
      code: 'certificateFile',
      message: /needs a certificate file/,
    },
    {
      why: 'the two are swapped',
      tls: (of) => ({ certificateFile: of.keyFile, keyFile: of.certificateFile }),
      code: 'certificateFile',
      message: /a private key and no certificate/,
    },
    {
      why: 'a file is missing',
      tls: (of) => ({ certificateFile: of.missing, keyFile: of.keyFile }),
      code: 'certificateFile',
      message: /does not exist/,
    },
    {
      why: 'the certificate is damaged',
      tls: (of) => ({ certificateFile: of.damaged, keyFile: of.keyFile }),
      code: 'certificateFile',
      message: /damaged certificate/,
    },
    {
      why: 'the key has a passphrase',
      tls: (of) => ({ certificateFile: of.certificateFile, keyFile: of.encrypted }),
      code: 'keyFile',
      message: /passphrase/,
    },
    {
      why: 'the clients’ authority is no certificate',
      tls: (of) => ({
        certificateFile: of.certificateFile,
        keyFile: of.keyFile,
        clientCertificates: 'required',
        clientAuthorityFile: of.otherKey,
      }),
      code: 'clientAuthorityFile',
      message: /no certificate/,
    },
    {
      why: 'there is neither folder nor certificate',
      tls: () => ({}),
      code: 'certificateFolder',
      message: /needs a folder/,
    },
  ];
  for (const { why, tls, code, message } of wrong) {
    it(`is refused when ${why}`, async (context) =>
      refusedStart(tls(await files(context)), code, message)(context));
  }
});

describe('A client certificate', { timeout: 30_000 }, () => {
  it('is written with its key for the owner only, and replaced only when asked', async (context) => {
    const folder = await temporaryFolder(context);
    const output = join(folder, 'out');
    const engine = new EngineUnderTest(context);
    const request = { folder, name: '../pump/7', output, replace: false };
    const files = await engine.channel.request('certificates/createClient', request);
    assert.deepEqual((await readdir(output)).sort(), [
      '__pump_7.key.pem',
      '__pump_7.pem',
      'mqtt-workbench-ca.pem',
    ]);
    if (process.platform !== 'win32') assert.equal((await stat(files.keyFile)).mode & 0o777, 0o600);
    assert.ok(!(await readFile(files.authorityFile, 'utf8')).includes('PRIVATE'));
    const again = engine.channel.request('certificates/createClient', request);
    await assert.rejects(again, { code: 'certificateExists' });
    await writeFile(files.certificateFile, '');
    await engine.channel.request('certificates/createClient', { ...request, replace: true });
    assert.match(await readFile(files.certificateFile, 'utf8'), /BEGIN CERTIFICATE/);
  });

  for (const name of ['', ' ', 'x'.repeat(65), 'a\nb', 'a"b']) {
    it(`is refused for the name ${JSON.stringify(name)}`, async (context) => {
      const folder = await temporaryFolder(context);
      const request = { folder, name, output: folder, replace: false };
      const engine = new EngineUnderTest(context);
      const creating = engine.channel.request('certificates/createClient', request);
      await assert.rejects(creating, { code: 'certificateName' });
      assert.deepEqual(await readdir(folder), [], 'nothing was made');
    });
  }
});

function portOf(state: BrokerState, transport: Transport): number {
  return Number(new URL(urlOf(state, transport)).port);
}

/** Whether a client gets its CONNACK. MQTT.js tells of a connection that was closed by no error. */
function isAccepted(context: TestContext, url: string, options: IClientOptions): Promise<boolean> {
  const client = connect(url, { reconnectPeriod: 0, ...options });
  context.after(() => client.endAsync(true));
  return new Promise((resolve) => {
    client.once('connect', () => resolve(true));
    client.on('error', () => resolve(false));
    client.once('close', () => resolve(false));
  });
}
