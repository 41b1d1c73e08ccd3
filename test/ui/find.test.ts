import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import {
  awaitRequest,
  fake,
  Harness,
  press,
  settled,
  takeRequests,
  until,
  visibleRows,
} from './harness.ts';

let harness: Harness;
before(async () => (harness = await Harness.start()));
after(() => harness.stop());

const withPage: Harness['withPage'] = (options, test) => harness.withPage(options, test);

async function count(page: Page, text: string): Promise<void> {
  await page.locator('.find-count').getByText(text, { exact: true }).waitFor();
}

async function selected(page: Page): Promise<number | undefined> {
  return (await visibleRows(page)).find((row) => row.selected)?.index;
}

/** How many ranges are painted: all matches in sight, and those of the selected row. */
async function painted(page: Page): Promise<{ all: number; current: number }> {
  return page.evaluate(`({
    all: CSS.highlights.get('find')?.size ?? 0,
    current: CSS.highlights.get('find-current')?.size ?? 0,
  })`);
}

describe('find', () => {
  it('finds while typing, marks what is in sight, and goes on with Enter and F3', () =>
    withPage({ end: 1200 }, async (page) => {
      await page.locator('.grid').focus();
      await press(page, 'Home');
      await settled(page);
      await press(page, 'Control+f');
      assert.equal(await page.locator('.filter:focus-within').count(), 0);
      await page.keyboard.insertText('lamp/SET');
      await count(page, '1 of 200');
      const first = (await selected(page)) ?? 0;
      await settled(page);
      const marks = await painted(page);
      assert.ok(marks.all > 3, `${marks.all} in sight`);
      assert.equal(marks.current, 1);
      assert.equal(await page.locator('.find-field:focus-within').count(), 1, 'typing goes on');
      await press(page, 'Enter');
      await count(page, '2 of 200');
      assert.ok(((await selected(page)) ?? 0) > first);
      await press(page, 'Shift+Enter');
      await press(page, 'Shift+Enter');
      await count(page, '200 of 200');
      await settled(page);
      const last = (await selected(page)) ?? 0;
      assert.ok(last > 1100, 'round the beginning to the end');
      await press(page, 'Escape');
      assert.equal(await page.locator('.find').isVisible(), false);
      assert.equal(await page.locator('.grid:focus').count(), 1, 'the focus is where it was');
      assert.deepEqual(await painted(page), { all: 0, current: 0 });
      await press(page, 'F3');
      await count(page, '1 of 200');
      assert.equal(await selected(page), first);
      await page.locator('.grid:focus').waitFor();
      await press(page, 'Escape');
      assert.equal(await page.locator('.find').isVisible(), false, 'Escape in the table closes it');
    }));

  it('does not filter, nor open the details, and leaves the end', () =>
    withPage({ end: 1200 }, async (page) => {
      await press(page, 'Control+f');
      await page.keyboard.insertText('lamp/set');
      await page.locator('.find-count', { hasText: / of 200/ }).waitFor();
      assert.equal(await page.locator('.grid').getAttribute('aria-rowcount'), '1201');
      assert.equal(await page.locator('.details').isVisible(), false);
      await press(page, 'Shift+Enter');
      await settled(page);
      const top = (await visibleRows(page))[0]?.index;
      await fake(page, 'setFrames(0, 1212)');
      await page.locator('.find-count', { hasText: / of 202/ }).waitFor();
      assert.equal((await visibleRows(page))[0]?.index, top);
    }));

  it('says when there is nothing, and when there are more than are counted', () =>
    withPage({ end: 30_000 }, async (page) => {
      await press(page, 'Control+f');
      await page.keyboard.insertText('nowhere');
      await count(page, 'No results');
      await page.locator('[role=status]', { hasText: 'No results' }).waitFor();
      await page.getByRole('textbox', { name: 'Find in rows' }).fill('lamp');
      await page.locator('.find-count', { hasText: / of 1,000\+/ }).waitFor();
      await page.getByRole('button', { name: 'Next match' }).click();
      await page.locator('.find-count', { hasText: /^\d[\d,]* of 1,000\+/ }).waitFor();
    }));

  it('is done anew in another view', () =>
    withPage({ end: 1200 }, async (page) => {
      await press(page, 'Control+f');
      await page.keyboard.insertText('puback');
      await count(page, 'No results');
      await page.getByRole('textbox', { name: 'Find in rows' }).fill('lamp-kitchen');
      await page.locator('.find-count', { hasText: / of \d/ }).waitFor();
      const text = await page.locator('.find-count').textContent();
      await page.getByRole('radio', { name: 'Messages' }).click();
      await until(
        page,
        `document.querySelector('.find-count').textContent !== ${JSON.stringify(text)}`,
      );
      await page.locator('.find-count', { hasText: / of \d/ }).waitFor();
    }));

  it('is opened by the editor too, and fits a narrow page', () =>
    withPage({ end: 100, width: 400 }, async (page) => {
      await fake(page, 'find()');
      await page.locator('.find-field:focus-within').waitFor();
      const box = await page.locator('.find').boundingBox();
      assert.ok(box && box.x >= 0 && box.x + box.width <= 400, JSON.stringify(box));
    }));
});

