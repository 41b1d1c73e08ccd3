import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../base/disposable.ts';
import { HumanError, type ErrorAction } from '../base/errors.ts';
import type { BrokerOptions, BrokerState } from '../engine/contract.ts';
import { accessOptions } from './access-options.ts';
import type { EngineProxy } from './engine/engine-proxy.ts';
import { askExposure } from './exposure.ts';
import { contextKeys, section, settingKeys } from './ids.ts';
import { reportError } from './report-error.ts';
import { settingProblems, settingProblemText } from './setting-problems.ts';
import { brokerOptions, captureLimit, isPersistent } from './settings.ts';
import { tlsListeners } from './tls-options.ts';
import { t } from '../base/localise.ts';
import type { WindowBroker } from './windows/broker-registry.ts';
import type { OtherWindows } from './windows/other-windows.ts';

/** Starts and stops the local broker on a person's behalf: asks, explains, offers what to do. */
export class BrokerController implements Disposable {
  readonly #engine: EngineProxy;
  readonly #others: OtherWindows;
  readonly #memento: vscode.Memento;
  readonly #log: vscode.LogOutputChannel;
  /** The broker's users and the hashes of their passwords; there once a user was added. */
  readonly usersFile: string;
  /** The development certificate authority; there once TLS was used. */
  readonly certificateFolder: string;
  /** Where the broker keeps what outlives it, if the setting says so. */
  readonly storeFolder: string;
  readonly #disposables = new DisposableStore();
  /** What runs: the options, and the settings they were made from. */
  #last: { options: BrokerOptions; settings: BrokerOptions } | undefined;
  #starting: Promise<boolean> | undefined;
  /** What was last said about settings that cannot be used. */
  #toldProblems: string | undefined;

