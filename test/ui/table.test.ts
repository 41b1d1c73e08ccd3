import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import {
  fake,
  Harness,
  press,
  settled,
  takeRequests,
  until,
  visibleRows,
  awaitRequest,
} from './harness.ts';
import { templateOf } from './page/templates.ts';

let harness: Harness;
before(async () => {
  harness = await Harness.start();
});
after(() => harness.stop());

const withPage: Harness['withPage'] = (options, test) => harness.withPage(options, test);

/** Every visible row is the right one for its position, without a gap. */
async function checkRows(page: Page, first = 0): Promise<number> {
  const rows = await visibleRows(page);
  assert.ok(rows.length > 5, 'there are rows');
  const [top] = rows;
  assert.ok(top);
  rows.forEach((row, position) => {
    assert.equal(row.index, top.index + position, 'rows are in order');
    const template = templateOf(first + row.index - 2);
    assert.equal(row.cells[4], template.packet);
  });
  return top.index - 2 + first;
}

async function scrollTo(page: Page, share: number): Promise<void> {
  await page.evaluate(`(() => {
    const grid = document.querySelector('.grid');
    grid.scrollTop = (grid.scrollHeight - grid.clientHeight) * ${share};
  })()`);
  await settled(page);
}

const followed = (page: Page) =>
  page.locator('vscode-button[aria-label=Follow]').getAttribute('aria-pressed');

describe('table of a million rows', () => {
  it('stands at the end and asks for little', () =>
    withPage({ end: 1_000_000 }, async (page) => {
      const rows = await visibleRows(page);
      assert.equal(rows.at(-1)?.index, 1_000_001);
      await checkRows(page);
      const asked = (await takeRequests(page)).filter(({ method }) => method === 'query/rows');
      const count = asked.reduce((sum, { params }) => sum + (params as { count: number }).count, 0);
      assert.ok(count < 200, `asked for ${count} rows`);
      assert.equal(await page.locator('.grid').getAttribute('aria-rowcount'), '1000001');
    }));

  it('shows the right rows wherever it is scrolled to, and asks for those only', () =>
    withPage({ end: 1_000_000 }, async (page) => {
      await page.locator('.grid').focus();
      for (const share of [0, 0.1, 0.37, 0.5, 0.501, 0.93, 1]) {
        await takeRequests(page);
        await scrollTo(page, share);
        const top = await checkRows(page);
        assert.ok(Math.abs(top - share * 1_000_000) < 2000, `${top} for ${share}`);
        for (const { method, params } of await takeRequests(page)) {
          if (method !== 'query/rows') continue;
          const { from, count } = params as { from: number; count: number };
          assert.ok(count <= 120 && Math.abs(from - top) < 120, `${from} and ${count} for ${top}`);
        }
      }
      assert.equal((await visibleRows(page)).at(-1)?.index, 1_000_001);
      await scrollTo(page, 0);
      assert.equal(await checkRows(page), 0);
    }));

  it('moves by exactly what the wheel says in the middle', () =>
    withPage({ end: 1_000_000 }, async (page) => {
      await scrollTo(page, 0.5);
      const before = await checkRows(page);
      await page.mouse.move(400, 300);
      await page.mouse.wheel(0, 220);
      await until(
        page,
        `[...document.querySelectorAll('.body .row:not([hidden])')].some((row) => row.getAttribute('aria-rowindex') === '${before + 50}')`,
      );
      await settled(page);
      assert.equal(await checkRows(page), before + 10);
    }));

  it('keeps few elements', () =>
    withPage({ end: 1_000_000 }, async (page) => {
      await scrollTo(page, 0.25);
      await scrollTo(page, 0.75);
      assert.ok((await page.locator('.body .row').count()) < 80);
    }));
});

