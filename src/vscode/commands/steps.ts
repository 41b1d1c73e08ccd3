import * as vscode from 'vscode';
import { t } from '../../base/localise.ts';

/** What a step of a guided input gave: a value, the wish to go back, or nothing (cancelled). */
export type StepResult<T> = { kind: 'value'; value: T } | { kind: 'back' } | { kind: 'cancelled' };

/** Where in a guided input we are. */
export interface StepPlace {
  readonly title: string;
  readonly step: number;
  readonly total: number;
}

export interface TextStep extends StepPlace {
  readonly value: string;
  readonly prompt: string;
  readonly placeholder?: string;
  /** What is wrong with the text; undefined if nothing. */
  readonly validate?: (text: string) => string | undefined;
  /** Texts given before, behind a button. */
  readonly recent?: readonly string[];
}

const recentButton = (): vscode.QuickInputButton => ({
  iconPath: new vscode.ThemeIcon('history'),
  tooltip: t('Recent'),
});

/** Asks for a line of text. */
export async function textStep(options: TextStep): Promise<StepResult<string>> {
  let { value } = options;
  for (;;) {
    const result = await showText({ ...options, value });
    if (result.kind !== 'recent') return result;
    const chosen = await vscode.window.showQuickPick(options.recent ?? [], {
      title: options.title,
      placeHolder: options.prompt,
    });
    value = chosen ?? result.typed;
  }
}

function showText(
  options: TextStep,
): Promise<StepResult<string> | { kind: 'recent'; typed: string }> {
  const input = vscode.window.createInputBox();
  place(input, options);
  input.value = options.value;
  input.prompt = options.prompt;
  if (options.placeholder !== undefined) input.placeholder = options.placeholder;
  input.ignoreFocusOut = true;
  const check = (): boolean => {
    const problem = options.validate?.(input.value);
    input.validationMessage = problem;
    return problem === undefined;
  };
  // An empty field is not scolded before anything was typed.
  input.onDidChangeValue(check);
  const asked = run(input, () => (check() ? input.value : undefined));
  if (!options.recent?.length) return asked;
  const button = recentButton();
  input.buttons = [...input.buttons, button];
  const recent = new Promise<{ kind: 'recent'; typed: string }>((resolve) => {
    input.onDidTriggerButton((pressed) => {
      if (pressed !== button) return;
      resolve({ kind: 'recent', typed: input.value });
      input.dispose();
    });
  });
  return Promise.race([recent, asked]);
}

export interface PickStep<T extends vscode.QuickPickItem> extends StepPlace {
  readonly items: readonly T[];
  readonly active?: T | undefined;
  readonly placeholder: string;
}

/** Asks for one of several. */
export function pickStep<T extends vscode.QuickPickItem>(
  options: PickStep<T>,
): Promise<StepResult<T>> {
  const input = vscode.window.createQuickPick<T>();
  place(input, options);
  input.items = options.items;
  if (options.active) input.activeItems = [options.active];
  input.placeholder = options.placeholder;
  input.ignoreFocusOut = true;
  return run(input, () => input.selectedItems[0]);
}

function place(
  input: vscode.QuickInput & { buttons: readonly vscode.QuickInputButton[] },
  at: StepPlace,
): void {
  input.title = at.title;
  input.step = at.step;
  input.totalSteps = at.total;
  input.buttons = at.step > 1 ? [vscode.QuickInputButtons.Back] : [];
}

type Input = vscode.QuickInput & {
  readonly onDidAccept: vscode.Event<void>;
  readonly onDidTriggerButton: vscode.Event<vscode.QuickInputButton>;
};

/** Shows the input until it gives a value, is left by Back, or is closed. */
function run<T>(input: Input, accept: () => T | undefined): Promise<StepResult<T>> {
  return new Promise((resolve) => {
    input.onDidAccept(() => {
      const value = accept();
      if (value === undefined) return;
      resolve({ kind: 'value', value });
      input.dispose();
    });
    input.onDidTriggerButton((button) => {
      if (button !== vscode.QuickInputButtons.Back) return;
      resolve({ kind: 'back' });
      input.dispose();
    });
    input.onDidHide(() => {
      resolve({ kind: 'cancelled' });
      input.dispose();
    });
    input.show();
  });
}

/**
 * Runs steps in order; each gets what the steps before gave, and Back returns to the one before.
 * Undefined when cancelled.
 */
export async function runSteps<T extends object>(
  values: T,
  steps: readonly ((values: T) => Promise<StepResult<Partial<T>>>)[],
): Promise<T | undefined> {
  let current = values;
  let at = 0;
  for (;;) {
    const step = steps[at];
    if (!step) return current;
    const result = await step(current);
    if (result.kind === 'cancelled') return undefined;
    if (result.kind === 'back') at = Math.max(0, at - 1);
    else {
      current = { ...current, ...result.value };
      at++;
    }
  }
}

/** The result with its value changed. */
export function mapStep<T, U>(result: StepResult<T>, change: (value: T) => U): StepResult<U> {
  return result.kind === 'value' ? { kind: 'value', value: change(result.value) } : result;
}
