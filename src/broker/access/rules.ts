/** Rules that say who may publish and subscribe to what. Pure: compiled once, asked often. */
import { splitLevels, topicFilterProblem } from '../../mqtt/topics.ts';
import { ClientRules, type ClientRule } from './client-rules.ts';

export interface AccessRule {
  readonly permission: 'allow' | 'deny';
  readonly action: 'publish' | 'subscribe' | 'all';
  /** A topic filter; `%c` stands for the client identifier and `%u` for the user name. */
  readonly topicFilter: string;
  /** The rule is for this user only; `''` is whoever has none. Absent: for everyone. */
  readonly userName?: string;
  /** The rule is for this client only. */
  readonly clientIdentifier?: string;
}

interface Compiled {
  readonly rule: AccessRule;
  readonly text: string;
  readonly levels: readonly string[];
}

/**
 * A list of rules. They are looked at in order, and the first that fits decides; what none fits is denied.
 *
 * A publish rule fits if its filter matches the topic name. A subscription is allowed if each topic name that
 * its filter can ever match is allowed: an allow rule must cover the filter as a whole, or those parts of it that
 * lie at different depths, and no deny rule may come before it that takes something of the filter away. So a
 * subscription that was granted needs no look at the rules when a message comes.
 *
 * As everywhere in MQTT a wildcard in the first level does not stand for names that begin with $.
 */
export class AccessRules {
  readonly #rules: readonly Compiled[];

  /** @throws RangeError naming the rule (counted from 1) and what is wrong with it. */
  constructor(rules: readonly AccessRule[]) {
    this.#rules = rules.map((rule, index) => compile(rule, index + 1));
  }

  /** What holds for one client. `userName` undefined: it has none that was verified. */
  forClient(clientIdentifier: string, userName: string | undefined): ClientRules {
    const rules: ClientRule[] = [];
    for (const { rule, text, levels } of this.#rules) {
      if (rule.userName !== undefined && rule.userName !== (userName ?? '')) continue;
      if (rule.clientIdentifier !== undefined && rule.clientIdentifier !== clientIdentifier)
        continue;
      const own = substitute(levels, rule.permission, clientIdentifier, userName);
      if (own)
        rules.push({
          isAllowed: rule.permission === 'allow',
          action: rule.action,
          text,
          levels: own,
        });
    }
    return new ClientRules(rules);
  }
}

/** `deny publish secret/# (user bob)`: a rule as it is shown. */
export function ruleText(rule: AccessRule): string {
  const { permission, action, topicFilter, userName, clientIdentifier } = rule;
  const who = [
    ...(userName === undefined ? [] : [userName === '' ? 'no user' : `user ${userName}`]),
    ...(clientIdentifier === undefined ? [] : [`client ${clientIdentifier}`]),
  ];
  const whom = who.length > 0 ? ` (${who.join(', ')})` : '';
  return `${permission} ${action} ${topicFilter}${whom}`;
}

function compile(rule: AccessRule, number: number): Compiled {
  // They come from settings and files: their types are wishes.
  const { permission, action, topicFilter, userName, clientIdentifier } = rule as Partial<
    Record<keyof AccessRule, unknown>
  >;
  const refuse = (what: string): never => {
    throw new RangeError(`Rule ${number}: ${what}`);
  };
  if (permission !== 'allow' && permission !== 'deny')
    refuse("permission must be 'allow' or 'deny'.");
  if (action !== 'publish' && action !== 'subscribe' && action !== 'all') {
    refuse("action must be 'publish', 'subscribe' or 'all'.");
  }
  if (typeof topicFilter !== 'string') return refuse('topicFilter must be a text.');
  const problem = topicFilterProblem(topicFilter, false);
  if (problem) refuse(`topicFilter '${topicFilter}': ${problem.message}`);
  if (topicFilter.startsWith('$share/')) {
    refuse(`topicFilter '${topicFilter}': give the topic filter without $share and name.`);
  }
  for (const [name, value] of Object.entries({ userName, clientIdentifier })) {
    if (value !== undefined && typeof value !== 'string') refuse(`${name} must be a text.`);
  }
  return { rule, text: ruleText(rule), levels: splitLevels(topicFilter) };
}

/**
 * The rule's levels for one client; undefined if it is not for it. A name can stand for a part of a level only:
 * one that has `/`, `+` or `#` (or begins a topic with $) would mean more than the rule says. An allow rule does not
 * hold then, and a deny rule holds for everything from that level on.
 */
function substitute(
  levels: readonly string[],
  permission: AccessRule['permission'],
  clientIdentifier: string,
  userName: string | undefined,
): readonly string[] | undefined {
  const own: string[] = [];
  for (const [depth, level] of levels.entries()) {
    const names = level.match(/%[cu]/g);
    if (!names) {
      own.push(level);
      continue;
    }
    // A rule with %u says nothing about who has no user name.
    if (names.includes('%u') && userName === undefined) return undefined;
    const text = level.replace(/%[cu]/g, (name) =>
      name === '%c' ? clientIdentifier : (userName ?? ''),
    );
    if (/[/+#\0]/.test(text) || (depth === 0 && text.startsWith('$') && !level.startsWith('$'))) {
      return permission === 'allow' ? undefined : [...own, '#'];
    }
    own.push(text);
  }
  return own;
}