describe('following', () => {
  it('goes with the newest row until the person scrolls up, and again after End', () =>
    withPage({ end: 200 }, async (page) => {
      await fake(page, 'setFrames(0, 300)');
      await page.locator('[aria-rowindex="301"]').waitFor();
      await page.mouse.move(400, 300);
      await page.mouse.wheel(0, -440);
      await page.locator('vscode-button[aria-label=Follow][aria-pressed=false]').waitFor();
      await settled(page);
      const top = await checkRows(page);
      await fake(page, 'setFrames(0, 5000)');
      await settled(page);
      assert.equal(await checkRows(page), top);
      await page.locator('.grid').press('End');
      await page.locator('[aria-rowindex="5001"]').waitFor();
      assert.equal(await followed(page), 'true');
      await fake(page, 'setFrames(0, 6000)');
      await page.locator('[aria-rowindex="6001"]').waitFor();
    }));

  it('shows no empty rows in a flood, and one request at a time', () =>
    withPage({ end: 10_000 }, async (page) => {
      await takeRequests(page);
      const waiting = await page.evaluate(`new Promise((resolve) => {
        let frames = 0;
        let waiting = 0;
        const tick = () => {
          frames++;
          window.fake.setFrames(frames * 300, 10_000 + frames * 700);
          waiting += document.querySelectorAll('.row.waiting:not([hidden])').length;
          if (frames < 60) requestAnimationFrame(tick);
          else resolve(waiting);
        };
        tick();
      })`);
      assert.equal(waiting, 0);
      await settled(page);
      assert.equal((await visibleRows(page)).at(-1)?.index, 10_000 + 60 * 700 - 60 * 300 + 1);
      await checkRows(page, 60 * 300);
      const asked = (await takeRequests(page)).filter(({ method }) => method === 'query/rows');
      assert.ok(asked.length <= 62, `${asked.length} requests for 60 notices`);
    }));

  it('stays where it is when the capture drops old frames', () =>
    withPage({ end: 10_000 }, async (page) => {
      await scrollTo(page, 0.5);
      const top = await checkRows(page);
      await fake(page, 'setFrames(3000, 14_000)');
      await settled(page);
      assert.equal(await checkRows(page, 3000), top);
      // When the rows in sight go too, the oldest that are left are shown.
      await fake(page, 'setFrames(12_000, 20_000)');
      await settled(page);
      assert.equal(await checkRows(page, 12_000), 12_000);
    }));
});

describe('pause', () => {
  it('holds the table still while the capture goes on, and shows how many are new', () =>
    withPage({ end: 1000 }, async (page) => {
      await page.getByRole('button', { name: 'Pause' }).click();
      const before = await visibleRows(page);
      await fake(page, 'setFrames(0, 6000)');
      await page.locator('.paused', { hasText: 'Paused · 5,000 new' }).waitFor();
      assert.deepEqual(await visibleRows(page), before);
      assert.equal(await page.locator('.grid').getAttribute('aria-rowcount'), '1001');
      // All that is shown is dropped: what is in sight stays as long as it is in sight.
      await fake(page, 'setFrames(5000, 9000)');
      await page.locator('.paused', { hasText: '8,000 new' }).waitFor();
      const after = await visibleRows(page);
      assert.deepEqual(
        after.map(({ cells }) => cells),
        before.map(({ cells }) => cells),
      );
      await page.getByRole('button', { name: 'Pause' }).click();
      await page.locator('.paused').waitFor({ state: 'hidden' });
      await settled(page);
      await checkRows(page, 5000);
      assert.equal((await visibleRows(page)).at(-1)?.index, 4001);
    }));

  it('lasts through another filter', () =>
    withPage({ end: 1200 }, async (page) => {
      await page.getByRole('button', { name: 'Pause' }).click();
      await fake(page, 'setFrames(0, 12_000)');
      await page.getByRole('radio', { name: 'Messages' }).click();
      // 5 of the 12 kinds of packets are messages.
      await page.locator('.grid[aria-rowcount="501"]').waitFor();
    }));
});

