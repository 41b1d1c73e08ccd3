import { limitTable } from '../../broker/limit-table.ts';
import type { AccessOptions, BrokerOptions } from '../../engine/contract.ts';
import { isLoopback } from '../../base/loopback.ts';
import { defaultCertificateFolder } from '../data-folder.ts';
import type { BrokerConfig } from './read-config.ts';

/** What the broker is started with: the configuration, and the defaults of what it is silent about. */
export function effectiveOptions(config: BrokerConfig): BrokerOptions {
  const { host = '127.0.0.1', port = 1883, access, tls, ...rest } = config;
  const isTls = config.tlsPort !== undefined || config.secureWebSocketPort !== undefined;
  return {
    host,
    port,
    ...rest,
    ...((tls !== undefined || isTls) && {
      tls: { certificateFolder: defaultCertificateFolder(), ...tls },
    }),
    ...(access && { access: accessOptions(access) }),
  };
}

function accessOptions(access: Partial<AccessOptions>): AccessOptions {
  // Whoever makes a file of users wants to know who comes.
  const { anonymous = access.usersFile === undefined, rules = [] } = access;
  return { ...access, anonymous, rules };
}

/** The same with every limit, as a configuration file that says all this: for `--print-config`. */
export function completeConfig(options: BrokerOptions): BrokerOptions {
  const usual = Object.fromEntries(limitTable.map((limit) => [limit.name, limit.usual]));
  return {
    ...options,
    access: options.access ?? { anonymous: true, rules: [] },
    limits: { ...usual, ...options.limits },
  };
}

/** What should be said before it listens; undefined if there is nothing to say. */
export function exposureWarning({ host, access }: BrokerOptions): string | undefined {
  if (isLoopback(host)) return undefined;
  if (access && (!access.anonymous || access.rules.length > 0)) return undefined;
  return (
    `warning: whoever reaches ${host} over the network may publish and subscribe to everything, ` +
    'without a password; see --users, --anonymous false, --allow and --deny'
  );
}
