import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { fake, Harness, press, settled, takeRequests, until } from './harness.ts';

let harness: Harness;
before(async () => {
  harness = await Harness.start();
});
after(() => harness.stop());

/** Opens a page with the first row that has the text selected, and the tab *Delivery* shown. */
async function withDelivery(
  row: string,
  test: (page: Page) => Promise<void>,
  before = '',
): Promise<void> {
  const opened = await harness.open({ end: 24 });
  try {
    const { page } = opened;
    if (before !== '') await fake(page, before);
    await page.locator('.body .row').filter({ hasText: row }).first().click();
    await page.locator('.details .tree [role=treeitem]').first().waitFor();
    await page.getByRole('tab', { name: 'Delivery' }).click();
    await settled(page);
    await test(page);
    assert.deepEqual(opened.faults, []);
  } finally {
    await opened.close();
  }
}

const rows = (page: Page) => page.locator('.delivery-view tbody tr');
const rowOf = (page: Page, client: string) => rows(page).filter({ hasText: client }).first();

async function asked(page: Page): Promise<unknown[]> {
  const requests = await takeRequests(page);
  return requests.filter(({ method }) => method === 'capture/delivery').map((each) => each.params);
}

describe('delivery', () => {
  it('begins with how many got it, then tells each outcome in words and a picture', () =>
    withDelivery('home/kitchen/lamp/set', async (page) => {
      await rows(page).first().waitFor();
      assert.equal(
        await page.locator('.delivery-summary strong').textContent(),
        'Delivered to 2 of 7 clients',
      );
      const outcomes = await page.locator('.delivery-view td.outcome').allTextContents();
      assert.deepEqual(outcomes, [
        'Dropped',
        'Dropped',
        'Refused',
        'Queued',
        'Unacknowledged',
        'Delivered',
        'Delivered',
        'No local',
        'Other member',
      ]);
      assert.equal(await page.locator('.delivery-view td.outcome svg').count(), 9);
      const why = async (client: string) => rowOf(page, client).locator('td').last().textContent();
      assert.match((await why('logger')) ?? '', /queue was full: 10,000 messages or 32 MB/);
      assert.match((await why('sensor-attic')) ?? '', /rule/);
      assert.match((await why('old-panel')) ?? '', /Quota exceeded \(0x97\)/);
      assert.match((await why('phone')) ?? '', /offline · 3 before it/);
      assert.match((await why('lamp-bath')) ?? '', /lamp-kitchen got it/);
      assert.match((await why('display')) ?? '', /granted QoS 0/);
      assert.match(
        (await page.locator('.delivery-view .publisher').textContent()) ?? '',
        /Published by panel-hall · home\/kitchen\/lamp\/set · QoS 1 · retained · .* PUBACK after 1\.2 ms/,
      );
    }));

  it('what a client is called is shown as text', () =>
    withDelivery('home/kitchen/lamp/set', async (page) => {
      await rows(page).first().waitFor();
      assert.equal(await page.locator('.delivery-view img').count(), 0);
      assert.equal(await rows(page).filter({ hasText: '<img src=x' }).count(), 1);
    }));

  it('is not asked for while another tab is shown', async () => {
    const opened = await harness.open({ end: 24 });
    const { page } = opened;
    await page.locator('.body .row').filter({ hasText: 'lamp/set' }).first().click();
    await page.locator('.details .tree [role=treeitem]').first().waitFor();
    assert.deepEqual(await asked(page), []);
    await page.getByRole('tab', { name: 'Delivery' }).click();
    await rows(page).first().waitFor();
    assert.deepEqual(await asked(page), [{ frame: 2 }]);
    await opened.close();
  });

  it('looks again when packets came, until nothing is outstanding', () =>
    withDelivery('home/kitchen/lamp/set', async (page) => {
      await rows(page).first().waitFor();
      await rowOf(page, 'lamp-kitchen').focus();
      await fake(page, 'acknowledged = true');
      await fake(page, 'setFrames(0, 36)');
      await rowOf(page, 'lamp-kitchen').filter({ hasText: 'PUBACK +28 ms' }).waitFor();
      assert.equal(
        await page.evaluate(
          "document.activeElement.closest('tr')?.textContent.includes('lamp-kitchen')",
        ),
        true,
        'the focus stays with its client',
      );
    }));

  for (const [what, state, looks] of [
    ['looks again once, however many packets came', 'acknowledged = false', 1],
    ['does not look again at what is complete', 'nobody = true', 0],
  ] as const) {
    it(what, () =>
      withDelivery(
        'home/kitchen/lamp/set',
        async (page) => {
          await page.locator('.delivery-summary strong').filter({ hasText: 'Deliv' }).waitFor();
          await asked(page);
          await page.clock.install();
          await page.evaluate('for (let end = 25; end < 45; end++) window.fake.setFrames(0, end)');
          await page.clock.runFor(1000);
          assert.equal((await asked(page)).length, looks);
        },
        state,
      ),
    );
  }

  it('a count shows these clients only, and all again', () =>
    withDelivery('home/kitchen/lamp/set', async (page) => {
      await rows(page).first().waitFor();
      const queued = page.getByRole('button', { name: '1 queued' });
      await queued.click();
      await until(page, "document.querySelectorAll('.delivery-view tbody tr').length === 1");
      assert.equal(await queued.getAttribute('aria-pressed'), 'true');
      await queued.click();
      await until(page, "document.querySelectorAll('.delivery-view tbody tr').length === 9");
    }));

  it('arrow keys move among the clients, Enter goes to the packet', () =>
    withDelivery('home/kitchen/lamp/set', async (page) => {
      await rows(page).first().waitFor();
      await rows(page).first().focus();
      for (let count = 0; count < 4; count++) await press(page, 'ArrowDown');
      const focused = "document.activeElement.querySelector('td')?.textContent";
      assert.equal(await page.evaluate(focused), 'lamp-kitchen');
      assert.equal(
        await page.locator('.delivery-view tbody tr[tabindex="0"]').count(),
        1,
        'one tab stop',
      );
      await press(page, 'Enter');
      await until(
        page,
        `document.querySelector('.body .row[aria-selected="true"]')?.getAttribute('aria-rowindex') === '5'`,
      );
      await until(
        page,
        `document.querySelector('.delivery-view tr[aria-selected="true"]') !== null`,
      );
      assert.equal(await page.evaluate(focused), 'lamp-kitchen', 'the focus stays');
      await press(page, 'End');
      assert.equal(await page.evaluate(focused), 'lamp-bath');
      await press(page, 'Home');
      assert.match(String(await page.evaluate(focused)), /^logger/);
    }));

  it('ten thousand subscribers: the first 500 rows, all of them counted', () =>
    withDelivery(
      'home/kitchen/lamp/set',
      async (page) => {
        await rows(page).first().waitFor();
        assert.equal(await rows(page).count(), 500);
        await page.getByText('The first 500 of 10,000').waitFor();
        await page.getByRole('button', { name: '10 queued' }).click();
        await until(page, "document.querySelectorAll('.delivery-view tbody tr').length === 10");
      },
      'subscribers = 10000',
    ));

  it('clients that do not match are one line, unfolded with their nearest filters', () =>
    withDelivery('home/kitchen/lamp/set', async (page) => {
      const others = page.locator('.others');
      await others.getByText('Not matching: 12 clients').click();
      await others.getByText('home/hall/lamp/set').waitFor();
      await others.getByText('no subscription').waitFor();
      await others.getByText('and 9 more').waitFor();
    }));

  it('a packet that is no part of a message says so', () =>
    withDelivery('keep-alive', async (page) => {
      await page
        .locator('.delivery-view .nothing')
        .getByText('This packet is no part of a message')
        .waitFor();
      assert.equal(await rows(page).count(), 0);
    }));

  it('has the roles, and says the summary to a screen reader once', () =>
    withDelivery('home/kitchen/lamp/set', async (page) => {
      const grid = page.getByRole('grid', { name: 'Delivery' });
      await grid.waitFor();
      assert.equal(await grid.getAttribute('aria-rowcount'), '10');
      assert.equal(await grid.getByRole('columnheader').count(), 7);
      assert.equal(await page.getByRole('tabpanel', { name: 'Delivery' }).count(), 1);
      await until(
        page,
        "document.querySelector('[role=status].visually-hidden').textContent.startsWith('Delivered to 2 of 7 clients, ')",
      );
    }));
});