describe('filter', () => {
  it('replaces the query, closes the one before, and says what it found', () =>
    withPage({ end: 1200 }, async (page) => {
      await press(page, '/');
      await page.keyboard.insertText('lamp/set');
      await page.locator('.result', { hasText: '200 of 1,200 · 38 ms' }).waitFor();
      await settled(page);
      for (const row of await visibleRows(page))
        assert.equal(row.cells[5], 'home/kitchen/lamp/set');
      assert.equal(await fake(page, 'openQueries'), 1);
      await page.locator('[role=status]', { hasText: '200 packets of 1,200 match' }).waitFor();
    }));

  it('shows an error at the field and keeps the result it had', () =>
    withPage({ end: 1200 }, async (page) => {
      await press(page, '/');
      await page.keyboard.insertText('type:nope');
      await page.locator('.filter-error', { hasText: "'nope' is not a packet type" }).waitFor();
      const field = page.getByRole('textbox', { name: 'Filter' });
      assert.equal(await field.getAttribute('aria-invalid'), 'true');
      assert.equal(await page.locator('.filter-wrong').textContent(), 'nope');
      assert.equal(await page.locator('.grid').getAttribute('aria-rowcount'), '1201');
      await checkRows(page);
      await press(page, 'Enter');
      assert.equal(
        await page.evaluate(
          "document.querySelector('vscode-text-field').shadowRoot.querySelector('input').selectionStart",
        ),
        5,
        'the caret goes to the error',
      );
      await field.fill('type:puback');
      await page.locator('.filter-error').waitFor({ state: 'hidden' });
      assert.equal(await page.locator('.filter-highlight').textContent(), 'type:puback');
      assert.equal(await page.locator('.filter-wrong').count(), 0);
      await page.locator('.result', { hasText: '200 of' }).waitFor();
      assert.equal(await field.getAttribute('aria-invalid'), 'false');
    }));

  it('offers to be cleared when nothing matches', () =>
    withPage({ end: 1200 }, async (page) => {
      await press(page, '/');
      await page.keyboard.insertText('no such topic');
      await page.getByRole('button', { name: 'Clear filter' }).click();
      await page.locator('.grid[aria-rowcount="1201"]').waitFor();
      await settled(page);
      await checkRows(page);
    }));

  it('comes from the host too', () =>
    withPage({ end: 1200 }, async (page) => {
      await fake(page, "setFilter('attic')");
      await page.locator('.result', { hasText: '100 of 1,200' }).waitFor();
      assert.equal(await page.getByRole('textbox', { name: 'Filter' }).inputValue(), 'attic');
    }));

  it('tells in Messages how many got each, and anew when something happened', () =>
    withPage({ end: 100 }, async (page) => {
      await page.getByRole('radio', { name: 'Messages' }).click();
      const cell = page.locator('.body .row:not([hidden]) .cell.packet').first();
      await cell.filter({ hasText: /^2$/ }).waitFor();
      assert.match(
        (await page.locator('.header .cell.packet').getAttribute('aria-label')) ?? '',
        /^Copies sent/,
      );
      await fake(page, 'copies = 0; fake.setFrames(0, 101)');
      await page.locator('.cell.packet.nobody', { hasText: 'nobody' }).first().waitFor();
      await page.getByRole('radio', { name: 'Packets' }).click();
      await page.locator('.header .cell.packet', { hasText: 'Packet' }).waitFor();
      await settled(page);
      assert.equal(await page.locator('.row:not([hidden]) .cell.packet.nobody').count(), 0);
    }));

  it('shows how far a long scan is', () =>
    withPage({ end: 1_000_000 }, async (page) => {
      await fake(page, 'setUnscanned(250_000)');
      await page.locator('.progress[aria-valuenow="75"]').waitFor();
      await fake(page, 'setUnscanned(0)');
      await page.locator('.progress').waitFor({ state: 'hidden' });
    }));
});

describe('selection', () => {
  async function selected(page: Page): Promise<string | undefined> {
    return (await visibleRows(page)).find((row) => row.selected)?.cells[0];
  }

  it('is of a frame: it survives following, another filter and another view', () =>
    withPage({ end: 1203 }, async (page) => {
      await page.locator('.body .row[aria-rowindex="1204"]').click();
      const time = await selected(page);
      assert.ok(time);
      await fake(page, 'setFrames(0, 1210)');
      await page.locator('[aria-rowindex="1211"]').waitFor();
      await settled(page);
      assert.equal(await selected(page), time);
      await page.getByRole('radio', { name: 'Messages' }).click();
      await page.locator('.result', { hasText: 'messages' }).waitFor();
      await settled(page);
      assert.equal(await selected(page), time);
      await page.locator('.grid').focus();
      await press(page, 'ArrowUp');
      await settled(page);
      assert.notEqual(await selected(page), time);
      assert.equal((await visibleRows(page)).filter((row) => row.selected).length, 1);
    }));

  it('stops following, and is not covered by the details that open', () =>
    withPage({ end: 1000 }, async (page) => {
      const rows = await visibleRows(page);
      const low = rows.at(-2);
      assert.ok(low);
      await page.locator(`.body .row[aria-rowindex="${low.index}"]`).click();
      await page.locator('.details .tree').waitFor();
      assert.equal(await followed(page), 'false');
      await settled(page);
      const chosen = (await visibleRows(page)).find((row) => row.selected);
      assert.equal(chosen?.cells[0], low.cells[0]);
      await fake(page, 'setFrames(0, 5000)');
      await settled(page);
      assert.deepEqual(
        (await visibleRows(page)).find((row) => row.selected),
        chosen,
      );
    }));

  it('says when its frame was dropped', () =>
    withPage({ end: 100 }, async (page) => {
      await page.locator('.body .row').filter({ hasText: 'lamp/set' }).last().click();
      await page.locator('.details .tree').waitFor();
      await fake(page, 'setFrames(200, 300)');
      await page.locator('.dropped-note', { hasText: 'dropped from the capture' }).waitFor();
      assert.ok((await page.locator('.details [role=treeitem]').count()) > 5, 'it stays readable');
    }));

  it('goes when the capture is cleared', () =>
    withPage({ end: 100 }, async (page) => {
      await page.locator('.body .row').filter({ hasText: 'lamp/set' }).last().click();
      await page.getByRole('button', { name: 'Clear' }).click();
      await page.getByText('Waiting for the first packet').waitFor();
      assert.equal(await page.locator('.details').isVisible(), false);
      await fake(page, 'setFrames(100, 120)');
      await settled(page);
      assert.equal(await checkRows(page, 100), 100);
    }));
});

