import * as vscode from 'vscode';
import type { QoS } from '../../engine/contract.ts';
import type { MessageProperties } from '../../engine/editor-contract.ts';
import { properties } from '../../mqtt/properties.ts';
import { topicNameProblem } from '../../mqtt/topics.ts';
import type { EngineProxy } from '../engine/engine-proxy.ts';
import { isWhole, messageParts, withRecent, type Message } from './message.ts';
import { formatCount } from '../views/describe.ts';
import { previewOf } from '../../capture/preview.ts';
import { mapStep, pickStep, runSteps, textStep, type StepResult } from './steps.ts';
import { t } from '../../base/localise.ts';

interface DeliveryItem extends vscode.QuickPickItem {
  readonly qos: QoS;
  readonly retain: boolean;
}

/** Where the last message is remembered, per workspace. */
const lastKey = 'lastPublish';
const recentKey = 'recentTopics';

function deliveryItems(): DeliveryItem[] {
  const meanings = {
    0: t('at most once'),
    1: t('at least once'),
    2: t('exactly once'),
  };
  return [false, true].flatMap((retain) =>
    ([0, 1, 2] as const).map((qos) => ({
      label: retain ? t('QoS {0}, retain', qos) : t('QoS {0}', qos),
      description: retain ? t('{0}; kept for later subscribers', meanings[qos]) : meanings[qos],
      qos,
      retain,
    })),
  );
}

/**
 * Asks for a message, step by step, and publishes it; tells what the broker answered.
 * @param argument from a keybinding, the message or its first parts: with topic name and payload
 *   nothing is asked.
 */
export async function publishCommand(
  engine: EngineProxy,
  memento: vscode.Memento,
  argument?: unknown,
): Promise<void> {
  const given = messageParts(argument);
  const empty = { topicName: '', payload: '', qos: 0, retain: false } as const;
  if (isWhole(given)) await send(engine, memento, { ...empty, ...given });
  else {
    const start = { ...empty, ...messageParts(memento.get(lastKey)), ...given };
    await publishMessage(engine, memento, start);
  }
}

/** Asks for a message, step by step, each with what it begins with, and publishes it. */
export async function publishMessage(
  engine: EngineProxy,
  memento: vscode.Memento,
  start: Message,
): Promise<void> {
  const recent = withRecent(memento.get<unknown>(recentKey), start.topicName);
  const topicStep = (values: Message) => askTopic(values, recent);
  const message = await runSteps<Message>(start, [topicStep, payloadStep, deliveryStep]);
  if (!message) return;
  // What is remembered is asked for again in lines of text.
  if (!message.bytes) await memento.update(lastKey, messageParts(message));
  await send(engine, memento, message);
}

async function send(engine: EngineProxy, memento: vscode.Memento, message: Message): Promise<void> {
  const { topicName, qos, retain, bytes, properties } = message;
  await memento.update(recentKey, withRecent(memento.get<unknown>(recentKey), topicName));
  const { reasonCode, reason } = await engine.request('client/publish', {
    topicName,
    qos,
    retain,
    payload: bytes ?? new TextEncoder().encode(message.payload),
    ...(properties && { properties }),
  });
  tellOutcome(topicName, reasonCode, reason);
}

const title = (): string => t('Publish to the local broker');

async function askTopic(message: Message, recent: readonly string[]) {
  const result = await textStep({
    title: title(),
    step: 1,
    total: 3,
    value: message.topicName,
    prompt: t('Topic name'),
    placeholder: 'home/kitchen/lamp',
    validate: (text) => topicNameProblem(text)?.message,
    recent: recent.filter((topic) => topic !== ''),
  });
  return mapStep(result, (topicName) => ({ topicName }));
}

async function payloadStep(message: Message): Promise<StepResult<Partial<Message>>> {
  return message.bytes ? bytesStep(message, message.bytes) : lineStep(message);
}

/** Bytes stay as they are, or give way to a line of text. */
async function bytesStep(
  message: Message,
  bytes: Uint8Array,
): Promise<StepResult<Partial<Message>>> {
  const keep = {
    label: t('Same payload, {0} bytes', formatCount(bytes.length)),
    detail: previewOf(bytes),
  };
  const other = { label: t('Another payload…') };
  const chosen = await pickStep<vscode.QuickPickItem>({
    title: title(),
    step: 2,
    total: 3,
    items: [keep, other],
    active: keep,
    placeholder: t('Payload of {0}', message.topicName),
  });
  if (chosen.kind !== 'value') return chosen;
  if (chosen.value === keep) return { kind: 'value', value: {} };
  return mapStep(await lineStep(message), (line) => ({ ...line, bytes: undefined }));
}

async function lineStep(message: Message) {
  const result = await textStep({
    title: title(),
    step: 2,
    total: 3,
    value: message.payload,
    prompt:
      message.payload === ''
        ? t('Payload of {0}; empty is allowed', message.topicName)
        : t('Payload of {0}', message.topicName),
    placeholder: '{"on": true}',
  });
  return mapStep(result, (payload) => ({ payload }));
}

async function deliveryStep(message: Message) {
  const items = deliveryItems();
  const result = await pickStep({
    title: title(),
    step: 3,
    total: 3,
    items,
    active: items.find(({ qos, retain }) => qos === message.qos && retain === message.retain),
    placeholder: message.properties
      ? t('Quality of service; sent with the properties {0}', propertyNames(message.properties))
      : t('Quality of service, and whether the broker retains the message'),
  });
  return mapStep(result, ({ qos, retain }) => ({ qos, retain }));
}

/** `Content Type, User Property`. */
function propertyNames(given: MessageProperties): string {
  const labels = properties.filter(({ name }) => Object.hasOwn(given, name));
  return labels.map(({ label }) => label).join(', ');
}

/** Milliseconds that a good outcome stays in the status bar. */
const statusMilliseconds = 5000;

function tellOutcome(
  topicName: string,
  code: number | undefined,
  reason: string | undefined,
): void {
  if (code === undefined || code === 0) {
    const text = t('Published to {0}', topicName);
    vscode.window.setStatusBarMessage(`$(check) ${text}`, statusMilliseconds);
  } else if (code < 0x80) {
    // 0x10: the broker took the message, but nobody subscribes to its topic.
    void vscode.window.showInformationMessage(t('Published to {0}: {1}', topicName, reason ?? ''));
  } else {
    const hex = code.toString(16).toUpperCase();
    void vscode.window.showErrorMessage(
      t('The broker refused the message to {0}: {1} (0x{2}).', topicName, reason ?? '', hex),
    );
  }
}
