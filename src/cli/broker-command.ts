import { HumanError, messageOf } from '../base/errors.ts';
import type { BrokerOptions } from '../engine/contract.ts';
import { Engine } from '../engine/engine.ts';
import { brokerHelp } from './broker-help.ts';
import { loadCertificateMaker } from './certificate-maker.ts';
import { commandLineConfig, formerOptions, mergeConfigs } from './config/command-line-config.ts';
import { completeConfig, effectiveOptions, exposureWarning } from './config/effective.ts';
import { readConfig } from './config/read-config.ts';
import { optionRows } from './config/shape.ts';
import { printable, writeLine, type Terminal } from './output.ts';
import { RowPrinter } from './row-printer.ts';
import { exitCode, optionsInOrder, parseArguments, parseChoice, UsageError } from './usage.ts';

const settingNames = [...optionRows.map(({ option }) => option), ...Object.keys(formerOptions)];

const options = {
  ...Object.fromEntries(settingNames.map((name) => [name, { type: 'string' } as const])),
  allow: { type: 'string', multiple: true },
  deny: { type: 'string', multiple: true },
  config: { type: 'string' },
  'print-config': { type: 'boolean', default: false },
  log: { type: 'string', default: 'none' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

/** `mqtt-workbench broker`: resolves with the exit code when interrupted. */
export async function brokerCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values } = parseArguments(args, options, false);
  if (values.help) {
    await writeLine(terminal.stdout, brokerHelp());
    return exitCode.success;
  }
  const log = parseChoice('--log', values.log, ['packets', 'messages', 'none']);
  const given = commandLineConfig(optionsInOrder(args, options));
  const { config } = values;
  const read = async (): Promise<BrokerOptions> =>
    effectiveOptions(mergeConfigs(config === undefined ? {} : await readConfig(config), given));
  const brokerOptions = await read();
  if (values['print-config']) {
    await writeLine(terminal.stdout, JSON.stringify(completeConfig(brokerOptions), undefined, 2));
    return exitCode.success;
  }

  const printer = log === 'none' ? undefined : new RowPrinter(log, values.json, terminal);
  const engine = new Engine(
    {
      snapshot: () => undefined,
      queryChanged: (state) => printer?.changed(state),
      log: ({ level, message }) => {
        if (level === 'error') terminal.stderr.write(`${message}\n`);
      },
    },
    () => Promise.reject(new HumanError('noClient', 'The command line broker has no client.')),
    loadCertificateMaker,
  );
  printer?.attach(engine);
  const warning = exposureWarning(brokerOptions);
  if (warning !== undefined) terminal.stderr.write(`mqtt-workbench: ${warning}\n`);
  const state = await engine.startBroker(brokerOptions);
  const reloads = new Reloads(engine, read, brokerOptions, values.json, terminal);
  const stopListening = terminal.onHangUp(() => reloads.begin());
  for (const { url, transport } of state.listeners) {
    const line = values.json
      ? JSON.stringify({ event: 'listening', url, transport })
      : `listening ${url}`;
    await writeLine(terminal.stdout, line);
  }
  await terminal.untilInterrupted();
  stopListening();
  await reloads.finish();
  await engine.stopBroker();
  await printer?.finish();
  engine.dispose();
  return exitCode.success;
}

/** Reads users and rules again, one reading after the other; what is wrong changes nothing. */
class Reloads {
  readonly #engine: Engine;
  readonly #read: () => Promise<BrokerOptions>;
  readonly #started: string;
  readonly #json: boolean;
  readonly #terminal: Terminal;
  #last: Promise<void> = Promise.resolve();
  #waiting = false;

  constructor(
    engine: Engine,
    read: () => Promise<BrokerOptions>,
    started: BrokerOptions,
    json: boolean,
    terminal: Terminal,
  ) {
    this.#engine = engine;
    this.#read = read;
    this.#started = withoutAccess(started);
    this.#json = json;
    this.#terminal = terminal;
  }

  /** One that has not begun to read yet serves for any number of signals. */
  begin(): void {
    if (this.#waiting) return;
    this.#waiting = true;
    this.#last = this.#last.then(() => this.#reload());
  }

  finish(): Promise<void> {
    return this.#last;
  }

  async #reload(): Promise<void> {
    this.#waiting = false;
    const { stdout, stderr } = this.#terminal;
    try {
      const brokerOptions = await this.#read();
      await this.#engine.reloadAccess(brokerOptions.access);
      if (withoutAccess(brokerOptions) !== this.#started) {
        stderr.write(
          'mqtt-workbench: users and rules are read again; what else has changed needs a restart\n',
        );
      }
      const line = this.#json ? JSON.stringify({ event: 'reloaded' }) : 'reloaded users and rules';
      await writeLine(stdout, line);
    } catch (error) {
      if (!(error instanceof UsageError || error instanceof HumanError)) throw error;
      const message = printable(messageOf(error).replace(/\s*\n\s*/g, ' '));
      stderr.write(`mqtt-workbench: ${message}; users and rules are as before\n`);
    }
  }
}

function withoutAccess(brokerOptions: BrokerOptions): string {
  return JSON.stringify({ ...brokerOptions, access: undefined });
}
