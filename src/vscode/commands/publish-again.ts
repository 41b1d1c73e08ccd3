import type * as vscode from 'vscode';
import { isPlain } from '../../document/bytes-text.ts';
import type { FrameMessage } from '../../engine/editor-contract.ts';
import { decodeValidUtf8 } from '../../mqtt/utf8.ts';
import type { EngineProxy } from '../engine/engine-proxy.ts';
import { publishMessage } from './publish.ts';

/** Characters of a payload that are edited in a line; a longer one is kept as it is, or replaced. */
const longestLine = 4096;

/** Goes through the steps of publishing with a message that was captured: what is shown is what will be sent. */
export async function publishAgain(
  engine: EngineProxy,
  memento: vscode.Memento,
  { topicName, qos, retain, payload, properties }: FrameMessage,
): Promise<void> {
  const line = lineOf(payload);
  await publishMessage(engine, memento, {
    topicName,
    qos,
    retain,
    payload: line ?? '',
    ...(line === undefined && { bytes: payload }),
    ...(Object.keys(properties).length > 0 && { properties }),
  });
}

/** The payload as a line of text that can be edited without changing the rest; undefined where it is none. */
export function lineOf(payload: Uint8Array): string | undefined {
  if (payload.length > longestLine) return undefined;
  const text = decodeValidUtf8(payload, 0, payload.length);
  return text !== undefined && isPlain(text) && !text.includes('\n') ? text : undefined;
}
