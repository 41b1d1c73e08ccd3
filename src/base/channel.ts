import { toDisposable, type Disposable } from './disposable.ts';
import { HumanError, messageOf, stackOf, type ErrorAction } from './errors.ts';

/** One side's services: requests are answered, notifications are not. */
export interface ChannelContract {
  readonly requests: Record<string, { params: unknown; result: unknown }>;
  readonly notifications: Record<string, unknown>;
}

/** Anything that carries structured-clonable messages both ways: a worker port, a webview. */
export interface Port {
  post(message: unknown): void;
  /** Called with every message that arrives; one listener is enough. */
  onMessage(listener: (message: unknown) => void): Disposable;
}

type ChannelMessage =
  | { kind: 'request'; id: number; method: string; params: unknown }
  | { kind: 'result'; id: number; result: unknown }
  | { kind: 'error'; id: number; error: ChannelErrorData }
  | { kind: 'notification'; method: string; params: unknown };

interface ChannelErrorData {
  message: string;
  /** Present on a HumanError. */
  code?: string;
  actions?: readonly ErrorAction[];
  stack?: string;
}

type RequestsOf<C extends ChannelContract> = C['requests'];
type NotificationsOf<C extends ChannelContract> = C['notifications'];

interface Pending {
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/**
 * Typed requests and notifications over a Port. `Local` is what this side serves, `Remote` what
 * the other side does. Messages that do not have the channel's form are ignored: a webview's
 * window receives others' messages too. A HumanError keeps its code and actions on the way;
 * other errors arrive with message and stack.
 */
export class Channel<
  Local extends ChannelContract,
  Remote extends ChannelContract,
> implements Disposable {
  readonly #port: Port;
  readonly #subscription: Disposable;
  readonly #handlers = new Map<string, (params: unknown) => unknown>();
  readonly #listeners = new Map<string, Set<(params: unknown) => void>>();
  readonly #pending = new Map<number, Pending>();
  #nextId = 1;
  #closed: Error | undefined;

  constructor(port: Port) {
    this.#port = port;
    this.#subscription = port.onMessage((message) => this.#receive(message));
  }

  /** Asks the other side. Rejects with its error, or when the channel is closed before the answer. */
  request<M extends keyof RequestsOf<Remote> & string>(
    method: M,
    params: RequestsOf<Remote>[M]['params'],
  ): Promise<RequestsOf<Remote>[M]['result']> {
    if (this.#closed) return Promise.reject(this.#closed);
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#port.post({ kind: 'request', id, method, params } satisfies ChannelMessage);
    });
  }

  /** Tells the other side; nothing comes back. */
  notify<M extends keyof NotificationsOf<Remote> & string>(
    method: M,
    params: NotificationsOf<Remote>[M],
  ): void {
    if (this.#closed) return;
    this.#port.post({ kind: 'notification', method, params } satisfies ChannelMessage);
  }

  /** Serves a request of the local contract. */
  handle<M extends keyof RequestsOf<Local> & string>(
    method: M,
    handler: (
      params: RequestsOf<Local>[M]['params'],
    ) => RequestsOf<Local>[M]['result'] | Promise<RequestsOf<Local>[M]['result']>,
  ): void {
    this.#handlers.set(method, handler);
  }

  /** Listens to a notification of the local contract. */
  onNotification<M extends keyof NotificationsOf<Local> & string>(
    method: M,
    listener: (params: NotificationsOf<Local>[M]) => void,
  ): Disposable {
    const listeners = this.#listeners.get(method) ?? new Set();
    this.#listeners.set(method, listeners);
    const entry = listener as (params: unknown) => void;
    listeners.add(entry);
    return toDisposable(() => listeners.delete(entry));
  }

  /** Rejects everything that waits with `reason` and refuses what comes later. */
  close(reason: Error): void {
    if (this.#closed) return;
    this.#closed = reason;
    this.#subscription.dispose();
    for (const pending of this.#pending.values()) pending.reject(reason);
    this.#pending.clear();
  }

  dispose(): void {
    this.close(new HumanError('channelClosed', 'The connection to the engine was closed.'));
  }

  #receive(data: unknown): void {
    if (!isChannelMessage(data)) return;
    switch (data.kind) {
      case 'request':
        void this.#answer(data.id, data.method, data.params);
        break;
      case 'result':
        this.#take(data.id)?.resolve(data.result);
        break;
      case 'error':
        this.#take(data.id)?.reject(toError(data.error));
        break;
      case 'notification':
        for (const listener of [...(this.#listeners.get(data.method) ?? [])]) listener(data.params);
        break;
    }
  }

  async #answer(id: number, method: string, params: unknown): Promise<void> {
    let message: ChannelMessage;
    try {
      const handler = this.#handlers.get(method);
      if (!handler) throw new Error(`No handler for request '${method}'.`);
      message = { kind: 'result', id, result: await handler(params) };
    } catch (error) {
      message = { kind: 'error', id, error: toErrorData(error) };
    }
    if (!this.#closed) this.#port.post(message);
  }

  #take(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    return pending;
  }
}

function isChannelMessage(data: unknown): data is ChannelMessage {
  if (typeof data !== 'object' || data === null || !('kind' in data)) return false;
  const { kind, id, method } = data as { kind: unknown; id?: unknown; method?: unknown };
  if (kind === 'notification') return typeof method === 'string';
  if (kind === 'request') return typeof method === 'string' && typeof id === 'number';
  if (kind === 'error')
    return typeof id === 'number' && typeof (data as { error?: unknown }).error === 'object';
  return kind === 'result' && typeof id === 'number';
}

function toErrorData(error: unknown): ChannelErrorData {
  if (error instanceof HumanError) {
    return { message: error.message, code: error.code, actions: error.actions };
  }
  return { message: messageOf(error), stack: stackOf(error) };
}

function toError(data: ChannelErrorData): Error {
  if (data.code !== undefined) return new HumanError(data.code, data.message, data.actions);
  const error = new Error(data.message);
  if (data.stack !== undefined) error.stack = data.stack;
  return error;
}
