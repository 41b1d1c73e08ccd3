import { Certificates, clientCertificateDays } from '../engine/certificates.ts';
import { loadCertificateMaker } from './certificate-maker.ts';
import { defaultCertificateFolder } from './data-folder.ts';
import { writeLine, type Terminal } from './output.ts';
import { exitCode, parseArguments, parseWholeNumber, UsageError } from './usage.ts';

export const certificateHelp = `Usage: mqtt-workbench certificate export-authority [options]
       mqtt-workbench certificate create-client NAME [options]

Hands out certificates of the development certificate authority, by which the broker's TLS
listeners are known. The authority is made on first use.

Commands:
  export-authority     print the authority's certificate (PEM): what clients must trust
  create-client NAME   issue a client certificate with this common name; writes NAME.pem,
                       NAME.key.pem and mqtt-workbench-ca.pem, and prints their paths

Options:
  --folder DIR    folder of the authority
                  (default ${defaultCertificateFolder()})
  --output PATH   export-authority: file to write instead of printing;
                  create-client: folder to write to (default: the current one)
  --days N        create-client: how long it is valid, 1 to ${clientCertificateDays.most} (default ${clientCertificateDays.usual})
  --force         replace files that are there
  --help          print this text

Exit codes: 0 when it is done, 2 when it cannot be.`;

const options = {
  folder: { type: 'string' },
  output: { type: 'string' },
  days: { type: 'string' },
  force: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

/** `mqtt-workbench certificate`: resolves with the exit code. */
export async function certificateCommand(
  args: readonly string[],
  terminal: Terminal,
): Promise<number> {
  const { values, positionals } = parseArguments(args, options, true);
  if (values.help) {
    await writeLine(terminal.stdout, certificateHelp);
    return exitCode.success;
  }
  const [action, name, ...rest] = positionals;
  const { folder = defaultCertificateFolder(), output, force } = values;
  const certificates = new Certificates(loadCertificateMaker, ({ message }) => {
    terminal.stderr.write(`${message}\n`);
  });
  if (rest.length > 0) {
    throw new UsageError(`'${rest.join(' ')}' is too much; quote names with spaces`);
  }
  switch (action) {
    case 'export-authority':
      if (name !== undefined) throw new UsageError('certificate export-authority takes no name');
      if (output === undefined) {
        await writeLine(terminal.stdout, (await certificates.authority(folder)).trimEnd());
      } else {
        await certificates.exportAuthority(folder, output, force);
        await writeLine(terminal.stdout, output);
      }
      return exitCode.success;
    case 'create-client': {
      if (name === undefined) throw new UsageError('certificate create-client needs a name');
      const days =
        values.days === undefined
          ? clientCertificateDays.usual
          : parseWholeNumber('--days', values.days, 1, clientCertificateDays.most);
      const request = { folder, name, output: output ?? '.', days, replace: force };
      const files = await certificates.createClient(request);
      for (const path of Object.values(files)) await writeLine(terminal.stdout, String(path));
      return exitCode.success;
    }
    default:
      throw new UsageError(
        `certificate takes export-authority or create-client, not '${action ?? ''}'; try 'certificate --help'`,
      );
  }
}
