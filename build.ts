/**
 * Bundles everything that is shipped: `node build.ts [--production] [--watch] [--tests]`.
 * Development bundles carry source maps, production ones are minified. `--tests` adds the Mocha
 * suite that runs inside VS Code. Prints a table of sizes.
 */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { context, type BuildOptions, type Metafile, type Plugin } from 'esbuild';

export const root = import.meta.dirname;

export interface BuildFlags {
  readonly production?: boolean;
  readonly watch?: boolean;
  readonly tests?: boolean;
}

interface Bundle {
  readonly entry: string;
  readonly output: string;
  /** Never shipped. */
  readonly test?: boolean;
  readonly options: BuildOptions;
}

export interface BundleReport {
  readonly output: string;
  readonly bytes: number;
  /** The packages of node_modules of which something is in the bundle. */
  readonly packages: readonly string[];
}

/** VS Code 1.106 runs its extension host on Node 22. */
const extensionHost: BuildOptions = { platform: 'node', format: 'cjs', target: 'node22' };
const page: BuildOptions = { platform: 'browser', format: 'iife', target: 'es2022' };

/** The command line also runs on Node 20; its CommonJS dependencies need a `require`. */
const commandLine: BuildOptions = {
  platform: 'node',
  format: 'esm',
  target: 'node20',
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
};

const bundles: readonly Bundle[] = [
  {
    entry: 'src/vscode/extension.ts',
    output: 'dist/extension.cjs',
    options: { ...extensionHost, external: ['vscode'] },
  },
  { entry: 'src/engine/worker.ts', output: 'dist/worker.cjs', options: extensionHost },
  // MQTT.js in a bundle of its own: the worker loads it with the first client connection.
  { entry: 'src/engine/mqtt-client.ts', output: 'dist/mqtt-client.cjs', options: extensionHost },
  // Makes certificates: the worker and the command line load it when one is to be made.
  {
    entry: 'src/net/certificates/maker.ts',
    output: 'dist/certificates.cjs',
    options: { ...extensionHost, target: 'node20' },
  },
  // protobufjs: the worker loads it when a binding of payloads names a schema.
  { entry: 'src/engine/schemas/compiler.ts', output: 'dist/schemas.cjs', options: extensionHost },
  { entry: 'src/cli/main.ts', output: 'dist/cli.js', options: commandLine },
  // Charts and differences: the page loads them when they are wanted.
  {
    entry: 'webview/inspector/libraries.ts',
    output: 'dist/webview/libraries.js',
    options: page,
  },
  // Its style sheet is imported by the entry and becomes inspector.css.
  { entry: 'webview/inspector/main.ts', output: 'dist/webview/inspector.js', options: page },
];

/** The Mocha suite that runs inside VS Code: its entry point loads each `*.test.cjs` beside it. */
function suiteBundles(): Bundle[] {
  return readdirSync(join(root, 'test/vscode/suite'))
    .filter((name) => name === 'index.ts' || name.endsWith('.test.ts'))
    .map((name) => ({
      entry: `test/vscode/suite/${name}`,
      output: `out/suite/${name.replace(/\.ts$/, '.cjs')}`,
      test: true,
      options: { ...extensionHost, external: ['vscode', 'mocha'] },
    }));
}

function manifestVersion(): string {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    version: string;
  };
  return manifest.version;
}

function optionsOf(bundle: Bundle, flags: BuildFlags, plugins: Plugin[]): BuildOptions {
  const shipped = flags.production === true && bundle.test !== true;
  return {
    absWorkingDir: root,
    entryPoints: [bundle.entry],
    outfile: bundle.output,
    bundle: true,
    metafile: true,
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'warning',
    minify: shipped,
    sourcemap: shipped ? false : 'linked',
    define: {
      MQTT_WORKBENCH_VERSION: JSON.stringify(manifestVersion()),
      // Without these, `ws` looks for native add-ons in whatever node_modules lie above.
      'process.env.WS_NO_BUFFER_UTIL': '"1"',
      'process.env.WS_NO_UTF_8_VALIDATE': '"1"',
    },
    plugins,
    ...bundle.options,
  };
}

