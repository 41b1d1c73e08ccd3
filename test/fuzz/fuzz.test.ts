import { describe, it } from 'node:test';
import assert from 'node:assert/strict';
import { fuzz } from './fuzz.ts';

/** A short run of `npm run fuzz`, always the same. */
describe('Mutated packets through framer, decoder, inspector and broker', () => {
  for (const seed of [1, 2]) {
    it(`are refused or accepted, nothing else (seed ${seed})`, () => {
      assert.equal(fuzz({ seed, packets: 60_000 }), 60_000);
    });
  }
});
