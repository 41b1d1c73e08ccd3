/** The columns of the inspector's table, and how a person has arranged them: shared by the page and its host. */

/** In their usual order. */
export const inspectorColumns = [
  { name: 'time', title: 'Time' },
  { name: 'delta', title: 'Δ' },
  { name: 'client', title: 'Client' },
  { name: 'direction', title: 'Direction' },
  { name: 'packet', title: 'Packet' },
  { name: 'topic', title: 'Topic' },
  { name: 'qos', title: 'QoS' },
  { name: 'flags', title: 'Flags' },
  { name: 'size', title: 'Size' },
  { name: 'payload', title: 'Payload' },
] as const;

export type ColumnName = (typeof inspectorColumns)[number]['name'];

/** One column; the order of all of them is theirs in the table. */
export interface ColumnLayout {
  readonly name: ColumnName;
  /** Pixels, 24 to 2000; absent: as wide as suits what it shows. */
  readonly width?: number;
  readonly isHidden?: boolean;
}

/** Pixels that a column may be wide. */
export const columnWidths = { least: 24, most: 2000 } as const;

export const usualColumns: readonly ColumnLayout[] = inspectorColumns.map(({ name }) => ({ name }));

/**
 * What was kept by this or another version, or came from the other side: each known column once; one that is not in it
 * stands behind the column that it usually follows.
 */
export function columnsOf(kept: unknown): readonly ColumnLayout[] {
  const columns: ColumnLayout[] = [];
  for (const one of Array.isArray(kept) ? (kept as unknown[]).slice(0, 100) : []) {
    const column = columnOf(one);
    if (column && !columns.some(({ name }) => name === column.name)) columns.push(column);
  }
  inspectorColumns.forEach(({ name }, index) => {
    if (columns.some((column) => column.name === name)) return;
    const before = inspectorColumns[index - 1]?.name;
    columns.splice(columns.findIndex((column) => column.name === before) + 1, 0, { name });
  });
  // A table without a column could not be arranged any more.
  return columns.every(({ isHidden }) => isHidden === true) ? usualColumns : columns;
}

function columnOf(kept: unknown): ColumnLayout | undefined {
  if (typeof kept !== 'object' || kept === null) return undefined;
  const { name, width, isHidden } = kept as Record<string, unknown>;
  const known = inspectorColumns.find((column) => column.name === name);
  if (!known) return undefined;
  const { least, most } = columnWidths;
  const hasWidth = typeof width === 'number' && width >= least && width <= most;
  return {
    name: known.name,
    ...(hasWidth && { width: Math.round(width) }),
    ...(isHidden === true && { isHidden }),
  };
}