/** What esbuild's metafile tells of each output (a bundle's style sheet is an output too). */
export function reportsOf(metafile: Metafile): BundleReport[] {
  return Object.entries(metafile.outputs)
    .filter(([output]) => !output.endsWith('.map'))
    .map(([output, { bytes, inputs }]) => {
      const packages = new Set<string>();
      for (const input of Object.keys(inputs)) {
        const name = /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/.exec(input);
        if (name?.[1] !== undefined) packages.add(name[1]);
      }
      return { output, bytes, packages: [...packages].sort() };
    });
}

/** The sizes as lines of text, one bundle a line. */
export function sizeTable(reports: readonly BundleReport[]): string {
  return reports
    .map(({ output, bytes, packages }) => {
      const size = `${(bytes / 1024).toFixed(1)} KB`;
      const from = packages.length > 6 ? `${packages.length} packages` : packages.join(' ');
      return `  ${output.padEnd(28)} ${size.padStart(10)}  ${from}`.trimEnd();
    })
    .join('\n');
}

/**
 * Tells VS Code's background task, by its problem matcher, when building begins and when all
 * bundles are there again.
 */
class WatchNotices {
  #building = 0;
  readonly plugin: Plugin = {
    name: 'watch-notices',
    setup: (build) => {
      build.onStart(() => this.begin());
      build.onEnd(() => this.end());
    },
  };

  begin(): void {
    if (this.#building === 0) console.log('[watch] build started');
    this.#building += 1;
  }

  end(): void {
    this.#building -= 1;
    if (this.#building === 0) console.log('[watch] build finished');
  }
}

/**
 * Makes the bundles; with `watch`, goes on making them until the process ends.
 * Rejects, after the last bundle, when one has an error.
 */
export async function build(flags: BuildFlags = {}): Promise<BundleReport[]> {
  if (flags.watch !== true) rmSync(join(root, 'dist'), { recursive: true, force: true });
  const reports: BundleReport[] = [];
  const failed: string[] = [];
  const notices = flags.watch === true ? new WatchNotices() : undefined;
  notices?.begin();
  if (flags.tests === true) rmSync(join(root, 'out'), { recursive: true, force: true });
  for (const bundle of [...bundles, ...(flags.tests === true ? suiteBundles() : [])]) {
    if (!existsSync(join(root, bundle.entry))) {
      console.warn(`build: no ${bundle.entry} yet, so no ${bundle.output}`);
      continue;
    }
    const plugins = notices === undefined ? [] : [notices.plugin];
    const made = await context(optionsOf(bundle, flags, plugins));
    try {
      const { metafile } = await made.rebuild();
      if (metafile) reports.push(...reportsOf(metafile));
    } catch {
      // esbuild has printed the error with its position; the other bundles are made all the same.
      failed.push(bundle.output);
    } finally {
      await (flags.watch === true ? made.watch() : made.dispose());
    }
  }
  notices?.end();
  // A watched bundle that has an error is made again when its files change.
  if (failed.length > 0 && flags.watch !== true) {
    throw new Error(`could not be built: ${failed.join(', ')}`);
  }
  return reports;
}

if (import.meta.main) {
  const known = ['--production', '--watch', '--tests'];
  const unknown = process.argv.slice(2).filter((argument) => !known.includes(argument));
  if (unknown.length > 0) {
    console.error(`build: unknown ${unknown.join(' ')}; known: ${known.join(' ')}`);
    process.exit(2);
  }
  const has = (flag: string) => process.argv.includes(flag);
  try {
    const reports = await build({
      production: has('--production'),
      watch: has('--watch'),
      tests: has('--tests'),
    });
    if (reports.length > 0) console.log(sizeTable(reports));
  } catch (error) {
    console.error(`build: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
