/** Makes the `.vsix` (when run: `node test/support/package.ts`, after a build) and reads it. */
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../build.ts';
import { cleanEnvironment, runProgram } from './host/process-group.ts';

const packSeconds = 120;

export interface Manifest {
  readonly name: string;
  readonly publisher: string;
  readonly version: string;
  readonly contributes?: {
    readonly commands?: readonly { readonly command: string; readonly title: string }[];
    readonly configuration?: Configuration | readonly Configuration[];
    readonly views?: Readonly<Record<string, readonly { readonly id: string }[]>>;
    readonly menus?: Readonly<Record<string, readonly { readonly command?: string }[]>>;
    readonly keybindings?: readonly { readonly command: string }[];
  };
}

interface Configuration {
  readonly properties?: Readonly<Record<string, unknown>>;
}

export function readManifest(): Manifest {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;
}

/** `publisher.name`, as VS Code knows the extension. */
export function extensionId(): string {
  const { publisher, name } = readManifest();
  return `${publisher}.${name}`;
}

/** Where the packaged extension is, or will be. */
export function packagedExtension(): string {
  const { name, version } = readManifest();
  return join(root, `${name}-${version}.vsix`);
}

/** Packs what `node build.ts --production` has made; needs no network. Resolves with what vsce told. */
export async function packExtension(): Promise<string> {
  const path = packagedExtension();
  for (const name of readdirSync(root)) {
    if (name.endsWith('.vsix')) rmSync(join(root, name));
  }
  const vsce = join(root, 'node_modules', '@vscode', 'vsce', 'vsce');
  return runProgram(process.execPath, [vsce, 'package', '--no-dependencies', '--out', path], {
    cwd: root,
    env: cleanEnvironment(),
    limitSeconds: packSeconds,
  });
}

/** The files inside the package below `extension/`, sorted, from the archive's own directory. */
export function packedFiles(path: string): string[] {
  return zipEntries(readFileSync(path))
    .filter((name) => name.startsWith('extension/'))
    .map((name) => name.slice('extension/'.length))
    .sort();
}

/** The names in a zip archive's central directory. */
function zipEntries(archive: Buffer): string[] {
  const end = archive.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  if (end < 0) throw new Error('This is not a zip archive.');
  const names: string[] = [];
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left -= 1) {
    const nameLength = archive.readUInt16LE(at + 28);
    const otherLengths = archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
    names.push(archive.toString('utf8', at + 46, at + 46 + nameLength));
    at += 46 + nameLength + otherLengths;
  }
  return names;
}

if (import.meta.main) {
  try {
    await packExtension();
    const path = packagedExtension();
    console.log(`${path} (${(statSync(path).size / 1024).toFixed(0)} KB)`);
    for (const name of packedFiles(path)) console.log(`  ${name}`);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
