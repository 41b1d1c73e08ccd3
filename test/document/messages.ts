import type { DescribedMessage } from '../../src/document/described-message.ts';

const encoder = new TextEncoder();

/** A message of MQTT 3.1.1 with QoS 0, unless something else is wanted. */
export function message(
  payload: string | Uint8Array,
  more: Partial<DescribedMessage> = {},
): DescribedMessage {
  return {
    topicName: 'home/lamp',
    qos: 0,
    retain: false,
    protocolVersion: 4,
    payload: typeof payload === 'string' ? encoder.encode(payload) : payload,
    properties: {},
    ...more,
  };
}

/** What a shell, a terminal or a reader could take for something else. */
export const hostileTexts = [
  "it's",
  '"quoted"',
  '$(touch /tmp/owned)',
  '`id`',
  '${HOME}',
  '$HOME \\ \\\\ \\n %s %% !!',
  '; rm -rf x & | > < * ? ~',
  '-m',
  '--help',
  '# no comment',
  'two\nlines\n',
  '\n\n',
  'tab\there',
  '\r\n',
  '\x1b[201~id\n',
  'a\u202eb',
  'grün 🏠',
  ' blanks ',
  "'\\''",
];
