import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { CaptureLog } from '../../src/capture/log.ts';
import { previewOf } from '../../src/capture/preview.ts';
import { CaptureQuery } from '../../src/capture/query.ts';
import { frameDetail, readRows } from '../../src/capture/rows.ts';
import type { Row } from '../../src/capture/views.ts';
import { encode } from '../../src/mqtt/encode.ts';
import type { ControlPacket, ProtocolVersion } from '../../src/mqtt/packet.ts';

const encoder = new TextEncoder();
const noForms = () => ({ decodings: [], others: [] });

/** A capture of one link whose frames are these, ten milliseconds apart. */
function captureOf(frames: readonly Uint8Array[], version?: ProtocolVersion): CaptureLog {
  const log = new CaptureLog(1e9);
  log.linkOpened(1, '127.0.0.1:5', 'tcp', 0);
  if (version !== undefined) log.linkIdentified(1, 'lamp', version, undefined);
  frames.forEach((bytes, index) => {
    log.append(1, 0, bytes, 0, bytes.length, undefined, 0, 1000 + index * 10);
  });
  return log;
}

function rowOf(bytes: Uint8Array, version?: ProtocolVersion): Row {
  const log = captureOf([bytes], version);
  const [row] = readRows(log, new CaptureQuery(log, 'packets', undefined), 0, 1);
  assert.ok(row);
  return row;
}

function publish(payload: Uint8Array, topicName = 'home/lamp'): ControlPacket {
  return { type: 'publish', topicName, payload, qos: 0, dup: false, retain: true };
}

describe('rows', () => {
  it('tell time, difference, client, size, flags and payload', () => {
    const bytes = encode(publish(encoder.encode('on')), 5);
    const log = captureOf([bytes, bytes], 5);
    const rows = readRows(log, new CaptureQuery(log, 'packets', undefined), 0, 5);
    assert.deepEqual(
      rows.map(({ ordinal, time, delta }) => [ordinal, time, delta]),
      [
        [0, 1000, 0],
        [1, 1010, 10],
      ],
    );
    const [row] = rows;
    assert.equal(row?.client, 'lamp');
    assert.equal(row.packet, 'PUBLISH');
    assert.equal(row.topic, 'home/lamp');
    assert.equal(row.flags, 'R');
    assert.equal(row.qos, 0);
    assert.equal(row.size, bytes.length);
    assert.equal(row.preview, 'on');
  });

  it('read a link without a CONNECT as MQTT 3.1.1, and name it by its address', () => {
    const row = rowOf(encode(publish(encoder.encode('x')), 4));
    assert.equal(row.client, '127.0.0.1:5');
    assert.equal(row.preview, 'x');
  });

  it('summarise packets without a topic', () => {
    const row = rowOf(encode({ type: 'puback', packetIdentifier: 17, reasonCode: 0 }, 5), 5);
    assert.match(row.summary ?? '', /#17/);
    assert.equal(row.preview, undefined);
  });

  it('show the start of a payload that is too large to look at whole', () => {
    const large = encode(publish(encoder.encode('begin' + 'x'.repeat(100_000)), 'a'), 5);
    assert.match(rowOf(large, 5).preview ?? '', /^beginx+…$/);
    const malformed = large.slice(0, -1);
    assert.equal(rowOf(malformed, 5).preview, undefined);
    assert.equal(rowOf(malformed, 5).packet, 'PUBLISH');
    const other = new Uint8Array(100_000);
    other[0] = 0x82;
    assert.equal(rowOf(other, 5).packet, 'SUBSCRIBE');
  });

  it('read what the broker says to a CONNECT that it refuses in the version of that', () => {
    const connect = Uint8Array.of(0x10, 7, 0, 4, 0x4d, 0x51, 0x54, 0x54, 5);
    const connack = encode({ type: 'connack', sessionPresent: false, reasonCode: 0x81 }, 5);
    const log = captureOf([connect, connack]);
    const rows = readRows(log, new CaptureQuery(log, 'packets', undefined), 0, 2);
    assert.equal(rows[0]?.severity, 'error');
    assert.equal(rows[1]?.severity, undefined);
    assert.match(rows[1]?.summary ?? '', /Malformed/);
  });

  it('show what is wrong, with the statement', () => {
    const row = rowOf(Uint8Array.of(0x36, 0), 5);
    assert.equal(row.severity, 'error');
    assert.match(row.problem ?? '', /\[MQTT-3\.3\.1-4\]/);
    assert.equal(row.qos, undefined);
  });

  it('never throw, whatever the bytes', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 60 }),
        fc.constantFrom<ProtocolVersion | undefined>(undefined, 3, 4, 5),
        (bytes, version) => {
          const row = rowOf(bytes, version);
          assert.equal(row.size, bytes.length);
          const detail = frameDetail(captureOf([bytes], version), 0, noForms);
          assert.deepEqual(detail?.bytes, bytes);
        },
      ),
    );
  });

  it('hold no characters that could act on a screen', () => {
    const row = rowOf(encode(publish(encoder.encode('a\u001b[31m\u202eb\nc'), 'x\u202ey'), 5), 5);

    assert.doesNotMatch(JSON.stringify([row.preview, row.topic]), /[\u0000-\u001f\u202e]/);
  });
});

describe('details', () => {
  it('are undefined for frames that are not held', () => {
    const log = captureOf([Uint8Array.of(0xc0, 0)]);
    for (const frame of [-1, 0.5, 1, NaN, 1e12])
      assert.equal(frameDetail(log, frame, noForms), undefined);
  });

  it('hand payload and content type to the decoders', () => {
    const packet = { ...publish(encoder.encode('21')), properties: { contentType: 'text/plain' } };
    const log = captureOf([encode(packet, 5)], 5);
    const seen: unknown[] = [];
    const detail = frameDetail(log, 0, (payload, contentType) => {
      seen.push(new TextDecoder().decode(payload), contentType);
      return noForms();
    });
    assert.deepEqual(seen, ['21', 'text/plain']);
    assert.equal((detail?.payload?.end ?? 0) - (detail?.payload?.start ?? 0), 2);
  });

  it('carry the first 64 KiB of a large frame', () => {
    const log = captureOf([encode(publish(new Uint8Array(200_000)), 5)], 5);
    const detail = frameDetail(log, 0, noForms);
    assert.equal(detail?.bytes.length, 64 * 1024);
    assert.ok(detail.size > 200_000);
  });
});

describe('previews', () => {
  const cases: [payload: Uint8Array | string, preview: string][] = [
    ['', ''],
    [' 21.5', ' 21.5'],
    ['a\nb\r\nc\td', 'a⏎b⏎c␉d'],
    ['\u202eevil', '\\u202eevil'],
    [Uint8Array.of(0xa2, 0x62, 0xff), 'a2 62 ff'],
    [Uint8Array.of(0x61, 0, 0x62), '61 00 62'],
  ];
  for (const [payload, preview] of cases) {
    it(`of ${JSON.stringify(typeof payload === 'string' ? payload : [...payload])}`, () => {
      const bytes = typeof payload === 'string' ? encoder.encode(payload) : payload;
      assert.equal(previewOf(bytes), preview);
    });
  }

  it('end with an ellipsis where they are cut, also within a character', () => {
    assert.match(previewOf(encoder.encode('€'.repeat(500))), /^€+…$/);
    assert.match(previewOf(new Uint8Array(500).fill(0xff)), /^(ff )+…$/);
  });
});
