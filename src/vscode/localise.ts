/** The editor's translation, reachable from code that does not know the editor. */
export type Translate = (message: string, ...values: (string | number)[]) => string;

let translate: Translate = fill;

/** `message` in the editor's language, `{0}`, `{1}`… filled in. Until `useTranslation`: as written. */
export function t(message: string, ...values: (string | number)[]): string {
  return translate(message, ...values);
}

/** Called once, at activation. */
export function useTranslation(next: Translate): void {
  translate = next;
}

function fill(message: string, ...values: (string | number)[]): string {
  return message.replace(/\{(\d+)\}/g, (whole, index: string) => {
    const value = values[Number(index)];
    return value === undefined ? whole : String(value);
  });
}
