import { it } from 'node:test';
import type { ProtocolVersion } from '../../src/mqtt/packet.ts';

const names: Readonly<Record<ProtocolVersion, string>> = { 3: '3.1', 4: '3.1.1', 5: '5.0' };

/**
 * The same test in all three versions of MQTT. `npm run coverage:spec` counts the statements of MQTT
 * 5.0 that are in its name also for those of MQTT 3.1.1 that ask the same.
 */
export function eachVersion(name: string, test: (version: ProtocolVersion) => void): void {
  for (const version of [3, 4, 5] as const) {
    it(`${name} (MQTT ${names[version]})`, () => {
      test(version);
    });
  }
}
