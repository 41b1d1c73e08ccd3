/** The page in another language: a bundle that marks every text shows which ones it reaches. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { Harness, pictures } from './harness.ts';

/** Terms of the specification and signs: the same in every language. */
const same = /^(?:QoS|Δ|[−+]|)$/;

const controls =
  'vscode-button, button:not(.step), [role=tab], [role=radio], [role=columnheader], th, [role=toolbar], [role=region]';
/** What clients sent, the names that the specification has, and those of decoders. */
const data = 'tbody, .body, .talkers, .payload-head [role=radiogroup]';

describe('The page in another language', () => {
  let harness: Harness;

  before(async () => (harness = await Harness.start()));
  after(() => harness.stop());

  it('has every control and heading translated', () =>
    harness.withPage({ translated: true }, async (page) => {
      await page.locator('.body .row', { hasText: 'PUBLISH' }).first().click();
      for (const tab of ['Payload', 'Packet', 'Properties', 'History', 'Flow', 'Delivery']) {
        await page.getByRole('tab', { name: `⟦${tab}⟧` }).click();
        assert.deepEqual(await untranslated(page), [], tab);
      }
      for (const view of ['Messages', 'Flow', 'Statistics']) {
        await page.getByRole('radio', { name: `⟦${view}⟧` }).click();
        assert.deepEqual(await untranslated(page), [], view);
      }
      await page.screenshot({ path: `${pictures}/translated.png` });
    }));

  it('fills numbers into translated texts', () =>
    harness.withPage({ translated: true, end: 1234 }, async (page) => {
      await page.getByText('1,234 ⟦frames⟧').first().waitFor();
    }));

  it('says so in the empty state too', () =>
    harness.withPage({ translated: true, stopped: true, end: 0 }, async (page) => {
      await page.getByText('⟦The local broker is not running⟧').waitFor();
    }));

  it('stays English where the bundle is not one', () =>
    harness.withPage({}, async (page) => {
      await page.getByRole('radio', { name: 'Messages' }).waitFor();
    }));
});

/** Names of controls, headings and regions, and placeholders, that are as they were in English. */
async function untranslated(page: Page): Promise<string[]> {
  const texts = await page.evaluate<string[]>(`[
    ...[...document.querySelectorAll('${controls}')]
      .filter((node) => node.checkVisibility() && !node.closest('${data}'))
      .map((node) => node.getAttribute('aria-label') ?? node.innerText.trim()),
    ...[...document.querySelectorAll('[placeholder]')]
      .filter((node) => node.checkVisibility())
      .map((node) => node.getAttribute('placeholder')),
  ]`);
  assert.ok(texts.length > 15);
  return texts.filter((text) => !text.includes('⟦') && !same.test(text));
}
