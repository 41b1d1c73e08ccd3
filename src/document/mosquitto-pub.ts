import { decodeValidUtf8 } from '../mqtt/utf8.ts';
import { isPlain, octalEscaped, shellArgument } from './bytes-text.ts';
import type { DescribedMessage, Description, LeftOut } from './described-message.ts';

/** Where a broker listens; `isTls` asks for the development authority's certificate. */
export interface BrokerAddress {
  readonly host: string;
  readonly port: number;
  readonly isTls: boolean;
}

/**
 * Bytes of a payload that stands in the command's arguments: Linux takes 128 KiB in one, and nobody reads so much
 * of a command. A longer one goes in by a pipe.
 */
const longestArgument = 16 * 1024;

/**
 * What mosquitto_pub refuses in topics and properties, though MQTT only says that it may: control characters and
 * code points that are no characters (1.5.4).
 */
const refused = /[\u0000-\u001f\u007f-\u009f]|\p{Noncharacter_Code_Point}/u;

/** As mosquitto_pub names the versions. */
const versions = { 3: 'mqttv31', 4: 'mqttv311', 5: 'mqttv5' } as const;

/**
 * The command for a POSIX shell that publishes the same message with mosquitto_pub. Everything is quoted so that
 * the shell sees it as text, whatever it is; what a terminal would act on is written in octal. A payload that is no
 * plain text goes through a pipe, byte for byte. Where mosquitto_pub would refuse the topic there is no command.
 */
export function mosquittoPubCommand(message: DescribedMessage, broker: BrokerAddress): Description {
  const { topicName, qos, retain, protocolVersion, payload } = message;
  const leftOut: LeftOut[] = [];
  if (refused.test(topicName)) return { text: '', leftOut: ['topic'] };
  const words = ['mosquitto_pub', '-h', shellArgument(broker.host), '-p', String(broker.port)];
  if (broker.isTls) words.push('--cafile', 'mqtt-workbench-ca.pem');
  words.push('-V', versions[protocolVersion], '-t', shellArgument(topicName));
  if (qos > 0) words.push('-q', String(qos));
  if (retain) words.push('-r');
  if (protocolVersion === 5) words.push(...propertyWords(message, leftOut));
  const text = textOf(payload);
  if (payload.length === 0) words.push('-n');
  else if (text !== undefined) words.push('-m', shellArgument(text));
  else words.push('-s');
  const command = words.join(' ');
  const isPiped = payload.length > 0 && text === undefined;
  return {
    text: isPiped ? `printf '${octalEscaped(payload)}' | ${command}` : command,
    leftOut,
  };
}

/** The payload, where it can stand in a command as it is. */
function textOf(payload: Uint8Array): string | undefined {
  if (payload.length > longestArgument) return undefined;
  const text = decodeValidUtf8(payload, 0, payload.length);
  return text !== undefined && isPlain(text) ? text : undefined;
}

function propertyWords({ properties }: DescribedMessage, leftOut: LeftOut[]): string[] {
  const words: string[] = [];
  const put = (part: LeftOut, name: string, ...values: string[]): void => {
    if (values.some((value) => refused.test(value))) leftOut.push(part);
    else words.push('-D', 'publish', name, ...values.map(shellArgument));
  };
  const { payloadFormatIndicator, messageExpiryInterval, contentType, responseTopic } = properties;
  const { correlationData, userProperties = [] } = properties;
  if (payloadFormatIndicator !== undefined) {
    words.push('-D', 'publish', 'payload-format-indicator', String(payloadFormatIndicator));
  }
  if (messageExpiryInterval !== undefined) {
    words.push('-D', 'publish', 'message-expiry-interval', String(messageExpiryInterval));
  }
  if (contentType !== undefined) put('contentType', 'content-type', contentType);
  if (responseTopic !== undefined) put('responseTopic', 'response-topic', responseTopic);
  if (correlationData) {
    // An argument ends with a NUL, and is looked at as text.
    const text = decodeValidUtf8(correlationData, 0, correlationData.length);
    if (text === undefined) leftOut.push('correlationData');
    else put('correlationData', 'correlation-data', text);
  }
  for (const [name, value] of userProperties) put('userProperty', 'user-property', name, value);
  return words;
}
