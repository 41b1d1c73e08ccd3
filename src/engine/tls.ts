import { createSecureContext } from 'node:tls';
import { HumanError, messageOf } from '../base/errors.ts';
import {
  DevelopmentAuthority,
  type LoadCertificateMaker,
} from '../net/certificates/development-authority.ts';
import { readCertificates, readPrivateKey } from '../net/certificates/pem.ts';
import { now } from '../net/clock.ts';
import type { TlsCredentials } from '../net/tls-server.ts';
import type { LogEntry, TlsOptions } from './contract.ts';

/**
 * What the TLS listeners need: the person's own certificate, or one of the development certificate
 * authority, which is made on first use.
 * @param host what the broker listens on.
 * @throws HumanError that names the file and what is wrong with it: `certificateFile`, `keyFile`,
 *   `certificateMismatch`, `clientAuthorityFile`, `certificateFolder`, `authorityDamaged`.
 */
export async function tlsCredentials(
  options: TlsOptions,
  host: string,
  load: LoadCertificateMaker,
  log: (entry: LogEntry) => void,
): Promise<TlsCredentials> {
  const { clientCertificates = 'none', clientAuthorityFile } = options;
  let opened: Promise<DevelopmentAuthority> | undefined;
  const authority = (): Promise<DevelopmentAuthority> =>
    (opened ??= openAuthority(options.certificateFolder, load, log));
  const server = (await ownCertificate(options, log)) ?? (await developed(await authority()));
  if (clientCertificates === 'none') return { ...server, clientCertificates };
  const clientAuthorities =
    clientAuthorityFile === undefined
      ? (await authority()).pair.certificate
      : (await readCertificates(clientAuthorityFile, 'clientAuthorityFile')).text;
  return { ...server, clientCertificates, clientAuthorities };

  async function developed(from: DevelopmentAuthority): Promise<Server> {
    const { certificate, key, isNew } = await from.server(host, now());
    if (isNew) log({ level: 'info', message: 'Made a server certificate for this machine.' });
    return { certificate, key };
  }
}

type Server = Pick<TlsCredentials, 'certificate' | 'key'>;

/** @throws HumanError `certificateFolder` when no folder is given, or as `DevelopmentAuthority.open`. */
export async function openAuthority(
  folder: string | undefined,
  load: LoadCertificateMaker,
  log: (entry: LogEntry) => void,
): Promise<DevelopmentAuthority> {
  if (folder === undefined) {
    throw new HumanError(
      'certificateFolder',
      'TLS needs a folder for the development certificate authority, or a certificate and key of your own.',
    );
  }
  const authority = await DevelopmentAuthority.open(folder, load, now());
  if (authority.isNew) {
    log({ level: 'info', message: `Made a development certificate authority in ${folder}.` });
  }
  return authority;
}

/** The certificate that the person gave; undefined when there is none. */
async function ownCertificate(
  { certificateFile, keyFile }: TlsOptions,
  log: (entry: LogEntry) => void,
): Promise<Server | undefined> {
  if (certificateFile === undefined && keyFile === undefined) return undefined;
  if (certificateFile === undefined) {
    throw new HumanError('certificateFile', `The key ${keyFile ?? ''} needs a certificate file.`);
  }
  if (keyFile === undefined) {
    throw new HumanError('keyFile', `The certificate ${certificateFile} needs a key file.`);
  }
  const { text: certificate, certificates } = await readCertificates(
    certificateFile,
    'certificateFile',
  );
  const { text: key, key: privateKey } = await readPrivateKey(keyFile, 'keyFile');
  const [first] = certificates;
  if (!first?.checkPrivateKey(privateKey)) {
    throw new HumanError(
      'certificateMismatch',
      `The key in ${keyFile} does not belong to the first certificate in ${certificateFile} (${subjectOf(first?.subject)}). The server's own certificate stands first, its chain after it.`,
    );
  }
  try {
    createSecureContext({ cert: certificate, key });
  } catch (error) {
    throw new HumanError(
      'certificateFile',
      `The certificate in ${certificateFile} cannot be used for TLS: ${messageOf(error)}.`,
    );
  }
  // On purpose no error: how clients meet an expired certificate is worth a test.
  if (Date.parse(first.validTo) < now()) {
    log({
      level: 'warn',
      message: `The certificate in ${certificateFile} has expired (${first.validTo}): clients will refuse it.`,
    });
  }
  return { certificate, key };
}

function subjectOf(subject: string | undefined): string {
  return (subject ?? '').split('\n').join(', ');
}
