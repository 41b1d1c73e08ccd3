import * as vscode from 'vscode';
import { HumanError } from '../../base/errors.ts';
import type { FrameFacts, FrameMessage } from '../../engine/editor-contract.ts';
import { PacketType } from '../../mqtt/packet.ts';
import type { EngineProxy } from '../engine/engine-proxy.ts';
import type { InspectorPanel } from '../inspector/inspector-panel.ts';
import type { PayloadDocuments } from '../inspector/payload-documents.ts';
import { t } from '../../base/localise.ts';
import { formatCount } from '../views/describe.ts';
import type { TopicsTree } from '../views/topics-tree.ts';
import { clientFilterText, topicFilterText } from './filter-text.ts';
import { addressOf, copyText, packetLine, type CopiedText, type CopyForm } from './row-texts.ts';

/** Bytes of a payload that go on the clipboard at most. */
const longestCopy = 16 * 1024 * 1024;
/** Milliseconds that the status bar says that something was copied. */
const statusMilliseconds = 2000;

/** Frames are numbered from 0, up to what a number can hold. */
export function frameOf(argument: unknown): number | undefined {
  const frame = (argument as { frame?: unknown } | null | undefined)?.frame;
  return typeof frame === 'number' && Number.isSafeInteger(frame) && frame >= 0 ? frame : undefined;
}

/**
 * What can be done with a row of the inspector: the one whose menu was opened, which the argument tells, else the
 * one that is selected.
 */
export class RowCommands {
  readonly #engine: EngineProxy;
  readonly #inspector: InspectorPanel;
  readonly #documents: PayloadDocuments;
  readonly #topics: TopicsTree;

  constructor(
    engine: EngineProxy,
    inspector: InspectorPanel,
    documents: PayloadDocuments,
    topics: TopicsTree,
  ) {
    this.#engine = engine;
    this.#inspector = inspector;
    this.#documents = documents;
    this.#topics = topics;
  }

  openPayload(argument: unknown): Promise<void> {
    return this.#documents.open(this.#frame(argument));
  }

  async compareWithPrevious(argument: unknown): Promise<void> {
    const frame = this.#frame(argument);
    const previous = await this.#engine.request('capture/previous', { frame });
    if (previous === undefined) {
      void vscode.window.showInformationMessage(
        t('The capture holds no earlier message of this topic.'),
      );
      return;
    }
    await this.#documents.compare(previous, frame);
  }

  selectForCompare(argument: unknown): Promise<void> {
    return this.#documents.selectForCompare(this.#frame(argument));
  }

  compareWithSelected(argument: unknown): Promise<void> {
    return this.#documents.compareWithSelected(this.#frame(argument));
  }

  /** Puts a message on the clipboard. @throws HumanError when it cannot be had in that form. */
  async copy(form: CopyForm, argument: unknown): Promise<void> {
    const message = await this.message(argument, form === 'topic' ? 0 : longestCopy);
    const broker = addressOf(this.#brokerState());
    await putOnClipboard(copyText(form, message, broker));
  }

  /** What a row is about: topic and payload of a message, else client and packet. */
  async copyRow(frame: number): Promise<void> {
    const facts = await this.#facts(frame, longestCopy);
    await putOnClipboard(
      facts.message
        ? copyText('row', wholeMessage(facts.message), addressOf(this.#brokerState()))
        : { text: packetLine(facts) },
    );
  }

  /** The message of a row, its payload whole. @throws HumanError `noMessage`, `payloadTooLarge`. */
  async message(argument: unknown, mostBytes = longestCopy): Promise<FrameMessage> {
    const { message } = await this.#facts(this.#frame(argument), mostBytes);
    if (!message) throw new HumanError('noMessage', t('This packet carries no message.'));
    return mostBytes === 0 ? message : wholeMessage(message);
  }

  async filterByTopic(argument: unknown, sign: '' | '-'): Promise<void> {
    const { topicName } = await this.message(argument, 0);
    const term = topicFilterText({ topic: topicName, hasChildren: false });
    this.#inspector.addFilter(`${sign}${term}`);
  }

  async filterByClient(argument: unknown, sign: '' | '-'): Promise<void> {
    const { client } = await this.#facts(this.#frame(argument), 0);
    this.#inspector.addFilter(`${sign}${clientFilterText(client)}`);
  }

  async filterByPacketType(argument: unknown, sign: '' | '-'): Promise<void> {
    const { packet } = await this.#facts(this.#frame(argument), 0);
    const type = packet.toLowerCase();
    if (!Object.hasOwn(PacketType, type)) {
      throw new HumanError('noType', t('This is no packet of MQTT: it has no type to filter by.'));
    }
    this.#inspector.addFilter(`${sign}type:${type}`);
  }

  async revealTopic(argument: unknown): Promise<void> {
    const { topicName } = await this.message(argument, 0);
    if (await this.#topics.reveal(topicName)) return;
    void vscode.window.showInformationMessage(t('{0} is not in the tree of topics.', topicName));
  }

  /** Selects the PUBLISH with which the message came in. */
  async goToPublisher(argument: unknown): Promise<void> {
    const frame = this.#frame(argument);
    const report = await this.#engine.request('capture/delivery', { frame });
    const publisher = report?.publisher;
    if (publisher?.frame !== undefined) this.#inspector.goTo(publisher.frame);
    else void vscode.window.showInformationMessage(originText(publisher?.kind, publisher?.client));
  }

  show(tab: 'flow' | 'delivery', argument: unknown): void {
    this.#inspector.goTo(this.#frame(argument), tab);
  }

  #brokerState() {
    return this.#engine.snapshot?.broker ?? { status: 'stopped' as const, listeners: [] };
  }

  #frame(argument: unknown): number {
    const frame = frameOf(argument) ?? this.#inspector.selected?.frame;
    if (frame !== undefined) return frame;
    throw new HumanError('noRow', t('Select a packet in the inspector first.'));
  }

  async #facts(frame: number, payloadBytes: number): Promise<FrameFacts> {
    const facts = await this.#engine.request('capture/facts', { frame, payloadBytes });
    if (facts) return facts;
    throw new HumanError('frameGone', t('This packet is not in the capture any more.'));
  }
}

/** Puts a text on the clipboard and says so. */
export async function putOnClipboard({ text, note }: CopiedText): Promise<void> {
  await vscode.env.clipboard.writeText(text);
  if (note === undefined) {
    vscode.window.setStatusBarMessage(`$(check) ${t('Copied')}`, statusMilliseconds);
  } else void vscode.window.showInformationMessage(note);
}

function wholeMessage(message: FrameMessage): FrameMessage {
  if (message.payload.length === message.payloadSize) return message;
  throw new HumanError(
    'payloadTooLarge',
    t(
      'The payload has {0} bytes; at most {1} can be copied or published again.',
      formatCount(message.payloadSize),
      formatCount(longestCopy),
    ),
  );
}

function originText(kind: string | undefined, client: string | undefined): string {
  switch (kind) {
    case 'will':
      return t('The message is the will of {0}: the broker published it.', client ?? '');
    case 'broker':
      return t('The broker itself published this message.');
    case 'restored':
      return t('The broker had this message in its store when it was started.');
    default:
      return t('The packet with which this message came in is not in the capture.');
  }
}
