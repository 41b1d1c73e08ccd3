import * as vscode from 'vscode';
import type { PayloadDecoder } from '../../capture/views.ts';
import { topicFilterProblem } from '../../mqtt/topics.ts';
import type { EngineProxy } from '../engine/engine-proxy.ts';
import { section, settingKeys } from '../ids.ts';
import { t } from '../../base/localise.ts';
import { chooseTarget } from '../setting-target.ts';
import { bindableDecoders } from './binding-settings.ts';
import { chooseSchema } from './choose-schema.ts';

/** Asks for which topics payloads are to be decoded so, and for whom, and puts it before all other bindings. */
export async function bindPayload(
  engine: EngineProxy,
  frame: number,
  shown: PayloadDecoder,
): Promise<void> {
  const facts = await engine.request('capture/facts', { frame, payloadBytes: 0 });
  const decoder = await chooseDecoder(shown);
  if (decoder === undefined) return;
  const schema = await chooseSchema(decoder);
  if (!schema) return;
  const topicFilter = await vscode.window.showInputBox({
    title: t('Always Decode as {0}', decoder),
    prompt: t('Topic filter of the messages, e.g. sensors/+/data'),
    value: facts?.message?.topicName ?? '',
    validateInput: (text) => topicFilterProblem(text)?.message,
  });
  if (topicFilter === undefined) return;
  const target = await chooseTarget(t('Always Decode as {0}', decoder));
  if (target === undefined) return;
  const settings = vscode.workspace.getConfiguration(section);
  const { globalValue, workspaceValue } =
    settings.inspect<unknown>(settingKeys.payloadBindings) ?? {};
  const isWorkspace = target === vscode.ConfigurationTarget.Workspace;
  const before: unknown = isWorkspace ? workspaceValue : globalValue;
  const others = (Array.isArray(before) ? (before as unknown[]) : []).filter(
    (entry) => (entry as { topicFilter?: unknown } | null)?.topicFilter !== topicFilter,
  );
  await settings.update(
    settingKeys.payloadBindings,
    [{ topicFilter, decoder, ...schema }, ...others],
    target,
  );
}

async function chooseDecoder(shown: PayloadDecoder): Promise<PayloadDecoder | undefined> {
  const decoders = [...bindableDecoders].sort((a, b) => Number(b === shown) - Number(a === shown));
  const picked = await vscode.window.showQuickPick(decoders, {
    title: t('Decode the Payloads of a Topic'),
    placeHolder: t('How they are decoded'),
  });
  return bindableDecoders.find((decoder) => decoder === picked);
}
