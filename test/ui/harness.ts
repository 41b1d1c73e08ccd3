/** Serves the inspector's page with a host that is made up, and opens it in Chromium. */
import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import { readFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';

const here = import.meta.dirname;
const project = join(here, '..', '..');
export const pictures = join(project, 'test-output', 'ui');

export type Theme = 'dark' | 'light' | 'high-contrast';

export interface OpenOptions {
  /** Frames that the capture holds. */
  readonly end?: number;
  readonly first?: number;
  readonly stopped?: boolean;
  readonly theme?: Theme;
  readonly width?: number;
  readonly height?: number;
  /** Every text is translated: into itself, between ⟦ and ⟧. */
  readonly translated?: boolean;
}

/** A page under test: what it did wrong is collected. */
export interface OpenPage {
  readonly page: Page;
  /** Errors in the console and violations of the content security policy. */
  readonly faults: string[];
  readonly violations: string[];
  close(): Promise<void>;
}

export class Harness {
  readonly #directory: string;
  readonly #server: Server;
  readonly #browser: Browser;
  readonly #origin: string;

  private constructor(directory: string, server: Server, browser: Browser, origin: string) {
    this.#directory = directory;
    this.#server = server;
    this.#browser = browser;
    this.#origin = origin;
  }

  static async start(): Promise<Harness> {
    const directory = await mkdtemp(join(tmpdir(), 'inspector-page-'));
    await build({
      entryPoints: {
        inspector: join(project, 'webview/inspector/main.ts'),
        libraries: join(project, 'webview/inspector/libraries.ts'),
        'fake-host': join(here, 'page/fake-host.ts'),
      },
      outdir: directory,
      bundle: true,
      format: 'iife',
      target: 'chrome120',
      legalComments: 'none',
      logLevel: 'warning',
    });
    await mkdir(pictures, { recursive: true });
    const server = createServer((request, response) => {
      const url = new URL(request.url ?? '/', 'http://127.0.0.1');
      serve(directory, url).then(
        ({ type, body, policy }) => {
          response.setHeader('content-type', type);
          if (policy !== undefined) response.setHeader('content-security-policy', policy);
          response.end(body);
        },
        () => {
          response.statusCode = 404;
          response.end();
        },
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('The server has no port.');
    const browser = await chromium.launch({
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    });
    return new Harness(directory, server, browser, `http://127.0.0.1:${address.port}`);
  }

  async open(options: OpenOptions = {}): Promise<OpenPage> {
    const { end = 100, first = 0, theme = 'dark', width = 1360, height = 820 } = options;
    const context = await this.#browser.newContext({
      viewport: { width, height },
      reducedMotion: 'reduce',
    });
    const page = await context.newPage();
    const faults: string[] = [];
    const violations: string[] = [];
    page.on('pageerror', (error) => faults.push(error.stack ?? error.message));
    page.on('console', (message) => {
      if (message.type() !== 'error') return;
      const text = message.text();
      (text.includes('Content Security Policy') ? violations : faults).push(text);
    });
    const query = new URLSearchParams({ first: String(first), end: String(end), theme });
    if (options.stopped === true) query.set('stopped', '');
    if (options.translated === true) query.set('translated', '');
    await page.goto(`${this.#origin}/?${query.toString()}`);
    await page.locator('.status .frames').filter({ hasText: /\d/ }).waitFor();
    await settled(page);
    return { page, faults, violations, close: () => closeContext(context) };
  }

  /** Opens a page, runs the test, and checks that nothing went wrong meanwhile. */
  async withPage(options: OpenOptions, test: (page: Page) => Promise<void>): Promise<void> {
    const opened = await this.open(options);
    try {
      await test(opened.page);
      assert.deepEqual(opened.faults, []);
    } finally {
      await opened.close();
    }
  }

  async stop(): Promise<void> {
    await this.#browser.close();
    await new Promise((resolve) => {
      this.#server.close(resolve);
      this.#server.closeAllConnections();
    });
    await rm(this.#directory, { recursive: true });
  }
}

/** One visible row of the table. */
export interface VisibleRow {
  /** `aria-rowindex`: 2 is the first row. */
  readonly index: number;
  readonly top: number;
  readonly waiting: boolean;
  readonly selected: boolean;
  readonly cells: readonly string[];
}

/** The rows that can be seen, from top to bottom. */
export async function visibleRows(page: Page): Promise<VisibleRow[]> {
  await drawn(page);
  return page.evaluate(`(() => {
    const box = document.querySelector('.grid').getBoundingClientRect();
    const head = document.querySelector('.head').getBoundingClientRect();
    return [...document.querySelectorAll('.body .row:not([hidden])')]
      .map((row) => ({
        index: Number(row.getAttribute('aria-rowindex')),
        top: row.getBoundingClientRect().top - head.bottom,
        bottom: row.getBoundingClientRect().bottom,
        waiting: row.classList.contains('waiting'),
        selected: row.getAttribute('aria-selected') === 'true',
        cells: [...row.children].map((cell) => cell.textContent),
      }))
      .filter((row) => row.top > -22 && row.bottom < box.bottom + 22)
      .sort((a, b) => a.index - b.index);
  })()`);
}

/** Presses a key and waits until its effect is drawn: the page draws once a frame. */
export async function press(page: Page, key: string): Promise<void> {
  await page.keyboard.press(key);
  await drawn(page);
}

/** Waits until the frame is drawn that the page has asked for before. */
async function drawn(page: Page): Promise<void> {
  await page.evaluate('new Promise((resolve) => requestAnimationFrame(resolve))');
}

/** Waits until the page has nothing under way: every visible row is here and nothing moves. */
export async function settled(page: Page): Promise<void> {
  await page.evaluate(`new Promise((resolve) => {
    let calm = 0;
    let before = '';
    const look = () => {
      const rows = [...document.querySelectorAll('.body .row:not([hidden])')];
      const now = rows.map((row) => row.id + row.textContent + row.getAttribute('aria-rowindex')).join();
      const quiet = now === before && !rows.some((row) => row.classList.contains('waiting'));
      before = now;
      calm = quiet ? calm + 1 : 0;
      if (calm > 5) resolve(true);
      else requestAnimationFrame(look);
    };
    look();
  })`);
}

/**
 * Waits until a JavaScript expression is true in the page. Playwright's own `waitForFunction`
 * needs `eval`, which the content security policy forbids.
 */
export async function until(page: Page, expression: string): Promise<void> {
  await page.evaluate(`new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error('Not within 20 s: ' + ${JSON.stringify(expression)})), 20_000);
    const look = () => ((${expression}) ? resolve(true) : requestAnimationFrame(look));
    look();
  })`);
}

/** Calls a method of the made-up host, e.g. `setFrames(0, 100)`. */
export async function fake(page: Page, call: string): Promise<unknown> {
  return page.evaluate(`window.fake.${call}`);
}

/** What the page has asked the host, since the last time. */
export async function takeRequests(page: Page): Promise<{ method: string; params: unknown }[]> {
  return page.evaluate('window.fake.requests.splice(0)');
}

/** The newest request of that kind, as soon as there is one: what was asked before is taken. */
export async function awaitRequest(page: Page, method: string): Promise<unknown> {
  for (;;) {
    const found = (await takeRequests(page)).findLast((request) => request.method === method);
    if (found) return found.params;
    await page.evaluate('new Promise((resolve) => requestAnimationFrame(resolve))');
  }
}

async function closeContext(context: BrowserContext): Promise<void> {
  await context.close();
}

interface Answer {
  readonly type: string;
  readonly body: string;
  readonly policy?: string;
}

async function serve(directory: string, url: URL): Promise<Answer> {
  const name = url.pathname.slice(1);
  if (name === '') return shell(url, await messages(url));
  if (['dark.css', 'light.css', 'high-contrast.css'].includes(name)) {
    return { type: 'text/css', body: await readFile(join(here, 'page', name), 'utf8') };
  }
  if (!['inspector.js', 'inspector.css', 'libraries.js', 'fake-host.js'].includes(name))
    throw new Error(name);
  const type = name.endsWith('.css') ? 'text/css' : 'text/javascript';
  return { type, body: await readFile(join(directory, name), 'utf8') };
}

/** The bundle of a language in which every text is as it was, but marked. */
async function messages(url: URL): Promise<string> {
  if (!url.searchParams.has('translated')) return '';
  const bundle: unknown = JSON.parse(
    await readFile(join(project, 'l10n/bundle.l10n.json'), 'utf8'),
  );
  const marked = Object.keys(bundle as object).map((text) => [text, `⟦${text}⟧`]);
  const json = JSON.stringify(Object.fromEntries(marked));
  return ` data-messages="${json.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')}"`;
}

/** The same shell and policy as the extension makes. */
function shell(url: URL, translation: string): Answer {
  const nonce = 'dGVzdA';
  const theme = url.searchParams.get('theme') ?? 'dark';
  return {
    type: 'text/html; charset=utf-8',
    policy: `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'self'`,
    body: `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>MQTT Inspector</title>

<link rel="stylesheet" href="/${theme === 'light' || theme === 'high-contrast' ? theme : 'dark'}.css">
<link rel="stylesheet" href="/inspector.css"></head>
<body class="vscode-${theme === 'light' || theme === 'high-contrast' ? theme : 'dark'}"><div id="root"${translation}></div>
<script nonce="${nonce}" src="/fake-host.js"></script>
<script nonce="${nonce}" src="/inspector.js"></script></body></html>`,
  };
}
