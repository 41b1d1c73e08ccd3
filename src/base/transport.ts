/** What carries the bytes of a network connection: TCP, WebSocket, or one of them within TLS. */
export type Transport = 'tcp' | 'ws' | 'tls' | 'wss';
