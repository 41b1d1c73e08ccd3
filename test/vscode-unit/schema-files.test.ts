import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bindingsIn } from '../../src/vscode/payload/binding-settings.ts';
import {
  messageNames,
  mostSchemaFiles,
  readSchema,
} from '../../src/vscode/payload/schema-files.ts';

const reader = (files: Readonly<Record<string, string>>) => (path: string) =>
  Promise.resolve(files[path]);

describe('schemas of payload bindings', () => {
  it('come with their imports, from beside the file and from above', async () => {
    const read = reader({
      'p/q/a.proto':
        'import "b.proto"; import public "common/c.proto";\n// import "no.proto";\nimport "google/protobuf/any.proto";',
      'p/q/b.proto': 'import "a.proto";',
      'p/common/c.proto': '/* import "no.proto"; */',
    });
    const { files, problem } = await readSchema('p/q/a.proto', 'A', read);
    assert.equal(problem, undefined);
    assert.deepEqual(
      files.map(({ path }) => path),
      ['p/q/a.proto', 'p/q/b.proto', 'p/common/c.proto'],
    );
  });

  it('offer the messages that they declare', () => {
    const text = `syntax = "proto3"; package a.b; // message No {}
message One { message Inner {} } enum E { X = 0; } message Two { string s = 1 [default = "message Three {"]; }`;
    assert.deepEqual(messageNames(text), ['a.b.One', 'a.b.Two']);
    assert.deepEqual(messageNames('message Only {}'), ['Only']);
    assert.deepEqual(messageNames(''), []);
  });

  it('of Avro are one file', async () => {
    const text = '{"type": "record", "name": "A", "fields": [], "doc": "import \\"x.proto\\";"}';
    const { files, problem } = await readSchema('a.avsc', undefined, reader({ 'a.avsc': text }));
    assert.equal(problem, undefined);
    assert.deepEqual(files, [{ path: 'a.avsc', text }]);
    const problems = (entry: object) => bindingsIn([{ topicFilter: 'a', ...entry }]).problems[0];
    assert.equal(problems({ decoder: 'avro', schema: 'p/a.avsc' }), undefined);
    assert.match(
      problems({ decoder: 'avro' }) ?? '',
      /it has no schema, the path of a \.avsc file/,
    );
    assert.match(problems({ decoder: 'avro', schema: 'a.proto' }) ?? '', /is no \.avsc file/);
    assert.match(problems({ decoder: 'cbor', schema: 'a.avsc' }) ?? '', /only protobuf and avro/);
  });

  it('say what cannot be read', async () => {
    const missing = await readSchema('a.proto', undefined, reader({}));
    assert.equal(missing.problem, 'a.proto is not found.');
    const lost = await readSchema('a.proto', 'A', reader({ 'a.proto': 'import "../b.proto";' }));
    assert.equal(lost.problem, 'a.proto imports "../b.proto", which is not found.');
    const failing = await readSchema('a.proto', 'A', () => Promise.reject(new Error('No.')));
    assert.equal(failing.problem, 'No.');
    const endless = await readSchema('0.proto', 'A', (path) =>
      Promise.resolve(`import "${parseInt(path, 10) + 1}.proto";`),
    );
    assert.equal(endless.problem, `0.proto imports more than ${mostSchemaFiles} files.`);
  });

  it('are named by paths within the workspace', () => {
    const one = (entry: object) =>
      bindingsIn([{ topicFilter: 'a', decoder: 'protobuf', ...entry }]).problems[0];
    assert.equal(one({ schema: 'p/a.proto', message: 'A' }), undefined);
    for (const schema of [
      '/a.proto',
      '../a.proto',
      'p/../../a.proto',
      'c:\\a.proto',
      'file:///a.proto',
    ]) {
      assert.match(one({ schema }) ?? '', /must be a path within the workspace/, schema);
    }
    assert.match(one({ schema: 'a.txt' }) ?? '', /is no \.proto file/);
    assert.match(one({ message: 'A' }) ?? '', /it has no schema/);
    assert.match(one({ schema: 'a.proto', message: 5 }) ?? '', /5 is no name of a message/);
    assert.match(
      one({ decoder: 'cbor', schema: 'a.proto' }) ?? '',
      /only protobuf and avro have a schema/,
    );
  });
});
