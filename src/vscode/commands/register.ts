import * as vscode from 'vscode';
import { HumanError } from '../../base/errors.ts';
import type { BrokerController } from '../broker-controller.ts';
import type { EngineProxy } from '../engine/engine-proxy.ts';
import { commandIds, section } from '../ids.ts';
import type { InspectorPanel } from '../inspector/inspector-panel.ts';
import { t } from '../../base/localise.ts';
import { decodeValidUtf8 } from '../../mqtt/utf8.ts';
import { reportError } from '../report-error.ts';
import type { ConnectionNode } from '../views/connection-nodes.ts';
import { formatCount } from '../views/describe.ts';
import type { TopicsTree, TopicTreeItem } from '../views/topics-tree.ts';
import { createClientCertificateCommand, exportAuthorityCommand } from './certificates.ts';
import { clientFilterText, topicFilterText } from './filter-text.ts';
import { latestPayload } from './latest-payload.ts';
import { copyFieldBytes, copyFieldValue, filterByField } from './field-commands.ts';
import { publishAgain } from './publish-again.ts';
import { publishCommand } from './publish.ts';
import type { RowCommands } from './row-commands.ts';
import { clearStoredDataCommand } from './stored-data.ts';
import { addUserCommand, changePasswordCommand, removeUserCommand } from './users.ts';
import { subscribeCommand, unsubscribeCommand } from './subscribe.ts';

export interface CommandParts {
  readonly context: vscode.ExtensionContext;
  readonly engine: EngineProxy;
  readonly broker: BrokerController;
  readonly inspector: InspectorPanel;
  readonly rows: RowCommands;
  readonly topics: TopicsTree;
  readonly log: vscode.LogOutputChannel;
}

type Handler = (argument?: unknown) => unknown;

/** Registers every command of the manifest. Whatever fails is shown, never swallowed. */
export function registerCommands(parts: CommandParts): void {
  const { context, engine, broker, inspector, rows, topics, log } = parts;
  const { workspaceState } = context;
  const publishRow = async (row: unknown): Promise<void> =>
    publishAgain(engine, workspaceState, await rows.message(row));
  const handlers: Record<keyof typeof commandIds, Handler> = {
    startBroker: () => broker.start(),
    stopBroker: () => broker.stop(),
    restartBroker: () => broker.restart(),
    openInspector: () => inspector.show(),
    publish: (argument) =>
      withBroker(broker, () => publishCommand(engine, workspaceState, argument)),
    subscribe: () => withBroker(broker, () => subscribeCommand(engine, workspaceState)),
    unsubscribe: (node) => unsubscribeCommand(engine, node as ConnectionNode | undefined),
    copyBrokerAddress: (node) => copyAddress(broker, node as ConnectionNode | undefined),
    clearCapture: () => clearCapture(engine),
    showLog: () => log.show(),
    showBrokerActions: () => showActions(broker),
    openSettings: () =>
      vscode.commands.executeCommand('workbench.action.openSettings', `${section}.`),
    disconnectClient: (node) => disconnectClient(engine, node),
    copyClientIdentifier: (node) => copyText(clientIdentifierOf(node)),
    inspectClient: (node) => inspector.show(clientFilterText(clientIdentifierOf(node))),
    publishHere: (item) =>
      withBroker(broker, () =>
        publishCommand(engine, workspaceState, { topicName: topicOf(item).topic }),
      ),
    inspectTopic: (item) => inspector.show(topicFilterText(topicOf(item).node)),
    copyTopic: (item) => copyText(topicOf(item).topic),
    copyValue: (item) => copyValue(engine, topicOf(item).topic),
    addUser: () => addUserCommand(engine, broker, broker.usersFile),
    changePassword: () => changePasswordCommand(engine, broker, broker.usersFile),
    removeUser: () => removeUserCommand(engine, broker, broker.usersFile),
    exportCertificateAuthority: () => exportAuthorityCommand(engine, broker.certificateFolder),
    createClientCertificate: () => createClientCertificateCommand(engine, broker.certificateFolder),
    clearStoredData: () => clearStoredDataCommand(engine, broker),
    chooseColumns: () => inspector.columns.choose(),
    hideColumn: (argument) => inspector.columns.hide(argument),
    resetColumns: () => inspector.columns.reset(),
    openPayload: (row) => rows.openPayload(row),
    compareWithPrevious: (row) => rows.compareWithPrevious(row),
    selectForCompare: (row) => rows.selectForCompare(row),
    compareWithSelected: (row) => rows.compareWithSelected(row),
    copyPayloadAsText: (row) => rows.copy('text', row),
    copyPayloadAsJson: (row) => rows.copy('json', row),
    copyPayloadAsHex: (row) => rows.copy('hex', row),
    copyPayloadAsBase64: (row) => rows.copy('base64', row),
    copyAsMosquittoPub: (row) => rows.copy('mosquittoPub', row),
    copyAsMqttBlock: (row) => rows.copy('mqttBlock', row),
    copyPacketTopic: (row) => rows.copy('topic', row),
    publishAgain: (row) => withBroker(broker, () => publishRow(row)),
    filterByTopic: (row) => rows.filterByTopic(row, ''),
    filterByClient: (row) => rows.filterByClient(row, ''),
    filterByPacketType: (row) => rows.filterByPacketType(row, ''),
    filterOutTopic: (row) => rows.filterByTopic(row, '-'),
    filterOutClient: (row) => rows.filterByClient(row, '-'),
    filterOutPacketType: (row) => rows.filterByPacketType(row, '-'),
    revealTopic: (row) => rows.revealTopic(row),
    goToPublisher: (row) => rows.goToPublisher(row),
    showFlow: (row) => rows.show('flow', row),
    showDelivery: (row) => rows.show('delivery', row),
    findInInspector: () => inspector.find(),
    copyFieldValue: (field) => copyFieldValue(engine, field),
    copyFieldBytes: (field) => copyFieldBytes(engine, field),
    filterByField: (field) => filterByField(inspector, field),
    loadMoreTopics: (parent) => topics.loadMore(typeof parent === 'string' ? parent : undefined),
  };
  for (const [name, handler] of Object.entries(handlers)) {
    const id = commandIds[name as keyof typeof commandIds];
    const registration = vscode.commands.registerCommand(id, async (argument?: unknown) => {
      try {
        await handler(argument);
      } catch (error) {
        const action = await reportError(error, log);
        if (action?.id === 'startBroker') await broker.start();
      }
    });
    context.subscriptions.push(registration);
  }
}

