import { X509Certificate } from 'node:crypto';
import { rename } from 'node:fs/promises';
import { hostname, networkInterfaces, userInfo } from 'node:os';
import { join } from 'node:path';
import { HumanError, messageOf } from '../../base/errors.ts';
import { privateMode, readText, writeWhole } from './files.ts';
import type * as makerBundle from './maker.ts';
import type { KeyPair, Validity } from './maker.ts';
import { isFor, machineNames, type CertificateNames } from './names.ts';
import { certificatesOf, privateKeyOf } from './pem.ts';

/** Loads the bundle of `maker.ts`. */
export type LoadCertificateMaker = () => Promise<typeof makerBundle>;

const day = 86_400_000;
/** Devices are given the authority by hand: it lasts. */
const authorityDays = 3650;
/** Apple's systems take no server certificate for more than 398 days from public roots, 825 from others. */
const serverDays = 397;
/** A server certificate with less than this left is made anew. */
const renewalDays = 30;
/** Certificates begin a day early: clocks of devices differ. */
const earlier = day;
const code = 'certificateFolder';

/**
 * The certificate authority of this person's machine, kept in a folder: `authority.pem` and
 * `server.pem` hold a private key and its certificate each, in one file so that they always belong
 * together.
 */
export class DevelopmentAuthority {
  readonly pair: KeyPair;
  /** Whether it was made now. */
  readonly isNew: boolean;
  readonly #folder: string;
  readonly #load: LoadCertificateMaker;

  private constructor(folder: string, pair: KeyPair, isNew: boolean, load: LoadCertificateMaker) {
    this.#folder = folder;
    this.pair = pair;
    this.isNew = isNew;
    this.#load = load;
  }

  /**
   * Opens the authority of a folder; the first time, makes it.
   * @throws HumanError `certificateFolder` when the folder cannot be used, `authorityDamaged` when
   *   the authority's file is damaged or expired: it has then been set aside, and the next call makes a new one.
   */
  static async open(
    folder: string,
    load: LoadCertificateMaker,
    now: number,
  ): Promise<DevelopmentAuthority> {
    const path = join(folder, 'authority.pem');
    const known = await readText(path, code);
    if (known !== undefined) {
      return new DevelopmentAuthority(folder, await checked(path, known, now), false, load);
    }
    const maker = await load();
    const made = await maker.makeAuthority(authorityName(), validity(now, authorityDays));
    if (await writeWhole(path, textOf(made), privateMode, false, code)) {
      return new DevelopmentAuthority(folder, made, true, load);
    }
    // Another process was faster: there is one authority, and that is it.
    const other = (await readText(path, code)) ?? '';
    return new DevelopmentAuthority(folder, await checked(path, other, now), false, load);
  }

  /** When the authority's certificate ends, milliseconds since the epoch. */
  get validUntil(): number {
    return Date.parse(new X509Certificate(this.pair.certificate).validTo);
  }

  /**
   * The server's certificate for all names of this machine. It is made anew when the names have
   * changed, when it ends soon, or when it is damaged or of another authority.
   * @param host address or name that the broker listens on.
   * @throws HumanError `certificateFolder` when it cannot be written.
   */
  async server(
    host: string | undefined,
    now: number,
    names = machineNames(hostname(), networkInterfaces(), host),
  ): Promise<KeyPair & { readonly isNew: boolean }> {
    const path = join(this.#folder, 'server.pem');
    const known = this.#usable((await readText(path, code)) ?? '', names, now);
    if (known) return { ...known, isNew: false };
    const maker = await this.#load();
    const commonName = names.hosts.find((name) => name !== 'localhost') ?? 'localhost';
    // RFC 5280: a common name has 64 characters at most; what counts are the alternative names.
    const made = await maker.makeServer(
      this.pair,
      commonName.slice(0, 64),
      names,
      this.#within(validity(now, serverDays)),
    );
    await writeWhole(path, textOf(made), privateMode, true, code);
    return { ...made, isNew: true };
  }

  /**
   * A certificate by which a client proves that it is `commonName`.
   * @param days how long it is valid, at most as long as the authority.
   */
  async client(commonName: string, days: number, now: number): Promise<KeyPair> {
    const maker = await this.#load();
    return maker.makeClient(this.pair, commonName, this.#within(validity(now, days)));
  }

  #usable(text: string, names: CertificateNames, now: number): KeyPair | undefined {
    try {
      const [certificate] = certificatesOf(text);
      const authority = new X509Certificate(this.pair.certificate);
      if (!certificate?.checkPrivateKey(privateKeyOf(text))) return undefined;
      const isGood =
        certificate.verify(authority.publicKey) &&
        certificate.checkIssued(authority) &&
        Date.parse(certificate.validFrom) <= now &&
        Date.parse(certificate.validTo) >= Math.min(now + renewalDays * day, this.validUntil) &&
        isFor(certificate, names);
      return isGood ? pairOf(text) : undefined;
    } catch {
      // Damaged: nobody was given this file, another is as good.
      return undefined;
    }
  }

  #within({ from, until }: Validity): Validity {
    return { from, until: Math.min(until, this.validUntil) };
  }
}

function validity(now: number, days: number): Validity {
  // Whole seconds: a certificate knows no others.
  const from = Math.floor((now - earlier) / 1000) * 1000;
  return { from, until: from + days * day };
}

/** Tells whose it is where many are in a device's list. */
function authorityName(): string {
  let user = 'unknown';
  try {
    user = userInfo().username;
  } catch {
    // A user identifier without a name, as in containers.
  }
  return `MQTT Workbench development ${user}@${hostname()}`.slice(0, 64);
}

function textOf({ key, certificate }: KeyPair): string {
  return `${key}${certificate}`;
}

/** The text has been found to be a good pair. */
function pairOf(text: string): KeyPair {
  const [certificate] = certificatesOf(text);
  const key = privateKeyOf(text).export({ type: 'pkcs8', format: 'pem' });
  return { certificate: certificate?.toString() ?? '', key: String(key) };
}

/** The pair in an authority's file. One that cannot be used is set aside and reported, not replaced. */
async function checked(path: string, text: string, now: number): Promise<KeyPair> {
  const problem = problemOf(text, now);
  if (problem === undefined) return pairOf(text);
  const aside = `${path}.damaged-${new Date(now).toISOString().replace(/[:.]/g, '-')}`;
  try {
    await rename(path, aside);
  } catch (error) {
    throw new HumanError(
      'authorityDamaged',
      `The development certificate authority ${path} ${problem}, and cannot be set aside: ${messageOf(error)}.`,
    );
  }
  throw new HumanError(
    'authorityDamaged',
    `The development certificate authority ${path} ${problem}. It is now ${aside}. Put a good copy in its place, or start again to make a new authority: devices that trusted the old one then need the new one.`,
    [{ id: 'makeNewAuthority', title: 'Make New Authority' }],
  );
}

/** What is wrong with an authority's file; undefined when nothing is. */
function problemOf(text: string, now: number): string | undefined {
  try {
    const [certificate] = certificatesOf(text);
    if (!certificate) return 'is damaged: it holds no certificate';
    if (!certificate.checkPrivateKey(privateKeyOf(text))) {
      return 'is damaged: its key and its certificate do not belong together';
    }
    if (!certificate.ca) return 'is damaged: its certificate is not one of an authority';
    if (Date.parse(certificate.validTo) <= now) return `has expired (${certificate.validTo})`;
    return undefined;
  } catch (error) {
    return `is damaged: ${messageOf(error)}`;
  }
}
