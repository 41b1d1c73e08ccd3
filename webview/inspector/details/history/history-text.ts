import { t } from '../../../../src/base/localise.ts';
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
  return path === '' ? t('the payload') : visibleLine(path);
}

/** `37 messages of home/temp · 1,204 earlier, 3 later not shown`. */
export function summaryOf({ messages, topic, earlier, later, unread }: TopicHistory): string {
  const beyond = [
    earlier > 0 ? t('{0} earlier', formatCount(earlier)) : '',
    later > 0 ? t('{0} later', formatCount(later)) : '',
  ].filter((part) => part !== '');
  return [
    t('{0} of {1}', formatPlural(messages.length, t('message'), t('messages')), visibleLine(topic)),
    beyond.length > 0 ? t('{0} not shown', beyond.join(', ')) : '',
    unread > 0
      ? t('{0} too large for numbers', formatPlural(unread, t('payload'), t('payloads')))
      : '',
  ]
    .filter((part) => part !== '')
    .join(' · ');
}
