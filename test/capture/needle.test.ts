import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Needle } from '../../src/capture/needle.ts';
import { OrdinalIndex } from '../../src/capture/ordinal-index.ts';

const encoder = new TextEncoder();

function find(text: string, needle: string): number {
  const bytes = encoder.encode(`xx${text}yy`);
  const at = new Needle(needle.toLowerCase()).find(bytes, 2, bytes.length - 2);
  return at < 0 ? at : at - 2;
}

describe('Needle', () => {
  it('finds a text in any case, and only within the range', () => {
    assert.equal(find('Grün', 'GRÜN'), 0);
    assert.equal(find('abcABD', 'abd'), 3);
    assert.equal(find('aaaaab', 'aab'), 3);
    assert.equal(find('a', 'x'), -1);
    assert.equal(find('', 'y'), -1);
    assert.equal(find('x', 'x'), 0);
    assert.equal(find('ab', 'abc'), -1);
    assert.equal(find('anything', ''), 0);
    assert.equal(find(`${'ab'.repeat(400)}c`, `${'ab'.repeat(300)}c`), 200);
  });

  it('finds what a plain search finds', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'A', 'B', ':'), maxLength: 40 });
    fc.assert(
      fc.property(
        letters,
        letters.filter((text) => text.length > 0 && text.length < 6),
        (text, part) => {
          assert.equal(find(text, part), text.toLowerCase().indexOf(part.toLowerCase()));
        },
      ),
    );
  });
});

describe('OrdinalIndex', () => {
  it('keeps ordinals over chunks, also when all of a full chunk was dropped', () => {
    const index = new OrdinalIndex();
    for (let frame = 0; frame < 8192; frame++) index.push(frame * 2);
    index.dropBefore(1e9);
    assert.equal(index.first, 8192);
    index.push(2e9);
    assert.equal(index.at(8192), 2e9);
    assert.equal(index.search(0), 8192);
    for (let frame = 0; frame < 20_000; frame++) index.push(3e9 + frame);
    index.dropBefore(3e9 + 10_000);
    assert.equal(index.at(index.first), 3e9 + 10_000);
    assert.equal(index.end, 8193 + 20_000);
  });
});
