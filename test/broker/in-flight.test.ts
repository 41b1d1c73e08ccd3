import { describe, it } from 'node:test';
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { InFlight } from '../../src/broker/in-flight.ts';
import { Held, type OutboundMessage } from '../../src/broker/outbound-message.ts';

const create = (): OutboundMessage => ({
  packetIdentifier: 0,
  sequence: 0,
  qos: 1,
  retain: false,
  subscriptionIdentifiers: undefined,
  sharedFilter: undefined,
  message: undefined,
  counted: false,
  isWaiting: false,
  stored: undefined,
});

describe('InFlight', () => {
  it('behaves as a map that keeps its order, whatever is acknowledged when', () => {
    const operations = fc.array(fc.oneof(fc.constant('add'), fc.nat(200)), { maxLength: 400 });
    fc.assert(
      fc.property(operations, (list) => {
        const inFlight = new InFlight(new Held({ queuedBytes: 0 }));
        const expected: OutboundMessage[] = [];
        for (const operation of list) {
          if (operation === 'add') {
            const item = create();
            inFlight.add(item);
            assert.ok(expected.every((other) => other.packetIdentifier !== item.packetIdentifier));
            expected.push(item);
          } else if (typeof operation === 'number' && operation < expected.length) {
            const [item] = expected.splice(operation, 1);
            inFlight.delete(item?.packetIdentifier ?? 0);
            assert.equal(inFlight.get(item?.packetIdentifier ?? 0), undefined);
          }
        }
        assert.equal(inFlight.size, expected.length);
        assert.deepEqual(inFlight.inOrder(), expected);
        for (const item of expected) assert.equal(inFlight.get(item.packetIdentifier), item);
      }),
    );
  });

  it('keeps one that is never acknowledged while the identifiers go around', () => {
    const inFlight = new InFlight(new Held({ queuedBytes: 0 }));
    const kept = create();
    inFlight.add(kept);
    for (let count = 0; count < 70_000; count++) {
      const item = create();
      inFlight.add(item);
      assert.notEqual(item.packetIdentifier, kept.packetIdentifier);
      if (count < 69_990) inFlight.delete(item.packetIdentifier);
    }
    assert.equal(inFlight.inOrder()[0], kept);
    assert.equal(inFlight.size, 11);
  });

  it('holds all 65,535', () => {
    const inFlight = new InFlight(new Held({ queuedBytes: 0 }));
    for (let count = 0; count < 65_535; count++) inFlight.add(create());
    assert.equal(inFlight.size, 65_535);
    inFlight.delete(40_000);
    const item = create();
    inFlight.add(item);
    assert.equal(item.packetIdentifier, 40_000);
  });
});