  constructor(
    engine: EngineProxy,
    others: OtherWindows,
    memento: vscode.Memento,
    log: vscode.LogOutputChannel,
    usersFile: string,
    certificateFolder: string,
    storeFolder: string,
  ) {
    this.#engine = engine;
    this.#others = others;
    this.#memento = memento;
    this.#log = log;
    this.usersFile = usersFile;
    this.certificateFolder = certificateFolder;
    this.storeFolder = storeFolder;
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
    // Whoever began the start that is under way tells why it fails.
    if (this.#starting) return this.#starting.catch(() => false);
    const settings = this.#settings();
    const asked = { ...settings, ...override };
    const host = await askExposure(asked.host, this.isAnonymous, this.#memento);
    if (host === undefined) return false;
    const options: BrokerOptions = { ...asked, host };
    this.#starting = this.#startEngine(options).finally(() => (this.#starting = undefined));
    try {
      await this.#starting;
      this.#last = { options, settings };
      return true;
    } catch (error) {
      const change = await this.#explain(error, options);
      return change ? this.start({ ...override, ...change }) : false;
    }
  }

  /** Starts it unasked: not where another window has the port, which is no news to anybody then. */
  async startWithWindow(): Promise<void> {
    const { port } = this.#settings();
    const other = this.#others.onPort(port);
    if (other) this.#log.info(portInUse(port, other));
    else await this.start();
  }

  async stop(): Promise<void> {
    if (this.#engine.started) await this.#engine.request('broker/stop', null);
  }

  /** On the port that it runs on now, unless the settings have changed since. */
  async restart(): Promise<void> {
    const last = this.#last;
    const same = last && sameOptions(last.settings, this.#settings());
    await this.stop();
    await this.start(same ? last.options : {});
  }

  /** Whether clients without a user name may connect. */
  get isAnonymous(): boolean {
    return accessOptions(this.usersFile).anonymous;
  }

  /** Users or rules have changed: a running broker takes them over, without a restart. */
  async reloadAccess(): Promise<void> {
    if (!this.#engine.started || this.state.status !== 'running') return;
    await this.#engine.request('broker/reloadAccess', accessOptions(this.usersFile));
  }

  dispose(): void {
    this.#disposables.dispose();
  }

  async #startEngine(options: BrokerOptions): Promise<true> {
    this.#engine.revive();
    await this.#engine.request('capture/configure', { limit: captureLimit() });
    const access = accessOptions(this.usersFile);
    const { notice } = await this.#engine.request('broker/start', { ...options, access });
    if (notice !== undefined) void this.#showNotice(notice);
    this.#toldProblems = undefined;
    void this.#tellSettingProblems();
    return true;
  }

  /** What the settings ask for. */
  #settings(): BrokerOptions {
    return {
      ...brokerOptions(),
      ...tlsListeners(this.certificateFolder),
      ...(isPersistent() && { persistence: { folder: this.storeFolder } }),
    };
  }

  /** A value that cannot be used is never replaced silently: one notification, however many there are. */
  async #tellSettingProblems(): Promise<void> {
    const settings = vscode.workspace.getConfiguration(section);
    const problems = settingProblems((key) => settings.get(key));
    const text = settingProblemText(problems, section);
    if (text === this.#toldProblems) return;
    this.#toldProblems = text;
    if (text === undefined) return;
    this.#log.warn(text);
    const open = t('Open Settings');
    if ((await vscode.window.showWarningMessage(text, open)) !== open) return;
    const query = problems.map(({ key }) => `@id:${section}.${key}`).join(' ');
    await vscode.commands.executeCommand('workbench.action.openSettings', query);
  }

  async #showNotice(notice: string): Promise<void> {
    const showLog = t('Show Log');
    if ((await vscode.window.showWarningMessage(notice, showLog)) === showLog) this.#log.show();
  }

  /** A port that the broker of another window has is no other program's, and not to be fought for. */
  #withOwner(error: HumanError, options: BrokerOptions | undefined): HumanError {
    const setting = /^(port|webSocketPort|tlsPort|secureWebSocketPort)Taken$/.exec(error.code)?.[1];
    const port = setting && options?.[setting as 'port' | 'tlsPort'];
    const other = port ? this.#others.onPort(port) : undefined;
    if (!port || !other) return error;
    return new HumanError(error.code, portInUse(port, other), error.actions);
  }

  /** Explains; gives what the person wants tried instead. */
  async #explain(
    error: unknown,
    options?: BrokerOptions,
  ): Promise<Partial<BrokerOptions> | undefined> {
    const shown =
      error instanceof HumanError ? withSettingsAction(this.#withOwner(error, options)) : error;
    const action = await reportError(shown, this.#log);
    switch (action?.id) {
      case 'useNextPort':
        return { port: Number(action.value) };
      case 'useNextWebSocketPort':
        return { webSocketPort: Number(action.value) };
      case 'useNextTlsPort':
        return { tlsPort: Number(action.value) };
      case 'useNextSecureWebSocketPort':
        return { secureWebSocketPort: Number(action.value) };
      case 'makeNewAuthority':
        // The damaged one was set aside: the next start makes another.
        return {};
      case 'openSettings':
        await vscode.commands.executeCommand('workbench.action.openSettings', action.value);
        return undefined;
      default:
        return undefined;
    }
  }

  async #settingsChanged(event: vscode.ConfigurationChangeEvent): Promise<void> {
    if (!this.#engine.started) return;
    if (event.affectsConfiguration(section)) void this.#tellSettingProblems();
    if (event.affectsConfiguration(`${section}.${settingKeys.captureMaximumSize}`)) {
      await this.#engine.request('capture/configure', { limit: captureLimit() });
    }
    if (event.affectsConfiguration(`${section}.broker.access`)) {
      await this.reloadAccess().catch((error: unknown) => this.#explain(error));
    }
    if (this.state.status !== 'running' || !event.affectsConfiguration(`${section}.broker`)) return;
    if (this.#last && sameOptions(this.#last.settings, this.#settings())) return;
    const restart = t('Restart Broker');
    const chosen = await vscode.window.showInformationMessage(
      t('The broker uses the changed settings after a restart. Clients are disconnected.'),
      restart,
    );
    if (chosen === restart) await this.restart();
  }

  async #offerRestart({ brokerWasRunning }: { brokerWasRunning: boolean }): Promise<void> {
    const start = t('Restart Broker');
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

function portInUse(port: number, { workspace }: WindowBroker): string {
  return workspace === ''
    ? t('Port {0} is in use by the local broker of another window.', port)
    : t('Port {0} is in use by the local broker of another window: {1}.', port, workspace);
}

/** The setting that is to blame for a failed start. */
const settingOf: Record<string, string> = {
  portTaken: settingKeys.port,
  portForbidden: settingKeys.port,
  webSocketPortTaken: settingKeys.webSocketPort,
  webSocketPortForbidden: settingKeys.webSocketPort,
  tlsPortTaken: settingKeys.tlsPort,
  tlsPortForbidden: settingKeys.tlsPort,
  secureWebSocketPortTaken: settingKeys.secureWebSocketPort,
  secureWebSocketPortForbidden: settingKeys.secureWebSocketPort,
  certificateFile: settingKeys.certificateFile,
  certificateMismatch: settingKeys.certificateFile,
  keyFile: settingKeys.keyFile,
  clientAuthorityFile: settingKeys.clientAuthorityFile,
  storeInUse: settingKeys.persistence,
  storeFolder: settingKeys.persistence,
  storeTooNew: settingKeys.persistence,
  storeNotSupported: settingKeys.persistence,
  addressUnavailable: settingKeys.host,
  wrongRule: settingKeys.accessRules,
};

function withSettingsAction(error: HumanError): HumanError {
  const key = settingOf[error.code];
  if (key === undefined) return error;
  const change: ErrorAction = {
    id: 'openSettings',
    title: t('Change Setting'),
    value: `${section}.${key}`,
  };
  return new HumanError(error.code, error.message, [...error.actions, change]);
}

function sameOptions(one: BrokerOptions, other: BrokerOptions): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