describe('page', () => {
  it('opens its query again when the engine was restarted', () =>
    withPage({ end: 100 }, async (page) => {
      await fake(page, 'restartEngine()');
      await until(page, 'window.fake.openQueries === 1');
      await fake(page, 'setFrames(0, 150)');
      await page.locator('[aria-rowindex="151"]').waitFor();
    }));

  it('comes back where it was after a reload', () =>
    withPage({ end: 12_000 }, async (page) => {
      await press(page, '/');
      await page.keyboard.insertText('lamp');
      await page.locator('.result', { hasText: ' of ' }).waitFor();
      await scrollTo(page, 0.5);
      const [, second] = await visibleRows(page);
      assert.ok(second);
      await page.locator(`.body .row[aria-rowindex="${second.index}"]`).click();
      await page.locator('.details .tree').waitFor();
      await until(page, "JSON.parse(sessionStorage.getItem('state')).detailsOpen");
      await until(page, "JSON.parse(sessionStorage.getItem('state')).follow === false");
      await settled(page);
      const before = await visibleRows(page);
      await page.reload();
      await page.locator('.details .tree [role=treeitem]').first().waitFor();
      await settled(page);
      assert.equal(await page.getByRole('textbox', { name: 'Filter' }).inputValue(), 'lamp');
      const after = await visibleRows(page);
      assert.deepEqual(
        after.slice(0, 5).map(({ index, selected, cells }) => [index, selected, cells]),
        before.slice(0, 5).map(({ index, selected, cells }) => [index, selected, cells]),
      );
    }));

  it('forgets what was selected in a capture that is not this one', () =>
    withPage({ end: 500 }, async (page) => {
      await page.locator('.body .row[aria-rowindex="490"]').click();
      await page.locator('.details .tree').waitFor();
      await until(page, "JSON.parse(sessionStorage.getItem('state')).detailsOpen");
      await settled(page);
      await page.evaluate(`{
        const state = JSON.parse(sessionStorage.getItem('state'));
        sessionStorage.setItem('state', JSON.stringify({ ...state, generation: 12345 }));
      }`);
      await page.reload();
      await page
        .locator('.body .row[aria-rowindex="2"], .body .row[aria-rowindex="501"]')
        .first()
        .waitFor();
      await until(page, "!JSON.parse(sessionStorage.getItem('state')).detailsOpen");
      assert.equal(await page.locator('.details').isVisible(), false);
      assert.equal(await page.locator('.body .row[aria-selected="true"]').count(), 0);
    }));

  it('offers to start a broker that is stopped', () =>
    withPage({ end: 0, stopped: true }, async (page) => {
      await page.getByRole('button', { name: 'Start Local Broker' }).click();
      await page.getByText('mosquitto_pub -h 127.0.0.1 -p 1883 -t test -m hello').waitFor();
      await page.getByRole('button', { name: 'Copy command' }).click();
      await page.locator('[role=status]', { hasText: 'Copied' }).waitFor();
      // The page may say so before the host has the message.
      assert.deepEqual(await awaitRequest(page, 'host/copy'), {
        text: 'mosquitto_pub -h 127.0.0.1 -p 1883 -t test -m hello',
      });
    }));
});
