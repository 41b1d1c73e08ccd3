import type { FrameDetail, PayloadDecoder, PayloadDecoding } from '../../../src/engine/contract.ts';
import { templateOf, timeOf } from './templates.ts';

type Field = FrameDetail['fields'][number];

/** Writes bytes and notes the fields they are. */
class Pen {
  readonly bytes: number[] = [];

  field(label: string, values: readonly number[], rest: Partial<Field> = {}): Field {
    const start = this.bytes.length;
    this.bytes.push(...values);
    return { label, start, end: this.bytes.length, ...rest };
  }

  text(label: string, value: string, rest: Partial<Field> = {}): Field {
    const bytes = [...new TextEncoder().encode(value)];
    return this.field(label, [bytes.length >> 8, bytes.length & 255, ...bytes], { value, ...rest });
  }

  group(label: string, children: Field[], rest: Partial<Field> = {}): Field {
    const start = children[0]?.start ?? this.bytes.length;
    return { label, start, end: children.at(-1)?.end ?? start, children, ...rest };
  }
}

const hostile =
  'first line\n<img src=x onerror="window.hacked=1">\n\u202Ereversed\u202C and \u0000\u0007 and \u200Bzero width';

/**
 * A PUBLISH of MQTT 5 with properties, for whichever frame; frame 11 of a round is hostile.
 * @param changing its payload is a little different from that of the others, and longer.
 */
export function detailOf(frame: number, changing = false): FrameDetail {
  const template = templateOf(frame);
  const isPublish = template.packet === 'PUBLISH';
  const evil = template.client.startsWith('evil');
  const big = frame === 14;
  const payloadText = evil
    ? hostile
    : '{"on": true, "brightness": 80, "at": "2026-05-04T10:42:09.402Z"}';
  const pen = new Pen();
  const first = pen.bytes.length;
  pen.bytes.push(0x32);
  const bit = (
    label: string,
    high: number,
    low: number,
    value: number,
    meaning?: string,
  ): Field => ({
    label,
    start: first,
    end: first + 1,
    bits: [high, low],
    value,
    section: '2.1.2',
    ...(meaning === undefined ? {} : { meaning }),
  });
  const flags: Field = {
    label: 'Flags',
    start: first,
    end: first + 1,
    bits: [3, 0],
    value: 2,
    children: [bit('DUP', 3, 3, 0), bit('QoS', 2, 1, 1, 'at least once'), bit('RETAIN', 0, 0, 0)],
  };
  const fixed = pen.group('Fixed Header', [
    bit('Packet Type', 7, 4, template.packetType, template.packet),
    flags,
    pen.field('Remaining Length', [0x8b, 0x01], { value: 139, section: '2.1.4' }),
  ]);
  const topic = pen.text('Topic Name', template.topic ?? 'home/kitchen/lamp/set', {
    section: '3.3.2.1',
  });
  const packetIdentifier = pen.field('Packet Identifier', [0, 3], { value: 3, section: '3.3.2.2' });
  const length = pen.field('Property Length', [41], { value: 41 });
  const contentType = pen.group('Content Type', [
    pen.field('Identifier', [3], { value: 3, meaning: 'Content Type' }),
    pen.text('Value', 'application/json', { section: '3.3.2.3.9' }),
  ]);
  const user = pen.group('User Property', [
    pen.field('Identifier', [0x26], { value: 38, meaning: 'User Property' }),
    pen.text('Name', 'source'),
    pen.text('Value', 'panel'),
  ]);
  const variable = pen.group('Variable Header', [
    topic,
    packetIdentifier,
    pen.group('Properties', [length, contentType, user], { section: '2.2.2' }),
  ]);
  const payload = pen.field(
    'Payload',
    big ? new Array<number>(80_000).fill(0x41) : [...new TextEncoder().encode(payloadText)],
    { meaning: 'JSON' },
  );
  const size = pen.bytes.length;
  return {
    frame,
    time: timeOf(frame),
    client: template.client,
    link: 1,
    remoteAddress: '127.0.0.1:53422',
    transport: 'tls',
    direction: template.direction,
    packet: template.packet,
    protocolVersion: 5,
    size,
    bytes: new Uint8Array(pen.bytes.slice(0, 65_536)),
    fields: isPublish ? [fixed, variable, payload] : [fixed],
    problems:
      template.severity === undefined
        ? []
        : [
            {
              severity: template.severity,
              message: template.problem ?? 'Something is wrong',
              reasonCode: 0x8f,
              statement: 'MQTT-4.7.1-1',
              start: topic.start,
              end: topic.end,
            },
          ],
    ...(isPublish
      ? {
          payload: {
            start: payload.start,
            end: payload.end,
            decodings: [
              ...(evil
                ? []
                : [
                    {
                      decoder: 'json' as const,
                      label: 'JSON',
                      text: changing
                        ? changedText(frame)
                        : '{\n  "on": true,\n  "brightness": 80,\n  "at": "2026-05-04T10:42:09.402Z",\n  "scene": null\n}',
                      truncated: 0,
                    },
                  ]),
              {
                decoder: 'text' as const,
                label: 'Text',
                text: payloadText,
                truncated: 0,
                // The lamp's state is packed, and not whole.
                ...(template.topic === 'home/kitchen/lamp/state' && {
                  layers: [
                    { compression: 'gzip', packed: 1234, unpacked: 8192, problem: 'ends early' },
                  ],
                }),
              },
            ],
            others: [
              { decoder: 'cbor' as const, label: 'CBOR' },
              { decoder: 'messagePack' as const, label: 'MessagePack' },
            ],
          },
        }
      : {}),
  };
}

/** One line of many differs. */
function changedText(frame: number): string {
  const rest = Object.fromEntries(Array.from({ length: 42 }, (_, index) => [`k${index}`, index]));
  return JSON.stringify({ on: true, brightness: frame, ...rest }, undefined, 2);
}

/** What is told when a form is asked for; frames before `first` are gone. MessagePack never fits. */
export function decodingOf(
  frame: number,
  decoder: PayloadDecoder,
  first: number,
): PayloadDecoding | undefined {
  if (frame < first) return undefined;
  const evil = templateOf(frame).client.startsWith('evil');
  const text = evil ? `{\n  "a": ${JSON.stringify(hostile)}\n}` : `{\n  "frame": ${frame}\n}`;
  return decoder === 'messagePack'
    ? { decoder, label: 'MessagePack', text: '123', truncated: 63, problem: 'Ends within a value' }
    : { decoder, label: 'CBOR', text, truncated: 0 };
}

/** Bytes beyond those of the detail. */
export function moreBytes(start: number, end: number): Uint8Array {
  return new Uint8Array(end - start).fill(0x42);
}
