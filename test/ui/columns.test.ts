import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import type { ColumnLayout } from '../../src/engine/columns-contract.ts';
import { awaitRequest, fake, Harness, press, settled } from './harness.ts';

let harness: Harness;
before(async () => (harness = await Harness.start()));
after(() => harness.stop());

const withPage: Harness['withPage'] = (options, test) => harness.withPage(options, test);

function header(page: Page, name: string): Locator {
  return page.locator(`.header .cell.${name}`);
}

async function order(page: Page): Promise<string> {
  const text = await page.evaluate<string>(
    `[...document.querySelector('.header').children].map((cell) => cell.classList[1]).join()`,
  );
  const rows = await page.evaluate(
    `[...new Set([...document.querySelectorAll('.body .row')].map((row) =>
      [...row.children].map((cell) => cell.classList[1]).join()))]`,
  );
  // The header and all rows agree.
  assert.deepEqual(rows, [text]);
  return text;
}

async function widthOf(page: Page, name: string): Promise<number> {
  return (await header(page, name).boundingBox())?.width ?? 0;
}

/** Presses the pointer at a place, moves it by so many pixels, and lets go. */
async function drag(page: Page, from: { x: number; y: number }, by: number): Promise<void> {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(from.x + by / 2, from.y);
  await page.mouse.move(from.x + by, from.y);
  await page.mouse.up();
}

async function kept(page: Page): Promise<readonly ColumnLayout[]> {
  const params = await awaitRequest(page, 'host/setColumns');
  return (params as { columns: readonly ColumnLayout[] }).columns;
}

describe('columns', () => {
  it('are made wider at their border, keep that over a reload, and a double click undoes it', () =>
    withPage({ end: 1000 }, async (page) => {
      const before = await widthOf(page, 'client');
      const box = await header(page, 'client').boundingBox();
      assert.ok(box);
      await drag(page, { x: box.x + box.width - 3, y: box.y + 8 }, 60);
      assert.equal(Math.round(await widthOf(page, 'client')), Math.round(before) + 60);
      const client = (await kept(page)).find(({ name }) => name === 'client');
      assert.equal(client?.width, Math.round(before) + 60);
      await page.reload();
      await settled(page);
      assert.equal(Math.round(await widthOf(page, 'client')), Math.round(before) + 60);
      await header(page, 'client').locator('.column-border').dblclick();
      assert.equal(await widthOf(page, 'client'), before);
    }));

  it('are moved by dragging, rows too', () =>
    withPage({ end: 1000 }, async (page) => {
      const box = await header(page, 'size').boundingBox();
      const target = await header(page, 'delta').boundingBox();
      assert.ok(box && target);
      await drag(page, { x: box.x + 10, y: box.y + 8 }, target.x + 4 - box.x - 10);
      assert.match(await order(page), /^time,size,delta,client/);
      await settled(page);
      assert.match(
        (await page.locator('.body .row:not([hidden])').last().textContent()) ?? '',
        /^\d\d:\d\d:\d\d\.\d{3}\d+ B/,
      );
    }));

  it('are arranged by keys alone, and say so', () =>
    withPage({ end: 1000 }, async (page) => {
      await header(page, 'time').focus();
      await press(page, 'ArrowRight');
      await press(page, 'Delete');
      assert.match(await order(page), /^time,client,direction/);
      assert.ok((await kept(page)).some(({ name, isHidden }) => name === 'delta' && isHidden));
      await page.locator('.header .cell.client:focus').waitFor();
      await press(page, 'Alt+ArrowLeft');
      assert.match(await order(page), /^client,time,direction/);
      await page.locator('.header .cell.client:focus').waitFor();
      const before = await widthOf(page, 'client');
      await press(page, 'Shift+ArrowRight');
      assert.equal(Math.round(await widthOf(page, 'client')), Math.round(before) + 16);
    }));

  it('come from the host too, and go away where the page is narrow', () =>
    withPage({ end: 1000 }, async (page) => {
      await fake(page, `setColumns([{ name: 'topic', isHidden: true }, { name: 'payload' }])`);
      await header(page, 'topic').waitFor({ state: 'detached' });
      assert.match(await order(page), /^time,.*,packet,qos,flags,size,payload$/);
      await page.setViewportSize({ width: 400, height: 700 });
      await header(page, 'time').waitFor({ state: 'detached' });
      await settled(page);
    }));

  it('have a menu that names them', () =>
    withPage({ end: 10 }, async (page) => {
      const context = await header(page, 'qos').getAttribute('data-vscode-context');
      assert.deepEqual(JSON.parse(context ?? ''), {
        webviewSection: 'column',
        column: 'qos',
        preventDefaultContextMenuItems: true,
      });
    }));
});
