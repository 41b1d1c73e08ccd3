import { t } from '../../../src/base/localise.ts';
import type { InspectorView, QueryState } from '../../../src/engine/contract.ts';
import { formatCount, formatElapsed, formatPlural } from '../format.ts';

const viewUnits = { messages: 'message', packets: 'packet', flow: 'exchange' } as const;
/** Frames still to be looked at from which on the scan is worth a bar. */
const slowFrames = 20_000;

/** What a query has found, as the page tells it. */
export interface ResultText {
  readonly text: string;
  readonly title: string;
  /** For screen readers, once the scan is complete. */
  readonly spoken: string;
  readonly isScanning: boolean;
  /** It takes a while: a bar shows the share, per cent. */
  readonly isSlow: boolean;
  readonly share: number;
}

export function resultText(state: QueryState, view: InspectorView, filter: string): ResultText {
  const rows = state.end - state.first;
  const frames = state.capture.end - state.capture.first;
  const isScanning = state.scanned < state.toScan;
  const share = state.toScan === 0 ? 100 : Math.floor((state.scanned / state.toScan) * 100);
  // New frames are looked at as they come.
  const isSlow = isScanning && state.toScan - state.scanned > slowFrames;
  const counted = formatPlural(rows, viewUnits[view], `${viewUnits[view]}s`);
  const took = isSlow ? `${share} %` : formatElapsed(state.elapsed);
  return {
    text:
      filter === '' ? counted : t('{0} of {1} · {2}', formatCount(rows), formatCount(frames), took),
    title:
      filter === '' ? '' : t('Rows that match, of the frames captured, and the time that it took'),
    spoken: t('{0} of {1} match', counted, formatCount(frames)),
    isScanning,
    isSlow,
    share,
  };
}
