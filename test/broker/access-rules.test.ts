/** Rules by topic filter: what they say, and that a subscription is allowed exactly if all its topics are. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { covers, intersection, unfold } from '../../src/broker/access/level-patterns.ts';
import { AccessRules, ruleText, type AccessRule } from '../../src/broker/access/rules.ts';
import { splitLevels, topicMatches } from '../../src/mqtt/topics.ts';

/** `allow publish a/b` */
function rule(text: string, more: Partial<AccessRule> = {}): AccessRule {
  const [permission, action, topicFilter] = text.split(' ');
  return { permission, action, topicFilter, ...more } as AccessRule;
}

function rules(...texts: string[]): AccessRules {
  return new AccessRules(texts.map((text) => rule(text)));
}

function mayPublish(of: AccessRules, topic: string, client = 'c', user?: string): boolean {
  return of.forClient(client, user).mayPublish(topic, splitLevels(topic)).isAllowed;
}

function maySubscribe(of: AccessRules, filter: string, client = 'c', user?: string): boolean {
  return of.forClient(client, user).maySubscribe(splitLevels(filter)).isAllowed;
}

/** A small generator of pseudo-random numbers, the same in each run. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const literals = ['a', 'b', '', '$x'];

function randomFilter(next: (below: number) => number, longest: number): string {
  const levels = Array.from({ length: 1 + next(longest) }, () =>
    next(3) === 0 ? '+' : (literals[next(literals.length)] ?? 'a'),
  );
  if (next(3) === 0) levels.push('#');
  if (next(12) === 0) return '#';
  return levels.join('/') || 'a';
}

/** Every topic name of these levels up to a length; `fresh` stands in no rule. */
function allTopics(longest: number): string[] {
  const alphabet = [...literals, 'fresh'];
  let last = [''];
  const all: string[] = [];
  for (let length = 1; length <= longest; length++) {
    last = last.flatMap((prefix) =>
      alphabet.map((level) => (length === 1 ? level : `${prefix}/${level}`)),
    );
    all.push(...last);
  }
  return all.filter((topic) => topic !== '');
}

const topics = allTopics(5);

describe('Rules for publishing', () => {
  it('the first rule that fits decides, and none denies', () => {
    const of = rules('deny publish a/secret', 'allow publish a/#', 'allow subscribe b');
    assert.equal(mayPublish(of, 'a/secret'), false);
    assert.equal(mayPublish(of, 'a/b/c'), true);
    assert.equal(mayPublish(of, 'a'), true);
    assert.equal(mayPublish(of, 'b'), false);
    assert.equal(mayPublish(rules('allow all #'), '$x'), false);
  });

  it('rules for a user, for nobody in particular, and for a client', () => {
    const of = new AccessRules([
      rule('allow all bob', { userName: 'bob' }),
      rule('allow all anyone', { userName: '' }),
      rule('allow all one', { clientIdentifier: 'one' }),
    ]);
    assert.equal(mayPublish(of, 'bob', 'x', 'bob'), true);
    assert.equal(mayPublish(of, 'bob', 'x'), false);
    assert.equal(mayPublish(of, 'anyone', 'x'), true);
    assert.equal(mayPublish(of, 'anyone', 'x', 'bob'), false);
    assert.equal(mayPublish(of, 'one', 'one', 'bob'), true);
    assert.equal(mayPublish(of, 'one', 'two', 'bob'), false);
  });

  it('remembers a bounded number of decisions, all of them right', () => {
    const client = rules('deny publish t/7/#', 'allow publish t/#').forClient('c', undefined);
    for (let round = 0; round < 2; round++) {
      for (let index = 0; index < 5000; index++) {
        const topic = `t/${index % 3000}/x`;
        assert.equal(client.mayPublish(topic, splitLevels(topic)).isAllowed, topic !== 't/7/x');
      }
    }
  });
});

describe('%c and %u', () => {
  const of = rules('allow all dev-%c/%u/#');

  it('stand for client identifier and user name', () => {
    assert.equal(mayPublish(of, 'dev-1/bob/x', '1', 'bob'), true);
    assert.equal(maySubscribe(of, 'dev-1/bob/+', '1', 'bob'), true);
    assert.equal(mayPublish(of, 'dev-2/bob/x', '1', 'bob'), false);
    assert.equal(mayPublish(of, 'dev-1/eve/x', '1', 'bob'), false);
    assert.equal(mayPublish(of, 'dev-1//x', '1'), false);
  });

  for (const name of ['+', '#', 'a/b', '/', 'a/+', 'x#', '1/#', '+/bob']) {
    it(`'${name}' does not widen an allow rule`, () => {
      const own = rules('allow all %c/#', 'allow all u/%u');
      for (const topic of topics) {
        assert.equal(mayPublish(own, topic, name, name), false, topic);
        assert.equal(mayPublish(own, `u/${topic}`, 'c', name), false, topic);
      }
      for (const filter of ['#', '+', '+/#', 'a/#', 'u/#', 'u/+', name]) {
        assert.equal(maySubscribe(own, filter, name, name), false, filter);
      }
    });

    it(`'${name}' does not slip through a deny rule`, () => {
      const own = rules('deny all dev/%c/config', 'allow all #');
      assert.equal(mayPublish(own, `dev/${name}/config`, name), false);
      assert.equal(mayPublish(own, 'other', name), true);
    });
  }

  it('a name that begins with $ opens no topic that begins with $', () => {
    assert.equal(maySubscribe(rules('allow all %c/#'), '$SYS/#', '$SYS'), false);
    assert.equal(maySubscribe(rules('allow all $%c/#'), '$SYS/#', 'SYS'), true);
  });
});

