import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { awaitRequest, fake, Harness, press, takeRequests, until } from './harness.ts';

let harness: Harness;
before(async () => (harness = await Harness.start()));
after(() => harness.stop());

const withPage: Harness['withPage'] = (options, test) => harness.withPage(options, test);

async function showStatistics(page: Page): Promise<void> {
  await page.getByRole('radio', { name: 'Statistics' }).click();
  await page.locator('.statistics-table tbody tr').first().waitFor();
}

function rows(page: Page): Locator {
  return page.locator('.statistics-table tbody tr');
}

/** The first cell of each row. */
async function names(page: Page): Promise<string[]> {
  return rows(page).locator('td:first-child').allInnerTexts();
}

/** Waits until the first row is that one. */
async function firstRow(page: Page, name: string): Promise<void> {
  await rows(page).first().filter({ hasText: name }).waitFor();
}

/** `window.waiting`: the timers of a second that are set. */
async function watchTimers(page: Page): Promise<void> {
  await page.evaluate(`(() => {
    const waiting = (window.waiting = new Set());
    const { setTimeout, clearTimeout } = window;
    window.setTimeout = (call, delay) => {
      const timer = setTimeout(() => {
        waiting.delete(timer);
        call();
      }, delay);
      if (delay === 1000) waiting.add(timer);
      return timer;
    };
    window.clearTimeout = (timer) => {
      waiting.delete(timer);
      clearTimeout(timer);
    };
  })()`);
}

