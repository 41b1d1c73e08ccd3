import { resolve } from 'node:path';
import { HumanError } from '../base/errors.ts';
import type {
  DevelopmentAuthority,
  LoadCertificateMaker,
} from '../net/certificates/development-authority.ts';
import { privateMode, publicMode, readText, writeWhole } from '../net/certificates/files.ts';
import { now } from '../net/clock.ts';
import { openAuthority } from './tls.ts';
import type { ClientCertificate, ClientCertificateRequest, LogEntry } from './contract.ts';

/** Days that a client certificate is valid, unless told otherwise, and at most. */
export const clientCertificateDays = { usual: 397, most: 3650 };

/** Hands out what the development certificate authority has to give; makes it on first use. */
export class Certificates {
  readonly #load: LoadCertificateMaker;
  readonly #log: (entry: LogEntry) => void;

  constructor(load: LoadCertificateMaker, log: (entry: LogEntry) => void) {
    this.#load = load;
    this.#log = log;
  }

  /**
   * The authority's certificate, PEM, without its key: what a device must trust.
   * @throws HumanError as `DevelopmentAuthority.open`.
   */
  async authority(folder: string): Promise<string> {
    return (await this.#open(folder)).pair.certificate;
  }

  /**
   * Writes the authority's certificate into a file.
   * @throws HumanError `certificateExists`, `certificateOutput`, or as `authority`.
   */
  async exportAuthority(folder: string, file: string, replace: boolean): Promise<void> {
    const text = await this.authority(folder);
    const path = resolve(file);
    if (!(await writeWhole(path, text, publicMode, replace, 'certificateOutput')))
      throw exists(path);
  }

  /**
   * Issues a client certificate into `NAME.pem` and `NAME.key.pem` of a folder, and writes the
   * authority's certificate beside them.
   * @throws HumanError `certificateName` for a name that is no common name, `certificateExists`
   *   when the files are there and must not be replaced, `certificateOutput` when they cannot be written.
   */
  async createClient(request: ClientCertificateRequest): Promise<ClientCertificate> {
    const { name, output, replace, days = clientCertificateDays.usual } = request;
    const problem = clientNameProblem(name);
    if (problem !== undefined) throw new HumanError('certificateName', problem);
    const authority = await this.#open(request.folder);
    const { certificate, key } = await authority.client(name, days, now());
    const base = resolve(output, fileNameOf(name));
    const written = {
      certificateFile: `${base}.pem`,
      keyFile: `${base}.key.pem`,
      authorityFile: resolve(output, 'mqtt-workbench-ca.pem'),
    };
    const code = 'certificateOutput';
    for (const path of [written.keyFile, written.certificateFile]) {
      if (!replace && (await readText(path, code)) !== undefined) throw exists(path);
    }
    for (const [path, text, mode] of [
      [written.keyFile, key, privateMode],
      [written.certificateFile, certificate, publicMode],
    ] as const) {
      if (!(await writeWhole(path, text, mode, replace, code))) throw exists(path);
    }
    await writeWhole(written.authorityFile, authority.pair.certificate, publicMode, true, code);
    return written;
  }

  #open(folder: string): Promise<DevelopmentAuthority> {
    return openAuthority(folder, this.#load, this.#log);
  }
}

function exists(path: string): HumanError {
  return new HumanError('certificateExists', `${path} exists already.`);
}

/** Why a client certificate cannot have this common name; undefined when it can (RFC 5280: 1 to 64). */
export function clientNameProblem(name: string): string | undefined {
  if (name.trim() === '') return 'The name is empty.';
  if (name.length > 64) return 'The name has more than 64 characters.';
  // What Node would print escaped could be taken for another name.
  if (/[\u0000-\u001f\u007f\\"]|\p{Surrogate}/u.test(name)) {
    return 'The name must not hold control characters, quotes or backslashes.';
  }
  return undefined;
}

/** Every name gives a plain file in its folder; what no file name may hold becomes `_`. */
function fileNameOf(name: string): string {
  return name.replace(/[^\p{L}\p{N}._ -]/gu, '_').replace(/^\.+|[. ]+$/g, '_');
}
