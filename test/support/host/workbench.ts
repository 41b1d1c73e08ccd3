/** A VS Code window in a browser, driven as a person would drive it. */
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, FrameLocator, Locator, Page } from 'playwright-core';
import { root } from '../../../build.ts';
import { launchBrowser } from './browser.ts';
import { startServer, type ServerOptions, type VsCodeServer } from './server.ts';

export interface WorkbenchOptions extends ServerOptions {
  /** This folder is copied, and the copy opened; without it the workspace is empty. */
  readonly workspace?: string;
  readonly size?: { readonly width: number; readonly height: number };
  /** More page parameters, VS Code's own `payload`: pairs of name and value. */
  readonly payload?: (server: VsCodeServer) => readonly (readonly [string, string])[];
  /** Called with the page before it goes to VS Code. */
  readonly prepare?: (page: Page) => Promise<void>;
}

/** The colour themes that pictures are made in, with the class of the workbench under each. */
export const themes = {
  'Dark Modern': 'vs-dark',
  'Light Modern': 'vs',
  'Dark High Contrast': 'hc-black',
  'Light High Contrast': 'hc-light',
} as const;

/** Where screenshots and logs of failures go; not in git. */
export const outputFolder = join(root, 'test-output');

const waitMilliseconds = 30_000;
const pollMilliseconds = 100;

function actionLabel(title: string): string {
  return `a.action-label[aria-label^=${JSON.stringify(title)}]`;
}

export class Workbench {
  readonly page: Page;
  readonly server: VsCodeServer;
  /** The folder that is open: a copy, free to change. */
  readonly workspace: string;
  readonly #browser: Browser;
  readonly #console: string[] = [];