describe('Rules for subscribing', () => {
  it('an allow rule covers the filter as a whole', () => {
    const of = rules('allow subscribe home/+/temperature', 'allow subscribe garden/#');
    assert.equal(maySubscribe(of, 'home/kitchen/temperature'), true);
    assert.equal(maySubscribe(of, 'home/+/temperature'), true);
    assert.equal(maySubscribe(of, 'home/#'), false);
    assert.equal(maySubscribe(of, 'garden'), true);
    assert.equal(maySubscribe(of, 'garden/+/#'), true);
    assert.equal(maySubscribe(of, '#'), false);
  });

  it('a deny rule denies every filter that reaches into it, unless that was allowed before', () => {
    const of = rules('allow all open/secret', 'deny all +/secret', 'allow all #');
    assert.equal(maySubscribe(of, 'open/secret'), true);
    assert.equal(maySubscribe(of, 'open/+'), true);
    assert.equal(maySubscribe(of, 'a/secret'), false);
    assert.equal(maySubscribe(of, 'a/+'), false);
    assert.equal(maySubscribe(of, '#'), false);
    assert.equal(maySubscribe(of, 'a/b/#'), true);
  });

  it('$SYS needs a rule of its own', () => {
    assert.equal(maySubscribe(rules('allow all #'), '$SYS/#'), false);
    assert.equal(maySubscribe(rules('allow all $SYS/#'), '$SYS/broker/#'), true);
  });

  it('is allowed exactly if publishing rules of the same kind allow every topic of it (brute force)', () => {
    const next = random(42);
    let granted = 0;
    for (let round = 0; round < 3000; round++) {
      const list = Array.from({ length: 1 + next(5) }, () =>
        rule(`${next(3) === 0 ? 'deny' : 'allow'} all ${randomFilter(next, 2)}`),
      );
      const filter = randomFilter(next, 3);
      const client = new AccessRules(list).forClient('c', undefined);
      const expected = topics
        .filter((topic) => topicMatches(filter, topic))
        .every((topic) => client.mayPublish(topic, splitLevels(topic)).isAllowed);
      const { isAllowed } = client.maySubscribe(splitLevels(filter));
      assert.equal(isAllowed, expected, `${filter} with ${list.map(ruleText).join('; ')}`);
      if (isAllowed) granted++;
    }
    assert.ok(granted > 200, `${granted} of 3000 were granted`);
  });
});

describe('Topic filters as sets', () => {
  it('cover, intersect and unfold as the names they match say (brute force)', () => {
    const next = random(7);
    const names = allTopics(4);
    const of = (filter: string): Set<string> =>
      new Set(names.filter((name) => topicMatches(filter, name)));
    for (let round = 0; round < 400; round++) {
      const [a, b] = [randomFilter(next, 2), randomFilter(next, 2)];
      const [namesA, namesB] = [of(a), of(b)];
      const [levelsA, levelsB] = [splitLevels(a), splitLevels(b)];
      assert.equal(
        covers(levelsA, levelsB),
        [...namesB].every((name) => namesA.has(name)),
        `${a} covers ${b}`,
      );
      const common = intersection(levelsA, levelsB);
      const both = common ? of(common.join('/')) : new Set();
      const expected = [...namesA].filter((name) => namesB.has(name));
      assert.deepEqual([...both], expected, `${a} and ${b}`);
      const parts = unfold(levelsA, 2).flatMap((part) => [...of(part.join('/'))]);
      assert.deepEqual([...new Set(parts)].sort(), [...namesA].sort(), `${a} unfolded`);
    }
  });
});

describe('Rules that are none', () => {
  for (const [given, message] of [
    [{ permission: 'maybe' }, /^Rule 1: permission/],
    [{ action: 'read' }, /^Rule 1: action/],
    [{ topicFilter: 'a/#/b' }, /^Rule 1: topicFilter 'a\/#\/b'/],
    [{ topicFilter: '' }, /^Rule 1: topicFilter/],
    [{ topicFilter: 5 }, /^Rule 1: topicFilter must be a text/],
    [{ topicFilter: '$share/g/a' }, /without \$share/],
    [{ userName: 1 }, /^Rule 1: userName/],
    [{ clientIdentifier: null }, /^Rule 1: clientIdentifier/],
  ] as const) {
    it(`${JSON.stringify(given)} is refused`, () => {
      const wrong = { ...rule('allow all #'), ...given } as AccessRule;
      assert.throws(() => new AccessRules([wrong]), { name: 'RangeError', message });
    });
  }
});
