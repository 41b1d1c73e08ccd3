import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { awaitRequest, fake, Harness, press, settled, takeRequests } from './harness.ts';

let harness: Harness;
before(async () => (harness = await Harness.start()));
after(() => harness.stop());

const withPage: Harness['withPage'] = (options, test) => harness.withPage(options, test);

async function showFlow(page: Page): Promise<void> {
  await page.getByRole('radio', { name: 'Flow' }).click();
  await page.locator('.result', { hasText: 'exchanges' }).waitFor();
  await settled(page);
}

function row(page: Page, text: string): ReturnType<Page['locator']> {
  return page.locator('.body .row:not([hidden])').filter({ hasText: text }).last();
}

describe('view Flow', () => {
  it('has a row for each exchange, with its steps, their times and how it stands', () =>
    withPage({ end: 1200 }, async (page) => {
      await showFlow(page);
      assert.deepEqual(await page.locator('.header .cell').allInnerTexts(), [
        'Time',
        'Took',
        'Client',
        '',
        'Packet',
        'Topic',
        'QoS',
        'Exchange',
      ]);
      const text = async (of: string): Promise<string> =>
        (await row(page, of).locator('.payload').textContent()) ?? '';
      assert.equal(await text('panel-hall'), 'PINGRESP never came: the connection ended');
      assert.equal(await text('sensor-roof'), 'SUBACK 0.3 ms 0x8F Topic Filter invalid');
      assert.match(
        await text('sensor-attic'),
        /^PUBREC 0\.7 ms → stuck: waiting for PUBREL for 1\d s$/,
      );
      assert.match(await text('lamp/set'), /^PUBLISH again 20\.000 s → PUBACK 2\.6 ms$/);
      assert.equal(await row(page, 'CONNACK').locator('.delta').textContent(), '1.2 ms');
      for (const [of, tone] of [
        ['sensor-roof', 'error'],
        ['sensor-attic', 'warning'],
      ] as const) {
        assert.match(
          (await row(page, of).getAttribute('class')) ?? '',
          new RegExp(`\\b${tone}\\b`),
        );
      }
    }));

  it('brings rows up to date whose exchange goes on', () =>
    withPage({ end: 1200 }, async (page) => {
      await showFlow(page);
      await row(page, 'waiting for PUBREL').waitFor();
      await fake(page, 'acknowledged = true');
      await fake(page, 'setFrames(0, 1201)');
      await row(page, 'PUBCOMP').waitFor();
      await settled(page);
      assert.equal(await page.locator('.row:not([hidden])', { hasText: 'waiting for' }).count(), 0);
    }));
});

describe('tab Flow', () => {
  it('tells the steps of the exchange and of those that it caused, and draws them', () =>
    withPage({ end: 1200 }, async (page) => {
      await showFlow(page);
      await row(page, 'panel-hall').waitFor();
      await page.locator('.body .row', { hasText: 'response after' }).last().click();
      await page.getByRole('tab', { name: 'Flow' }).click();
      await page.locator('.sequence svg').waitFor();
      const heads = await page.locator('.exchange-head').allInnerTexts();
      assert.equal(heads.length, 2);
      assert.match(
        heads[0] ?? '',
        /panel-hall → broker\s+home\/kitchen\/lamp\/set\s+Complete in 0\.4 ms/,
      );
      assert.match(heads[1] ?? '', /same message\s+Complete in 20\.003 s, 1 packet sent again/);
      assert.deepEqual(
        await page.evaluate(
          `[...document.querySelectorAll('.sequence .lane')].map((lane) => lane.firstChild.textContent)`,
        ),
        ['panel-hall', 'Broker', 'lamp-kitchen'],
      );
      assert.equal(await page.locator('.sequence .arrow').count(), 5);
      const width = async (): Promise<number> =>
        (await page.locator('.sequence svg').boundingBox())?.width ?? 0;
      const before = await width();
      await page.getByRole('button', { name: '+', exact: true }).click();
      assert.ok((await width()) > before);
    }));

  it('can be walked by keyboard, selects a step, and is copied as Mermaid', () =>
    withPage({ end: 1200 }, async (page) => {
      await page.locator('.body .row', { hasText: 'lamp/set' }).last().click();
      await page.getByRole('tab', { name: 'Flow' }).click();
      const step = page.locator('button.step');
      await step.first().waitFor();
      await step.first().focus();
      await press(page, 'ArrowDown');
      await step.and(page.locator(':focus')).filter({ hasText: 'PUBACK' }).waitFor();
      await page.getByRole('button', { name: 'Copy Mermaid' }).click();
      const copied = (await awaitRequest(page, 'host/copy')) as { text: string };
      assert.match(copied.text, /^sequenceDiagram\n {2}participant P0 as panel-hall\n/);
      assert.match(copied.text, /P0->>P1: PUBLISH QoS 1 \(0 ms\)/);
      await step.nth(1).press('Enter');
      await awaitRequest(page, 'query/find');
    }));

  it('has a range of time around the packet, and is copied as a picture', () =>
    withPage({ end: 1200 }, async (page) => {
      await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
      await page.locator('.body .row', { hasText: 'lamp/set' }).last().click();
      await page.getByRole('tab', { name: 'Flow' }).click();
      await page.locator('.sequence svg').waitFor();
      await takeRequests(page);
      await page.getByRole('combobox', { name: 'Range of the diagram' }).click();
      await page.getByRole('option', { name: '± 1 s', exact: true }).click();
      assert.equal(
        ((await awaitRequest(page, 'capture/exchange')) as { around?: number }).around,
        1000,
      );
      await page.getByRole('button', { name: 'Copy PNG' }).click();
      await page
        .locator('[aria-live]', { hasText: 'Picture copied' })
        .waitFor({ state: 'attached' });
      const size = await page.evaluate<number>(`navigator.clipboard.read()
        .then(([item]) => item.getType('image/png')).then((blob) => blob.size)`);
      assert.ok(size > 2000, `${size} bytes`);
    }));

  it('shows what is hostile as text', () =>
    withPage({ end: 1200 }, async (page) => {
      await page.locator('.body .row', { hasText: 'evil' }).last().click();
      await page.getByRole('tab', { name: 'Flow' }).click();
      await page.locator('.sequence svg').waitFor();
      assert.equal(await page.evaluate('window.hacked'), undefined);
      assert.equal(await page.locator('.flow-view img').count(), 0);
    }));
});
