import { type ColumnLayout, type ColumnName } from '../../../src/engine/columns-contract.ts';

/** Changes of the columns' arrangement: each gives another one. */

export function resized(
  columns: readonly ColumnLayout[],
  name: ColumnName,
  width: number | undefined,
): readonly ColumnLayout[] {
  return columns.map((column) => {
    if (column.name !== name) return column;
    const { isHidden } = column;
    return {
      name,
      ...(width !== undefined && { width }),
      ...(isHidden === true && { isHidden }),
    };
  });
}

/** @param before the column that it stands before then; undefined: at the end. */
export function moved(
  columns: readonly ColumnLayout[],
  name: ColumnName,
  before: ColumnName | undefined,
): readonly ColumnLayout[] {
  const column = columns.find((one) => one.name === name);
  if (!column || name === before) return columns;
  const others = columns.filter((one) => one !== column);
  const index = others.findIndex((one) => one.name === before);
  const at = index < 0 ? others.length : index;
  return [...others.slice(0, at), column, ...others.slice(at)];
}

/** The last one that is shown stays. */
export function hidden(
  columns: readonly ColumnLayout[],
  name: ColumnName,
): readonly ColumnLayout[] {
  const isLast = columns.filter(({ isHidden }) => isHidden !== true).length <= 1;
  if (isLast) return columns;
  return columns.map((column) => (column.name === name ? { ...column, isHidden: true } : column));
}
