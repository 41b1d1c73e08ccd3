import type { NetworkInterfaceInfo } from 'node:os';
import { isIP } from 'node:net';
import type { X509Certificate } from 'node:crypto';

/** What a server certificate is valid for (RFC 5280 section 4.2.1.6). */
export interface CertificateNames {
  readonly hosts: readonly string[];
  readonly addresses: readonly string[];
}

/** A machine with more addresses (containers, virtual networks) has the first ones in its certificate. */
const mostAddresses = 100;

/**
 * All names and addresses by which clients may reach this machine: `localhost`, its host name in
 * full, short and as `.local` (multicast DNS), the addresses of its interfaces, and `host`, which
 * the broker is told to listen on. Sorted, so that equal machines give equal names.
 */
export function machineNames(
  hostName: string,
  interfaces: Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>,
  host?: string,
): CertificateNames {
  const full = hostName.toLowerCase().replace(/\.$/, '');
  const [short = ''] = full.split('.');
  const hosts = new Set(['localhost', full, short, `${short}.local`]);
  const addresses = new Set(['127.0.0.1', '::1']);
  if (host !== undefined && host !== '0.0.0.0' && host !== '::') {
    if (isIP(host) === 0) hosts.add(host.toLowerCase());
    else addresses.add(withoutZone(host));
  }
  const found = Object.values(interfaces)
    .flatMap((of) => of ?? [])
    .map(({ address }) => withoutZone(address))
    .filter((address) => isIP(address) !== 0)
    .sort();
  for (const address of found) if (addresses.size < mostAddresses) addresses.add(address);
  return { hosts: [...hosts].filter(isHostName).sort(), addresses: [...addresses].sort() };
}

/** Whether the certificate is for exactly these names. */
export function isFor(certificate: X509Certificate, names: CertificateNames): boolean {
  const count = (certificate.subjectAltName ?? '').split(', ').length;
  return (
    count === names.hosts.length + names.addresses.length &&
    names.hosts.every((name) => certificate.checkHost(name, { subject: 'never' }) !== undefined) &&
    names.addresses.every((address) => certificate.checkIP(address) !== undefined)
  );
}

/** `fe80::1%eth0`: the zone means something on its own machine only (RFC 4007). */
function withoutZone(address: string): string {
  return address.replace(/%.*$/, '');
}

/** ASCII labels of letters, digits, hyphens and (as some systems allow) underscores. */
function isHostName(name: string): boolean {
  const label = '[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?';
  return name.length <= 253 && new RegExp(`^${label}(\\.${label})*$`).test(name);
}