/** Runs `action` with a running broker: offers to start it when it is not. */
async function withBroker(broker: BrokerController, action: () => Promise<void>): Promise<void> {
  if (broker.state.status !== 'running') {
    const start = t('Start Local Broker');
    const chosen = await vscode.window.showInformationMessage(
      t('The local broker is not running.'),
      start,
    );
    if (chosen !== start || !(await broker.start())) return;
  }
  await action();
}

async function copyAddress(broker: BrokerController, node?: ConnectionNode): Promise<void> {
  if (node?.kind === 'listener') return copyText(node.listener.url);
  if (node?.kind === 'otherBroker') return copyText(node.broker.urls[0] ?? '');
  const { listeners } = broker.state;
  const [first] = listeners;
  if (!first) {
    void vscode.window.showInformationMessage(
      t('The local broker is not running: it has no address to copy.'),
    );
    return;
  }
  const chosen =
    listeners.length === 1
      ? first.url
      : await vscode.window.showQuickPick(
          listeners.map(({ url }) => url),
          { placeHolder: t('Address to copy') },
        );
  if (chosen !== undefined) await copyText(chosen);
}

async function clearCapture(engine: EngineProxy): Promise<void> {
  const capture = engine.snapshot?.capture;
  const held = capture ? capture.end - capture.first : 0;
  if (held === 0) return;
  const clear = t('Clear');
  const chosen = await vscode.window.showWarningMessage(
    t('Forget {0} captured packets and the statistics of all topics?', formatCount(held)),
    {
      modal: true,
      detail: t('This cannot be undone. Sessions and retained messages stay.'),
    },
    clear,
  );
  if (chosen === clear) await engine.request('capture/clear', null);
}

async function showActions(broker: BrokerController): Promise<void> {
  if (broker.state.status !== 'running') {
    await vscode.commands.executeCommand(commandIds.startBroker);
    return;
  }
  const actions = [
    { label: `$(list-flat) ${t('Open Inspector')}`, id: commandIds.openInspector },
    { label: `$(send) ${t('Publish…')}`, id: commandIds.publish },
    { label: `$(eye) ${t('Subscribe…')}`, id: commandIds.subscribe },
    { label: `$(copy) ${t('Copy Broker Address')}`, id: commandIds.copyBrokerAddress },
    {
      label: `$(debug-restart) ${t('Restart Local Broker')}`,
      id: commandIds.restartBroker,
    },
    { label: `$(debug-stop) ${t('Stop Local Broker')}`, id: commandIds.stopBroker },
    { label: `$(gear) ${t('Open Settings')}`, id: commandIds.openSettings },
  ];
  const chosen = await vscode.window.showQuickPick(actions, {
    title: t('MQTT: local broker'),
    placeHolder: broker.state.listeners.map(({ url }) => url).join(', '),
  });
  if (chosen) await vscode.commands.executeCommand(chosen.id);
}

async function disconnectClient(engine: EngineProxy, node: unknown): Promise<void> {
  const clientIdentifier = clientIdentifierOf(node);
  if (!(await engine.request('broker/disconnectClient', { clientIdentifier }))) {
    void vscode.window.showInformationMessage(
      t('{0} is not connected any more.', clientIdentifier),
    );
  }
}

/** The latest payload as it is: text as text, anything else in hexadecimal. */
async function copyValue(engine: EngineProxy, topicName: string): Promise<void> {
  const payload = await latestPayload(engine, topicName);
  if (!payload) {
    void vscode.window.showInformationMessage(
      t('The latest message of {0} is not in the capture any more.', topicName),
    );
    return;
  }
  const text = decodeValidUtf8(payload, 0, payload.length);
  await copyText(text ?? Buffer.from(payload).toString('hex'));
}

async function copyText(text: string): Promise<void> {
  await vscode.env.clipboard.writeText(text);
  vscode.window.setStatusBarMessage(`$(check) ${t('Copied')}`, 2000);
}

function clientIdentifierOf(node: unknown): string {
  const connection = node as ConnectionNode | undefined;
  if (connection?.kind !== 'client') throw itemIsGone();
  return connection.client.clientIdentifier;
}

function topicOf(item: unknown): TopicTreeItem & { kind: 'topic' } {
  const topic = item as TopicTreeItem | undefined;
  if (topic?.kind !== 'topic') throw itemIsGone();
  return topic;
}

/** The editor gives no item for what it is just drawing again. */
function itemIsGone(): HumanError {
  return new HumanError(
    'itemGone',
    t('The item is not there any more, or was just being updated. Try again.'),
  );
}
