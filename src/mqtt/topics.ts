/** Topic names and topic filters, MQTT 5.0 section 4.7, and shared subscriptions, section 4.8.2. */
import { utf8Length } from './utf8.ts';

export interface TopicProblem {
  readonly message: string;
  readonly statement: string;
}

const maximumBytes = 65_535;

/** What keeps `name` from being a topic name; undefined when nothing does. */
export function topicNameProblem(name: string): TopicProblem | undefined {
  // [MQTT-4.7.0-1] [MQTT-3.3.2-2] no wildcards in a topic name.
  if (name.includes('#') || name.includes('+')) {
    const wildcard = name.includes('#') ? '#' : '+';
    return {
      message: `The topic name has the wildcard '${wildcard}'.`,
      statement: 'MQTT-4.7.0-1',
    };
  }
  return commonProblem(name, 'name');
}

/**
 * What keeps `filter` from being a topic filter; undefined when nothing does. `$share/` has its
 * rules in MQTT 5 only; with `allowShared` false it is a level like any other.
 */
export function topicFilterProblem(filter: string, allowShared = true): TopicProblem | undefined {
  const common = commonProblem(filter, 'filter');
  if (common) return common;
  if (!allowShared || !isShared(filter)) return wildcardProblem(filter);
  const slash = filter.indexOf('/', sharePrefix.length);
  const shareName = filter.slice(sharePrefix.length, slash < 0 ? undefined : slash);
  if (shareName === '') {
    // [MQTT-4.8.2-1] the share name is at least one character.
    return { message: 'The share name is empty.', statement: 'MQTT-4.8.2-1' };
  }
  // [MQTT-4.8.2-2] no wildcards in the share name, and a topic filter after it.
  if (/[#+]/.test(shareName)) {
    return { message: 'The share name has a wildcard.', statement: 'MQTT-4.8.2-2' };
  }
  if (slash < 0 || slash === filter.length - 1) {
    return { message: 'No topic filter follows the share name.', statement: 'MQTT-4.8.2-2' };
  }
  return wildcardProblem(filter.slice(slash + 1));
}

/**
 * True if messages to the topic name go to subscribers of the filter. Both must be valid; of a
 * shared subscription give the topic filter after the share name.
 */
export function topicMatches(filter: string, name: string): boolean {
  // [MQTT-4.7.2-1] a leading wildcard does not match names that begin with $.
  if (name.startsWith('$') && (filter.startsWith('#') || filter.startsWith('+'))) return false;
  const filterLevels = splitLevels(filter);
  const nameLevels = splitLevels(name);
  for (const [index, level] of filterLevels.entries()) {
    if (level === '#') return true; // Also the parent level, section 4.7.1.2.
    const own = nameLevels[index];
    if (own === undefined || (level !== '+' && level !== own)) return false;
  }
  return filterLevels.length === nameLevels.length;
}

/** The parts of `$share/{ShareName}/{filter}`; undefined for any other filter and malformed ones. */
export function parseSharedSubscription(
  filter: string,
): { readonly shareName: string; readonly topicFilter: string } | undefined {
  if (!isShared(filter)) return undefined;
  const slash = filter.indexOf('/', sharePrefix.length);
  const shareName = filter.slice(sharePrefix.length, slash);
  const topicFilter = filter.slice(slash + 1);
  if (slash < 0 || shareName === '' || topicFilter === '') return undefined;
  return { shareName, topicFilter };
}

/** The levels of a topic name or filter; `/a` has two, the first empty. */
export function splitLevels(topic: string): string[] {
  return topic.split('/');
}

const sharePrefix = '$share/';

function isShared(filter: string): boolean {
  return filter.startsWith(sharePrefix);
}

function commonProblem(topic: string, kind: 'name' | 'filter'): TopicProblem | undefined {
  // [MQTT-4.7.3-1] at least one character.
  if (topic === '') return { message: `The topic ${kind} is empty.`, statement: 'MQTT-4.7.3-1' };
  // [MQTT-4.7.3-2] no U+0000.
  if (topic.includes('\0')) {
    return { message: `The topic ${kind} has a null character.`, statement: 'MQTT-4.7.3-2' };
  }
  // [MQTT-4.7.3-3] at most 65,535 bytes. A code unit takes 3 bytes at most.
  if (topic.length * 3 > maximumBytes && utf8Length(topic) > maximumBytes) {
    return {
      message: `The topic ${kind} is longer than 65,535 bytes.`,
      statement: 'MQTT-4.7.3-3',
    };
  }
  return undefined;
}

function wildcardProblem(filter: string): TopicProblem | undefined {
  const multi = filter.indexOf('#');
  // [MQTT-4.7.1-1] # stands alone in the last level.
  if (multi >= 0 && (multi !== filter.length - 1 || (multi > 0 && filter[multi - 1] !== '/'))) {
    return {
      message: "The wildcard '#' must be the whole last level of the topic filter.",
      statement: 'MQTT-4.7.1-1',
    };
  }
  // [MQTT-4.7.1-2] + stands alone in its level.
  for (let at = filter.indexOf('+'); at >= 0; at = filter.indexOf('+', at + 1)) {
    const before = at === 0 || filter[at - 1] === '/';
    const after = at === filter.length - 1 || filter[at + 1] === '/';
    if (!before || !after) {
      return {
        message: "The wildcard '+' must be a whole level of the topic filter.",
        statement: 'MQTT-4.7.1-2',
      };
    }
  }
  return undefined;
}
