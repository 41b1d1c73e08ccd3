import * as vscode from 'vscode';
import { t } from '../../base/localise.ts';
import { mostSchemaBytes, type ReadWorkspaceFile } from './schema-files.ts';

/** Reads from the first workspace folder that has the file. */
export const readWorkspaceFile: ReadWorkspaceFile = async (path) => {
  for (const { uri } of vscode.workspace.workspaceFolders ?? []) {
    const file = vscode.Uri.joinPath(uri, path);
    let size: number;
    try {
      size = (await vscode.workspace.fs.stat(file)).size;
    } catch (error) {
      if (error instanceof vscode.FileSystemError && error.code === 'FileNotFound') continue;
      throw error;
    }
    if (size > mostSchemaBytes) {
      throw new Error(t('{0} is larger than {1} MiB.', path, mostSchemaBytes / 1024 / 1024));
    }
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(file));
  }
  return undefined;
};
