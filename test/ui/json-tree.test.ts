import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { JsonFold } from '../../webview/inspector/details/json-fold.ts';
import { jsonLines, pathOf, valueOf } from '../../webview/inspector/details/json-lines.ts';
import { awaitRequest, Harness, press, settled } from './harness.ts';

const sample = JSON.stringify(
  { a: 1, 'b c': [true, { d: '{' }], e: {}, 'f.g': { h: null } },
  undefined,
  2,
);

describe('lines of JSON', () => {
  const lines = jsonLines(sample);
  const paths = lines.map((_, index) => pathOf(lines, index));

  it('have paths, as the filter language writes them where it can', () => {
    assert.deepEqual(paths, [
      '',
      'a',
      '["b c"]',
      '["b c"][0]',
      '["b c"][1]',
      '["b c"][1].d',
      '',
      '',
      'e',
      '["f.g"]',
      '["f.g"].h',
      '',
      '',
    ]);
  });

  it('have values without their names', () => {
    assert.equal(valueOf(lines, 0), sample);
    assert.equal(valueOf(lines, 1), '1');
    assert.equal(valueOf(lines, 2), JSON.stringify([true, { d: '{' }], undefined, 2));
    assert.equal(valueOf(lines, 5), '"{"');
    assert.equal(valueOf(lines, 99), '');
  });

  it('fold what is between brackets', () => {
    const fold = new JsonFold(lines);
    fold.set(2, true);
    assert.deepEqual(fold.shown, [0, 1, 2, 8, 9, 10, 11, 12]);
    assert.equal(fold.placeOf(8), 3);
    assert.equal(fold.placeOf(5), -1);
    fold.setAll(true);
    assert.deepEqual(fold.shown, [0, 1, 2, 8, 9, 12]);
    fold.reveal(5);
    assert.deepEqual(fold.shown, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 12]);
  });

  it('may be cut anywhere', () => {
    for (let end = 0; end <= sample.length; end++) {
      const cut = jsonLines(sample.slice(0, end));
      const fold = new JsonFold(cut);
      fold.setAll(true);
      for (let line = 0; line < cut.length; line++) assert.ok((cut[line]?.end ?? -1) < cut.length);
      assert.equal(typeof pathOf(cut, cut.length - 1), 'string');
    }
  });
});

let harness: Harness;
before(async () => {
  harness = await Harness.start();
});
after(() => harness.stop());

/** Opens a page whose selected message is shown as the sample's tree. */
async function withTree(test: (page: Page) => Promise<void>, width = 1360): Promise<void> {
  await harness.withPage({ end: 24, width }, async (page) => {
    await page.locator('.body .row').filter({ hasText: 'home/kitchen/lamp/set' }).first().click();
    await page.getByRole('tab', { name: 'Payload' }).click();
    await page.locator('.json-line').first().waitFor();
    await settled(page);
    await test(page);
  });
}

const shownLines = (page: Page) =>
  page.evaluate<string[]>(
    "[...document.querySelectorAll('.json-line')].sort((a, b) => a.dataset.line - b.dataset.line).map((line) => line.querySelector('.json-content').textContent)",
  );

describe('the tree of a JSON payload', () => {
  it('folds and unfolds by pointer and key', () =>
    withTree(async (page) => {
      const whole = await shownLines(page);
      assert.equal(whole[1], '"on": true,');
      await page.locator('.json-line .twistie').first().click();
      assert.deepEqual(await shownLines(page), ['{ 4 names }']);
      const tree = page.getByRole('tree', { name: 'Payload as a tree' });
      await tree.focus();
      await press(page, 'ArrowRight');
      assert.deepEqual(await shownLines(page), whole);
      await press(page, 'ArrowDown');
      await press(page, 'ArrowDown');
      assert.equal(await page.locator('.json-path').textContent(), 'brightness');
      assert.equal(await tree.getAttribute('aria-activedescendant'), 'json-line-2');
      await press(page, 'End');
      assert.equal(await page.locator('.json-path').textContent(), 'scene');
      await press(page, 'ArrowLeft');
      await press(page, 'ArrowLeft');
      assert.deepEqual(await shownLines(page), ['{ 4 names }']);
    }));

  it('copies values and paths', () =>
    withTree(async (page) => {
      await page.locator('.json-line').nth(2).click();
      await page.getByRole('button', { name: 'Copy path' }).click();
      assert.deepEqual(await awaitRequest(page, 'host/copy'), { text: 'brightness' });
      await page.getByRole('tree', { name: 'Payload as a tree' }).press('Control+c');
      assert.deepEqual(await awaitRequest(page, 'host/copy'), { text: '80' });
    }));

  it('is searched, and unfolds what is found', () =>
    withTree(async (page) => {
      await page.getByRole('button', { name: 'Fold everything', exact: true }).click();
      await page.locator('.json-line .twistie').first().click();
      assert.deepEqual(await shownLines(page), ['{ 4 names }']);
      const field = page.getByRole('textbox', { name: 'Search in the payload' });
      await field.fill('e');
      const result = page.locator('.json-bar .chip');
      await result.filter({ hasText: '1 of 3' }).waitFor();
      assert.equal((await shownLines(page)).length, 6);
      await field.press('Enter');
      await result.filter({ hasText: '2 of 3' }).waitFor();
      await field.press('Shift+Enter');
      await field.press('Shift+Enter');
      await result.filter({ hasText: '3 of 3' }).waitFor();
      assert.equal(await page.locator('.json-path').textContent(), 'scene');
      await field.fill('nowhere');
      await result.filter({ hasText: 'nothing found' }).waitFor();
      await field.press('Escape');
      assert.ok(await page.evaluate("document.activeElement.classList.contains('json-tree')"));
    }));

  it('is usable where the window is narrow', () =>
    withTree(async (page) => {
      const inside = await page.evaluate<boolean>(
        "document.querySelector('.json-bar').scrollWidth <= document.querySelector('.json-bar').clientWidth",
      );
      assert.ok(inside);
    }, 400));
});