describe('view Statistics', () => {
  it('tells totals, who floods the broker, and a row for each client', () =>
    withPage({ end: 1200 }, async (page) => {
      await showStatistics(page);
      assert.equal(await page.locator('.filter-row').isVisible(), false);
      assert.equal(await page.getByRole('grid', { name: 'Packets' }).count(), 0);
      assert.match(await page.locator('.tile').first().innerText(), /1,842\/s\s+18,000/);
      assert.match(
        await page.locator('.totals .split-legend').first().innerText(),
        /QoS 0 79 %\s+QoS 1 21 %/,
      );
      assert.match(
        await page.locator('.talker').first().innerText(),
        /sensor-attic\s+45 % of messages\s+36 % of bytes/,
      );
      assert.deepEqual((await names(page)).slice(0, 3), [
        'sensor-attic',
        'panel-hall',
        'lamp-kitchen',
      ]);
      assert.equal(
        await page.getByRole('grid', { name: 'Clients' }).getAttribute('aria-rowcount'),
        '6',
      );
      const chart = rows(page).first().locator('svg');
      assert.match((await chart.getAttribute('aria-label')) ?? '', /messages in the last minute$/);
    }));

  it('keeps the numbers new while it is shown, and asks for nothing when it is not', () =>
    withPage({ end: 1200 }, async (page) => {
      await watchTimers(page);
      await showStatistics(page);
      await fake(page, 'statistics.more = 1000');
      await page.locator('.tile', { hasText: '19,000' }).waitFor();
      await until(page, 'window.waiting.size === 1');
      await page.getByRole('radio', { name: 'Packets' }).click();
      assert.equal(await page.evaluate('window.waiting.size'), 0);
    }));

  it('orders by any column, the greatest or the first on top', () =>
    withPage({ end: 1200 }, async (page) => {
      await showStatistics(page);
      const head = (name: string): Locator =>
        page.locator('.statistics-table th', { hasText: name });
      assert.equal(await head('In/s').getAttribute('aria-sort'), 'descending');
      await head('Client').getByRole('button').click();
      await firstRow(page, '<img');
      assert.equal(await head('Client').getAttribute('aria-sort'), 'ascending');
      assert.equal(await head('In/s').getAttribute('aria-sort'), 'none');
      await head('In/s').getByRole('button').press('Enter');
      await firstRow(page, 'sensor-attic');
      await head('In/s').getByRole('button').press('Enter');
      await firstRow(page, 'idle');
    }));

  it('shows topics, and filters by name', () =>
    withPage({ end: 1200 }, async (page) => {
      await showStatistics(page);
      await page.getByRole('radio', { name: 'Topics' }).click();
      await firstRow(page, 'home/attic/lamp/temp');
      assert.match(await rows(page).nth(2).innerText(), /sensor-attic and others/);
      await press(page, '/');
      await page.keyboard.insertText('KITCHEN');
      await firstRow(page, 'kitchen');
      assert.equal(await rows(page).count(), 2);
      await page.getByRole('textbox', { name: 'Filter names' }).fill('nobody');
      await page.getByText('No name matches.').waitFor();
    }));

  it('is walked by keyboard, tells all of the row, and goes to its packets', () =>
    withPage({ end: 1200 }, async (page) => {
      await showStatistics(page);
      await rows(page).first().focus();
      await press(page, 'ArrowDown');
      await press(page, 'ArrowDown');
      const detail = page.getByRole('region', { name: 'Chosen row' });
      await detail.getByRole('heading', { name: 'lamp-kitchen' }).waitFor();
      assert.match(
        await detail.innerText(),
        /mean 1\.3 ms · 95 % within 4\.6 ms\s+Fastest, slowest\s+0\.2 ms, 1\.204 s of 630/,
      );
      assert.match(await detail.innerText(), /PUBLISH 82 %\s+PUBACK 17 %/);
      assert.equal(await rows(page).nth(2).getAttribute('aria-selected'), 'true');
      await press(page, 'Escape');
      assert.equal(await detail.isVisible(), false);
      await press(page, 'End');
      await press(page, 'Home');
      await takeRequests(page);
      await press(page, 'Enter');
      const asked = (await awaitRequest(page, 'query/open')) as { view: string; filter: string };
      assert.deepEqual(asked, { view: 'packets', filter: 'client:sensor-attic' });
      assert.equal(await page.locator('.statistics').isVisible(), false);
      assert.equal(
        await page.getByRole('radio', { name: 'Packets' }).getAttribute('aria-checked'),
        'true',
      );
    }));

  it('quotes names for the filter', () =>
    withPage({ end: 1200 }, async (page) => {
      await showStatistics(page);
      await takeRequests(page);
      await page.locator('.talker-name', { hasText: 'x y' }).click();
      const asked = (await awaitRequest(page, 'query/open')) as { filter: string };
      assert.match(asked.filter, /^topic:"<img src=x onerror=\\"window\.hacked=1\\">.*\/x y"$/u);
      assert.equal(await page.evaluate('window.hacked'), undefined);
    }));

  it('asks before it forgets, and says what it waits for then', () =>
    withPage({ end: 1200 }, async (page) => {
      await showStatistics(page);
      await page.getByRole('button', { name: 'Reset…' }).click();
      await page.getByRole('button', { name: 'Keep' }).press('Enter');
      await page.getByRole('button', { name: 'Reset…' }).click();
      await page.getByRole('button', { name: 'Reset counts' }).click();
      await page.getByText(/^Nothing was captured since .* Connect a client/).waitFor();
      const resets = (await takeRequests(page)).filter(
        ({ method }) => method === 'statistics/reset',
      );
      assert.equal(resets.length, 1);
    }));

  it('copies and saves what the filter leaves as CSV', () =>
    withPage({ end: 1200 }, async (page) => {
      await showStatistics(page);
      await page.getByRole('textbox', { name: 'Filter names' }).fill('lamp');
      await firstRow(page, 'lamp-kitchen');
      const table = { by: 'client', order: 'rateIn', descending: true, filter: 'lamp' };
      await page.getByRole('button', { name: 'Copy as CSV' }).click();
      assert.deepEqual(await awaitRequest(page, 'host/copyStatistics'), table);
      await page.getByRole('button', { name: 'Save as CSV…' }).click();
      assert.deepEqual(await awaitRequest(page, 'host/saveStatistics'), table);
    }));

  it('shows some of very many, says how many there are, and what has no row', () =>
    withPage({ end: 1200 }, async (page) => {
      await fake(page, 'statistics.manyClients = 5000');
      await showStatistics(page);
      assert.equal(await rows(page).count(), 100);
      await page.getByText('100 of 5,006 clients are shown.').waitFor();
      await page.getByText('1,204 packets are of clients beyond the first 5,005').waitFor();
      await page.getByRole('button', { name: 'Show more' }).click();
      await rows(page).nth(199).waitFor();
      await page.getByText('(all others)').waitFor();
    }));

  it('comes back after a reload as it was', () =>
    withPage({ end: 1200 }, async (page) => {
      await showStatistics(page);
      await page.getByRole('radio', { name: 'Topics' }).click();
      await firstRow(page, 'home/attic');
      await until(page, `sessionStorage.getItem('state')?.includes('"by":"topic"')`);
      await page.reload();
      await firstRow(page, 'home/attic');
      assert.equal(
        await page.getByRole('radio', { name: 'Statistics' }).getAttribute('aria-checked'),
        'true',
      );
    }));
});
