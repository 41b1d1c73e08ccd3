import { HumanError } from '../base/errors.ts';
import type { BrokerOptions, InspectorView, QueryState } from '../engine/contract.ts';
import { Engine } from '../engine/engine.ts';
import { loadCertificateMaker } from './certificate-maker.ts';
import { packetJson, packetLine } from './packet-lines.ts';
import { writeLine, type Terminal } from './output.ts';
import { exitCode, parseArguments, parseChoice, parsePort, parseWholeNumber } from './usage.ts';

export const brokerHelp = `Usage: mqtt-workbench broker [options]

Runs an MQTT broker (3.1, 3.1.1 and 5.0) until it is interrupted. Prints one line for each
address it listens on, then the packets that pass, when asked.

Options:
  --host ADDRESS           address to listen on (default 127.0.0.1: this machine only)
  --port N                 TCP port, 0 to let the system choose (default 1883)
  --ws-port N              listen for WebSockets too, on this port (default: no)
  --max-packet-size BYTES  largest packet accepted (default 10485760)
  --log packets|messages|none
                           print each control packet, or each application message (default none)
  --json                   print lines of JSON
  --help                   print this text

Exit codes: 0 after SIGINT or SIGTERM, 2 for wrong options or a taken port.`;

const options = {
  host: { type: 'string', default: '127.0.0.1' },
  port: { type: 'string', default: '1883' },
  'ws-port': { type: 'string' },
  'max-packet-size': { type: 'string' },
  log: { type: 'string', default: 'none' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

/** Rows fetched and printed at a time. */
const pageRows = 500;

/** `mqtt-workbench broker`: resolves with the exit code when interrupted. */
export async function brokerCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values } = parseArguments(args, options, false);
  if (values.help) {
    await writeLine(terminal.stdout, brokerHelp);
    return exitCode.success;
  }
  const log = parseChoice('--log', values.log, ['packets', 'messages', 'none']);
  const webSocketPort = values['ws-port'];
  const maximumPacketSize = values['max-packet-size'];
  const brokerOptions: BrokerOptions = {
    host: values.host,
    port: parsePort('--port', values.port),
    ...(webSocketPort !== undefined && { webSocketPort: parsePort('--ws-port', webSocketPort) }),
    ...(maximumPacketSize !== undefined && {
      limits: {
        maximumPacketSize: parseWholeNumber(
          '--max-packet-size',
          maximumPacketSize,
          1024,
          268435460,
        ),
      },
    }),
  };

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
  const state = await engine.startBroker(brokerOptions);
  for (const { url, transport } of state.listeners) {
    const line = values.json
      ? JSON.stringify({ event: 'listening', url, transport })
      : `listening ${url}`;
    await writeLine(terminal.stdout, line);
  }
  await terminal.untilInterrupted();
  await engine.stopBroker();
  await printer?.finish();
  engine.dispose();
  return exitCode.success;
}

/**
 * Prints the rows of a query as they come. A reader slower than the traffic costs no memory: the
 * capture is the buffer, and what it dropped before it was printed is told.
 */
class RowPrinter {
  readonly #view: InspectorView;
  readonly #json: boolean;
  readonly #terminal: Terminal;
  #engine: Engine | undefined;
  #query = 0;
  #next = 0;
  #state: QueryState | undefined;
  #printing: Promise<void> | undefined;

  constructor(view: InspectorView, json: boolean, terminal: Terminal) {
    this.#view = view;
    this.#json = json;
    this.#terminal = terminal;
  }

  attach(engine: Engine): void {
    this.#engine = engine;
    this.#query = engine.queries.open(this.#view, '').query;
  }

  changed(state: QueryState): void {
    this.#state = state;
    this.#printing ??= this.#print().finally(() => {
      this.#printing = undefined;
    });
  }

  /** Prints what is left. */
  async finish(): Promise<void> {
    await this.#printing;
    const state = this.#engine?.queries.state(this.#query);
    if (state) this.changed(state);
    await this.#printing;
  }

  async #print(): Promise<void> {
    while (this.#engine && this.#state && this.#next < this.#state.end) {
      const page = this.#engine.queries.rows(this.#query, this.#next, pageRows);
      if (page.from > this.#next) await this.#tellSkipped(page.from - this.#next);
      for (const row of page.rows) {
        await writeLine(this.#terminal.stdout, this.#json ? packetJson(row) : packetLine(row));
      }
      this.#next = page.from + page.rows.length;
      if (page.rows.length === 0) return;
    }
  }

  async #tellSkipped(count: number): Promise<void> {
    const line = this.#json
      ? JSON.stringify({ event: 'skipped', count })
      : `… ${count} not printed: the output was slower than the traffic`;
    await writeLine(this.#terminal.stdout, line);
  }
}
