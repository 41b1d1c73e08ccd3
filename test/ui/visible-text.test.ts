import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { fake, Harness, settled } from './harness.ts';

let harness: Harness;
before(async () => (harness = await Harness.start()));
after(() => harness.stop());

describe('payloads of what is not seen', () => {
  for (const [name, text, marks] of [
    ['a run of one character', '\u0000'.repeat(200_000), 1],
    ['characters between others', 'a\u200b'.repeat(100_000), 2000],
  ] as const) {
    it(`are bounded: ${name}`, () =>
      harness.withPage({ end: 1200 }, async (page) => {
        await fake(page, `payloadText = ${JSON.stringify(text)}`);
        await page.locator('.body .row:not([hidden])', { hasText: 'lamp/set' }).last().click();
        await page.getByRole('tab', { name: 'Payload' }).click();
        await page.getByRole('radio', { name: 'Text' }).click();
        await settled(page);
        assert.equal(await page.locator('.payload-text .escape').count(), marks);
        const shown = (await page.locator('.payload-text').textContent()) ?? '';
        assert.ok(shown.length >= text.length);
        assert.doesNotMatch(shown, /[\u0000\u200b]/);
      }));
  }
});
