import type { TopicHistory } from '../../../src/engine/contract.ts';
import { templateOf, templates, timeOf } from './templates.ts';

/** Messages told on either side. */
const around = 30;

/**
 * Messages of the topic of a frame: one in each round of the templates. Nothing for packets without a topic; the topic
 * of the hostile client has no numbers.
 */
export function historyOf(
  frame: number,
  first: number,
  end: number,
  path: string | undefined,
): TopicHistory | undefined {
  const { topic, client, packet, qos = 0, size } = templateOf(frame);
  if (packet !== 'PUBLISH' || topic === undefined) return undefined;
  const evil = client.startsWith('evil');
  const round = templates.length;
  const frames: number[] = [];
  for (let at = frame % round; at < end; at += round) if (at >= first) frames.push(at);
  const index = frames.indexOf(frame);
  const from = Math.max(0, index - around);
  const told = frames.slice(from, index + around + 1);
  const paths = evil ? [] : ['brightness', 'on'];
  const shown = path !== undefined && paths.includes(path) ? path : paths[0];
  return {
    topic,
    messages: told.map((at) => ({
      frame: at,
      time: timeOf(at),
      client,
      qos,
      retain: false,
      size: size - 60,
      preview: evil
        ? 'first line⏎<img src=x onerror="window.hacked=1">'
        : `{"on": true, "brightness": ${valueOf(at)}}`,
      ...(shown !== undefined && { value: shown === 'on' ? 1 : valueOf(at) }),
    })),
    frame,
    earlier: from,
    later: frames.length - from - told.length,
    paths,
    ...(shown !== undefined && { path: shown }),
    unread: 0,
  };
}

function valueOf(frame: number): number {
  return Math.round(60 + 25 * Math.sin(frame / 90));
}
