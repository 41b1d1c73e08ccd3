import { decodeValidUtf8 } from '../mqtt/utf8.ts';
import { base64Of, isPlain } from './bytes-text.ts';
import type { DescribedMessage, Description, LeftOut } from './described-message.ts';

/** What begins a line that is no body: comments, variables, files and the other statements of the language. */
const statementLine = /^(?:#|@|<|hex:|base64:|json:|(?:PUBLISH|SUBSCRIBE|UNSUBSCRIBE|EXPECT)\b)/m;

/**
 * The message as a block of a `.mqtt` document: a heading, PUBLISH with its topic, headers, and the body after an
 * empty line. A body that would not be read back as it is goes in as Base64.
 */
export function mqttBlock(message: DescribedMessage): Description {
  const { topicName, qos, retain, payload, properties } = message;
  const leftOut: LeftOut[] = [];
  if (!isHeaderText(topicName)) return { text: '', leftOut: ['topic'] };
  const lines = [`### ${topicName}`, `PUBLISH ${topicName}`];
  const put = (name: string, value: string, part: LeftOut): void => {
    if (isHeaderText(value)) lines.push(`${name}: ${value}`);
    else leftOut.push(part);
  };
  if (qos > 0) lines.push(`qos: ${qos}`);
  if (retain) lines.push('retain: true');
  const { payloadFormatIndicator, messageExpiryInterval, contentType, responseTopic } = properties;
  const { correlationData, userProperties = [] } = properties;
  if (payloadFormatIndicator !== undefined) {
    lines.push(`payload-format-indicator: ${payloadFormatIndicator}`);
  }
  if (messageExpiryInterval !== undefined) {
    lines.push(`message-expiry-interval: ${messageExpiryInterval}`);
  }
  if (contentType !== undefined) put('content-type', contentType, 'contentType');
  if (responseTopic !== undefined) put('response-topic', responseTopic, 'responseTopic');
  if (correlationData) {
    const text = decodeValidUtf8(correlationData, 0, correlationData.length);
    const isText = text !== undefined && isHeaderText(text) && !/^(?:base64|hex):/.test(text);
    lines.push(`correlation-data: ${isText ? text : `base64:${base64Of(correlationData)}`}`);
  }
  for (const [name, value] of userProperties) {
    // The name ends at the first equals sign.
    const fits = !name.includes('=') && isHeaderText(name) && isPropertyValue(value);
    if (fits) lines.push(`user-property: ${name}=${value}`);
    else leftOut.push('userProperty');
  }
  if (payload.length > 0) lines.push('', bodyOf(payload));
  return { text: `${lines.join('\n')}\n`, leftOut };
}

/** On a line of its own, with nothing at its ends that would be taken for blanks around it. */
function isHeaderText(text: string): boolean {
  return text !== '' && isPropertyValue(text) && text.trim() === text;
}

function isPropertyValue(text: string): boolean {
  return isPlain(text) && !text.includes('\n') && !text.includes('{{') && text.trimEnd() === text;
}

function bodyOf(payload: Uint8Array): string {
  const text = decodeValidUtf8(payload, 0, payload.length);
  const isBody =
    text !== undefined &&
    isPlain(text) &&
    !text.includes('{{') &&
    !statementLine.test(text) &&
    text.trim() === text;
  return isBody ? text : `base64: ${base64Of(payload)}`;
}
