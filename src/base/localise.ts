/** The person's language, reachable from code that does not know the editor, in the host and in pages. */
export type Translate = (message: string, ...values: (string | number)[]) => string;

let translate: Translate = fill;

/** `message` in the editor's language, `{0}`, `{1}`… filled in. Until `useTranslation`: as written. */
export function t(message: string, ...values: (string | number)[]): string {
  return translate(message, ...values);
}

/** Called once, at activation of the extension or before the first module of a page. */
export function useTranslation(next: Translate): void {
  translate = next;
}

/**
 * Translates by a bundle of messages, as `vscode.l10n.bundle` is one: message in English → message.
 * What the bundle does not hold stays English.
 */
export function translationOf(bundle: ReadonlyMap<string, string>): Translate {
  return (message, ...values) => fill(bundle.get(message) ?? message, ...values);
}

/** `message` with `{0}`, `{1}`… filled in. A place without a value stays as it is. */
function fill(message: string, ...values: (string | number)[]): string {
  return message.replace(/\{(\d+)\}/g, (whole, index: string) => {
    const value = values[Number(index)];
    return value === undefined ? whole : String(value);
  });
}
