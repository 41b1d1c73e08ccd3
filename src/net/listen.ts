import { createServer, type AddressInfo, type Server } from 'node:net';
import { HumanError, messageOf } from '../base/errors.ts';
import { portOwner } from './port-owner.ts';

/**
 * Binds `server` to host and port (0: the system chooses).
 * @throws HumanError `portTaken` (its action `useNextPort` carries the next free port as value),
 *   `portForbidden`, `addressUnavailable` or `listenFailed`.
 */
export async function listen(server: Server, host: string, port: number): Promise<AddressInfo> {
  try {
    return await bind(server, host, port);
  } catch (error) {
    throw await explain(error, host, port);
  }
}

function bind(server: Server, host: string, port: number): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, backlog: 4096 }, () => {
      server.off('error', reject);
      resolve(server.address() as AddressInfo);
    });
  });
}

/** The first port from `from` on that is free on `host`, of the next 100; undefined if none is. */
export async function nextFreePort(host: string, from: number): Promise<number | undefined> {
  for (let port = from; port < from + 100 && port <= 65535; port++) {
    const probe = createServer();
    try {
      await bind(probe, host, port);
      await new Promise((resolve) => probe.close(resolve));
      return port;
    } catch {
      // Taken or forbidden: try the next.
    }
  }
  return undefined;
}

async function explain(error: unknown, host: string, port: number): Promise<HumanError> {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const place = `${host}:${port}`;
  if (code === 'EADDRINUSE') {
    const [owner, free] = await Promise.all([portOwner(port), nextFreePort(host, port + 1)]);
    const by = owner ? ` by ${owner.name} (process ${owner.processId})` : ' by another program';
    const advice =
      free === undefined
        ? 'Stop that program or choose another port.'
        : `Stop that program or use another port: ${free} is free.`;
    return new HumanError(
      'portTaken',
      `Port ${port} on ${host} is already in use${by}. ${advice}`,
      free === undefined ? [] : [{ id: 'useNextPort', title: `Use Port ${free}`, value: free }],
    );
  }
  if (code === 'EACCES') {
    return new HumanError(
      'portForbidden',
      `The system does not allow listening on ${place}: ports below 1024 need more rights. Choose a port from 1024 to 65535.`,
    );
  }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return new HumanError(
      'addressUnavailable',
      `'${host}' is not an address of this machine. Use 127.0.0.1 for this machine only.`,
    );
  }
  return new HumanError('listenFailed', `Cannot listen on ${place}: ${messageOf(error)}.`);
}
