import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  parseSharedSubscription,
  splitLevels,
  topicFilterProblem,
  topicMatches,
  topicNameProblem,
} from '../../src/mqtt/topics.ts';

/** Filter, names that it matches, names that it does not. The first ones are the specification's. */
const matching: [filter: string, matches: string[], others: string[]][] = [
  [
    'sport/tennis/player1/#',
    [
      'sport/tennis/player1',
      'sport/tennis/player1/ranking',
      'sport/tennis/player1/score/wimbledon',
    ],
    ['sport/tennis', 'sport/tennis/player10', 'sport/tennis/player2/ranking'],
  ],
  ['sport/#', ['sport', 'sport/', 'sport/a'], ['sports', '/sport', 'Sport']],
  ['#', ['a', '/', '/a', 'a/b/c', ' '], ['$SYS', '$SYS/a', '$a/b']],
  [
    'sport/tennis/+',
    ['sport/tennis/player1', 'sport/tennis/'],
    ['sport/tennis', 'sport/tennis/a/b'],
  ],
  ['sport/+', ['sport/', 'sport/a'], ['sport', 'sport/a/b']],
  ['+', ['finance', ''], ['/finance', 'a/b', '$SYS']],
  ['+/+', ['/finance', '/', 'a/b'], ['finance', 'a/b/c', '$SYS/a']],
  ['/+', ['/finance'], ['finance', '/a/b']],
  ['+/monitor/Clients', ['a/monitor/Clients', '/monitor/Clients'], ['$SYS/monitor/Clients']],
  ['$SYS/#', ['$SYS', '$SYS/', '$SYS/a/b'], ['SYS/a', '$SYSTEM']],
  ['$SYS/monitor/+', ['$SYS/monitor/Clients'], ['$SYS/monitor', '$SYS/x/Clients']],
  ['a/+/c/#', ['a/b/c', 'a//c', 'a/b/c/d'], ['a/b', 'a/b/d', 'a/b/d/c']],
  ['a/b', ['a/b'], ['a', 'a/b/', 'a/b/c', '/a/b', 'A/b', 'a/$b']],
  ['a/#', ['a/$b', 'a/$SYS/c'], ['b']],
  ['a/+', ['a/$b'], []],
  ['/', ['/'], ['', 'a', '//']],
  ['//', ['//'], ['/', '///']],
  ['ACCOUNTS', ['ACCOUNTS'], ['Accounts']],
  ['ä/😀', ['ä/😀'], ['a\u0308/😀']],
];

describe('topicMatches', () => {
  for (const [filter, matches, others] of matching) {
    it(`'${filter}'`, () => {
      for (const name of matches) assert.equal(topicMatches(filter, name), true, name);
      for (const name of others) assert.equal(topicMatches(filter, name), false, name);
    });
  }
});

describe('topicNameProblem', () => {
  const cases: [name: string, statement: string | undefined][] = [
    ['a', undefined],
    ['/', undefined],
    ['//a/ b/', undefined],
    ['$SYS/x', undefined],
    ['$share/g/a', undefined],
    ['\ufeff', undefined],
    ['x'.repeat(65_535), undefined],
    ['€'.repeat(21_845), undefined],
    ['', 'MQTT-4.7.3-1'],
    ['a/+', 'MQTT-4.7.0-1'],
    ['a#', 'MQTT-4.7.0-1'],
    ['a\0b', 'MQTT-4.7.3-2'],
    ['x'.repeat(65_536), 'MQTT-4.7.3-3'],
    ['€'.repeat(21_846), 'MQTT-4.7.3-3'],
  ];
  for (const [name, statement] of cases) {
    it(`'${name.slice(0, 20)}', ${name.length} long: ${statement ?? 'none'}`, () => {
      assert.equal(topicNameProblem(name)?.statement, statement);
    });
  }
});

describe('topicFilterProblem', () => {
  const cases: [filter: string, inV5: string | undefined, inV3?: string | undefined][] = [
    ['#', undefined],
    ['+', undefined],
    ['/', undefined],
    ['/#', undefined],
    ['+/#', undefined],
    ['+/+/a/+', undefined],
    ['$share', undefined],
    ['$shared/a', undefined],
    ['$share/g/a', undefined],
    ['$share/g//', undefined],
    ['$share/g/#', undefined],
    ['$share/g/$SYS/+', undefined],
    ['', 'MQTT-4.7.3-1', 'MQTT-4.7.3-1'],
    ['a\0', 'MQTT-4.7.3-2', 'MQTT-4.7.3-2'],
    ['x'.repeat(65_536), 'MQTT-4.7.3-3', 'MQTT-4.7.3-3'],
    ['sport/tennis#', 'MQTT-4.7.1-1', 'MQTT-4.7.1-1'],
    ['sport/tennis/#/ranking', 'MQTT-4.7.1-1', 'MQTT-4.7.1-1'],
    ['#/#', 'MQTT-4.7.1-1', 'MQTT-4.7.1-1'],
    ['sport+', 'MQTT-4.7.1-2', 'MQTT-4.7.1-2'],
    ['++', 'MQTT-4.7.1-2', 'MQTT-4.7.1-2'],
    ['+#', 'MQTT-4.7.1-1', 'MQTT-4.7.1-1'],
    ['a/+/b+/c', 'MQTT-4.7.1-2', 'MQTT-4.7.1-2'],
    ['$share/', 'MQTT-4.8.2-1', undefined],
    ['$share//a', 'MQTT-4.8.2-1', undefined],
    ['$share/g', 'MQTT-4.8.2-2', undefined],
    ['$share/g/', 'MQTT-4.8.2-2', undefined],
    ['$share/+/a', 'MQTT-4.8.2-2', undefined],
    ['$share/#', 'MQTT-4.8.2-2', undefined],
    ['$share/g/a#', 'MQTT-4.7.1-1', 'MQTT-4.7.1-1'],
  ];
  for (const [filter, inV5, inV3] of cases) {
    it(`'${filter.slice(0, 24)}', ${filter.length} long: ${inV5 ?? 'none'}`, () => {
      assert.equal(topicFilterProblem(filter)?.statement, inV5);
      assert.equal(topicFilterProblem(filter, false)?.statement, inV3);
    });
  }
});

describe('parseSharedSubscription', () => {
  it('gives share name and filter', () => {
    assert.deepEqual(parseSharedSubscription('$share/g/a/#'), {
      shareName: 'g',
      topicFilter: 'a/#',
    });
    assert.deepEqual(parseSharedSubscription('$share/g//'), { shareName: 'g', topicFilter: '/' });
  });

  it('gives nothing for other and malformed filters', () => {
    for (const filter of ['a', '$share', '$share/', '$share/g', '$share/g/', '$share//a', '#']) {
      assert.equal(parseSharedSubscription(filter), undefined, filter);
    }
  });
});

describe('splitLevels', () => {
  it('keeps empty levels', () => {
    assert.deepEqual(splitLevels('/a//b/'), ['', 'a', '', 'b', '']);
  });
});
