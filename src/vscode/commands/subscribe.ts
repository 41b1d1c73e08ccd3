import * as vscode from 'vscode';
import type { QoS } from '../../engine/contract.ts';
import { topicFilterProblem } from '../../mqtt/topics.ts';
import type { EngineProxy } from '../engine/engine-proxy.ts';
import type { ConnectionNode } from '../views/connection-nodes.ts';
import { mapStep, pickStep, runSteps, textStep } from './steps.ts';
import { t } from '../../base/localise.ts';

interface Wish {
  readonly topicFilter: string;
  readonly qos: QoS;
}

const lastKey = 'lastSubscribe';

/** Asks for a topic filter and QoS, and subscribes the workbench's own client. */
export async function subscribeCommand(
  engine: EngineProxy,
  memento: vscode.Memento,
): Promise<void> {
  const title = t('Subscribe at the local broker');
  const wish = await runSteps<Wish>({ topicFilter: memento.get(lastKey, '#'), qos: 0 }, [
    async ({ topicFilter }) => {
      const result = await textStep({
        title,
        step: 1,
        total: 2,
        value: topicFilter,
        prompt: t('Topic filter; + stands for one level, # for all that follow'),
        placeholder: 'home/+/lamp/#',
        validate: (text) => topicFilterProblem(text)?.message,
      });
      return mapStep(result, (text) => ({ topicFilter: text }));
    },
    async () => {
      const items = ([0, 1, 2] as const).map((qos) => ({
        label: t('QoS {0}', qos),
        qos,
      }));
      const result = await pickStep({
        title,
        step: 2,
        total: 2,
        items,
        placeholder: t('Highest quality of service'),
      });
      return mapStep(result, ({ qos }) => ({ qos }));
    },
  ]);
  if (!wish) return;
  await memento.update(lastKey, wish.topicFilter);
  const { reasonCode, reason } = await engine.request('client/subscribe', wish);
  if (reasonCode >= 0x80) {
    void vscode.window.showErrorMessage(
      t('The broker refused the subscription to {0}: {1}.', wish.topicFilter, reason),
    );
  } else {
    const text = t('Subscribed to {0}: {1}', wish.topicFilter, reason);
    vscode.window.setStatusBarMessage(`$(check) ${text}`, 5000);
  }
}

/** Whether a client of the tree is the workbench's own. */
function isOwn(clientIdentifier: string): boolean {
  return clientIdentifier.startsWith('mqtt-workbench-');
}

/** Ends a subscription of the workbench's own client: the one given, or one that is picked. */
export async function unsubscribeCommand(
  engine: EngineProxy,
  node?: ConnectionNode,
): Promise<void> {
  if (node?.kind === 'subscription') {
    if (!isOwn(node.clientIdentifier)) {
      void vscode.window.showInformationMessage(
        t('Only {0} itself can end its subscription.', node.clientIdentifier),
      );
      return;
    }
    await engine.request('client/unsubscribe', { topicFilter: node.subscription.topicFilter });
    return;
  }
  const clients = await engine.request('broker/clients', null);
  const own = clients.find(({ clientIdentifier }) => isOwn(clientIdentifier));
  const filters = own?.subscriptions.map(({ topicFilter }) => topicFilter) ?? [];
  if (filters.length === 0) {
    void vscode.window.showInformationMessage(t('The workbench has no subscriptions.'));
    return;
  }
  const topicFilter = await vscode.window.showQuickPick(filters, {
    title: t('Unsubscribe at the local broker'),
    placeHolder: t('Subscription to end'),
  });
  if (topicFilter !== undefined) await engine.request('client/unsubscribe', { topicFilter });
}
