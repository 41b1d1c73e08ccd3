import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../base/disposable.ts';
import { HumanError, type ErrorAction } from '../base/errors.ts';
import type { BrokerOptions, BrokerState } from '../engine/contract.ts';
import type { EngineProxy } from './engine/engine-proxy.ts';
import { contextKeys, section, settingKeys } from './ids.ts';
import { isLoopback } from '../base/loopback.ts';
import { reportError } from './report-error.ts';
import { brokerOptions, captureLimit } from './settings.ts';
import { t } from './localise.ts';

/** Remembers which address other than loopback the person has agreed to. */
const confirmedHostKey = 'confirmedHost';

/** Starts and stops the local broker on a person's behalf: asks, explains, offers what to do. */
export class BrokerController implements Disposable {
  readonly #engine: EngineProxy;
  readonly #memento: vscode.Memento;
  readonly #log: vscode.LogOutputChannel;
  readonly #disposables = new DisposableStore();
  #lastOptions: BrokerOptions | undefined;

  constructor(engine: EngineProxy, memento: vscode.Memento, log: vscode.LogOutputChannel) {
    this.#engine = engine;
    this.#memento = memento;
    this.#log = log;
    this.#disposables.add(
      engine.onSnapshot((snapshot) => this.#setContext(snapshot?.broker.status ?? 'stopped')),
    );
    this.#disposables.add(engine.onCrash((crash) => void this.#offerRestart(crash)));
    this.#disposables.add(
      vscode.workspace.onDidChangeConfiguration((event) => void this.#settingsChanged(event)),
    );
    this.#setContext('stopped');
  }

  get state(): BrokerState {
    return this.#engine.snapshot?.broker ?? { status: 'stopped', listeners: [] };
  }

  /** Starts the broker with the settings; false when it did not start (the person knows why). */
  async start(override: Partial<BrokerOptions> = {}): Promise<boolean> {
    if (this.state.status === 'running') return true;
    const options = { ...brokerOptions(), ...override };
    if (!(await this.#mayListenOn(options.host))) return false;
    try {
      this.#engine.revive();
      await this.#engine.request('capture/configure', { limit: captureLimit() });
      await this.#engine.request('broker/start', options);
      this.#lastOptions = options;
      return true;
    } catch (error) {
      return this.#startFailed(error, options);
    }
  }

  async stop(): Promise<void> {
    if (this.#engine.started) await this.#engine.request('broker/stop', null);
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  dispose(): void {
    this.#disposables.dispose();
  }

  async #startFailed(error: unknown, options: BrokerOptions): Promise<boolean> {
    const shown = error instanceof HumanError ? withSettingsAction(error) : error;
    const action = await reportError(shown, this.#log);
    switch (action?.id) {
      case 'useNextPort':
        return this.start({ ...options, port: Number(action.value) });
      case 'useNextWebSocketPort':
        return this.start({ ...options, webSocketPort: Number(action.value) });
      case 'openSettings':
        await vscode.commands.executeCommand('workbench.action.openSettings', `${section}.broker`);
        return false;
      default:
        return false;
    }
  }

  /** Other machines can reach addresses that are not loopback: never unasked, never untrusted. */
  async #mayListenOn(host: string): Promise<boolean> {
    if (isLoopback(host)) return true;
    if (!vscode.workspace.isTrusted) {
      await vscode.window.showErrorMessage(
        t(
          'The broker does not listen on {0} in an untrusted workspace. Trust the workspace, or use 127.0.0.1.',
          host,
        ),
      );
      return false;
    }
    if (this.#memento.get(confirmedHostKey) === host) return true;
    const listen = t('Listen on {0}', host);
    const chosen = await vscode.window.showWarningMessage(
      t('Let other machines connect to the broker?'),
      {
        modal: true,
        detail: t(
          'The setting {0} is {1}. Whoever reaches this machine over the network can then publish and subscribe, without a password.',
          `${section}.${settingKeys.host}`,
          host,
        ),
      },
      listen,
    );
    if (chosen !== listen) return false;
    await this.#memento.update(confirmedHostKey, host);
    return true;
  }

  async #settingsChanged(event: vscode.ConfigurationChangeEvent): Promise<void> {
    if (!this.#engine.started) return;
    if (event.affectsConfiguration(`${section}.${settingKeys.captureMaximumSize}`)) {
      await this.#engine.request('capture/configure', { limit: captureLimit() });
    }
    if (this.state.status !== 'running' || !event.affectsConfiguration(`${section}.broker`)) return;
    if (JSON.stringify(brokerOptions()) === JSON.stringify(this.#lastOptions)) return;
    const restart = t('Restart Broker');
    const chosen = await vscode.window.showInformationMessage(
      t('The broker uses the changed settings after a restart. Clients are disconnected.'),
      restart,
    );
    if (chosen === restart) await this.restart();
  }

  async #offerRestart({ brokerWasRunning }: { brokerWasRunning: boolean }): Promise<void> {
    const start = t('Start Broker Again');
    const showLog = t('Show Log');
    const chosen = await vscode.window.showErrorMessage(
      brokerWasRunning
        ? t(
            'The local broker stopped unexpectedly; its clients are disconnected and the capture is lost.',
          )
        : t('The MQTT engine stopped unexpectedly; the capture is lost.'),
      ...(brokerWasRunning ? [start, showLog] : [showLog]),
    );
    if (chosen === start) await this.start();
    else if (chosen === showLog) this.#log.show();
  }

  #setContext(status: BrokerState['status']): void {
    void vscode.commands.executeCommand('setContext', contextKeys.brokerStatus, status);
  }
}

function withSettingsAction(error: HumanError): HumanError {
  const settings: ErrorAction = { id: 'openSettings', title: t('Open Settings') };
  return new HumanError(error.code, error.message, [...error.actions, settings]);
}
