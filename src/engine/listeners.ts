import { HumanError } from '../base/errors.ts';
import type { ConnectionHandler, Listener, RefusalHandler } from '../net/connection.ts';
import { listenTcp } from '../net/tcp-listener.ts';
import { listenTls } from '../net/tls-listener.ts';
import type { TlsCredentials } from '../net/tls-server.ts';
import { listenWebSocket } from '../net/websocket-listener.ts';
import type { BrokerOptions } from './contract.ts';

export function needsTls({ tlsPort, secureWebSocketPort }: BrokerOptions): boolean {
  return tlsPort !== undefined || secureWebSocketPort !== undefined;
}

/**
 * Opens all listeners of the options, or none.
 * @param credentials must be there when `needsTls`.
 * @throws HumanError what `listen` throws; `portTaken` is `webSocketPortTaken`, `tlsPortTaken` and
 *   `secureWebSocketPortTaken` for the others, with actions `useNextWebSocketPort`….
 */
export async function openListeners(
  options: BrokerOptions,
  credentials: TlsCredentials | undefined,
  handler: ConnectionHandler,
  refused: RefusalHandler,
): Promise<Listener[]> {
  const { host, webSocketPort, webSocketPath, tlsPort, secureWebSocketPort } = options;
  const listeners: Listener[] = [];
  try {
    listeners.push(await listenTcp(host, options.port, handler));
    if (webSocketPort !== undefined) {
      const listening = listenWebSocket(host, webSocketPort, webSocketPath, handler);
      listeners.push(await told(listening, 'WebSocket', 'webSocketPort'));
    }
    if (tlsPort !== undefined && credentials) {
      const listening = listenTls(host, tlsPort, credentials, handler, refused);
      listeners.push(await told(listening, 'TLS', 'tlsPort'));
    }
    if (secureWebSocketPort !== undefined && credentials) {
      const secure = { credentials, refused };
      const port = secureWebSocketPort;
      const listening = listenWebSocket(host, port, webSocketPath, handler, secure);
      listeners.push(await told(listening, 'Secure WebSocket', 'secureWebSocketPort'));
    }
    return listeners;
  } catch (error) {
    await Promise.all(listeners.map((listener) => listener.close(0)));
    throw error;
  }
}

/** The failures of a listener, told apart by port, so that the editor offers the right setting. */
function told(listening: Promise<Listener>, name: string, setting: string): Promise<Listener> {
  return listening.catch((error: unknown) => {
    if (!(error instanceof HumanError)) throw error;
    const { code } = error;
    if (code !== 'portTaken' && code !== 'portForbidden') throw error;
    const id = `useNext${setting.charAt(0).toUpperCase()}${setting.slice(1)}`;
    throw new HumanError(
      `${setting}${code === 'portTaken' ? 'Taken' : 'Forbidden'}`,
      `${name} listener: ${error.message}`,
      error.actions.map((action) => ({ ...action, id })),
    );
  });
}
