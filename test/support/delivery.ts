/** A broker in virtual time whose traffic is captured, and who got what in it. */
import assert from 'node:assert/strict';
import type { AccessRule } from '../../src/broker/access/rules.ts';
import type { BrokerEngineOptions } from '../../src/broker/options.ts';
import { DeliveryTrack, resolveMessage } from '../../src/capture/delivery-track.ts';
import type { DeliveryOutcome, DeliveryReport } from '../../src/capture/delivery-views.ts';
import type { ServiceSources } from '../../src/engine/delivery-service.ts';
import { Traffic } from '../../src/engine/traffic.ts';
import type { MemoryStore } from './memory-store.ts';
import { BrokerHarness } from './broker-harness.ts';

export class CapturedBroker extends BrokerHarness {
  readonly traffic: Traffic;
  /** Set when the broker is stopped. */
  isStopped = false;

  constructor(
    options: BrokerEngineOptions = {},
    rules?: readonly AccessRule[],
    store?: MemoryStore,
  ) {
    const nothing = (): void => undefined;
    const traffic = new Traffic(64 * 1024 * 1024, nothing, nothing);
    super(options, undefined, {
      observer: traffic,
      ...(rules && { rules }),
      ...(store && { store }),
    });
    this.traffic = traffic;
  }

  get sources(): ServiceSources {
    const { capture, sessions, drops, refusals, restoredMessages } = this.traffic;
    const lastMessage = this.broker.numbersUsed.messages;
    const broker = this.isStopped ? undefined : this.broker;
    return { capture, sessions, drops, refusals, restoredMessages, broker, lastMessage };
  }

  /** The newest frame that fits. */
  frame(fits: (firstByte: number, direction: 0 | 1) => boolean): number {
    const { capture } = this.traffic;
    for (let frame = capture.end - 1; frame >= capture.first; frame--) {
      if (fits(capture.firstByte(frame), capture.direction(frame))) return frame;
    }
    assert.fail('no such frame');
  }

  /** The newest PUBLISH that a client sent. */
  get published(): number {
    return this.frame((firstByte, direction) => firstByte >> 4 === 3 && direction === 0);
  }

  report(frame = this.published, outcome?: DeliveryOutcome): DeliveryReport {
    const report = this.find(frame, outcome);
    assert.ok(report, 'the frame is about a message');
    return report;
  }

  find(frame: number, outcome?: DeliveryOutcome): DeliveryReport | undefined {
    const resolved = resolveMessage(this.sources, frame);
    if (!resolved) return undefined;
    const track = new DeliveryTrack(() => this.sources, resolved.frame, resolved.message);
    while (!track.step()) continue;
    return track.report(resolved.isRetry, outcome);
  }

  /** `client outcome` of each row, in order. */
  outcomes(frame = this.published): string[] {
    return this.report(frame).rows.map(({ client, outcome }) => `${client} ${outcome}`);
  }
}
