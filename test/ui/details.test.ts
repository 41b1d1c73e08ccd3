import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { fake, Harness, press, settled, takeRequests, until } from './harness.ts';

let harness: Harness;
before(async () => {
  harness = await Harness.start();
});
after(() => harness.stop());

/** Opens a page with a row selected: the first that has the text, or the one of that frame. */
async function withRow(row: string | number, test: (page: Page) => Promise<void>): Promise<void> {
  const opened = await harness.open({ end: 24 });
  try {
    const { page } = opened;
    const rows = page.locator('.body .row');
    const chosen =
      typeof row === 'string'
        ? rows.filter({ hasText: row }).first()
        : page.locator(`.body .row[aria-rowindex="${row + 2}"]`);
    await chosen.click();
    await page.locator('.details .tree [role=treeitem]').first().waitFor();
    await settled(page);
    await test(page);
    assert.deepEqual(opened.faults, []);
  } finally {
    await opened.close();
  }
}

const field = (page: Page, name: string) =>
  page.locator('.tree [role=treeitem]').filter({ hasText: name }).first();

/** The indexes of the bytes that are marked as those of the selected field. */
async function markedBytes(page: Page, kind = 'selected'): Promise<number[]> {
  return page.evaluate(
    `[...document.querySelectorAll('.packet-view .byte.${kind}')].map((byte) => Number(byte.dataset.index))`,
  );
}

const byte = (page: Page, index: number) =>
  page.locator(`.packet-view .byte[data-index="${index}"]`);

function range(start: number, end: number): number[] {
  return Array.from({ length: end - start }, (_, index) => start + index);
}

describe('fields and bytes', () => {
  it('marks the bytes and characters of the field that is chosen', () =>
    withRow('home/kitchen/lamp/set', async (page) => {
      await field(page, 'Topic Name').click();
      assert.deepEqual(await markedBytes(page), range(3, 26));
      assert.equal(
        await page.evaluate(
          "[...document.querySelectorAll('.packet-view .character.selected')].map((c) => c.textContent).join('')",
        ),
        '..home/kitchen/lamp/set',
      );
      await field(page, 'Packet Identifier').hover();
      assert.deepEqual(await markedBytes(page, 'hover'), [26, 27]);
      assert.deepEqual(await markedBytes(page), range(3, 26), 'what is selected stays');
    }));

  it('chooses the innermost field of a byte, and each of the bit fields in turn', () =>
    withRow('home/kitchen/lamp/set', async (page) => {
      const selected = page.locator('.tree [aria-selected=true] > :is(.key, .group)');
      await byte(page, 32).click();
      assert.equal(await selected.textContent(), 'Value');
      assert.deepEqual(await markedBytes(page), range(30, 48));
      const labels = [];
      for (let click = 0; click < 5; click++) {
        await byte(page, 0).click();
        labels.push(await selected.textContent());
      }
      assert.deepEqual(labels, ['DUP', 'QoS', 'RETAIN', 'DUP', 'QoS']);
    }));

  it('unfolds down to the field of a byte', () =>
    withRow('home/kitchen/lamp/set', async (page) => {
      await field(page, 'Variable Header').locator('.twistie').click();
      assert.equal(await field(page, 'Topic Name').count(), 0);
      await byte(page, 5).click();
      assert.equal(await field(page, 'Topic Name').getAttribute('aria-selected'), 'true');
    }));

  it('is walked by keys as a tree', () =>
    withRow('home/kitchen/lamp/set', async (page) => {
      await field(page, 'Fixed Header').click();
      const focused = page.locator('.tree [role=treeitem]:focus');
      await press(page, 'ArrowRight');
      assert.match((await focused.textContent()) ?? '', /Packet Type/);
      await press(page, 'ArrowLeft');
      assert.match((await focused.textContent()) ?? '', /Fixed Header/);
      await press(page, 'ArrowLeft');
      assert.equal(await focused.getAttribute('aria-expanded'), 'false');
      await press(page, 'ArrowDown');
      assert.match((await focused.textContent()) ?? '', /Variable Header/);
      await press(page, 'End');
      assert.match((await focused.textContent()) ?? '', /Payload/);
      assert.deepEqual((await markedBytes(page))[0], 64);
      assert.match((await focused.getAttribute('title')) ?? '', /bytes 64 to 127/);
    }));

  it('is walked byte by byte', () =>
    withRow('home/kitchen/lamp/set', async (page) => {
      await page.locator('.packet-view .hex').focus();
      await press(page, 'ArrowDown');
      await press(page, 'ArrowDown');
      assert.deepEqual(await markedBytes(page), range(30, 48));
      await page.locator('[role=status]', { hasText: 'Byte' }).waitFor();
      await press(page, 'End');
      assert.equal((await markedBytes(page)).at(-1), 127);
    }));

  it('lists problems first, with statement and bytes', () =>
    withRow('sensor-attic', async (page) => {
      const problem = page.locator('.problems button');
      assert.match((await problem.textContent()) ?? '', /empty level \[MQTT-4\.7\.1-1\]/);
      await problem.click();
      assert.equal((await markedBytes(page))[0], 3);
      assert.equal(await field(page, 'Topic Name').getAttribute('aria-selected'), 'true');
    }));

  it('loads more of a large packet when it is asked', () =>
    withRow(14, async (page) => {
      await takeRequests(page);
      await page
        .locator('.packet-view')
        .getByRole('button', { name: /Load more/ })
        .click();
      await page
        .locator('.packet-view')
        .getByRole('button', { name: /Load more/ })
        .waitFor({ state: 'hidden' });
      const [request] = await takeRequests(page);
      assert.deepEqual(request, {
        method: 'capture/bytes',
        params: { frame: 14, start: 65_536, end: 80_064 },
      });
      await page.locator('.packet-view .hex').press('End');
      await byte(page, 80_063).waitFor();
      assert.equal(await byte(page, 80_063).textContent(), '42');
      assert.ok((await page.locator('.packet-view .line').count()) < 60, 'few lines exist');
    }));
});

