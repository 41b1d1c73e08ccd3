import * as vscode from 'vscode';
import type { StoredDataCounts } from '../../engine/contract.ts';
import type { BrokerController } from '../broker-controller.ts';
import type { EngineProxy } from '../engine/engine-proxy.ts';
import { t } from '../../base/localise.ts';
import { formatCount } from '../views/describe.ts';

/** Deletes what the broker has stored, after a question that says how much that is. */
export async function clearStoredDataCommand(
  engine: EngineProxy,
  broker: BrokerController,
): Promise<void> {
  const folder = broker.storeFolder;
  const wasRunning = broker.state.status === 'running';
  const counts = wasRunning ? undefined : await engine.request('store/count', { folder });
  if (!wasRunning && !counts) {
    void vscode.window.showInformationMessage(t('The local broker has nothing stored.'));
    return;
  }
  const clear = wasRunning ? t('Clear and Restart Broker') : t('Clear');
  const chosen = await vscode.window.showWarningMessage(
    t('Delete everything that the local broker has stored?'),
    { modal: true, detail: detailOf(counts) },
    clear,
  );
  if (chosen !== clear) return;
  if (wasRunning) await broker.stop();
  await engine.request('store/delete', { folder });
  if (wasRunning) await broker.start();
  vscode.window.setStatusBarMessage(`$(check) ${t('Stored data deleted')}`, 3000);
}

function detailOf(counts: StoredDataCounts | undefined): string {
  if (!counts) {
    return t(
      'Its clients are disconnected. Sessions, queued and retained messages are lost. This cannot be undone.',
    );
  }
  return t(
    'Sessions: {0}. Queued messages: {1}. Retained messages: {2}. This cannot be undone.',
    formatCount(counts.sessions),
    formatCount(counts.queuedMessages),
    formatCount(counts.retainedMessages),
  );
}
