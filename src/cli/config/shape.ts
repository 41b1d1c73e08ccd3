/**
 * What a broker's configuration may hold, as data: the options of the command line and their help, the
 * JSON schema and the check of a configuration file are made from it.
 */
import { limitTable, type AllowedValue, type LimitName } from '../../broker/limit-table.ts';
import type {
  AccessOptions,
  AccessRule,
  BrokerOptions,
  PersistenceOptions,
  TlsOptions,
} from '../../engine/contract.ts';

export type Scalar = AllowedValue & {
  readonly description: string;
  readonly unit?: string;
  /** What it is when nobody says; absent: nothing. */
  readonly usual?: number | string | boolean;
  /** A file or folder, relative to the configuration file. */
  readonly isPath?: true;
  /** Its option on the command line, with what stands for the value in the help. */
  readonly option?: { readonly name: string; readonly value: string };
};
export interface ObjectShape {
  readonly kind: 'object';
  readonly description: string;
  readonly fields: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
}
export interface ListShape {
  readonly kind: 'list';
  readonly description: string;
  readonly item: ObjectShape;
  readonly most: number;
}
export type Shape = Scalar | ObjectShape | ListShape;

const port = { kind: 'number', least: 0, most: 65_535 } as const;
const text = { kind: 'text', longest: 4096 } as const;
const path = { ...text, isPath: true } as const;

const tls: Record<keyof TlsOptions, Shape> = {
  certificateFolder: {
    ...path,
    description:
      "Folder of the development certificate authority; it is made there on first use. By default in this person's folder for data of programs.",
    option: { name: 'certificate-folder', value: 'DIR' },
  },
  certificateFile: {
    ...path,
    description: 'PEM file of a certificate, with its chain, to use instead of a development one.',
    option: { name: 'certificate', value: 'FILE' },
  },
  keyFile: {
    ...path,
    description: 'PEM file of the private key of that certificate.',
    option: { name: 'key', value: 'FILE' },
  },
  clientCertificates: {
    kind: 'choice',
    choices: ['none', 'optional', 'required'],
    usual: 'none',
    description: 'Whether clients are asked for certificates.',
    option: { name: 'client-certificates', value: 'WHEN' },
  },
  clientAuthorityFile: {
    ...path,
    description:
      "PEM file of the authorities that clients' certificates must come from; by default the development one.",
    option: { name: 'client-authority', value: 'FILE' },
  },
};

const rule: Record<keyof AccessRule, Shape> = {
  permission: {
    kind: 'choice',
    choices: ['allow', 'deny'],
    description: 'Whether what fits is allowed or denied.',
  },
  action: {
    kind: 'choice',
    choices: ['publish', 'subscribe', 'all'],
    description: 'What the rule is about.',
  },
  topicFilter: {
    kind: 'text',
    longest: 65_535,
    description: 'A topic filter; %c stands for the client identifier and %u for the user name.',
  },
  userName: {
    ...text,
    description: 'The rule is for this user only; an empty text is whoever has none.',
  },
  clientIdentifier: {
    kind: 'text',
    longest: 65_535,
    description: 'The rule is for this client only.',
  },
};

const access: Record<keyof AccessOptions, Shape> = {
  anonymous: {
    kind: 'switch',
    description:
      'Whether clients without a user name may connect. By default they may unless there is a file of users.',
    option: { name: 'anonymous', value: 'true|false' },
  },
  usersFile: {
    ...path,
    description: "File of users and the hashes of their passwords; see 'mqtt-workbench user'.",
    option: { name: 'users', value: 'FILE' },
  },
  rules: {
    kind: 'list',
    most: 10_000,
    description:
      'Who may publish and subscribe to what: the first rule that fits decides, and what none fits is denied. Without rules everything is allowed.',
    item: {
      kind: 'object',
      description: 'A rule.',
      fields: rule,
      required: ['permission', 'action', 'topicFilter'],
    },
  },
};

const persistence: Record<keyof PersistenceOptions, Shape> = {
  folder: {
    ...path,
    description:
      'Folder of the database that sessions and retained messages are kept in; made when it is not there. By default they live in memory only.',
    option: { name: 'persistence', value: 'DIR' },
  },
};

/** `maximumPacketSize` is `--maximum-packet-size`. */
export function limitOption(name: LimitName): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

const placeholders = { switch: 'true|false', choice: 'POLICY', text: 'TEXT', number: 'N' } as const;

const limits: Record<string, Shape> = Object.fromEntries(
  limitTable.map(({ name, allowed, ...row }): [string, Shape] => {
    const value = row.unit === 'bytes' ? 'BYTES' : placeholders[allowed.kind];
    return [name, { ...allowed, ...row, option: { name: limitOption(name), value } }];
  }),
);

const fields: Record<keyof BrokerOptions, Shape> = {
  host: {
    ...text,
    usual: '127.0.0.1',
    description: 'Address to listen on. 127.0.0.1: this machine only; 0.0.0.0: all addresses.',
    option: { name: 'host', value: 'ADDRESS' },
  },
  port: {
    ...port,
    usual: 1883,
    description: 'TCP port. 0 lets the system choose, here and for the other listeners.',
    option: { name: 'port', value: 'N' },
  },
  webSocketPort: {
    ...port,
    description: 'Listen for WebSockets too, on this port.',
    option: { name: 'ws-port', value: 'N' },
  },
  webSocketPath: {
    ...text,
    description: 'Path that WebSockets must ask for, such as /mqtt. By default any.',
    option: { name: 'ws-path', value: 'PATH' },
  },
  tlsPort: {
    ...port,
    description: 'Listen for TLS too, on this port.',
    option: { name: 'tls-port', value: 'N' },
  },
  secureWebSocketPort: {
    ...port,
    description: 'Listen for secure WebSockets too, on this port.',
    option: { name: 'wss-port', value: 'N' },
  },
  tls: {
    kind: 'object',
    description: 'How the TLS listeners prove who they are, and whom they believe.',
    fields: tls,
  },
  access: {
    kind: 'object',
    description: 'Who may connect, publish and subscribe.',
    fields: access,
  },
  persistence: {
    kind: 'object',
    description: 'Where sessions and retained messages are kept.',
    fields: persistence,
    required: ['folder'],
  },
  limits: { kind: 'object', description: 'Limits and behaviour of the broker.', fields: limits },
};

/** The whole of a configuration file. */
export const configShape: ObjectShape = {
  kind: 'object',
  description: "Configuration of 'mqtt-workbench broker'.",
  fields: {
    ...fields,
    $schema: { ...text, description: 'The JSON schema of this file, for editors.' },
  },
};

/** A scalar that the command line has an option for, and where it stands in a configuration. */
export interface OptionRow {
  readonly option: string;
  readonly value: string;
  readonly path: readonly string[];
  readonly shape: Scalar;
}

/** All options that set something of the configuration. */
export const optionRows: readonly OptionRow[] = rowsOf(configShape, []);

function rowsOf(shape: Shape, path: readonly string[]): OptionRow[] {
  if (shape.kind === 'list') return [];
  if (shape.kind === 'object') {
    return Object.entries(shape.fields).flatMap(([key, field]) => rowsOf(field, [...path, key]));
  }
  const { option } = shape;
  return option ? [{ option: option.name, value: option.value, path, shape }] : [];
}
