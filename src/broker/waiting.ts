import type { Session } from './session.ts';
import type { WaitingView } from './views.ts';

/** Where the message with this number waits for a client: once for each copy. Looks through its queue. */
export function waitingFor(session: Session, message: number): WaitingView[] {
  const { inFlight, link, queue } = session;
  const found: WaitingView[] = [];
  const common = {
    why: reasonOf(session),
    ...(link !== undefined && { window: link.sendWindow }),
  };
  for (const item of inFlight.inOrder()) {
    if (item.message?.number === message) found.push({ place: 'inFlight', ahead: 0, ...common });
  }
  for (const ahead of queue.positionsOf(message)) {
    found.push({ place: 'queue', ahead, ...common });
  }
  return found;
}

function reasonOf({ link }: Session): WaitingView['why'] {
  if (link === undefined) return 'offline';
  // [MQTT-3.3.4-9] no more than Receive Maximum are unacknowledged.
  if (link.outstanding >= link.sendWindow) return 'window';
  return link.isCongested ? 'slow' : 'turn';
}
