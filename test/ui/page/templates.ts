import type { Direction, Row } from '../../../src/engine/contract.ts';

/** One kind of packet of the made-up traffic: the visual target's rows, over and over. */
export interface Template {
  readonly client: string;
  readonly direction: Direction;
  readonly packet: string;
  readonly packetType: number;
  readonly topic?: string;
  readonly summary?: string;
  readonly qos?: 0 | 1 | 2;
  readonly flags: string;
  readonly size: number;
  readonly preview?: string;
  readonly problem?: string;
  readonly severity?: 'error' | 'warning';
}

const lamp = '{"on": true, "brightness": 80, "at": "2026-05-04T10:42:09.402Z"}';
const set = {
  packet: 'PUBLISH',
  packetType: 3,
  topic: 'home/kitchen/lamp/set',
  qos: 1,
  size: 142,
  preview: lamp,
} as const;
const puback = { packet: 'PUBACK', packetType: 4, flags: '', size: 4 } as const;

/** The frames repeat these in order. */
export const templates: readonly Template[] = [
  {
    client: 'lamp-kitchen',
    direction: 0,
    packet: 'CONNECT',
    packetType: 1,
    summary: 'v5 · clean start · keep-alive 60 s · will home/kitchen/lamp/lwt',
    flags: '',
    size: 71,
  },
  {
    client: 'lamp-kitchen',
    direction: 1,
    packet: 'CONNACK',
    packetType: 2,
    summary: 'Success · receive maximum 32',
    flags: '',
    size: 14,
  },
  { client: 'panel-hall', direction: 0, flags: 'R', ...set },
  { client: 'lamp-kitchen', direction: 1, flags: '', ...set },
  { client: 'panel-hall', direction: 1, summary: '#17 · Success', ...puback },
  { client: 'lamp-kitchen', direction: 0, summary: '#3 · Success', ...puback },
  {
    client: 'lamp-kitchen',
    direction: 0,
    packet: 'PUBLISH',
    packetType: 3,
    topic: 'home/kitchen/lamp/state',
    qos: 0,
    flags: '',
    size: 96,
    preview: '␢bon␠jbrightness␀X',
  },
  {
    client: 'sensor-attic',
    direction: 0,
    packet: 'PUBLISH',
    packetType: 3,
    topic: 'home/attic/lamp/temp',
    qos: 2,
    flags: 'D',
    size: 31,
    preview: ' 21.5',
    problem: 'Topic name has an empty level',
    severity: 'warning',
  },
  {
    client: 'sensor-roof',
    direction: 0,
    packet: 'SUBSCRIBE',
    packetType: 8,
    summary: 'home/#/lamp',
    flags: '',
    size: 24,
    problem: "'#' must be the last level [MQTT-4.7.1-1]",
    severity: 'error',
  },
  {
    client: 'sensor-roof',
    direction: 1,
    packet: 'DISCONNECT',
    packetType: 14,
    summary: '0x8F Topic Filter invalid',
    flags: '',
    size: 4,
    problem: '0x8F Topic Filter invalid',
    severity: 'error',
  },
  {
    client: 'panel-hall',
    direction: 0,
    packet: 'PINGREQ',
    packetType: 12,
    summary: '',
    flags: '',
    size: 2,
  },
  {
    client: 'evil\u202Ecod.exe\u0007',
    direction: 0,
    packet: 'PUBLISH',
    packetType: 3,
    topic: '<img src=x onerror="window.hacked=1">/\u202Egnirts\u2066\u0000',
    qos: 0,
    flags: '',
    size: 301,
    preview: '<script>window.hacked=1</script>\u202E\u0007',
  },
];

const start = Date.UTC(2026, 4, 4, 8, 42, 7, 118);

/** Milliseconds since the epoch of a frame: uneven, but growing. */
export function timeOf(frame: number): number {
  return start + frame * 31 + (frame % 7) * 3.5;
}

export function templateOf(frame: number): Template {
  const template = templates[frame % templates.length];
  if (!template) throw new Error(`No template for frame ${frame}.`);
  return template;
}

export function rowOf(frame: number, ordinal: number, before: number | undefined): Row {
  const time = timeOf(frame);
  return {
    ordinal,
    frame,
    time,
    delta: before === undefined ? 0 : time - timeOf(before),
    link: 1,
    ...templateOf(frame),
  };
}
