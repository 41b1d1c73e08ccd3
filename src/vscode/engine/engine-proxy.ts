import { Worker } from 'node:worker_threads';
import { Channel } from '../../base/channel.ts';
import { toDisposable, type Disposable } from '../../base/disposable.ts';
import { HumanError, stackOf } from '../../base/errors.ts';
import { Emitter } from '../../base/event.ts';
import type {
  EngineContract,
  EngineHostContract,
  EngineSnapshot,
  LogEntry,
  QueryState,
} from '../../engine/contract.ts';
import { t } from '../../base/localise.ts';

type Requests = EngineContract['requests'];

/** Where the engine's words go: VS Code's log channel has this form. */
export type EngineLog = Record<LogEntry['level'], (message: string) => void>;

export interface EngineProxyOptions {
  /** The worker's bundle. */
  readonly workerPath: string;
  readonly log: EngineLog;
  /** How long the engine may take to say goodbye to its clients, milliseconds. */
  readonly stopTimeout?: number;
}

export interface EngineCrash {
  readonly brokerWasRunning: boolean;
}

interface Running {
  readonly worker: Worker;
  readonly channel: Channel<EngineHostContract, EngineContract>;
}

/**
 * The engine in its worker thread, as the extension sees it. The worker starts with the first
 * request. If it dies, what waited is rejected and `onCrash` fires; it stays down until `revive`,
 * so that an inspector that asks again and again cannot make it crash again and again.
 */
export class EngineProxy implements Disposable {
  readonly #options: EngineProxyOptions;
  readonly #snapshotEmitter = new Emitter<EngineSnapshot | undefined>();
  readonly #queryEmitter = new Emitter<QueryState>();
  readonly #crashEmitter = new Emitter<EngineCrash>();
  readonly #restartEmitter = new Emitter<null>();
  readonly #startEmitter = new Emitter<null>();
  #running: Running | undefined;
  #snapshot: EngineSnapshot | undefined;
  #state: 'usable' | 'crashed' | 'reviving' | 'disposed' = 'usable';

  /** Undefined after a crash, until the engine runs again. */
  readonly onSnapshot = this.#snapshotEmitter.event;
  readonly onQueryChanged = this.#queryEmitter.event;
  readonly onCrash = this.#crashEmitter.event;
  /** An engine begins, the first or another: it knows nothing yet. */
  readonly onStart = this.#startEmitter.event;
  /** A new engine runs after a crash: what the old one held is gone. */
  readonly onRestart = this.#restartEmitter.event;

  constructor(options: EngineProxyOptions) {
    this.#options = options;
  }

  /** The newest snapshot; undefined before the engine was used and after a crash. */
  get snapshot(): EngineSnapshot | undefined {
    return this.#snapshot;
  }

  /** True while the worker runs. */
  get started(): boolean {
    return this.#running !== undefined;
  }

  /** Asks the engine, starting it if need be. Rejects with HumanError `engineCrashed` when it dies. */
  request<M extends keyof Requests>(
    method: M,
    params: Requests[M]['params'],
  ): Promise<Requests[M]['result']> {
    if (this.#state === 'disposed') {
      return Promise.reject(new HumanError('closed', t('MQTT Workbench is closing.')));
    }
    if (this.#state === 'crashed') return Promise.reject(crashError());
    if (!this.#running) {
      this.#running = this.#start();
      this.#startEmitter.fire(null);
    }
    return this.#running.channel.request(method, params);
  }

  /** After a crash: lets the next request start the engine anew. */
  revive(): void {
    if (this.#state === 'crashed') this.#state = 'reviving';
  }

  /** Ends the worker without a goodbye, as a crash does. For tests. */
  async crash(): Promise<void> {
    await this.#running?.worker.terminate();
  }

  /** Stops the broker properly (within the time-out), then the worker, for good. */
  async stop(): Promise<void> {
    const running = this.#running;
    this.#state = 'disposed';
    if (!running) return;
    this.#running = undefined;
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise((resolve) => {
      timer = setTimeout(resolve, this.#options.stopTimeout ?? 3000);
    });
    await Promise.race([running.channel.request('broker/stop', null).catch(() => null), timeout]);
    clearTimeout(timer);
    running.channel.dispose();
    await running.worker.terminate();
  }

  dispose(): void {
    void this.stop();
    for (const emitter of [this.#snapshotEmitter, this.#queryEmitter]) emitter.dispose();
    for (const emitter of [this.#crashEmitter, this.#restartEmitter, this.#startEmitter]) {
      emitter.dispose();
    }
  }

  #start(): Running {
    const { log, workerPath } = this.#options;
    const worker = new Worker(workerPath, { name: 'MQTT Workbench engine' });
    const channel: Running['channel'] = new Channel({
      post: (message) => worker.postMessage(message),
      onMessage: (listener) => {
        worker.on('message', listener);
        return toDisposable(() => worker.off('message', listener));
      },
    });
    channel.onNotification('snapshot', (snapshot) => {
      if (this.#running?.worker !== worker) return;
      this.#snapshot = snapshot;
      this.#snapshotEmitter.fire(snapshot);
    });
    channel.onNotification('queryChanged', (state) => this.#queryEmitter.fire(state));
    channel.onNotification('log', ({ level, message }) => log[level](message));
    // Only a worker that speaks has come up: one that fails at once must not count as a restart.
    worker.once('message', () => this.#hasStarted());
    worker.on('error', (error) => log.error(`The engine failed: ${stackOf(error)}`));
    worker.once('exit', (code) => this.#hasEnded(worker, code));
    log.debug('The engine starts.');
    return { worker, channel };
  }

  #hasStarted(): void {
    if (this.#state !== 'reviving') return;
    this.#state = 'usable';
    this.#restartEmitter.fire(null);
  }

  #hasEnded(worker: Worker, code: number): void {
    if (this.#running?.worker !== worker) return;
    const { channel } = this.#running;
    const brokerWasRunning = this.#snapshot?.broker.status === 'running';
    this.#running = undefined;
    this.#snapshot = undefined;
    this.#state = 'crashed';
    this.#options.log.error(`The engine ended unexpectedly (exit code ${code}).`);
    channel.close(crashError());
    this.#snapshotEmitter.fire(undefined);
    this.#crashEmitter.fire({ brokerWasRunning });
  }
}

function crashError(): HumanError {
  return new HumanError(
    'engineCrashed',
    t('The MQTT engine has stopped unexpectedly. Start the local broker to start it again.'),
  );
}
