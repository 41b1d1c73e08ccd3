import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { HumanError, messageOf } from '../../base/errors.ts';
import { readText } from './files.ts';

const certificatePattern = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** The certificates of a PEM text, in order. @throws what OpenSSL throws for a damaged one. */
export function certificatesOf(text: string): X509Certificate[] {
  return (text.match(certificatePattern) ?? []).map((pem) => new X509Certificate(pem));
}

/** The private key of a PEM text. @throws what OpenSSL throws for none, or a damaged one. */
export function privateKeyOf(text: string): KeyObject {
  return createPrivateKey(text);
}

/**
 * Reads a PEM file that holds at least one certificate.
 * @throws HumanError `code` that says what the file holds instead.
 */
export async function readCertificates(
  path: string,
  code: string,
): Promise<{ text: string; certificates: readonly X509Certificate[] }> {
  const text = await required(path, code);
  let certificates: X509Certificate[];
  try {
    certificates = certificatesOf(text);
  } catch (error) {
    throw new HumanError(code, `${path} holds a damaged certificate: ${messageOf(error)}.`);
  }
  if (certificates.length > 0) return { text, certificates };
  const holds = /-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)
    ? 'a private key and no certificate'
    : 'no certificate in PEM form (text that begins with -----BEGIN CERTIFICATE-----)';
  throw new HumanError(code, `${path} holds ${holds}.`);
}

/**
 * Reads a PEM file with a private key.
 * @throws HumanError `code` that says what is wrong with it.
 */
export async function readPrivateKey(
  path: string,
  code: string,
): Promise<{ text: string; key: KeyObject }> {
  const text = await required(path, code);
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) {
    const holds = text.includes('-----BEGIN CERTIFICATE-----')
      ? 'a certificate and no private key'
      : 'no private key in PEM form';
    throw new HumanError(code, `${path} holds ${holds}.`);
  }
  if (/ENCRYPTED/.test(text)) {
    throw new HumanError(
      code,
      `The private key in ${path} has a passphrase, which the broker does not know. Remove it, e.g. with: openssl pkey -in OLD -out NEW`,
    );
  }
  try {
    return { text, key: privateKeyOf(text) };
  } catch (error) {
    throw new HumanError(code, `${path} holds a damaged private key: ${messageOf(error)}.`);
  }
}

async function required(path: string, code: string): Promise<string> {
  const text = await readText(path, code);
  if (text === undefined) throw new HumanError(code, `${path} does not exist.`);
  return text;
}
