/**
 * Makes certificates, with @peculiar/x509: in a bundle of its own, loaded when one is to be made.
 * All keys are of the curve P-256, which every TLS 1.2 client of today knows.
 */
// The library's dependency injection needs it, and it must come first.
import 'reflect-metadata/lite';
import { randomBytes, webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import type { CertificateNames } from './names.ts';

/** A certificate and its private key (PKCS #8), both PEM. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

/** Milliseconds since the epoch, both included. */
export interface Validity {
  readonly from: number;
  readonly until: number;
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const organisation = 'MQTT Workbench';
const { KeyUsageFlags, ExtendedKeyUsage } = x509;

/** A certificate authority that signs end entities only (RFC 5280: path length 0). */
export async function makeAuthority(commonName: string, validity: Validity): Promise<KeyPair> {
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    ...common(validity),
    name: subject(commonName),
    keys,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return pair(certificate, keys);
}

/** A certificate for a TLS server of these names. */
export function makeServer(
  authority: KeyPair,
  commonName: string,
  names: CertificateNames,
  validity: Validity,
): Promise<KeyPair> {
  const alternative = new x509.SubjectAlternativeNameExtension([
    ...names.hosts.map((value) => ({ type: 'dns', value }) as const),
    ...names.addresses.map((value) => ({ type: 'ip', value }) as const),
  ]);
  return issue(authority, commonName, validity, [
    new x509.ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
    alternative,
  ]);
}

/** A certificate by which a TLS client proves that it is `commonName`. */
export function makeClient(
  authority: KeyPair,
  commonName: string,
  validity: Validity,
): Promise<KeyPair> {
  return issue(authority, commonName, validity, [
    new x509.ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth]),
  ]);
}

async function issue(
  authority: KeyPair,
  commonName: string,
  validity: Validity,
  extensions: readonly x509.Extension[],
): Promise<KeyPair> {
  const issuer = new x509.X509Certificate(authority.certificate);
  const der = x509.PemConverter.decodeFirst(authority.key);
  const signingKey = await webcrypto.subtle.importKey('pkcs8', der, algorithm, false, ['sign']);
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.create({
    ...common(validity),
    subject: subject(commonName),
    issuer: issuer.subjectName,
    publicKey: keys.publicKey,
    signingKey,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      await x509.AuthorityKeyIdentifierExtension.create(issuer),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      ...extensions,
    ],
  });
  return pair(certificate, keys);
}

/** Names as objects: a comma or an equals sign in one stays what it is. */
function subject(commonName: string): x509.Name {
  return new x509.Name([
    { O: [{ utf8String: organisation }] },
    { CN: [{ utf8String: commonName }] },
  ]);
}

function common(validity: Validity): { serialNumber: string; notBefore: Date; notAfter: Date } {
  // RFC 5280 section 4.1.2.2: positive, at most 20 bytes; random, so that none comes twice.
  const serial = randomBytes(16);
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40;
  return {
    serialNumber: serial.toString('hex'),
    notBefore: new Date(validity.from),
    notAfter: new Date(validity.until),
  };
}

function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
}

async function pair(
  certificate: x509.X509Certificate,
  keys: webcrypto.CryptoKeyPair,
): Promise<KeyPair> {
  const der = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return {
    certificate: `${certificate.toString('pem')}\n`,
    key: `${x509.PemConverter.encode(der, 'PRIVATE KEY')}\n`,
  };
}
