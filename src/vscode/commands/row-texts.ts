/** What of a message goes on the clipboard, in which form. */
import { HumanError } from '../../base/errors.ts';
import { base64Of, hexOf } from '../../document/bytes-text.ts';
import type { LeftOut } from '../../document/described-message.ts';
import { mosquittoPubCommand, type BrokerAddress } from '../../document/mosquitto-pub.ts';
import { mqttBlock } from '../../document/mqtt-block.ts';
import type { BrokerState } from '../../engine/contract.ts';
import type { FrameFacts, FrameMessage } from '../../engine/editor-contract.ts';
import { decodeValidUtf8 } from '../../mqtt/utf8.ts';
import { decodeJson } from '../../payload/json.ts';
import { t } from '../../base/localise.ts';

export type CopyForm =
  'text' | 'hex' | 'base64' | 'json' | 'mosquittoPub' | 'mqttBlock' | 'topic' | 'row';

/** A text for the clipboard, with what a person has to know about it. */
export interface CopiedText {
  readonly text: string;
  readonly note?: string;
}

/** @throws HumanError when the message cannot be had in that form: it says why. */
export function copyText(form: CopyForm, message: FrameMessage, broker: BrokerAddress): CopiedText {
  const { payload, topicName } = message;
  switch (form) {
    case 'topic':
      return { text: topicName };
    case 'hex':
      return { text: hexOf(payload) };
    case 'base64':
      return { text: base64Of(payload) };
    case 'text':
      return { text: textOf(payload) };
    case 'json':
      return { text: jsonOf(payload) };
    case 'row':
      // As `mosquitto_sub -v` prints it.
      return {
        text: `${topicName} ${decodeValidUtf8(payload, 0, payload.length) ?? hexOf(payload)}`,
      };
    case 'mosquittoPub':
      return described(mosquittoPubCommand(message, broker), t('mosquitto_pub'));
    case 'mqttBlock':
      return described(mqttBlock(message), t('a .mqtt block'));
  }
}

/** What a row is told by where it carries no message. */
export function packetLine({ packet, client, direction }: FrameFacts): string {
  return `${client} ${direction === 0 ? '→' : '←'} ${packet}`;
}

/** Where a command finds the local broker: its TCP listener before its TLS one. */
export function addressOf({ listeners }: BrokerState): BrokerAddress {
  const listener =
    listeners.find(({ transport }) => transport === 'tcp') ??
    listeners.find(({ transport }) => transport === 'tls');
  if (!listener) return { host: '127.0.0.1', port: 1883, isTls: false };
  const { host, port, transport } = listener;
  // Where it listens on all addresses, this machine is one of them.
  const local = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return { host: local, port, isTls: transport === 'tls' };
}

function textOf(payload: Uint8Array): string {
  const text = decodeValidUtf8(payload, 0, payload.length);
  if (text !== undefined) return text;
  throw new HumanError(
    'noText',
    t('The payload is not valid UTF-8. Copy it as hexadecimal or Base64.'),
  );
}

function jsonOf(payload: Uint8Array): string {
  const decoded = decodeJson(payload, true);
  if (decoded && decoded.problem === undefined) return decoded.text;
  if (decoded && decoded.text !== '') {
    throw new HumanError(
      'largeJson',
      t('The payload is too large to be indented. Copy it as text.'),
    );
  }
  throw new HumanError('noJson', t('The payload is not JSON: {0}.', decoded?.problem ?? ''));
}

function described(
  { text, leftOut }: { text: string; leftOut: readonly LeftOut[] },
  form: string,
): CopiedText {
  if (leftOut.includes('topic')) {
    throw new HumanError('topicText', t('The topic cannot be written in {0}.', form));
  }
  if (leftOut.length === 0) return { text };
  const names = [...new Set(leftOut)].map(nameOf).join(', ');
  return { text, note: t('Copied, without what cannot be written in {0}: {1}', form, names) };
}

function nameOf(part: LeftOut): string {
  switch (part) {
    case 'topic':
      return t('topic');
    case 'contentType':
      return t('content type');
    case 'responseTopic':
      return t('response topic');
    case 'correlationData':
      return t('correlation data');
    case 'userProperty':
      return t('user property');
  }
}