  private constructor(page: Page, server: VsCodeServer, browser: Browser, workspace: string) {
    this.page = page;
    this.server = server;
    this.workspace = workspace;
    this.#browser = browser;
    page.setDefaultTimeout(waitMilliseconds);
    page.on('console', (message) => this.#console.push(message.text()));
  }

  /** Starts a server and a browser, and resolves when the workbench can be used. */
  static async open(options: WorkbenchOptions = {}): Promise<Workbench> {
    const server = await startServer(options);
    let browser: Browser | undefined;
    try {
      browser = await launchBrowser();
      const workspace = join(server.folder, 'workspace');
      mkdirSync(workspace);
      if (options.workspace !== undefined) {
        cpSync(options.workspace, workspace, { recursive: true });
      }
      const page = await browser.newPage({
        viewport: options.size ?? { width: 1440, height: 900 },
      });
      const workbench = new Workbench(page, server, browser, workspace);
      await options.prepare?.(page);
      await workbench.#load(options.payload?.(server) ?? []);
      return workbench;
    } catch (error) {
      await browser?.close();
      await server.stop();
      throw error;
    }
  }

  /** Another window of the same VS Code, with an empty folder of its own; it closes with the first one. */
  async another(name: string): Promise<Workbench> {
    const workspace = join(this.server.folder, name);
    mkdirSync(workspace);
    const page = await this.#browser.newPage({ viewport: { width: 1440, height: 900 } });
    const workbench = new Workbench(page, this.server, this.#browser, workspace);
    await workbench.#load([]);
    return workbench;
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.server.stop();
  }

  async #load(payload: readonly (readonly [string, string])[]): Promise<void> {
    const query = new URLSearchParams({
      folder: this.workspace,
      payload: JSON.stringify([['skipWelcome', 'true'], ...payload]),
    });
    await this.during('open-workbench', async () => {
      await this.page.goto(`${this.server.origin}/?${query.toString()}`);
      await this.page.locator('.monaco-workbench .activitybar').waitFor();
      await this.page.locator('.monaco-workbench .statusbar').waitFor();
    });
  }

  /** Runs a command by its title in the palette, such as `MQTT: Start Local Broker`. */
  async palette(title: string): Promise<void> {
    // A key goes to whoever has the focus just then; while an editor opens, that may be nobody.
    await this.until('the palette is open', async () => {
      await this.page.keyboard.press('F1');
      return this.quickInput()
        .waitFor({ timeout: 2000 })
        .then(
          () => true,
          () => false,
        );
    });
    await this.quickInput().fill(`>${title}`);
    await this.pick(title);
  }

  /** Opens a file of the workspace in an editor, by its name, and puts the cursor into it. */
  async openFile(name: string): Promise<void> {
    await this.palette('Go to File...');
    await this.quickInput().fill(name);
    await this.page
      .locator('.quick-input-list .monaco-list-row', { hasText: name })
      .first()
      .click();
    await this.page.locator('.tab.active', { hasText: name }).waitFor();
    await this.page.locator('.editor-instance .monaco-editor.focused').waitFor();
  }

  /** The text field of the quick input that is open: palette, input box or quick pick. */
  quickInput(): Locator {
    return this.page.locator('.quick-input-widget:visible input[type="text"]');
  }

  /** Types into the open input box and accepts it. */
  async answer(text: string): Promise<void> {
    await this.quickInput().fill(text);
    await this.page.keyboard.press('Enter');
  }

  /**
   * Types a path into the open file dialog until `isDone`: while it reads a folder, it takes no
   * answer. Each try waits longer than the one before, for an answer that comes too early starts
   * the dialog's reading again.
   */
  async answerDialog(path: string, isDone: () => boolean): Promise<void> {
    const field = this.quickInput();
    await field.waitFor();
    let patience = 4 * pollMilliseconds;
    await this.until(`the dialog takes ${path}`, async () => {
      if (await field.isVisible()) {
        if ((await field.inputValue()) !== path) await field.fill(path);
        await this.page.waitForTimeout(patience);
        if (await field.isVisible()) await this.page.keyboard.press('Enter');
      }
      for (let waited = 0; waited < patience && !isDone(); waited += pollMilliseconds) {
        await this.page.waitForTimeout(pollMilliseconds);
      }
      patience = Math.min(2 * patience, 3000);
      return isDone();
    });
  }

  /** Narrows the open quick pick to `label` and picks it. */
  async answerWith(label: string): Promise<void> {
    await this.quickInput().fill(label);
    await this.pick(label);
  }

  /** Picks the row of the open quick input whose label is `label`. */
  async pick(label: string): Promise<void> {
    const quoted = JSON.stringify(label);
    await this.page
      .locator('.quick-input-list .monaco-list-row')
      .and(
        this.page.locator(`[aria-label=${quoted}], [aria-label^=${JSON.stringify(`${label},`)}]`),
      )
      .first()
      .click();
  }

  /** The icon of a view container in the activity bar. */
  activity(title: string): Locator {
    return this.page.locator(`.activitybar ${actionLabel(title)}`);
  }

  /** Shows the view container of that title, if it is not shown already. */
  async openView(title: string): Promise<void> {
    await this.activity(title).waitFor();
    const shown = this.page.locator('.activitybar .action-item.checked', {
      has: this.page.locator(actionLabel(title)),
    });
    // A click on the icon of what is shown would hide it.
    if ((await shown.count()) === 0) await this.activity(title).click();
    await shown.waitFor();
  }

  treeItem(name: string | RegExp): Locator {
    return this.page.getByRole('treeitem', { name, exact: typeof name === 'string' });
  }

  /** An entry of the status bar by its accessible name. */
  statusBarItem(name: string | RegExp): Locator {
    return this.page.locator('.statusbar').getByRole('button', { name });
  }

  /** The notification that contains the text; hidden under the smoke-test driver. */
  notification(text: string | RegExp): Locator {
    return this.page.locator('.notification-toast', { hasText: text });
  }

  /** The document inside the webview that is shown: the inspector, when its tab is active. */
  inspectorFrame(): FrameLocator {
    return this.page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
  }

  /** Puts the window into a colour theme and waits until it is. */
  async theme(name: keyof typeof themes): Promise<void> {
    // By the palette: the server does not notice a settings file that changes on the disk.
    await this.palette('Preferences: Color Theme');
    await this.answerWith(name);
    await this.page.locator(`.monaco-workbench.${themes[name]}`).waitFor();
  }

  /** Saves test-output/screenshots/NAME.png and resolves with the path. */
  async screenshot(name: string): Promise<string> {
    const path = join(outputFolder, 'screenshots', `${name}.png`);
    await this.page.screenshot({ path });
    return path;
  }

  /** Waits until `condition` holds. Rejects after half a minute with what was waited for. */
  async until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
    const deadline = Date.now() + waitMilliseconds;
    while (!(await condition())) {
      if (Date.now() > deadline) throw new Error(`Waited ${waitMilliseconds / 1000} s: ${what}`);
      await this.page.waitForTimeout(pollMilliseconds);
    }
  }

  /** Runs one step; when it fails, leaves a picture and the logs in test-output/failures. */
  async during<T>(name: string, step: () => Promise<T>): Promise<T> {
    try {
      return await step();
    } catch (error) {
      const folder = join(outputFolder, 'failures');
      mkdirSync(folder, { recursive: true });
      const base = join(folder, name.replace(/[^\w-]+/g, '-'));
      await this.page.screenshot({ path: `${base}.png`, timeout: 10_000 }).catch(() => undefined);
      writeFileSync(
        `${base}.log`,
        [this.#console.join('\n'), this.server.output(), this.server.logs(/./)].join('\n\n'),
      );
      const told = error instanceof Error ? error : new Error(String(error));
      told.message += `\n(picture and logs: ${base}.png, .log)`;
      throw told;
    }
  }

  /** Error lines of the extension's own log channels, and of the extension host about it. */
  extensionErrors(extensionId: string): string[] {
    const own = this.server.logs(new RegExp(`(^|/)${extensionId.replace(/\./g, '\\.')}/`, 'i'));
    const host = this.server
      .logs(/remoteexthost\.log$/)
      .split('\n')
      .filter((line) => line.toLowerCase().includes(extensionId.toLowerCase()));
    return [...own.split('\n'), ...host].filter((line) => line.includes('[error]'));
  }
}
