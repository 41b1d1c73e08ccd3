import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import * as vscode from 'vscode';
import { Channel } from '../../base/channel.ts';
import { toDisposable, type Disposable } from '../../base/disposable.ts';
import { Emitter } from '../../base/event.ts';
import { HumanError, stackOf } from '../../base/errors.ts';
import type {
  EngineContract,
  EngineHostContract,
  EngineSnapshot,
  QueryState,
} from '../../engine/contract.ts';

type Requests = EngineContract['requests'];
type EngineChannel = Channel<EngineHostContract, EngineContract>;

/** How long the engine may take to say goodbye to its clients, milliseconds. */
const stopTimeout = 3000;

/**
 * The engine in its worker thread, as the extension sees it. The worker starts with the first
 * request; if it dies, what waited is rejected, `onCrash` fires, and the next request starts anew.
 */
export class EngineProxy implements Disposable {
  readonly #log: vscode.LogOutputChannel;
  readonly #snapshotEmitter = new Emitter<EngineSnapshot | undefined>();
  readonly #queryEmitter = new Emitter<QueryState>();
  readonly #crashEmitter = new Emitter<{ brokerWasRunning: boolean }>();
  #running: { worker: Worker; channel: EngineChannel } | undefined;
  #snapshot: EngineSnapshot | undefined;
  #disposed = false;

  /** Undefined after a crash, until the engine runs again. */
  readonly onSnapshot = this.#snapshotEmitter.event;
  readonly onQueryChanged = this.#queryEmitter.event;
  readonly onCrash = this.#crashEmitter.event;

  constructor(log: vscode.LogOutputChannel) {
    this.#log = log;
  }

  /** The newest snapshot; undefined before the engine was used. */
  get snapshot(): EngineSnapshot | undefined {
    return this.#snapshot;
  }

  get started(): boolean {
    return this.#running !== undefined;
  }

  /** Asks the engine, starting it if need be. */
  request<M extends keyof Requests>(
    method: M,
    params: Requests[M]['params'],
  ): Promise<Requests[M]['result']> {
    if (this.#disposed) return Promise.reject(new HumanError('closed', 'The editor is closing.'));
    this.#running ??= this.#start();
    return this.#running.channel.request(method, params);
  }

  /** Ends the worker without a goodbye, as a crash does. For tests. */
  async crash(): Promise<void> {
    await this.#running?.worker.terminate();
  }

  /** Stops the broker properly, then the worker. */
  async stop(): Promise<void> {
    const running = this.#running;
    this.#disposed = true;
    if (!running) return;
    const timeout = new Promise((resolve) => setTimeout(resolve, stopTimeout).unref());
    await Promise.race([running.channel.request('broker/stop', null).catch(() => null), timeout]);
    this.#running = undefined;
    running.channel.dispose();
    await running.worker.terminate();
  }

  dispose(): void {
    void this.stop();
    this.#snapshotEmitter.dispose();
    this.#queryEmitter.dispose();
    this.#crashEmitter.dispose();
  }

  #start(): { worker: Worker; channel: EngineChannel } {
    const worker = new Worker(join(__dirname, 'worker.cjs'), { name: 'MQTT Workbench engine' });
    const channel: EngineChannel = new Channel({
      post: (message) => worker.postMessage(message),
      onMessage: (listener) => {
        worker.on('message', listener);
        return toDisposable(() => worker.off('message', listener));
      },
    });
    channel.onNotification('snapshot', (snapshot) => {
      this.#snapshot = snapshot;
      this.#snapshotEmitter.fire(snapshot);
    });
    channel.onNotification('queryChanged', (state) => this.#queryEmitter.fire(state));
    channel.onNotification('log', ({ level, message }) => this.#log[level](message));
    worker.on('error', (error) => this.#log.error(`The engine failed: ${stackOf(error)}`));
    worker.once('exit', (code) => this.#ended(worker, code));
    this.#log.debug('The engine has started.');
    return { worker, channel };
  }

  #ended(worker: Worker, code: number): void {
    if (this.#running?.worker !== worker) return;
    const { channel } = this.#running;
    const brokerWasRunning = this.#snapshot?.broker.status === 'running';
    this.#running = undefined;
    this.#snapshot = undefined;
    this.#log.error(`The engine ended unexpectedly (exit code ${code}).`);
    channel.close(
      new HumanError(
        'engineCrashed',
        vscode.l10n.t('The MQTT engine stopped unexpectedly. Its log tells more.'),
      ),
    );
    this.#snapshotEmitter.fire(undefined);
    this.#crashEmitter.fire({ brokerWasRunning });
  }
}
