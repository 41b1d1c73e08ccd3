import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import fc from 'fast-check';
import { BrokerRegistry } from '../../src/vscode/windows/broker-registry.ts';

describe('Brokers of other windows', () => {
  let folder: string;
  const now = new Date();
  /** Of a process that lives as long as the test. */
  const alive = process.ppid;
  /** Larger than any process identifier of a system that we run on. */
  const gone = 999_999_999;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'mw-windows-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('are those that were announced and not withdrawn', () => {
    const own = new BrokerRegistry(folder, process.pid);
    const other = new BrokerRegistry(folder, alive);
    assert.deepEqual(own.others(now), []);
    other.announce('demo', ['mqtt://127.0.0.1:1883', 'ws://127.0.0.1:8083/mqtt']);
    own.announce('', ['mqtt://127.0.0.1:1884']);
    assert.deepEqual(own.others(now), [
      {
        processId: alive,
        workspace: 'demo',
        urls: ['mqtt://127.0.0.1:1883', 'ws://127.0.0.1:8083/mqtt'],
      },
    ]);
    assert.equal(other.others(now)[0]?.processId, process.pid);
    other.withdraw();
    assert.deepEqual(own.others(now), []);
  });

  it('are forgotten with their window: its process has ended, or is silent', () => {
    const own = new BrokerRegistry(folder, process.pid);
    new BrokerRegistry(folder, gone).announce('crashed', ['mqtt://127.0.0.1:1']);
    const silent = new BrokerRegistry(folder, alive);
    silent.announce('silent', ['mqtt://127.0.0.1:2']);
    const long = new Date(now.getTime() - 100_000);
    utimesSync(join(folder, `${alive}.json`), long, long);
    assert.deepEqual(own.others(now), []);
    assert.deepEqual(readdirSync(folder), [], 'their files are removed');
    silent.announce('silent', ['mqtt://127.0.0.1:2']);
    utimesSync(join(folder, `${alive}.json`), long, long);
    silent.touch(now);
    assert.equal(own.others(now).length, 1);
  });

  it('are none where the folder cannot be used', () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    const registry = new BrokerRegistry(join(file, 'below'), process.pid);
    registry.announce('demo', ['mqtt://127.0.0.1:1883']);
    registry.touch(now);
    assert.deepEqual(registry.others(now), []);
  });

  it('are read from any file without harm', () => {
    const own = new BrokerRegistry(folder, process.pid);
    const file = join(folder, `${alive}.json`);
    const text = fc.oneof(
      fc.string(),
      fc.json(),
      fc.record({ workspace: fc.anything(), urls: fc.anything() }).map((value) => {
        return JSON.stringify(value, (_, item: unknown) =>
          typeof item === 'bigint' ? String(item) : item,
        );
      }),
      fc.array(fc.webUrl({ validSchemes: ['mqtt', 'http'] })).map((urls) => {
        return JSON.stringify({ workspace: 'x'.repeat(500), urls });
      }),
    );
    fc.assert(
      fc.property(text, (content) => {
        writeFileSync(file, content);
        for (const { workspace, urls } of own.others(new Date())) {
          assert.ok(workspace.length <= 300);
          assert.ok(urls.length > 0 && urls.every((url) => /^(mqtt|ws)s?:/.test(url)));
        }
      }),
      { numRuns: 200 },
    );
  });
});
