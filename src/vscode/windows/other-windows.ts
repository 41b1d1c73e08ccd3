import { mkdirSync, watch, type FSWatcher } from 'node:fs';
import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../base/disposable.ts';
import type { BrokerState } from '../../engine/contract.ts';
import type { EngineProxy } from '../engine/engine-proxy.ts';
import { BrokerRegistry, portOf, type WindowBroker } from './broker-registry.ts';

/** Milliseconds between two signs of life; also, how late a window that crashed is noticed. */
const heartbeat = 20_000;
/** Milliseconds: a file that changes often is read once. */
const settleTime = 100;

/** Tells the other windows of this one's broker, and this one of theirs. */
export class OtherWindows implements Disposable {
  readonly #folder: string;
  readonly #registry: BrokerRegistry;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #disposables = new DisposableStore();
  readonly #interval: NodeJS.Timeout;
  #watcher: FSWatcher | undefined;
  #settling: NodeJS.Timeout | undefined;
  #announced = '';
  #brokers: readonly WindowBroker[] = [];

  readonly onDidChange = this.#changed.event;

  /** @param folder that all windows share. */
  constructor(folder: string, engine: EngineProxy) {
    this.#folder = folder;
    this.#registry = new BrokerRegistry(folder, process.pid);
    this.#disposables.add(this.#changed);
    this.#disposables.add(engine.onSnapshot((snapshot) => this.#announce(snapshot?.broker)));
    this.#watch();
    this.#interval = setInterval(() => {
      if (this.#announced !== '') this.#registry.touch(new Date());
      this.#look();
    }, heartbeat);
    this.#interval.unref();
    this.#look();
  }

  /** Local brokers of other windows. */
  get brokers(): readonly WindowBroker[] {
    return this.#brokers;
  }

  /** The one that listens on this port, looked for now. */
  onPort(port: number): WindowBroker | undefined {
    this.#look();
    return this.#brokers.find(({ urls }) => urls.some((url) => portOf(url) === port));
  }

  dispose(): void {
    clearInterval(this.#interval);
    clearTimeout(this.#settling);
    this.#watcher?.close();
    this.#registry.withdraw();
    this.#disposables.dispose();
  }

  #announce(broker: BrokerState | undefined): void {
    const urls = broker?.status === 'running' ? broker.listeners.map(({ url }) => url) : [];
    const announced = urls.join(' ');
    if (announced === this.#announced) return;
    this.#announced = announced;
    if (announced === '') this.#registry.withdraw();
    else this.#registry.announce(vscode.workspace.name ?? '', urls);
  }

  #watch(): void {
    try {
      mkdirSync(this.#folder, { recursive: true });
      this.#watcher = watch(this.#folder, { persistent: false }, () => {
        this.#settling ??= setTimeout(() => {
          this.#settling = undefined;
          this.#look();
        }, settleTime);
      });
      // Without it, the interval still tells, only later.
      this.#watcher.on('error', () => this.#watcher?.close());
    } catch {
      // No folder, no watcher: nobody can announce anything there either.
    }
  }

  #look(): void {
    const brokers = this.#registry.others(new Date());
    if (JSON.stringify(brokers) === JSON.stringify(this.#brokers)) return;
    this.#brokers = brokers;
    this.#changed.fire();
  }
}
