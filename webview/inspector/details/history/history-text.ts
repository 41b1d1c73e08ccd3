import type { TopicHistory } from '../../../../src/engine/contract.ts';
import { formatCount, formatPlural } from '../../format.ts';
import { visibleLine } from '../../visible-text.ts';

const number = new Intl.NumberFormat(undefined, { maximumSignificantDigits: 9 });

/** A value as the table and the chart write it. */
export function valueText(value: number): string {
  return number.format(value);
}

/** What a path is called; the empty one is the payload itself. */
export function nameOfPath(path: string): string {
  return path === '' ? 'the payload' : visibleLine(path);
}

/** `37 messages of home/temp · 1,204 earlier, 3 later not shown`. */
export function summaryOf({ messages, topic, earlier, later, unread }: TopicHistory): string {
  const beyond = [
    earlier > 0 ? `${formatCount(earlier)} earlier` : '',
    later > 0 ? `${formatCount(later)} later` : '',
  ].filter((part) => part !== '');
  return [
    `${formatPlural(messages.length, 'message', 'messages')} of ${visibleLine(topic)}`,
    beyond.length > 0 ? `${beyond.join(', ')} not shown` : '',
    unread > 0 ? `${formatPlural(unread, 'payload', 'payloads')} too large for numbers` : '',
  ]
    .filter((part) => part !== '')
    .join(' · ');
}
