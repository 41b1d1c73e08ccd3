import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  holds,
  SessionHistory,
  type SessionHappening,
  type SubscriptionSpan,
} from '../../src/capture/session-history.ts';

type What = SessionHappening extends infer Each
  ? Each extends unknown
    ? Omit<Each, 'clientIdentifier' | 'message' | 'now'>
    : never
  : never;

function happen(history: SessionHistory, clientIdentifier: string, message: number, what: What) {
  history.record({ ...what, clientIdentifier, message, now: message * 10 });
}

function subscribed(topicFilter: string, isShared = false): What {
  return {
    type: 'subscribed',
    isShared,
    subscription: {
      topicFilter,
      qos: 1,
      noLocal: false,
      retainAsPublished: false,
      retainHandling: 0,
    },
  };
}

function filtersAt(history: SessionHistory, message: number): string[] {
  return [...history.spans()]
    .filter((span): span is SubscriptionSpan => span.kind === 'subscription')
    .filter((span) => holds(span, message))
    .map((span) => `${span.session.clientIdentifier} ${span.subscription.topicFilter}`);
}

describe('Session history', () => {
  it('tells for each message who was subscribed then', () => {
    const history = new SessionHistory();
    happen(history, 'a', 0, { type: 'began' });
    happen(history, 'a', 0, { type: 'connected', link: 1 });
    happen(history, 'a', 3, subscribed('x/#'));
    happen(history, 'a', 5, { type: 'unsubscribed', topicFilter: 'x/#' });
    happen(history, 'a', 7, { type: 'ended', how: 'disconnected' });
    assert.deepEqual(filtersAt(history, 3), []);
    assert.deepEqual(filtersAt(history, 4), ['a x/#']);
    assert.deepEqual(filtersAt(history, 5), ['a x/#']);
    assert.deepEqual(filtersAt(history, 6), []);
    assert.equal(history.current('a'), undefined);
  });

  it('knows a subscription by what it replaced, and a shared one by its topic filter', () => {
    const history = new SessionHistory();
    happen(history, 'a', 0, { type: 'began' });
    happen(history, 'a', 1, subscribed('$share/g/x/+', true));
    happen(history, 'a', 2, subscribed('$share/g/x/+', true));
    const spans = [...history.spans()].filter((span) => span.kind === 'subscription');
    assert.deepEqual(
      spans.map(({ from, to, matched, shareName }) => ({ from, to, matched, shareName })),
      [
        { from: 2, to: Infinity, matched: 'x/+', shareName: 'g' },
        { from: 1, to: 2, matched: 'x/+', shareName: 'g' },
      ],
    );
  });

  it('ends everything with the broker', () => {
    const history = new SessionHistory();
    happen(history, 'a', 0, { type: 'began' });
    happen(history, 'a', 0, { type: 'connected', link: 1 });
    happen(history, 'a', 0, subscribed('x'));
    history.stopped(9, 90);
    for (const span of history.spans()) {
      assert.equal(span.to, 9);
      assert.equal(span.until, 90);
    }
    assert.equal(history.endedSpans, 3);
  });

  it('is bounded in bytes, however long the names are, and says what it no longer knows', () => {
    const history = new SessionHistory(1024 * 1024);
    happen(history, 'a', 0, { type: 'began' });
    const long = 'x'.repeat(60_000);
    for (let message = 1; message <= 1000; message++) {
      happen(history, 'a', message, subscribed(`${long}/${message}`));
      happen(history, 'a', message + 1, {
        type: 'unsubscribed',
        topicFilter: `${long}/${message}`,
      });
    }
    assert.ok(history.endedSpans < 10, `${history.endedSpans} spans`);
    assert.equal(history.forgotten, 1000 - history.endedSpans);
    assert.equal(history.forgottenThrough, 1001 - history.endedSpans);
  });

  it('keeps nothing of what no message has met', () => {
    const history = new SessionHistory();
    for (let index = 0; index < 1000; index++) {
      happen(history, `c${index}`, 7, { type: 'began' });
      happen(history, `c${index}`, 7, subscribed('x'));
      happen(history, `c${index}`, 7, { type: 'ended', how: 'disconnected' });
    }
    assert.equal([...history.spans()].length, 0);
  });
});
