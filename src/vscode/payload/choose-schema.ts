import * as vscode from 'vscode';
import { HumanError } from '../../base/errors.ts';
import { t } from '../../base/localise.ts';
import type { PayloadDecoder } from '../../capture/views.ts';
import { messageNames, schemaExtensions } from './schema-files.ts';
import { readWorkspaceFile } from './workspace-files.ts';

/** Files that are offered, at most. */
const mostOffered = 500;

/** A schema as the settings name it. */
export interface ChosenSchema {
  readonly schema?: string;
  readonly message?: string;
}

/**
 * Asks which schema of the workspace a decoder is to use; undefined when the person went away.
 * @throws HumanError `noSchemas` where the decoder needs one and the workspace has none.
 */
export async function chooseSchema(decoder: PayloadDecoder): Promise<ChosenSchema | undefined> {
  const extension = schemaExtensions.get(decoder);
  if (extension === undefined) return {};
  const files = await vscode.workspace.findFiles(`**/*${extension}`, undefined, mostOffered);
  const paths = files.map((uri) => vscode.workspace.asRelativePath(uri, false)).sort();
  const without = t('Without a Schema');
  const items = decoder === 'protobuf' ? [without, ...paths] : paths;
  if (items.length === 0) {
    throw new HumanError(
      'noSchemas',
      t('No {0} file is in the workspace. Put the schema there, and try again.', extension),
    );
  }
  const picked =
    items.length === 1 && decoder === 'protobuf'
      ? without
      : await vscode.window.showQuickPick(items, {
          title: t('Decode the Payloads of a Topic'),
          placeHolder: t('The schema'),
        });
  if (picked === undefined) return undefined;
  if (picked === without) return {};
  return decoder === 'protobuf' ? chooseMessage(picked) : { schema: picked };
}

/** One of the messages that the file declares; it is not asked for where there is only one. */
async function chooseMessage(schema: string): Promise<ChosenSchema | undefined> {
  const names = messageNames((await readWorkspaceFile(schema)) ?? '');
  if (names.length < 2) return { schema };
  const message = await vscode.window.showQuickPick(names, {
    title: schema,
    placeHolder: t('The message that the payloads are'),
  });
  return message === undefined ? undefined : { schema, message };
}