describe('payload', () => {
  it('has each form that applies, JSON in colour', () =>
    withRow('home/kitchen/lamp/set', async (page) => {
      await page.getByRole('tab', { name: 'Payload' }).click();
      const text = page.locator('.payload-text');
      assert.equal(await text.locator('.key').first().textContent(), '"on"');
      assert.equal(await text.locator('.number').first().textContent(), '80');
      assert.deepEqual(await text.locator('.word').allTextContents(), ['true', 'null']);
      await page.getByRole('radio', { name: 'JSON' }).press('ArrowRight');
      assert.match((await text.textContent()) ?? '', /^\{"on": true/);
      await press(page, 'ArrowRight');
      assert.equal(await page.locator('.payload-view .byte').first().textContent(), '7b');
      await takeRequests(page);
      await page.getByRole('button', { name: 'Copy payload' }).click();
      await until(page, 'window.fake.requests.length > 0');
      const [copied] = await takeRequests(page);
      assert.match((copied?.params as { text: string }).text, /^7b 22 6f 6e/);
    }));

  const others = (page: Page) => page.getByRole('combobox', { name: 'Decode payload as' });
  const chosenOther = (page: Page) =>
    page.evaluate("document.querySelector('.payload-view vscode-dropdown').value");

  it('is decoded as the person chooses, by keyboard, and stays so for other rows', () =>
    withRow('home/kitchen/lamp/set', async (page) => {
      await page.getByRole('tab', { name: 'Payload' }).click();
      const text = page.locator('.payload-text');
      await takeRequests(page);
      await page.getByRole('radio', { name: 'JSON' }).focus();
      await press(page, 'Tab');
      assert.equal(await page.locator('vscode-dropdown:focus').count(), 1);
      await press(page, 'Enter');
      await page.getByRole('option', { name: 'MessagePack' }).waitFor();
      await press(page, 'Escape');
      assert.equal(await page.locator('vscode-dropdown:focus').count(), 1, 'only the list closes');
      await press(page, 'Enter');
      await press(page, 'ArrowDown');
      await press(page, 'Enter');
      await text.filter({ hasText: '"frame": 2' }).waitFor();
      assert.deepEqual(await takeRequests(page), [
        { method: 'capture/payload', params: { frame: 2, decoder: 'cbor' } },
      ]);
      assert.equal(
        await page.getByRole('radio', { checked: true }).filter({ hasText: 'JSON' }).count(),
        0,
      );
      await page.locator('[role=status]', { hasText: 'Payload as CBOR' }).waitFor();
      await page.locator('.grid').focus();
      await press(page, 'ArrowDown');
      await text.filter({ hasText: '"frame": 3' }).waitFor();
      assert.equal(await chosenOther(page), 'cbor');
      // A row without payload, and on.
      await press(page, 'ArrowDown');
      await page.getByText('PUBACK carries no payload.').waitFor();
      await press(page, 'ArrowDown');
      await press(page, 'ArrowDown');
      await text.filter({ hasText: '"frame": 6' }).waitFor();
    }));

  it('goes back from what was chosen to the forms that apply', () =>
    withRow('home/kitchen/lamp/set', async (page) => {
      await page.getByRole('tab', { name: 'Payload' }).click();
      const text = page.locator('.payload-text');
      const json = page.getByRole('radio', { name: 'JSON' });
      await others(page).click();
      await page.getByRole('option', { name: 'MessagePack' }).click();
      await page
        .locator('.note', { hasText: '⚠ Ends within a value · 63 bytes more, not shown' })
        .waitFor();
      assert.equal(await text.textContent(), '123');
      assert.equal(await json.getAttribute('aria-checked'), 'false');
      assert.equal(await json.getAttribute('tabindex'), '0', 'the forms can still be reached');
      await json.click();
      assert.equal(await chosenOther(page), '');
      assert.match((await text.textContent()) ?? '', /"brightness": 80/);
      await others(page).focus();
      await press(page, 'ArrowDown');
      await text.filter({ hasText: '"frame": 2' }).waitFor();
      await press(page, 'ArrowUp');
      await text.filter({ hasText: '"brightness": 80' }).waitFor();
      assert.equal(await json.getAttribute('aria-checked'), 'true');
    }));

  it('says what was unpacked, and what is missing', () =>
    withRow('home/kitchen/lamp/state', async (page) => {
      await page.getByRole('tab', { name: 'Payload' }).click();
      await page.getByRole('radio', { name: 'Text' }).click();
      assert.equal(
        await page.locator('.payload-view .layers').textContent(),
        'gzip, 1,234 → 8,192 bytes',
      );
      assert.equal(await page.locator('.payload-view .note').textContent(), '⚠ gzip: ends early');
      await page.getByRole('radio', { name: 'Hex' }).click();
      assert.equal(await page.locator('.payload-view .layers').isVisible(), false);
    }));

  it('says when the frame is gone that was to be decoded', () =>
    withRow('home/kitchen/lamp/set', async (page) => {
      await page.getByRole('tab', { name: 'Payload' }).click();
      await fake(page, 'setFrames(20, 24)');
      await others(page).focus();
      await press(page, 'ArrowDown');
      await page.locator('[role=status]', { hasText: 'dropped from the capture' }).waitFor();
      assert.equal(await page.locator('.payload-text').textContent(), '');
    }));

  it('says that there is none', () =>
    withRow('Success · receive', async (page) => {
      await page.getByRole('tab', { name: 'Payload' }).click();
      await page.getByText('CONNACK carries no payload.').waitFor();
    }));

  it('shows hostile text as text, with nothing hidden', () =>
    withRow('onerror', async (page) => {
      await page.getByRole('tab', { name: 'Payload' }).click();
      const text = (await page.locator('.payload-text').textContent()) ?? '';
      assert.ok(text.includes('<img src=x onerror="window.hacked=1">'));
      assert.ok(text.includes('⟨U+202E⟩reversed⟨U+202C⟩ and ␀␇ and ⟨U+200B⟩zero'));
      const document = String(await page.evaluate('document.body.textContent'));
      assert.doesNotMatch(document, /[\u0000-\u0008\u202a-\u202e\u2066-\u2069\u200b]/);
      assert.equal(await page.locator('img, .body script').count(), 0);
      assert.equal(await page.evaluate('window.hacked'), undefined);
      const summary = await page.locator('.details .summary').textContent();
      assert.match(summary ?? '', /^evil⟨U\+202E⟩cod\.exe␇ → PUBLISH .* · TLS$/);
      await others(page).focus();
      await press(page, 'ArrowDown');
      await page.locator('.payload-text').filter({ hasText: '"a": "first line' }).waitFor();
      const decoded = (await page.locator('.payload-text').textContent()) ?? '';
      assert.ok(decoded.includes('⟨U+202E⟩reversed⟨U+202C⟩'));
      assert.equal(await page.locator('img, .body script').count(), 0);
      assert.equal(await page.evaluate('window.hacked'), undefined);
    }));
});

describe('content security policy', () => {
  it('is violated by nothing but the inline styles of the toolkit', async () => {
    const opened = await harness.open({ end: 100 });
    const { page } = opened;
    await page.locator('.body .row').last().click();
    await page.getByRole('tab', { name: 'Payload' }).click();
    await page.locator('.body .row').filter({ hasText: 'lamp/set' }).last().click();
    await page.getByRole('combobox', { name: 'Decode payload as' }).click();
    await page.getByRole('option', { name: 'CBOR' }).click();
    await page.locator('.payload-text').filter({ hasText: '"frame"' }).waitFor();
    await press(page, '/');
    await page.keyboard.insertText('type:nope');
    await page.locator('.filter-error').waitFor();
    await fake(page, 'setFrames(200, 200)');
    await settled(page);
    assert.ok(opened.violations.length <= 2, opened.violations.join('\n'));
    for (const violation of opened.violations) assert.match(violation, /inline style/);
    assert.deepEqual(opened.faults, []);
    await opened.close();
  });
});
