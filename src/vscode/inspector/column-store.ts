import * as vscode from 'vscode';
import { Emitter } from '../../base/event.ts';
import {
  columnsOf,
  inspectorColumns,
  usualColumns,
  type ColumnLayout,
  type ColumnName,
} from '../../engine/columns-contract.ts';
import { t } from '../../base/localise.ts';

const key = 'inspector.columns';

/** How the person has arranged the inspector's columns: kept for all windows. */
export class ColumnStore {
  readonly #memento: vscode.Memento;
  readonly #changed = new Emitter<readonly ColumnLayout[]>();
  /** Changed other than by the page. */
  readonly onChanged = this.#changed.event;

  constructor(memento: vscode.Memento) {
    this.#memento = memento;
  }

  get columns(): readonly ColumnLayout[] {
    return columnsOf(this.#memento.get(key));
  }

  async keep(columns: readonly ColumnLayout[]): Promise<void> {
    await this.#memento.update(key, columns);
  }

  /** Asks which columns are to be seen. */
  async choose(): Promise<void> {
    const { columns } = this;
    const items = columns.map(({ name, isHidden }) => ({
      label: titleOf(name),
      picked: isHidden !== true,
      ...(name === 'delta' && { description: t('Time since the row before') }),
      name,
    }));
    const picked = await vscode.window.showQuickPick(items, {
      canPickMany: true,
      title: t('Columns of the Inspector'),
      placeHolder: t('Narrow inspectors leave out the least important'),
    });
    if (!picked || picked.length === 0) return;
    await this.#change(
      columns.map((column) =>
        shown(
          column,
          picked.some(({ name }) => name === column.name),
        ),
      ),
    );
  }

  /** @param argument the context of the header's menu. */
  async hide(argument: unknown): Promise<void> {
    const name = (argument as { column?: unknown } | undefined)?.column;
    const { columns } = this;
    await this.#change(
      columns.map((column) => (column.name === name ? shown(column, false) : column)),
    );
  }

  /** The usual columns in their usual order and width. */
  async reset(): Promise<void> {
    await this.#change(usualColumns);
  }

  async #change(columns: readonly ColumnLayout[]): Promise<void> {
    // None at all is not to be had.
    const kept = columnsOf(columns);
    await this.keep(kept);
    this.#changed.fire(kept);
  }
}

function shown({ name, width }: ColumnLayout, isShown: boolean): ColumnLayout {
  return { name, ...(width !== undefined && { width }), ...(!isShown && { isHidden: true }) };
}

function titleOf(name: ColumnName): string {
  return inspectorColumns.find((column) => column.name === name)?.title ?? name;
}
