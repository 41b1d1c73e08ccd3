/** Runs a compiled Mocha suite inside a real extension host, on the VS Code server. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { format } from 'node:util';
import { Workbench } from './workbench.ts';

export interface SuiteOptions {
  /** The folder of the extension under test. */
  readonly extension: string;
  /** The compiled module that exports `run()`. */
  readonly suite: string;
  readonly workspace?: string;
  /** Where the suite writes its report. */
  readonly report: string;
  readonly limitSeconds: number;
  readonly tell: (line: string) => void;
}

/** What the suite's entry point writes to the path in MQTT_WORKBENCH_TEST_REPORT. */
export interface SuiteReport {
  readonly passed: number;
  readonly failed: number;
  /** The titles of the tests that were skipped, with the reason where they give one. */
  readonly skipped: readonly string[];
}

export function readReport(path: string): SuiteReport {
  if (!existsSync(path)) throw new Error('The suite ended before it had run: it wrote no report.');
  return JSON.parse(readFileSync(path, 'utf8')) as SuiteReport;
}

/** What VS Code itself says on the same channel. */
const noise = [
  /^(Resolv|Creat)\w+ (connection token|a socket)/,
  /^\[(reconnection-grace-time|Service Worker|AgentHost|AccountPolicyGate)\b/,
  /additional builtin extensions/,
  /authentication provider 'github'/,
];

/** Resolves with the suite's report, also when tests failed; rejects when it did not finish. */
export async function runSuiteInServer(options: SuiteOptions): Promise<SuiteReport> {
  rmSync(options.report, { force: true });
  let exited: (code: number) => void = () => undefined;
  const exit = new Promise<number>((resolve) => (exited = resolve));
  const remote = (origin: string, path: string) =>
    `vscode-remote://${origin.replace('http://', '')}${path}`;
  const workbench = await Workbench.open({
    ...(options.workspace === undefined ? {} : { workspace: options.workspace }),
    smokeTestDriver: true,
    env: { MQTT_WORKBENCH_TEST_REPORT: options.report },
    tell: options.tell,
    payload: (server) => [
      ['extensionDevelopmentPath', remote(server.origin, options.extension)],
      ['extensionTestsPath', remote(server.origin, options.suite)],
    ],
    prepare: async (page) => {
      await page.exposeFunction('codeAutomationLog', (_level: string, args: unknown[]) => {
        const line = format(...args);
        if (!noise.some((pattern) => pattern.test(line))) options.tell(line);
      });
      await page.exposeFunction('codeAutomationExit', (code: number) => {
        exited(code);
      });
    },
  });
  try {
    await workbench.during('suite', async () => {
      await bounded(exit, options.limitSeconds);
    });
    return readReport(options.report);
  } finally {
    await workbench.close();
  }
}

async function bounded<T>(promise: Promise<T>, seconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`The suite did not end within ${seconds} s.`));
    }, seconds * 1000);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
