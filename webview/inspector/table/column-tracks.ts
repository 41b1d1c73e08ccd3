/** Which columns are shown at a width of the page, and how wide they are. */
import type { InspectorView } from '../../../src/engine/contract.ts';
import type { ColumnLayout, ColumnName } from '../../../src/engine/columns-contract.ts';

type Tracks = Readonly<Partial<Record<ColumnName, string>>>;

/** At a page of up to so many pixels these columns are shown, the least important being left out. */
interface Step {
  readonly upTo: number;
  readonly tracks: Tracks;
}

/** A column that was given a width shrinks where there is no room, down to this, pixels. */
const narrowest = 40;

const packets: readonly Step[] = [
  {
    upTo: 560,
    tracks: {
      client: 'minmax(50px, 100px)',
      direction: '20px',
      packet: '92px',
      topic: 'minmax(80px, 1fr)',
      qos: '28px',
    },
  },
  {
    upTo: 820,
    tracks: {
      time: '104px',
      client: 'minmax(60px, 110px)',
      direction: '22px',
      packet: '104px',
      topic: 'minmax(100px, 1fr)',
      qos: '36px',
      size: '64px',
    },
  },
  {
    upTo: 1020,
    tracks: {
      time: '104px',
      client: 'minmax(70px, 130px)',
      direction: '22px',
      packet: '104px',
      topic: 'minmax(110px, 5fr)',
      qos: '36px',
      flags: '48px',
      size: '64px',
      payload: 'minmax(80px, 6fr)',
    },
  },
  {
    upTo: Infinity,
    tracks: {
      time: '104px',
      delta: '76px',
      client: 'minmax(80px, 150px)',
      direction: '22px',
      packet: '104px',
      topic: 'minmax(120px, 5fr)',
      qos: '36px',
      flags: '48px',
      size: '72px',
      payload: 'minmax(80px, 6fr)',
    },
  },
];

/** What came after the first packet is what one came for. */
const flow: readonly Step[] = [
  {
    upTo: 560,
    tracks: {
      client: 'minmax(40px, 70px)',
      packet: '80px',
      topic: 'minmax(60px, 1fr)',
      payload: 'minmax(100px, 2fr)',
    },
  },
  {
    upTo: 820,
    tracks: {
      delta: '70px',
      client: 'minmax(60px, 110px)',
      direction: '22px',
      packet: '96px',
      topic: 'minmax(90px, 3fr)',
      qos: '28px',
      payload: 'minmax(120px, 5fr)',
    },
  },
  {
    upTo: Infinity,
    tracks: {
      time: '104px',
      delta: '76px',
      client: 'minmax(80px, 150px)',
      direction: '22px',
      packet: '104px',
      topic: 'minmax(120px, 4fr)',
      qos: '36px',
      payload: 'minmax(160px, 8fr)',
    },
  },
];

export interface FittedColumns {
  /** In the order of the table. */
  readonly shown: readonly ColumnName[];
  /** The value of `grid-template-columns`. */
  readonly template: string;
}

/** @param pageWidth pixels of the page. */
export function fitColumns(
  columns: readonly ColumnLayout[],
  view: InspectorView,
  pageWidth: number,
): FittedColumns {
  const steps = view === 'flow' ? flow : packets;
  const tracks = steps.find(({ upTo }) => pageWidth <= upTo)?.tracks ?? {};
  const shown: ColumnName[] = [];
  const template: string[] = [];
  for (const { name, width, isHidden } of columns) {
    const track = tracks[name];
    if (isHidden === true || track === undefined) continue;
    shown.push(name);
    template.push(
      width === undefined ? track : `minmax(${Math.min(width, narrowest)}px, ${width}px)`,
    );
  }
  // Where no column takes what is left, nothing does: a row is as wide as the table.
  if (!template.some((track) => track.endsWith('fr)'))) template.push('minmax(0, 1fr)');
  return { shown, template: template.join(' ') };
}
