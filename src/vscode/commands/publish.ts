import * as vscode from 'vscode';
import type { QoS } from '../../engine/contract.ts';
import { topicNameProblem } from '../../mqtt/topics.ts';
import type { EngineProxy } from '../engine/engine-proxy.ts';
import { mapStep, pickStep, runSteps, textStep } from './steps.ts';
import { t } from '../localise.ts';

interface Message {
  readonly topicName: string;
  readonly payload: string;
  readonly qos: QoS;
  readonly retain: boolean;
}

interface DeliveryItem extends vscode.QuickPickItem {
  readonly qos: QoS;
  readonly retain: boolean;
}

/** Where the last message is remembered, per workspace. */
const lastKey = 'lastPublish';

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

/** Asks for a message, step by step, and publishes it; tells what the broker answered. */
export async function publishCommand(
  engine: EngineProxy,
  memento: vscode.Memento,
  topicName?: string,
): Promise<void> {
  const last = memento.get<Partial<Message>>(lastKey, {});
  const start: Message = {
    topicName: topicName ?? last.topicName ?? '',
    payload: last.payload ?? '',
    qos: last.qos ?? 0,
    retain: last.retain ?? false,
  };
  const message = await runSteps(start, [topicStep, payloadStep, deliveryStep]);
  if (!message) return;
  await memento.update(lastKey, message);
  const { reasonCode, reason } = await engine.request('client/publish', {
    ...message,
    payload: new TextEncoder().encode(message.payload),
  });
  tellOutcome(message.topicName, reasonCode, reason);
}

const title = (): string => t('Publish to the local broker');

async function topicStep(message: Message) {
  const result = await textStep({
    title: title(),
    step: 1,
    total: 3,
    value: message.topicName,
    prompt: t('Topic name'),
    placeholder: 'home/kitchen/lamp',
    validate: (text) => topicNameProblem(text)?.message,
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