describe('menus', () => {
  it('of a row know what it is, and select it', () =>
    withPage({ end: 100 }, async (page) => {
      await takeRequests(page);
      // As the editor does: it reads what the element says when the event comes by.
      await page.evaluate(`document.addEventListener('contextmenu', (event) => {
        window.menu = JSON.parse(event.target.closest('[data-vscode-context]').dataset.vscodeContext);
      })`);
      const row = page.locator('.body .row').filter({ hasText: 'lamp/set' }).last();
      await row.click({ button: 'right' });
      const context = await page.evaluate<Record<string, unknown>>('window.menu');
      assert.equal(await page.locator('.details').isVisible(), false);
      assert.equal(context['webviewSection'], 'row');
      assert.equal(context['rowKind'], 'publish');
      assert.equal(context['preventDefaultContextMenuItems'], true);
      assert.deepEqual(await awaitRequest(page, 'selected'), {
        frame: context['frame'],
        kind: 'publish',
      });
      await page.locator('.body .row').filter({ hasText: 'CONNACK' }).last().click();
      const packet = (await awaitRequest(page, 'selected')) as { kind: string };
      assert.equal(packet.kind, 'packet');
    }));

  it('by keys stand at the selected row', () =>
    withPage({ end: 100 }, async (page) => {
      await page.evaluate(`document.addEventListener('contextmenu', (event) => {
        const row = event.target.closest('.row');
        const box = row?.getBoundingClientRect();
        window.menu = { selected: row?.getAttribute('aria-selected'), context: row?.dataset.vscodeContext,
          within: box && event.clientX > box.left && Math.abs(event.clientY - box.bottom) < 2 };
      })`);
      await page.locator('.grid').focus();
      await press(page, 'ArrowUp');
      await settled(page);
      await press(page, 'Shift+F10');
      await until(page, 'window.menu !== undefined');
      const menu = await page.evaluate<{ selected: string; context: string; within: boolean }>(
        'window.menu',
      );
      assert.equal(menu.selected, 'true');
      assert.equal(menu.within, true);
      assert.match(menu.context, /"webviewSection":"row"/);
    }));

  it('of a field know its place and the term of the filter', () =>
    withPage({ end: 100 }, async (page) => {
      await page.locator('.body .row').filter({ hasText: 'lamp/set' }).last().click();
      const item = page.getByRole('treeitem', { name: /QoS/ }).first();
      await item.click({ button: 'right' });
      const text = await item.getAttribute('data-vscode-context');
      const context = JSON.parse(text ?? 'null') as Record<string, unknown>;
      assert.equal(context['webviewSection'], 'field');
      assert.ok(Array.isArray(context['path']), text ?? '');
      assert.equal(context['fieldHasFilter'], true);
      assert.match(String(context['filter']), /^qos:\d$/);
    }));
});

describe('what the editor asks of the page', () => {
  it('goes to a frame and opens a tab', () =>
    withPage({ end: 1200 }, async (page) => {
      await fake(page, "goTo(602, 'delivery')");
      await page.getByRole('tab', { name: 'Delivery', selected: true }).waitFor();
      await settled(page);
      assert.equal(await selected(page), 604);
    }));

  it('narrows the filter, joined with what is there', () =>
    withPage({ end: 1200 }, async (page) => {
      const field = page.getByRole('textbox', { name: 'Filter' });
      const steps: [term: string, filter: string][] = [
        ['type:publish', 'type:publish'],
        ['topic:a', 'type:publish topic:a'],
        ['topic:a', 'type:publish topic:a'],
        ['-topic:a', 'type:publish -topic:a'],
      ];
      for (const [term, filter] of steps) {
        await fake(page, `addFilter('${term}')`);
        await page.evaluate('new Promise((resolve) => setTimeout(resolve))');
        await until(page, `document.querySelector('.filter').value === '${filter}'`);
      }
      await field.fill('a or "b (c"');
      await press(page, 'Enter');
      await fake(page, "addFilter('qos:1')");
      await until(page, `document.querySelector('.filter').value === '(a or "b (c") qos:1'`);
      await fake(page, "addFilter('qos:2')");
      await until(page, `document.querySelector('.filter').value === '(a or "b (c") qos:1 qos:2'`);
    }));

  it('copies the selected row with Ctrl+C', () =>
    withPage({ end: 100 }, async (page) => {
      await page.locator('.body .row').filter({ hasText: 'CONNACK' }).last().click();
      const { frame } = (await awaitRequest(page, 'selected')) as { frame: number };
      await press(page, 'Control+c');
      assert.deepEqual(await awaitRequest(page, 'host/copyRow'), { frame });
    }));
});
