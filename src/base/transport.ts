/** What carries the bytes of a network connection: TCP, WebSocket, or one of them within TLS. */
export type Transport = 'tcp' | 'ws' | 'tls' | 'wss';

/** What protocols are called everywhere: not translated. */
export const transportNames: Readonly<Record<Transport, string>> = {
  tcp: 'TCP',
  ws: 'WebSocket',
  tls: 'TLS',
  wss: 'WebSocket, TLS',
};
