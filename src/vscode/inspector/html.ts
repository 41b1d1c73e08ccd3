import type { ColumnLayout } from '../../engine/columns-contract.ts';

/** What the page's shell is made of; addresses are the webview's own. */
export interface ShellParts {
  readonly script: string;
  readonly style: string;
  readonly cspSource: string;
  readonly nonce: string;
  readonly title: string;
  readonly language: string;
  /** So that the first picture has them already. */
  readonly columns: readonly ColumnLayout[];
  /** The messages of `vscode.l10n.bundle`; undefined where the editor speaks English. */
  readonly messages: Readonly<Record<string, string>> | undefined;
}

/**
 * The page's shell: a strict content security policy, one script by nonce, one style sheet, no
 * inline anything. Everything that is shown is made by the script with DOM calls.
 */
export function inspectorHtml(parts: ShellParts): string {
  const { script, style, cspSource, nonce, title, language, columns, messages } = parts;
  const policy = [
    "default-src 'none'",
    // Pictures in payloads: made by the page from their bytes, never fetched.
    'img-src blob:',
    `script-src 'nonce-${nonce}'`,
    `style-src ${cspSource}`,
    `font-src ${cspSource}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const translation = messages ? ` data-messages="${escape(JSON.stringify(messages))}"` : '';
  return `<!DOCTYPE html>
<html lang="${escape(language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escape(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)}</title>
<link rel="stylesheet" href="${escape(style)}">
</head>
<body>
<div id="root" data-columns="${escape(JSON.stringify(columns))}"${translation}></div>
<script nonce="${escape(nonce)}" src="${escape(script)}"></script>
</body>
</html>`;
}

function escape(value: string): string {
  return value
    .replaceAll('&', '&amp;')
    .replaceAll('"', '&quot;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}
