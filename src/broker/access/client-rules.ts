import { covers, intersection, matches, unfold, type Levels } from './level-patterns.ts';

/** A rule as it holds for one client. */
export interface ClientRule {
  readonly isAllowed: boolean;
  readonly action: 'publish' | 'subscribe' | 'all';
  readonly levels: Levels;
  readonly text: string;
}

/** What the rules say, and which of them. */
export interface Verdict {
  readonly isAllowed: boolean;
  /** The rule, or that there is none; for a person. */
  readonly text: string;
}

const noRule: Verdict = { isAllowed: false, text: 'no rule allows it' };

/** Decisions kept for one client: those on the topics that it published to last. */
const mostDecisions = 1024;

/** The rules that hold for one client, with what they said of its topics. */
export class ClientRules {
  readonly #publish: readonly ClientRule[];
  readonly #subscribe: readonly ClientRule[];
  /** Levels of the deepest subscribe rule. */
  readonly #depth: number;
  readonly #decisions = new Map<string, Verdict>();
  #lastTopic: string | undefined;
  #lastVerdict = noRule;

  constructor(rules: readonly ClientRule[]) {
    this.#publish = rules.filter(({ action }) => action !== 'subscribe');
    this.#subscribe = rules.filter(({ action }) => action !== 'publish');
    this.#depth = Math.max(0, ...this.#subscribe.map(({ levels }) => levels.length));
  }

  /** Whether the client may publish to the topic. Hot. */
  mayPublish(topicName: string, levels: Levels): Verdict {
    if (topicName === this.#lastTopic) return this.#lastVerdict;
    let verdict = this.#decisions.get(topicName);
    if (verdict === undefined) {
      verdict = this.#publish.find((rule) => matches(rule.levels, levels)) ?? noRule;
      if (this.#decisions.size >= mostDecisions) this.#decisions.clear();
      this.#decisions.set(topicName, verdict);
    }
    this.#lastTopic = topicName;
    this.#lastVerdict = verdict;
    return verdict;
  }

  /** Whether the client may get every message that a filter can match; of a shared subscription without its name. */
  maySubscribe(levels: Levels): Verdict {
    let verdict = noRule;
    for (const part of unfold(levels, this.#depth)) {
      verdict = this.#decide(part);
      if (!verdict.isAllowed) break;
    }
    return verdict;
  }

  #decide(part: Levels): Verdict {
    const allowed: ClientRule[] = [];
    for (const rule of this.#subscribe) {
      if (rule.isAllowed) {
        if (covers(rule.levels, part)) return rule;
        allowed.push(rule);
        continue;
      }
      const taken = intersection(rule.levels, part);
      // What earlier rules allow is not taken away.
      if (taken && !allowed.some((earlier) => covers(earlier.levels, taken))) return rule;
    }
    return noRule;
  }
}
