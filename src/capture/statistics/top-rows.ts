/** More rows than this at the beginning of an order are found by sorting all. */
const mostKept = 2048;

/**
 * Rows [from, from + count) of an order, from `rows`. Of very many rows the first few are found without sorting the
 * others.
 * @param before whether one row stands before another; an order of all, with no two alike.
 */
export function orderedRows(
  rows: readonly number[],
  from: number,
  count: number,
  before: (a: number, b: number) => boolean,
): number[] {
  const wanted = from + count;
  const compare = (a: number, b: number): number => (a === b ? 0 : before(a, b) ? -1 : 1);
  if (wanted > mostKept || wanted >= rows.length) {
    return rows.toSorted(compare).slice(from, wanted);
  }
  // A heap whose top is the last of those kept: what comes after it is not wanted.
  const heap: number[] = [];
  for (const row of rows) {
    if (heap.length < wanted) {
      heap.push(row);
      rise(heap, before);
    } else if (before(row, heap[0] ?? row)) {
      heap[0] = row;
      sink(heap, before);
    }
  }
  return heap.sort(compare).slice(from);
}

function rise(heap: number[], before: (a: number, b: number) => boolean): void {
  let at = heap.length - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (!swapUnless(heap, parent, at, before)) return;
    at = parent;
  }
}

function sink(heap: number[], before: (a: number, b: number) => boolean): void {
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) return;
    const right = child + 1;
    if (right < heap.length && before(heap[child] ?? 0, heap[right] ?? 0)) child = right;
    if (!swapUnless(heap, at, child, before)) return;
    at = child;
  }
}

/** The parent must not stand before its child. @returns whether they were swapped. */
function swapUnless(
  heap: number[],
  parent: number,
  child: number,
  before: (a: number, b: number) => boolean,
): boolean {
  const above = heap[parent] ?? 0;
  const below = heap[child] ?? 0;
  if (!before(above, below)) return false;
  heap[parent] = below;
  heap[child] = above;
  return true;
}
