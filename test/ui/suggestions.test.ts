import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { historyOf, remembered } from '../../webview/inspector/shell/filter-history.ts';
import { awaitRequest, fake, Harness, press, until } from './harness.ts';

let harness: Harness;
before(async () => {
  harness = await Harness.start();
});
after(() => harness.stop());

const withPage: Harness['withPage'] = (options, test) => harness.withPage(options, test);
const field = (page: Page): Locator => page.getByRole('textbox', { name: 'Filter' });
const offered = (page: Page): Locator => page.locator('.suggestion-text');
const list = (page: Page): Locator => page.getByRole('listbox', { name: 'Suggestions' });

describe('suggestions for the filter', () => {
  it('come while one types, are chosen by keyboard, and lead on to the value', () =>
    withPage({ end: 1200 }, async (page) => {
      await press(page, '/');
      await page.keyboard.type('lamp t');
      await list(page).waitFor();
      assert.deepEqual(await offered(page).allTextContents(), ['topic:', 'type:', 'type:publish']);
      // What the filter found is said first.
      await page.locator('[role=status]', { hasText: 'match' }).waitFor();
      await press(page, 'ArrowDown');
      await press(page, 'ArrowDown');
      await page.locator('[role=status]', { hasText: 'type:, packet types' }).waitFor();
      await press(page, 'Tab');
      assert.equal(await field(page).inputValue(), 'lamp type:');
      await page.locator('.suggestion-text', { hasText: 'type:publish' }).waitFor();
      assert.equal(await offered(page).count(), 1);
      await press(page, 'ArrowDown');
      await press(page, 'Enter');
      assert.equal(await field(page).inputValue(), 'lamp type:publish ');
      await list(page).waitFor({ state: 'hidden' });
      await page.keyboard.type('x');
      assert.equal(await field(page).inputValue(), 'lamp type:publish x', 'the caret is behind it');
    }));

  it('go into the middle of a filter, and the caret behind them', () =>
    withPage({ end: 1200 }, async (page) => {
      await press(page, '/');
      await field(page).fill('t lamp');
      await press(page, 'Home');
      await press(page, 'ArrowRight');
      await press(page, 'Control+ ');
      await page.locator('.suggestion', { hasText: 'topic:' }).click();
      await page.keyboard.type('home');
      assert.equal(await field(page).inputValue(), 'topic:home lamp');
    }));

  it('are chosen with the mouse too, and Enter alone applies what is typed', () =>
    withPage({ end: 1200 }, async (page) => {
      await press(page, '/');
      await page.keyboard.type('to');
      await page.locator('.suggestion', { hasText: 'topic:' }).click();
      assert.equal(await field(page).inputValue(), 'topic:');
      await field(page).fill('t');
      await list(page).waitFor();
      await press(page, 'Enter');
      await list(page).waitFor({ state: 'hidden' });
      assert.equal(await field(page).inputValue(), 't');
    }));

  it('go with Escape, with another one to the table, and with the focus', () =>
    withPage({ end: 1200 }, async (page) => {
      await press(page, '/');
      await page.keyboard.type('t');
      await list(page).waitFor();
      await press(page, 'Escape');
      await list(page).waitFor({ state: 'hidden' });
      assert.equal(
        await page.evaluate('document.activeElement.classList.contains("filter")'),
        true,
      );
      await press(page, 'Escape');
      assert.equal(await page.evaluate('document.activeElement.classList.contains("grid")'), true);
      await press(page, '/');
      await field(page).fill('ty');
      await list(page).waitFor();
      await page.locator('.grid').focus();
      await list(page).waitFor({ state: 'hidden' });
    }));

  it('are the filters before, in an empty field, when they are asked for', () =>
    withPage({ end: 1200 }, async (page) => {
      await press(page, '/');
      for (const filter of ['lamp/set', 'type:nope', 'type:puback']) {
        await field(page).fill(filter);
        await press(page, 'Enter');
        await page
          .locator(filter === 'type:nope' ? '.filter-error' : '.result', {
            hasText: filter === 'type:nope' ? 'nope' : '200 of',
          })
          .waitFor();
      }
      await press(page, 'Enter');
      await field(page).fill('');
      await list(page).waitFor({ state: 'hidden' });
      await press(page, 'Control+ ');
      await list(page).waitFor();
      assert.equal(await offered(page).first().textContent(), 'type:puback');
      assert.ok((await offered(page).allTextContents()).includes('lamp/set'));
      await press(page, 'ArrowDown');
      await press(page, 'Enter');
      assert.equal(await field(page).inputValue(), 'type:puback');
      await page.locator('.result', { hasText: '200 of' }).waitFor();
    }));

  it('stay in their place when the text is longer than the field', () =>
    withPage({ end: 1200, width: 400 }, async (page) => {
      await press(page, '/');
      await page.keyboard.insertText(`topic:home/# ${'long '.repeat(40)}`);
      // The coloured text is where the field has it.
      await until(
        page,
        `(() => {
          const input = document.querySelector('vscode-text-field').shadowRoot.querySelector('input');
          const text = document.querySelector('.filter-highlight-text');
          const { e } = new DOMMatrix(getComputedStyle(text).transform);
          return input.scrollLeft > 0 && Math.abs(input.scrollLeft + e) < 1;
        })()`,
      );
    }));

  it('remember twenty filters, each once', () => {
    const many = Array.from({ length: 30 }, (_, index) => `f${index}`);
    const history = many.reduce<readonly string[]>(remembered, []);
    assert.equal(history.length, 20);
    assert.deepEqual(remembered(history, 'f28').slice(0, 3), ['f28', 'f29', 'f27']);
    assert.equal(remembered(history, ''), history);
    assert.deepEqual(historyOf(['a', 1, null]), ['a']);
    assert.deepEqual(historyOf({ length: 3 }), []);
  });

  it('have the saved filters, by the button and by their names', () =>
    withPage({ end: 1200 }, async (page) => {
      await fake(
        page,
        `setSavedFilters([{ name: 'Lamps <b>', filter: 'lamp/set' }, { name: 'Pings', filter: 'type:pingreq' }])`,
      );
      const button = page.getByRole('button', { name: 'Filters' });
      await button.click();
      await list(page).waitFor();
      assert.deepEqual(await offered(page).allTextContents(), [
        'Lamps <b>',
        'Pings',
        'Manage saved filters…',
      ]);
      await press(page, 'ArrowDown');
      await press(page, 'Enter');
      assert.equal(await field(page).inputValue(), 'lamp/set');
      await page.locator('.result', { hasText: ' of ' }).waitFor();
      await field(page).fill('');
      await page.keyboard.type('ping');
      await page.locator('.suggestion', { hasText: 'saved: type:pingreq' }).click();
      assert.equal(await field(page).inputValue(), 'type:pingreq');
      await button.click();
      await page.locator('.suggestion', { hasText: 'Save this filter…' }).click();
      assert.deepEqual(await awaitRequest(page, 'host/saveFilter'), { filter: 'type:pingreq' });
      await button.click();
      await page.locator('.suggestion', { hasText: 'Manage' }).click();
      await awaitRequest(page, 'host/manageFilters');
    }));
});
