import { open, type FileHandle } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { AccessRules } from '../../broker/access/rules.ts';
import { messageOf } from '../../base/errors.ts';
import type { AccessOptions, AccessRule, BrokerOptions } from '../../engine/contract.ts';
import { printable } from '../output.ts';
import { UsageError } from '../usage.ts';
import { configShape, type Shape } from './shape.ts';
import { checkShape } from './validate.ts';

/** What a configuration file holds once it is checked: everything is optional. */
export type BrokerConfig = Omit<Partial<BrokerOptions>, 'access'> & {
  readonly access?: Partial<AccessOptions>;
};

/** No configuration is larger; more is not read. Bytes. */
export const largestConfig = 1024 * 1024;

/**
 * Reads and checks a configuration file. Paths in it become absolute, relative to its folder.
 * @throws UsageError naming the file, where in it, and what is allowed there.
 */
export async function readConfig(file: string): Promise<BrokerConfig> {
  const text = await readText(file);
  try {
    const config = parse(text);
    checkShape(configShape, config);
    const resolved = resolvePaths(configShape, config, dirname(resolve(file)));
    const rest = { ...(resolved as BrokerConfig & { $schema?: string }) };
    delete rest.$schema;
    for (const [index, rule] of (rest.access?.rules ?? []).entries()) {
      const problem = ruleProblem(rule);
      if (problem !== undefined) throw new UsageError(`access.rules[${index}]: ${problem}`);
    }
    return rest;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(`${file}: ${error.message}`);
  }
}

/** What is wrong with a rule; undefined if nothing is. */
export function ruleProblem(rule: AccessRule): string | undefined {
  try {
    new AccessRules([rule]);
    return undefined;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return printable(error.message.replace(/^Rule 1: /, ''));
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (error) {
    throw new UsageError(`this is not JSON: ${printable(messageOf(error))}`);
  }
}

async function readText(file: string): Promise<string> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(file);
    // Not by its size: a pipe has none, and a device no end.
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of handle.createReadStream({ autoClose: false })) {
      chunks.push(chunk as Buffer);
      size += (chunk as Buffer).length;
      if (size > largestConfig) {
        throw new UsageError(`${file}: a configuration has at most ${largestConfig} bytes`);
      }
    }
    return Buffer.concat(chunks).toString('utf8');
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`cannot read '${file}': ${messageOf(error)}`);
  } finally {
    await handle?.close();
  }
}

/** A copy of a checked value whose paths are absolute. */
function resolvePaths(shape: Shape, value: unknown, folder: string): unknown {
  if (shape.kind === 'object') {
    return Object.fromEntries(
      Object.entries(value as Record<string, unknown>).map(([key, below]) => {
        const field = shape.fields[key];
        return [key, field ? resolvePaths(field, below, folder) : below];
      }),
    );
  }
  const isPath = shape.kind === 'text' && shape.isPath === true;
  return isPath && typeof value === 'string' ? resolve(folder, value) : value;
}
