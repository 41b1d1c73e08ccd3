import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { awaitRequest, fake, Harness, press, settled, takeRequests } from './harness.ts';

let harness: Harness;
before(async () => (harness = await Harness.start()));
after(() => harness.stop());

const withPage: Harness['withPage'] = (options, test) => harness.withPage(options, test);

async function open(page: Page, row: string, tab: string): Promise<void> {
  await page.locator('.body .row:not([hidden])').filter({ hasText: row }).last().click();
  await page.getByRole('tab', { name: tab }).click();
  await settled(page);
}

function rows(page: Page): Locator {
  return page.locator('.history-table tbody tr');
}

describe('tab History', () => {
  it('has the messages of the topic, the newest on top, a chart of their numbers, and what changed', () =>
    withPage({ end: 1200 }, async (page) => {
      await open(page, 'home/kitchen/lamp/set', 'History');
      await page.locator('.history-chart canvas').waitFor();
      const shown = rows(page);
      const times = await shown.locator('.time').allInnerTexts();
      assert.deepEqual(times, times.toSorted().reverse());
      assert.equal(await page.locator('tr[aria-selected=true]').count(), 1);
      assert.match(
        (await page.locator('.history-messages .history-note').textContent()) ?? '',
        /^31 messages of home\/kitchen\/lamp\/set · \d+ earlier not shown$/,
      );
      assert.match(
        (await page.locator('.history-chart').getAttribute('aria-label')) ?? '',
        /^Chart of brightness: 31 values from \d+ to \d+$/,
      );
      await page
        .locator('.payload-diff .none', { hasText: 'The payloads are the same.' })
        .waitFor();
    }));

  it('charts another number, which is asked for again with the next message of the topic', () =>
    withPage({ end: 1200 }, async (page) => {
      await open(page, 'home/kitchen/lamp/set', 'History');
      await takeRequests(page);
      await page.getByRole('combobox', { name: 'Number to chart' }).click();
      await page.getByRole('option', { name: 'on' }).click();
      const asked = await awaitRequest(page, 'capture/history');
      assert.equal((asked as { path?: string }).path, 'on');
      await page.locator('.history-chart[aria-label^="Chart of on"]').waitFor();
      await takeRequests(page);
      await rows(page).nth(3).click();
      const next = await awaitRequest(page, 'capture/history');
      assert.equal((next as { path?: string }).path, 'on');
    }));

  it('goes to a message and compares with another, by keyboard', () =>
    withPage({ end: 1200 }, async (page) => {
      await open(page, 'home/kitchen/lamp/set', 'History');
      await page.locator('.history-table tr[tabindex="0"]').focus();
      await press(page, 'ArrowDown');
      await press(page, 'ArrowDown');
      await press(page, 'c');
      await page.locator('.history-table tr.base').waitFor();
      assert.match((await rows(page).nth(2).getAttribute('class')) ?? '', /base/);
      await page.getByRole('button', { name: 'Compare with the previous' }).waitFor();
      await press(page, 'ArrowDown');
      const frame = await rows(page).nth(3).getAttribute('data-frame');
      await press(page, 'Enter');
      await page.locator(`.history-table tr[data-frame="${frame}"][aria-selected=true]`).waitFor();
      await settled(page);
      assert.equal(await page.locator('.body .row[aria-selected=true]').count(), 1);
      await page.getByRole('button', { name: 'Compare with the previous' }).click();
      await page.locator('.history-table tr.base[data-frame]').waitFor();
      await page
        .getByRole('button', { name: 'Compare with the previous' })
        .waitFor({ state: 'hidden' });
    }));

  it('shows the lines that differ, and leaves out what is far from them', () =>
    withPage({ end: 1200 }, async (page) => {
      await fake(page, 'changes = true');
      await open(page, 'home/kitchen/lamp/set', 'History');
      await page.locator('.diff-lines .added').first().waitFor();
      const texts = await page.locator('.diff-line').allInnerTexts();
      assert.ok(
        texts.some((text) => text.replace(/\s/g, '').startsWith('−"brightness"')),
        texts.join('\n'),
      );
      assert.ok(texts.some((text) => text.replace(/\s/g, '').startsWith('+"brightness"')));
      assert.equal(texts.at(-1), '⋯ 40 lines the same');
    }));

  it('says what to do where there is no message, no number, and nothing before', () =>
    withPage({ end: 1200 }, async (page) => {
      await open(page, 'CONNACK', 'History');
      await page.locator('.history-view .none', { hasText: 'select a message' }).waitFor();
      await open(page, 'evil', 'History');
      await page.locator('.history-table.no-values, .history-table .no-values').first().waitFor();
      assert.equal(await page.locator('.history-chart:visible').count(), 0);
      assert.equal(await page.evaluate('window.hacked'), undefined);
      await page.locator('.grid').press('Home');
      await settled(page);
      await open(page, 'home/kitchen/lamp/state', 'History');
      await rows(page).last().click();
    }));

  it('looks again when packets came, at most twice a second and only while it is seen', () =>
    withPage({ end: 1200 }, async (page) => {
      await open(page, 'home/kitchen/lamp/set', 'History');
      await takeRequests(page);
      await fake(page, 'setFrames(0, 1260)');
      await awaitRequest(page, 'capture/history');
      await page
        .locator('.history-messages .history-note', { hasText: /^3[4-6] messages/ })
        .waitFor();
      await page.getByRole('tab', { name: 'Packet' }).click();
      await takeRequests(page);
      await fake(page, 'setFrames(0, 1300)');
      await settled(page);
      const asked = await takeRequests(page);
      assert.deepEqual(
        asked.filter(({ method }) => method === 'capture/history'),
        [],
      );
    }));
});

describe('tab Properties', () => {
  it('has each property with its value, and user properties by their names', () =>
    withPage({ end: 1200 }, async (page) => {
      await open(page, 'home/kitchen/lamp/set', 'Properties');
      const lines = await page.locator('.properties-table tbody tr').allInnerTexts();
      assert.deepEqual(
        lines.map((line) => line.replace(/\s+/g, ' ').trim()),
        ['Content Type application/json 3.3.2.3.9', 'User Property source panel'],
      );
      await takeRequests(page);
      await page.getByRole('button', { name: 'Copy as JSON' }).click();
      const copied = await awaitRequest(page, 'host/copy');
      assert.deepEqual(JSON.parse((copied as { text: string }).text), {
        'Content Type': 'application/json',
        'User Property': [['source', 'panel']],
      });
    }));

  it('says why there are none', () =>
    withPage({ end: 1200 }, async (page) => {
      await open(page, 'CONNACK', 'Properties');
      await page
        .locator('.properties-view .none', { hasText: 'This CONNACK has no properties.' })
        .waitFor();
      await open(page, 'PINGREQ', 'Properties');
      await page
        .locator('.properties-view .none', { hasText: 'PINGREQ never has properties.' })
        .waitFor();
    }));
});
