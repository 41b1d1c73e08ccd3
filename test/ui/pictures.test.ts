/** Pictures of every state in every theme, to be looked at; they are written to test-output/ui. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import {
  fake,
  Harness,
  pictures,
  press,
  settled,
  type OpenOptions,
  type Theme,
} from './harness.ts';

let harness: Harness;
before(async () => {
  harness = await Harness.start();
});
after(() => harness.stop());

interface Scene extends OpenOptions {
  readonly prepare?: (page: Page) => Promise<void>;
}

async function selectRow(page: Page, text: string): Promise<void> {
  await page.locator('.body .row').filter({ hasText: text }).last().click();
  await page.locator('.details .tree [role=treeitem]').first().waitFor();
}

async function openDelivery(page: Page, text: string): Promise<void> {
  await selectRow(page, text);
  await page.getByRole('tab', { name: 'Delivery' }).click();
  await page.locator('.delivery-view tbody tr').first().waitFor();
  await page.locator('.others summary').click();
}

const scenes: Readonly<Record<string, Scene>> = {
  packet: {
    end: 1_000_000,
    prepare: async (page) => {
      await selectRow(page, 'lamp/set');
      await page
        .locator('.tree [role=treeitem]')
        .filter({ hasText: 'Content Type' })
        .first()
        .click();
      await page.mouse.move(5, 5);
    },
  },
  suggestions: {
    end: 1200,
    prepare: async (page) => {
      await press(page, '/');
      await page.keyboard.insertText('-dup:true t');
      await page.locator('.suggestion').first().waitFor();
      await press(page, 'ArrowDown');
    },
  },
  payload: {
    end: 1200,
    prepare: async (page) => {
      await selectRow(page, 'lamp/set');
      await page.getByRole('tab', { name: 'Payload' }).click();
    },
  },
  problems: {
    end: 1200,
    prepare: async (page) => {
      await selectRow(page, 'sensor-attic');
      await page.locator('.problems button').click();
    },
  },
  delivery: {
    end: 1200,
    height: 900,
    prepare: (page) => openDelivery(page, 'lamp/set'),
  },
  'delivery-many': {
    end: 1200,
    prepare: async (page) => {
      await fake(page, 'subscribers = 10000');
      await openDelivery(page, 'lamp/set');
    },
  },
  'delivery-none': {
    end: 1200,
    prepare: async (page) => {
      await selectRow(page, 'keep-alive');
      await page.getByRole('tab', { name: 'Delivery' }).click();
      await page.locator('.delivery-view .nothing').waitFor();
    },
  },
  hostile: {
    end: 1200,
    prepare: async (page) => {
      await selectRow(page, 'onerror');
      await page.getByRole('tab', { name: 'Payload' }).click();
    },
  },
  filtered: {
    end: 1_000_000,
    prepare: async (page) => {
      await press(page, '/');
      await page.keyboard.insertText('lamp/set');
      await page.locator('.result', { hasText: ' of ' }).waitFor();
    },
  },
  wrong: {
    end: 1200,
    prepare: async (page) => {
      await press(page, '/');
      await page.keyboard.insertText('type:nope');
      await page.locator('.filter-error').waitFor();
    },
  },
  flow: {
    end: 1200,
    prepare: async (page) => {
      await page.getByRole('radio', { name: 'Flow' }).click();
      await page.locator('.result', { hasText: 'exchanges' }).waitFor();
      await page.locator('.body .row').filter({ hasText: 'lamp/set' }).last().click();
      await page.getByRole('tab', { name: 'Flow' }).click();
      await page.locator('.sequence svg').waitFor();
    },
  },
  statistics: {
    end: 1200,
    prepare: async (page) => {
      await page.getByRole('radio', { name: 'Statistics' }).click();
      await page.locator('.statistics-table tbody tr').nth(2).click();
      await page.locator('.row-detail').waitFor();
      await page.mouse.move(5, 5);
    },
  },
  'statistics-topics': {
    end: 1200,
    prepare: async (page) => {
      await page.getByRole('radio', { name: 'Statistics' }).click();
      await page.getByRole('radio', { name: 'Topics' }).click();
      await page.getByRole('grid', { name: 'Topics' }).waitFor();
    },
  },
  'statistics-empty': {
    end: 0,
    prepare: async (page) => {
      await fake(page, 'statistics.isEmpty = true');
      await page.getByRole('radio', { name: 'Statistics' }).click();
      await page.getByText('Nothing was captured').waitFor();
    },
  },
  paused: {
    first: 250_000,
    end: 1_000_000,
    prepare: async (page) => {
      await page.getByRole('button', { name: 'Pause' }).click();
      await fake(page, 'setFrames(250_100, 1_005_123)');
      await page.locator('.paused', { hasText: '5,123' }).waitFor();
    },
  },
  waiting: { end: 0 },
  stopped: { end: 0, stopped: true },
  'no-match': {
    end: 1200,
    prepare: async (page) => {
      await press(page, '/');
      await page.keyboard.insertText('no such topic');
      await page.getByText('No rows match').waitFor();
    },
  },
};

const themes: readonly Theme[] = ['dark', 'light', 'high-contrast'];
/** The scenes whose colours differ most are taken in every theme, the others in dark only. */
const themed = ['packet', 'flow', 'statistics', 'delivery', 'problems', 'wrong', 'waiting'];
const narrow = [
  'packet',
  'flow',
  'statistics',
  'statistics-topics',
  'delivery',
  'waiting',
  'wrong',
];

describe('pictures', () => {
  async function take(name: string, scene: Scene, options: OpenOptions): Promise<void> {
    const opened = await harness.open({ ...scene, ...options });
    await scene.prepare?.(opened.page);
    await settled(opened.page);
    const picture = await opened.page.screenshot({ path: join(pictures, `${name}.png`) });
    assert.ok(picture.length > 5000);
    assert.deepEqual(opened.faults, []);
    await opened.close();
  }

  for (const [name, scene] of Object.entries(scenes)) {
    for (const theme of themed.includes(name) ? themes : themes.slice(0, 1)) {
      it(`${name}, ${theme}`, () => take(`${name}-${theme}`, scene, { theme }));
    }
    if (narrow.includes(name)) {
      it(`${name}, 400 pixels wide`, () => take(`${name}-narrow`, scene, { width: 400 }));
    }
  }
});
