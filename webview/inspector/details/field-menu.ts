import { fieldFilter } from './field-filter.ts';
import type { Field } from './fields.ts';

/**
 * The menu of the fields: the editor shows it, and reads what it is about from the element, which is written just
 * before.
 * @param fieldOf the field whose item an element belongs to.
 * @param path its places in the tree, from the root.
 * @param frame the packet that is shown.
 */
export function addFieldMenu(
  tree: HTMLElement,
  fieldOf: (target: EventTarget | null) => Field | undefined,
  path: (field: Field) => readonly number[] | undefined,
  frame: () => number | undefined,
): void {
  const describe = (event: MouseEvent): void => {
    const field = fieldOf(event.target);
    const item = event.target instanceof Element ? event.target.closest('[role="treeitem"]') : null;
    const places = field && path(field);
    if (!(item instanceof HTMLElement)) return;
    const filter = field && fieldFilter(field);
    item.dataset['vscodeContext'] = JSON.stringify({
      ...(places && {
        webviewSection: 'field',
        frame: frame(),
        path: places,
        fieldHasFilter: filter !== undefined,
        ...(filter !== undefined && { filter }),
      }),
      preventDefaultContextMenuItems: true,
    });
  };
  tree.addEventListener('contextmenu', describe, { capture: true });
}

/** The places of a field in the tree, from the root; undefined when it is not in it. */
export function placesOf(fields: readonly Field[], field: Field): readonly number[] | undefined {
  for (const [index, candidate] of fields.entries()) {
    if (candidate === field) return [index];
    const below = placesOf(candidate.children ?? [], field);
    if (below) return [index, ...below];
  }
  return undefined;
}
