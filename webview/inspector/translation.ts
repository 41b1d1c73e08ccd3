/**
 * The page in the editor's language. Imported before everything else: modules make texts while they
 * are loaded. The bundle comes with the shell (`src/vscode/inspector/html.ts`), so that the first
 * picture is translated already.
 */
import { translationOf, useTranslation } from '../../src/base/localise.ts';

/** What is no bundle of messages counts as none: the page stays English. */
function messagesOf(text: string | undefined): Map<string, string> {
  const messages = new Map<string, string>();
  let parsed: unknown;
  try {
    parsed = JSON.parse(text ?? 'null');
  } catch {
    return messages;
  }
  if (typeof parsed !== 'object' || parsed === null) return messages;
  for (const [message, translated] of Object.entries(parsed)) {
    if (typeof translated === 'string') messages.set(message, translated);
  }
  return messages;
}

useTranslation(translationOf(messagesOf(document.getElementById('root')?.dataset['messages'])));
