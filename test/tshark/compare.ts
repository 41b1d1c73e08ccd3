/** Our decoder against tshark's, field by field, and the differences that have a reason. */
import type { FrameDetail } from '../../src/engine/contract.ts';
import { inspect } from '../../src/mqtt/inspect.ts';
import { inWiresharkWords, type NamedField } from './in-wireshark-words.ts';
import type { TsharkField } from './tshark.ts';

/** A field that they do not agree on; one of them may not have it. */
interface Difference {
  readonly ours: NamedField | undefined;
  readonly theirs: TsharkField | undefined;
}

/** Differences between Wireshark 4.0 and us that are as they should be. */
const justified: readonly {
  readonly why: string;
  readonly holds: (frame: FrameDetail, difference: Difference) => boolean;
}[] = [
  {
    why: 'Wireshark shows the bytes of a Property Length above 127 as they stand there, not the number that they encode.',
    holds: ({ bytes }, { ours, theirs }) =>
      theirs?.name === 'mqtt.property_len' &&
      ours !== undefined &&
      Number(theirs.show) === Buffer.from(bytes).readUIntBE(ours.start, ours.end - ours.start),
  },
  {
    why: 'Wireshark repeats the topic behind its alias, where there are no bytes; our alias says what it stands for.',
    holds: ({ fields }, { ours, theirs }) =>
      theirs?.name === 'mqtt.topic' &&
      ours === undefined &&
      theirs.start === theirs.end &&
      JSON.stringify(fields).includes(JSON.stringify(`Stands for ${theirs.show}`)),
  },
  {
    why: 'Wireshark has no field for an empty topic beside an alias, only for its length.',
    holds: (_, { ours, theirs }) =>
      ours?.name === 'mqtt.topic' && theirs === undefined && ours.start === ours.end,
  },
];

/** One line for each field on which they differ without a reason. @param reasons gets those that were met. */
export function differences(
  frame: FrameDetail,
  theirs: readonly TsharkField[],
  reasons: Set<string>,
): string[] {
  const inspection = inspect(frame.bytes, frame.protocolVersion);
  // The tree as a person sees it, with what is known besides the bytes.
  const ours = inWiresharkWords({ ...inspection, fields: [...frame.fields] }, frame.bytes);
  const left = new Map(theirs.map((field) => [placeOf(field), field]));
  const found: Difference[] = [];
  for (const field of ours) {
    const same = left.get(placeOf(field));
    left.delete(placeOf(field));
    const isSame = same && (field.show === undefined || field.show === same.show);
    if (isSame !== true) found.push({ ours: field, theirs: same });
  }
  for (const field of left.values()) found.push({ ours: undefined, theirs: field });
  return found.flatMap((difference) => {
    const reason = justified.find(({ holds }) => holds(frame, difference));
    if (reason) reasons.add(reason.why);
    return reason ? [] : [tell(frame, difference)];
  });
}

function placeOf({ name, start, end }: NamedField | TsharkField): string {
  return `${name} ${start}-${end}`;
}

function tell({ packet, protocolVersion }: FrameDetail, { ours, theirs }: Difference): string {
  const place = ours ?? theirs;
  const values = `ours ${ours ? (ours.show ?? 'bytes') : 'none'}, theirs ${theirs?.show ?? 'none'}`;
  return `${packet} of MQTT ${protocolVersion}: ${place ? placeOf(place) : ''}: ${values}`;
}

/** How many reasons there are. */
export const reasonCount = justified.length;
