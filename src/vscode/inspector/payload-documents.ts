import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../base/disposable.ts';
import { HumanError } from '../../base/errors.ts';
import type { FrameDocument } from '../../engine/editor-contract.ts';
import type { EngineProxy } from '../engine/engine-proxy.ts';
import { contextKeys } from '../ids.ts';
import { t } from '../../base/localise.ts';
import { formatCount } from '../views/describe.ts';
import {
  payloadAddress,
  payloadPath,
  payloadQuery,
  payloadScheme,
  type PayloadAddress,
} from './payload-uri.ts';

/** Payloads as read-only documents, made of the capture when the editor asks for them. */
export class PayloadDocuments implements vscode.TextDocumentContentProvider, Disposable {
  readonly #engine: EngineProxy;
  readonly #disposables = new DisposableStore();
  /** What was fetched to know the language, until the editor asks for it. */
  readonly #fetched = new Map<string, string>();
  #selected: PayloadAddress | undefined;

  constructor(engine: EngineProxy) {
    this.#engine = engine;
    this.#disposables.add(
      vscode.workspace.registerTextDocumentContentProvider(payloadScheme, this),
    );
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const key = uri.toString();
    const fetched = this.#fetched.get(key);
    this.#fetched.delete(key);
    if (fetched !== undefined) return fetched;
    const address = payloadAddress(uri.query);
    // An editor that is restored after a reload must not start the engine only to learn that it holds nothing.
    const document =
      address && this.#engine.started
        ? await this.#engine.request('capture/document', address)
        : undefined;
    return document ? textOf(document) : goneText();
  }

  /** Opens the payload of a frame beside or in place of other previews. @throws HumanError `payloadGone`. */
  async open(frame: number): Promise<void> {
    const document = await vscode.workspace.openTextDocument(await this.#uri(this.#address(frame)));
    await vscode.window.showTextDocument(document, { preview: true });
  }

  /** Shows the payload of one frame against that of another one, the older on the left. */
  async compare(left: number, right: number): Promise<void> {
    await this.#compare(this.#address(left), this.#address(right));
  }

  /** Remembers the payload as one side of a comparison. */
  async selectForCompare(frame: number): Promise<void> {
    this.#selected = this.#address(frame);
    await vscode.commands.executeCommand('setContext', contextKeys.payloadSelected, true);
    const message = t('Packet {0} is selected for compare', formatCount(frame));
    vscode.window.setStatusBarMessage(`$(check) ${message}`, 3000);
  }

  /** Compares with the one that was selected. @throws HumanError `nothingSelected`, `payloadGone`. */
  async compareWithSelected(frame: number): Promise<void> {
    if (!this.#selected) {
      throw new HumanError(
        'nothingSelected',
        t('Select a message for compare first: in the menu of its row.'),
      );
    }
    await this.#compare(this.#selected, this.#address(frame));
  }

  dispose(): void {
    this.#disposables.dispose();
    this.#fetched.clear();
  }

  async #compare(left: PayloadAddress, right: PayloadAddress): Promise<void> {
    const uris = [await this.#uri(left), await this.#uri(right)] as const;
    const [before, after] = uris.map(({ path }) => path.slice(1));
    const title = `${before ?? ''} ↔ ${after ?? ''}`;
    await vscode.commands.executeCommand('vscode.diff', ...uris, title, { preview: true });
  }

  #address(frame: number): PayloadAddress {
    return { frame, generation: this.#engine.snapshot?.capture.generation ?? 0 };
  }

  async #uri(address: PayloadAddress): Promise<vscode.Uri> {
    const document = await this.#engine.request('capture/document', address);
    if (!document) throw new HumanError('payloadGone', goneText());
    const uri = vscode.Uri.from({
      scheme: payloadScheme,
      path: payloadPath(document.topicName, address.frame, document.format),
      query: payloadQuery(address),
    });
    // An editor that is open has the text already, and does not ask.
    const isOpen = vscode.workspace.textDocuments.some(
      (one) => one.uri.toString() === uri.toString(),
    );
    if (!isOpen) this.#fetched.set(uri.toString(), textOf(document));
    return uri;
  }
}

function textOf({ text, shown, size, format }: FrameDocument): string {
  if (shown >= size) return text;
  const note =
    format === 'bytes'
      ? t('Cut: the first {0} of {1} bytes are listed.', formatCount(shown), formatCount(size))
      : t('Cut: the first {0} of {1} bytes are shown.', formatCount(shown), formatCount(size));
  return `${text}\n\n… ${note}\n`;
}

function goneText(): string {
  return t(
    'This message is not in the capture any more: it was cleared, dropped to stay within the memory limit, or the engine has started anew.',
  );
}
