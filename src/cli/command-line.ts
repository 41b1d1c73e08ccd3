import { HumanError, stackOf } from '../base/errors.ts';
import { writeLine, type Terminal } from './output.ts';
import { exitCode, UsageError } from './usage.ts';

declare const MQTT_WORKBENCH_VERSION: string | undefined;

const help = `Usage: mqtt-workbench COMMAND [options]

Commands:
  broker        run an MQTT broker and print what passes
  certificate   hand out certificates of the development certificate authority
  decode        print the field tree of raw MQTT packets
  user          manage the file of users that the broker takes

Options:
  --help      print this text; 'mqtt-workbench COMMAND --help' tells a command's options
  --version   print the version`;

/** Runs the command line; resolves with the exit code. Every failure is one line on stderr. */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    return await dispatch(args, terminal);
  } catch (error) {
    if (error instanceof UsageError || error instanceof HumanError) {
      terminal.stderr.write(`mqtt-workbench: ${error.message.replace(/\s*\n\s*/g, ' ')}\n`);
      return exitCode.usage;
    }
    terminal.stderr.write(`mqtt-workbench: this is a defect: ${stackOf(error)}\n`);
    return exitCode.failure;
  }
}

async function dispatch(args: readonly string[], terminal: Terminal): Promise<number> {
  const [command, ...rest] = args;
  switch (command) {
    case 'broker': {
      const { brokerCommand } = await import('./broker-command.ts');
      return brokerCommand(rest, terminal);
    }
    case 'certificate': {
      const { certificateCommand } = await import('./certificate-command.ts');
      return certificateCommand(rest, terminal);
    }
    case 'decode': {
      const { decodeCommand } = await import('./decode-command.ts');
      return decodeCommand(rest, terminal);
    }
    case 'user': {
      const { userCommand } = await import('./user-command.ts');
      return userCommand(rest, terminal);
    }
    case '--help':
    case 'help':
      await writeLine(terminal.stdout, help);
      return exitCode.success;
    case '--version': {
      const version =
        typeof MQTT_WORKBENCH_VERSION === 'string' ? MQTT_WORKBENCH_VERSION : 'development';
      await writeLine(terminal.stdout, version);
      return exitCode.success;
    }
    case undefined:
      throw new UsageError("no command given; try 'mqtt-workbench --help'");
    default:
      throw new UsageError(`unknown command '${command}'; try 'mqtt-workbench --help'`);
  }
}
