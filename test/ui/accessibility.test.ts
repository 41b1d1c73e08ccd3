import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { fake, pictures, Harness, press, settled, visibleRows, type Theme } from './harness.ts';

let harness: Harness;
let axe: string;
before(async () => {
  const path = join(import.meta.dirname, '../../node_modules/axe-core/axe.min.js');
  [harness, axe] = await Promise.all([Harness.start(), readFile(path, 'utf8')]);
});
after(() => harness.stop());

const withPage: Harness['withPage'] = (options, test) => harness.withPage(options, test);

/** What axe finds, one line each; none is what is wanted. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  return page.evaluate(`axe
    .run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })
    .then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(
      ({ html, failureSummary }) => id + ': ' + html.slice(0, 160) + ' ' + failureSummary)))`);
}

const themes: readonly Theme[] = ['dark', 'light', 'high-contrast'];

describe('axe', () => {
  for (const theme of themes) {
    it(`finds nothing in the table and the details (${theme})`, () =>
      withPage({ end: 100, theme }, async (page) => {
        assert.deepEqual(await violations(page), []);
        await page.locator('.body .row').filter({ hasText: 'sensor-attic' }).last().click();
        await page.locator('.tree [role=treeitem]').nth(3).click();
        await settled(page);
        assert.deepEqual(await violations(page), []);
        await page.locator('.grid').focus();
        await page.getByRole('tab', { name: 'Payload' }).click();
        assert.deepEqual(await violations(page), []);
        await page.getByRole('combobox', { name: 'Decode payload as' }).click();
        await page.getByRole('option', { name: 'MessagePack' }).hover();
        assert.deepEqual(await violations(page), []);
        await page.getByRole('option', { name: 'MessagePack' }).click();
        await page.locator('.note', { hasText: 'Ends within' }).waitFor();
        assert.deepEqual(await violations(page), []);
        await press(page, '/');
        await page.keyboard.insertText('type:nope');
        await page.locator('.filter-error').waitFor();
        assert.deepEqual(await violations(page), []);
        await page.getByRole('textbox', { name: 'Filter' }).fill('t');
        await page.locator('.suggestion').first().waitFor();
        await press(page, 'ArrowDown');
        assert.deepEqual(await violations(page), []);
      }));

    it(`finds nothing in the find widget (${theme})`, () =>
      withPage({ end: 1200, theme }, async (page) => {
        await press(page, 'Control+f');
        await page.keyboard.insertText('lamp');
        await page.locator('.find-count', { hasText: ' of ' }).waitFor();
        assert.deepEqual(await violations(page), []);
        await page.screenshot({ path: join(pictures, `find-${theme}.png`) });
        await page.getByRole('textbox', { name: 'Find in rows' }).fill('nowhere');
        await page.locator('.find-count', { hasText: 'No results' }).waitFor();
        assert.deepEqual(await violations(page), []);
      }));

    it(`finds nothing in exchanges and their diagram (${theme})`, () =>
      withPage({ end: 1200, theme }, async (page) => {
        await page.getByRole('radio', { name: 'Flow' }).click();
        await page.locator('.body .row').filter({ hasText: 'lamp/set' }).last().click();
        await page.getByRole('tab', { name: 'Flow' }).click();
        await page.locator('.sequence svg').waitFor();
        await settled(page);
        assert.deepEqual(await violations(page), []);
      }));

    it(`finds nothing in history and properties (${theme})`, () =>
      withPage({ end: 1200, theme }, async (page) => {
        await fake(page, 'changes = true');
        await page.locator('.body .row').filter({ hasText: 'lamp/set' }).last().click();
        await page.getByRole('tab', { name: 'History' }).click();
        await page.locator('.diff-lines .added').first().waitFor();
        await page.locator('.history-chart canvas').waitFor();
        assert.deepEqual(await violations(page), []);
        await page.getByRole('tab', { name: 'Properties' }).click();
        await page.locator('.properties-table tbody tr').first().waitFor();
        assert.deepEqual(await violations(page), []);
      }));

    it(`finds nothing in statistics (${theme})`, () =>
      withPage({ end: 1200, theme }, async (page) => {
        await page.getByRole('radio', { name: 'Statistics' }).click();
        const rows = page.locator('.statistics-table tbody tr');
        await rows.nth(1).click();
        await page.locator('.row-detail').waitFor();
        assert.deepEqual(await violations(page), []);
        await page.getByRole('radio', { name: 'Topics' }).click();
        await page.getByRole('grid', { name: 'Topics' }).waitFor();
        await page.getByRole('button', { name: 'Reset…' }).click();
        assert.deepEqual(await violations(page), []);
        await page.getByRole('button', { name: 'Reset counts' }).click();
        await page.getByText('Nothing was captured').waitFor();
        assert.deepEqual(await violations(page), []);
      }));

    it(`finds nothing in rows that are awaited (${theme})`, () =>
      withPage({ end: 10_000, theme }, async (page) => {
        await fake(page, 'hold()');
        await page.locator('.grid').press('Home');
        await page.locator('.row.waiting:not([hidden])[aria-busy=true]').first().waitFor();
        assert.deepEqual(await violations(page), []);
        await fake(page, 'release()');
        await settled(page);
        assert.equal(await page.locator('.row:not([hidden])[aria-busy]').count(), 0);
      }));

    it(`finds nothing in the empty states (${theme})`, async () => {
      await withPage({ end: 0, theme }, async (page) => {
        assert.deepEqual(await violations(page), []);
      });
      await withPage({ end: 0, stopped: true, theme }, async (page) => {
        assert.deepEqual(await violations(page), []);
      });
    });
  }

  it('finds nothing at 400 pixels', () =>
    withPage({ end: 100, width: 400 }, async (page) => {
      await page.locator('.body .row').last().click();
      await settled(page);
      assert.deepEqual(await violations(page), []);
      assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 400);
    }));
});

describe('axe at 400 pixels', () => {
  it('finds nothing in statistics, and nothing is cut off', () =>
    withPage({ end: 100, width: 400 }, async (page) => {
      await page.getByRole('radio', { name: 'Statistics' }).click();
      await page.locator('.statistics-table tbody tr').first().click();
      await page.locator('.row-detail').waitFor();
      assert.deepEqual(await violations(page), []);
      const overflow = await page.evaluate(
        `[...document.querySelectorAll('.toolbar, .statistics, .statistics-scroll, .row-detail')]
          .filter((node) => node.scrollWidth > node.clientWidth).map((node) => node.className)`,
      );
      assert.deepEqual(overflow, []);
    }));
});

describe('keyboard alone', () => {
  it('gets to everything and back', () =>
    withPage({ end: 1000 }, async (page) => {
      const focused = () =>
        page.evaluate(`(() => {
          let node = document.activeElement;
          while (node.shadowRoot?.activeElement) node = node.shadowRoot.activeElement;
          return node.getAttribute('aria-label') ?? node.textContent.trim();
        })()`);
      const stops = [];
      for (let step = 0; step < 9; step++) {
        await press(page, 'Tab');
        stops.push(await focused());
      }
      assert.deepEqual(stops, [
        'Local broker :1883, copy address',
        'Packets',
        'Follow',
        'Pause',
        'Clear',
        'Publish…',
        'Filter',
        'Saved and recent filters',
        'Packets',
      ]);
    }));

  it('walks the rows, opens the details and comes back', () =>
    withPage({ end: 1000 }, async (page) => {
      const selected = async () => (await visibleRows(page)).find((row) => row.selected)?.index;
      await page.locator('.grid').focus();
      await press(page, 'ArrowUp');
      assert.equal(await selected(), 1001, 'the first key selects what is there');
      await press(page, 'ArrowUp');
      await settled(page);
      assert.equal(await selected(), 1000);
      const active = await page.locator('.grid').getAttribute('aria-activedescendant');
      assert.equal(await page.locator(`#${active ?? ''}`).getAttribute('aria-selected'), 'true');
      await press(page, 'PageUp');
      await settled(page);
      const above = (await selected()) ?? 0;
      assert.ok(above < 1000 && above > 960, `${above}`);
      await press(page, 'Home');
      await settled(page);
      assert.equal(await selected(), 2);
      await press(page, 'ArrowDown');
      await press(page, 'ArrowDown');
      await settled(page);
      assert.equal(await selected(), 4);
      await press(page, 'Enter');
      await page.locator('.tree [role=treeitem]:focus').waitFor();
      await press(page, 'ArrowDown');
      assert.ok((await page.locator('.packet-view .byte.selected').count()) > 0);
      await press(page, 'Escape');
      assert.equal(await page.locator('.grid:focus').count(), 1);
      await press(page, 'Tab');
      await page.locator('.header .cell:focus').waitFor();
      await press(page, 'Tab');
      const separator = page.getByRole('separator');
      const before = Number(await separator.getAttribute('aria-valuenow'));
      await press(page, 'ArrowUp');
      assert.equal(Number(await separator.getAttribute('aria-valuenow')), before + 4);
      await press(page, 'Tab');
      await press(page, 'ArrowLeft');
      await page.locator('.payload-text').waitFor();
      await press(page, 'Escape');
      await press(page, 'Escape');
      assert.equal(await page.locator('.details').isVisible(), false);
    }));
});
