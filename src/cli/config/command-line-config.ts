import { resolve } from 'node:path';
import { valueProblem } from '../../broker/limit-table.ts';
import type { AccessRule } from '../../engine/contract.ts';
import { UsageError } from '../usage.ts';
import { ruleProblem, type BrokerConfig } from './read-config.ts';
import { optionRows, type OptionRow, type Scalar } from './shape.ts';

/** One option as it was given, without its dashes. */
export interface GivenOption {
  readonly name: string;
  readonly value: string | undefined;
}

type Draft = Record<string, unknown>;

/** Options that went by another name once, and still do. */
export const formerOptions: Readonly<Record<string, string>> = {
  'max-packet-size': 'maximum-packet-size',
};

const rowOf = new Map(optionRows.map((row) => [row.option, row]));

/**
 * What the options say, as a configuration: rules in the order in which they were given.
 * @throws UsageError naming the option and what it takes.
 */
export function commandLineConfig(given: readonly GivenOption[]): BrokerConfig {
  const config: Draft = {};
  const rules: AccessRule[] = [];
  for (const { name, value = '' } of given) {
    if (name === 'allow' || name === 'deny') rules.push(parseRule(name, value));
    const row = rowOf.get(formerOptions[name] ?? name);
    if (row) set(config, row.path, parseValue(`--${name}`, row, value));
  }
  if (rules.length > 0) set(config, ['access', 'rules'], rules);
  return config;
}

/** A file's configuration with the options above it. Rules of the command line are looked at first. */
export function mergeConfigs(file: BrokerConfig, options: BrokerConfig): BrokerConfig {
  const rules = [...(options.access?.rules ?? []), ...(file.access?.rules ?? [])];
  const merged = merge(file, options);
  if (rules.length > 0) set(merged, ['access', 'rules'], rules);
  return merged;
}

/** `publish:sensors/%c/#`. */
function parseRule(permission: 'allow' | 'deny', text: string): AccessRule {
  const match = /^(publish|subscribe|all):([^]*)$/.exec(text);
  const [, action, topicFilter = ''] = match ?? [];
  if (action === undefined) {
    throw new UsageError(
      `--${permission} takes publish:FILTER, subscribe:FILTER or all:FILTER, not '${text}'`,
    );
  }
  const rule: AccessRule = { permission, action: action as AccessRule['action'], topicFilter };
  const problem = ruleProblem(rule);
  if (problem !== undefined) throw new UsageError(`--${permission} ${text}: ${problem}`);
  return rule;
}

function parseValue(option: string, { shape }: OptionRow, text: string): unknown {
  const value = ofKind(shape, text);
  const problem = valueProblem(shape, value);
  if (problem !== undefined) throw new UsageError(`${option} takes ${problem}, not '${text}'`);
  return shape.kind === 'text' && shape.isPath === true ? resolve(text) : value;
}

function ofKind(shape: Scalar, text: string): unknown {
  switch (shape.kind) {
    case 'number':
      return /^\d{1,16}$/.test(text) ? Number(text) : text;
    case 'switch':
      return text === 'true' || (text === 'false' ? false : text);
    default:
      return text;
  }
}

function set(config: Draft, [key = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) config[key] = value;
  else set((config[key] ??= {}) as Draft, rest, value);
}

function merge(below: Draft, above: Draft): Draft {
  const merged: Draft = { ...below };
  for (const [key, value] of Object.entries(above)) {
    const known = merged[key];
    merged[key] = isObject(value) && isObject(known) ? merge(known, value) : value;
  }
  return merged;
}

function isObject(value: unknown): value is Draft {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
