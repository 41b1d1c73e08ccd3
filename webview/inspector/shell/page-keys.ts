/** The keys that hold anywhere on the page. */

export interface PageParts {
  /** Whether the table is seen, and not the statistics in its place. */
  hasRows(): boolean;
  /** Whether the person types into a field of its own keys. */
  isFinding(): boolean;
  openFind(): void;
  find(direction: 'next' | 'previous'): void;
  /** To the field that narrows what is seen. */
  filter(): void;
  /** The focus is in the details. */
  isInDetails(): boolean;
  toTable(): void;
}

/** Listens to the keys of a document: Ctrl+F and F3 find, / filters, Escape goes back to the table. */
export function listenToKeys(document: Document, parts: PageParts): void {
  document.addEventListener('keydown', (event) => {
    const action = actionOf(event, parts);
    if (!action) return;
    event.preventDefault();
    action();
  });
}

function actionOf(event: KeyboardEvent, parts: PageParts): (() => void) | undefined {
  const { target, key } = event;
  const inField = target instanceof Element && target.closest('.filter, .names-filter') !== null;
  const withControl = (event.ctrlKey || event.metaKey) && !event.altKey;
  if (key === 'f' && withControl)
    return () => (parts.hasRows() ? parts.openFind() : parts.filter());
  if (parts.hasRows() && (key === 'F3' || (key === 'g' && event.metaKey))) {
    return () => parts.find(event.shiftKey ? 'previous' : 'next');
  }
  if (key === '/' && !inField && !parts.isFinding()) return () => parts.filter();
  if (key === 'Escape' && parts.isInDetails()) return () => parts.toTable();
  return undefined;
}
