import * as vscode from 'vscode';
import type { QoS } from '../../engine/contract.ts';
import { topicNameProblem } from '../../mqtt/topics.ts';
import type { EngineProxy } from '../engine/engine-proxy.ts';
import { isWhole, messageParts, withRecent, type Message } from './message.ts';
import { mapStep, pickStep, runSteps, textStep } from './steps.ts';
import { t } from '../localise.ts';

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
  const recent = memento.get<unknown>(recentKey);
  let message: Message | undefined;
  if (isWhole(given)) {
    message = { ...empty, ...given };
  } else {
    const start = { ...empty, ...messageParts(memento.get(lastKey)), ...given };
    const topicStep = (values: Message) => askTopic(values, withRecent(recent, start.topicName));
    message = await runSteps<Message>(start, [topicStep, payloadStep, deliveryStep]);
    if (message) await memento.update(lastKey, message);
  }
  if (!message) return;
  await memento.update(recentKey, withRecent(recent, message.topicName));
  const { reasonCode, reason } = await engine.request('client/publish', {
    ...message,
    payload: new TextEncoder().encode(message.payload),
  });
  tellOutcome(message.topicName, reasonCode, reason);
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

async function payloadStep(message: Message) {
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
    placeholder: t('Quality of service, and whether the broker retains the message'),
  });
  return mapStep(result, ({ qos, retain }) => ({ qos, retain }));
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
