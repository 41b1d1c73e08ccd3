import { describe, it } from 'node:test';
import assert from 'node:assert/strict';
import { coverage, statements } from './coverage.ts';
import { parseStatements } from './statement.ts';
import { statements5 } from './statements-5.ts';

describe('spec: statements', () => {
  it('of MQTT 5.0 are there wherever another version names them', () => {
    const known = new Set(statements5.map(({ id }) => id));
    const missing = statements.flatMap(({ same }) => same.filter((id) => !known.has(id)));
    assert.deepEqual(missing, []);
  });

  it('are refused when the table is not one', () => {
    assert.throws(() => parseStatements('5.0', '1.1-1 X who?'), /is not a statement/);
    assert.throws(() => parseStatements('5.0', '1.1-1 S one\n1.1-1 S two'), /there twice/);
  });
});

describe('spec: coverage', () => {
  const { gaps, mistakes } = coverage();

  it('every statement that a server must meet is enforced and tested, or an exception', () => {
    assert.deepEqual(gaps, []);
  });

  it('every citation in code and tests is a statement, every exception is one', () => {
    assert.deepEqual(mistakes, []);
  });
});
