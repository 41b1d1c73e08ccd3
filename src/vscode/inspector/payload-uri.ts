/** Addresses of payload documents, free of VS Code's own types. */
import type { DocumentFormat } from '../../engine/editor-contract.ts';

export const payloadScheme = 'mqtt-payload';

/** Which frame, of which generation of the capture: numbers mean nothing without. */
export interface PayloadAddress {
  readonly frame: number;
  readonly generation: number;
}

/** What the editor chooses the language by; a listing of bytes has none. */
const extensions: Readonly<Record<DocumentFormat, string>> = {
  json: 'json',
  xml: 'xml',
  text: 'txt',
  bytes: 'hex',
};

/** Characters of a topic in the path: it is shown in tabs and breadcrumbs. */
const longestTopic = 400;

/**
 * The path, which is the document's title: `/home/kitchen/temp #1234.json`. Levels that a path would lose (empty
 * ones, dots) or that would look like something else are replaced; the query says what is meant.
 */
export function payloadPath(topicName: string, frame: number, format: DocumentFormat): string {
  const levels = topicName.slice(0, longestTopic).split('/').map(levelText);
  return `/${levels.join('/')} #${frame}.${extensions[format]}`;
}

export function payloadQuery({ frame, generation }: PayloadAddress): string {
  return `frame=${frame}&generation=${generation}`;
}

/** What a query says; undefined where it is none of ours: anybody may make such an address. */
export function payloadAddress(query: string): PayloadAddress | undefined {
  const parameters = new URLSearchParams(query);
  const [frame, generation] = ['frame', 'generation'].map((name) =>
    /^\d{1,15}$/.test(parameters.get(name) ?? '') ? Number(parameters.get(name)) : undefined,
  );
  return frame === undefined || generation === undefined ? undefined : { frame, generation };
}

function levelText(level: string): string {
  if (level === '') return '(empty)';
  if (/^\.+$/.test(level)) return `(${level})`;
  return level.replace(/[\\\p{Cc}\p{Cf}\p{Cs}]/gu, '�');
}
