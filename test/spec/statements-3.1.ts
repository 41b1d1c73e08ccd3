/**
 * Rules of MQTT V3.1 (IBM and Eurotech, 2010) that are not those of MQTT 3.1.1. It numbers none:
 * the numbers here are ours, after the section. The specification itself could not be looked up;
 * 3.1-4, 3.1-5 and 3.8-1 were verified on quotations of it, the others on what MQTT 3.1.1 says of
 * its differences and on what brokers do.
 */
import { parseStatements } from './statement.ts';

export const statements31 = parseStatements(
  '3.1',
  `
3.1-1 S The protocol name is MQIsdp, the version 3.
3.1-2 S A client identifier has at least one character: CONNACK return code 2 to an empty one.
3.1-3 S A client identifier has at most 23 characters: CONNACK return code 2 to a longer one.
3.1-4 S The user name may be missing though its flag is set.
3.1-5 S The password may be missing though its flag is set.
3.2-1 S The first byte of CONNACK is reserved: there is no Session Present.
3.8-1 S A subscription that is not allowed is acknowledged as if it were: SUBACK has no failure code.
3.6-1 B PUBREL, SUBSCRIBE and UNSUBSCRIBE may have DUP when they are sent again.
`,
);
