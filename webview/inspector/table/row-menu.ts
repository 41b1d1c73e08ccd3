import type { Row } from '../../../src/engine/contract.ts';
import type { RowKind } from '../../../src/engine/editor-contract.ts';

const publishType = 3;

/** What a row is, for what can be done with it. */
export function kindOf(row: Row): RowKind {
  return row.packetType === publishType ? 'publish' : 'packet';
}

/** A row that a menu can be opened on. */
export interface MenuRow {
  readonly element: HTMLElement;
  readonly ordinal: number | undefined;
  readonly row: Row | undefined;
}

/**
 * The menu of rows. The editor shows it and reads what it is about from the element: that is written just before,
 * since rows are recycled all the time. Opened by keys, it belongs to the selected row and stands there.
 * @param selected the row that the keys are on, if it is in the document.
 * @param choose a row is selected by the menu that is opened on it.
 */
export function addRowMenu(
  grid: HTMLElement,
  rows: () => readonly MenuRow[],
  selected: () => MenuRow | undefined,
  choose: (ordinal: number) => void,
): void {
  const open = (event: MouseEvent): void => {
    const target = event.target instanceof Element ? event.target : undefined;
    if (target?.closest('.header')) return;
    const node = target?.closest('.body .row');
    const at = node ? rows().find(({ element }) => element === node) : undefined;
    if (at) {
      describe(at);
      if (event.isTrusted && at.ordinal !== undefined) choose(at.ordinal);
      return;
    }
    const current = event.button === 2 ? undefined : selected();
    event.preventDefault();
    event.stopPropagation();
    if (!current) return;
    const box = current.element.getBoundingClientRect();
    const place = { clientX: box.left + 24, clientY: box.bottom, bubbles: true, cancelable: true };
    current.element.dispatchEvent(new MouseEvent('contextmenu', { ...place, composed: true }));
  };
  // Before the editor's own listener, which stands at the document.
  grid.addEventListener('contextmenu', open, { capture: true });
}

function describe({ element, row }: MenuRow): void {
  element.dataset['vscodeContext'] = JSON.stringify({
    ...(row && { webviewSection: 'row', frame: row.frame, rowKind: kindOf(row) }),
    preventDefaultContextMenuItems: true,
  });
}
