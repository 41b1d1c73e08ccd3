import * as vscode from 'vscode';
import type { Detail } from './describe.ts';

/**
 * A tooltip: a title, perhaps a value, and lines of details. What clients sent is in it: it is
 * escaped, and nothing in it can be a link to a command.
 */
export function tooltip(title: string, details: readonly Detail[], value?: string) {
  const text = new vscode.MarkdownString();
  text.isTrusted = false;
  text.supportHtml = false;
  text.appendMarkdown('**').appendText(oneLine(title)).appendMarkdown('**');
  if (value !== undefined) text.appendMarkdown('\n\n').appendText(value);
  for (const [name, detail] of details) {
    text.appendMarkdown('\n\n').appendText(`${name}: ${oneLine(detail)}`);
  }
  return text;
}

function oneLine(text: string): string {
  return text.replace(/[\r\n]+/g, ' ');
}
