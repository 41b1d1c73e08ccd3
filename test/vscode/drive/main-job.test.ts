/**
 * The extension's main job, as a person does it in a VS Code window: start the broker from the
 * palette, connect real clients, see them and their packets. The tests are one story, in order.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { after, before, describe, it } from 'node:test';
import type { FrameLocator, Locator } from 'playwright-core';
import { connectAsync, type MqttClient } from 'mqtt';
import {
  freePort,
  isPortFree,
  mosquittoObstacle,
  mosquittoPublish,
  mosquittoSubscribe,
  type MosquittoSubscriber,
} from '../../support/clients.ts';
import { themes, Workbench } from '../../support/host/workbench.ts';
import { packagedExtension } from '../../support/package.ts';

/** The flood: so many messages, every so many milliseconds. */
const burst = 250;
const burstMilliseconds = 50;

describe('From the palette to every packet', () => {
  const withoutMosquitto = mosquittoObstacle();
  let workbench: Workbench;
  let port: number;
  let subscriber: MosquittoSubscriber | undefined;
  const clients: MqttClient[] = [];
  const inspector = (): FrameLocator => workbench.inspectorFrame();
  const rows = (text: string): Locator =>
    inspector().locator('.body .row:visible', { hasText: text });

  before(async () => {
    port = await freePort();
    workbench = await Workbench.open({
      extension: { vsix: packagedExtension() },
      settings: { 'mqttWorkbench.broker.port': port },
    });
  });
  after(async () => {
    await subscriber?.stop();
    for (const client of clients) await client.endAsync(true);
    await workbench.close();
  });

  async function pictures(state: string): Promise<void> {
    for (const theme of Object.keys(themes) as (keyof typeof themes)[]) {
      await workbench.theme(theme);
      await workbench.screenshot(`${state}-${theme.toLowerCase().replaceAll(' ', '-')}`);
    }
    await workbench.theme('Dark Modern');
  }

  function step(name: string, run: () => Promise<void>, skip: string | false = false): void {
    it(name, { skip }, () => workbench.during(name, run));
  }

  step('says what to do while nothing runs', async () => {
    await workbench.openView('MQTT');
    await workbench.page.getByRole('button', { name: 'Start Local Broker' }).first().waitFor();
    await workbench.statusBarItem(/local broker is stopped/).waitFor();
    await workbench.palette('MQTT: Open Inspector');
    await inspector().getByText('Start Local Broker').first().waitFor();
    await pictures('empty');
  });

  step('explains a taken port and starts on the next free one', async () => {
    const other = createServer().listen(port, '127.0.0.1');
    await once(other, 'listening');
    await workbench.palette('MQTT: Start Local Broker');
    const toast = workbench.notification(`Port ${port} on 127.0.0.1 is already in use`);
    await toast.waitFor();
    await workbench.screenshot('port-taken');
    await toast.getByRole('button', { name: /^Use Port \d+/ }).click();
    await workbench.statusBarItem(/MQTT broker on mqtt:/).waitFor();
    const closed = once(other, 'close');
    other.close();
    await closed;
    await workbench.palette('MQTT: Stop Local Broker');
    await workbench.statusBarItem(/local broker is stopped/).waitFor();
  });

  step('starts the broker by command, and tells its address', async () => {
    await workbench.palette('MQTT: Start Local Broker');
    await workbench.statusBarItem(new RegExp(`mqtt://127.0.0.1:${port}: 0 clients`)).waitFor();
    await workbench.treeItem(/Local broker/).waitFor();
    await workbench.treeItem(new RegExp(`mqtt://127.0.0.1:${port}`)).waitFor();
    await inspector().getByText(`mqtt://127.0.0.1:${port}`).first().waitFor();
  });

  step('shows clients of MQTT 3.1.1 and 5.0 and their subscriptions', async () => {
    const url = `mqtt://127.0.0.1:${port}`;
    clients.push(
      await connectAsync(url, {
        clientId: 'lamp-kitchen',
        protocolVersion: 5,
        will: { topic: 'home/kitchen/lamp/lwt', payload: Buffer.from('gone') },
      }),
      await connectAsync(url, { clientId: 'sensor-attic', protocolVersion: 4 }),
    );
    await clients[0]?.subscribeAsync('home/kitchen/lamp/set', { qos: 1 });
    await workbench.treeItem(/client lamp-kitchen, v5\.0/).waitFor();
    await workbench.treeItem(/client sensor-attic, v3\.1\.1/).waitFor();
    await workbench.treeItem(/client lamp-kitchen/).click();
    await workbench.treeItem(/home\/kitchen\/lamp\/set/).waitFor();
  });

  const showsMosquitto = async (): Promise<void> => {
    subscriber = mosquittoSubscribe(port, '-t', 'home/#', '-i', 'panel-hall', '-q', '1');
    await workbench.treeItem(/client panel-hall/).waitFor();
    await mosquittoPublish(port, '-t', 'home/attic/temp', '-m', '21.5', '-q', '2', '-r');
    await subscriber.line('home/attic/temp 21.5');
    await rows('home/attic/temp').first().waitFor();
  };
  step('shows mosquitto_sub and mosquitto_pub', showsMosquitto, withoutMosquitto ?? false);

  step('shows topics with their latest value', async () => {
    const [lamp, sensor] = clients;
    await sensor?.publishAsync('home/kitchen/lamp/set', '{"on": true, "brightness": 80}', {
      qos: 1,
    });
    await lamp?.publishAsync('home/kitchen/lamp/state', '{"on": true}', {
      qos: 1,
      properties: { contentType: 'application/json', userProperties: { source: 'panel' } },
    });
    for (const level of ['home', 'kitchen', 'lamp']) {
      await workbench.treeItem(new RegExp(`^${level}, `)).click();
    }
    await workbench.treeItem(/^state, \{"on": true\}/).waitFor();
  });

  step('shows the packets, in order, in the inspector', async () => {
    await rows('home/kitchen/lamp/state').first().waitFor();
    const texts = await rows('lamp-kitchen').allInnerTexts();
    const packets = texts.map(
      (text) => /CONNECT|CONNACK|SUBSCRIBE|SUBACK|PUBLISH|PUBACK/.exec(text)?.[0],
    );
    const expected = [
      'CONNECT',
      'CONNACK',
      'SUBSCRIBE',
      'SUBACK',
      'PUBLISH',
      'PUBACK',
      'PUBLISH',
      'PUBACK',
    ];
    assert.deepEqual(packets, expected);
  });

  step('shows a selected packet as fields beside its bytes, linked both ways', async () => {
    await rows('home/kitchen/lamp/state').first().click();
    await inspector().getByRole('tab', { name: 'Packet' }).click();
    const field = inspector()
      .getByRole('treeitem', { name: /Content Type.*application\/json/ })
      .first();
    await field.click();
    const marked = inspector().locator(
      '.hex .byte.selected, .hex .byte.highlight, .hex .byte.linked',
    );
    await marked.first().waitFor();
    assert.ok((await marked.count()) >= 'application/json'.length);
    await pictures('working');
    await inspector().getByRole('tab', { name: 'Payload' }).click();
    await inspector().locator('.payload-text', { hasText: '"on": true' }).waitFor();
    await workbench.screenshot('payload-json');
  });

  step('filters, and explains a filter that it cannot understand', async () => {
    const field = inspector().locator('input').first();
    await field.fill('topic:home/+/lamp/state dir:in');
    await inspector().getByText('1 of ').first().waitFor();
    await rows('sensor-attic').first().waitFor({ state: 'hidden' });
    for (const text of await rows('').allInnerTexts())
      assert.match(text, /home\/kitchen\/lamp\/state/);
    await field.fill('type:nonsense');
    await inspector()
      .getByText(/not a packet type/)
      .first()
      .waitFor();
    await workbench.screenshot('filter-error');
    await field.fill('');
    await rows('CONNECT').first().waitFor();
  });

  step('publishes from the palette and tells that nobody listened', async () => {
    await workbench.palette('MQTT: Publish…');
    const asks = (text: string): Promise<void> =>
      workbench.page.locator('.quick-input-message', { hasText: text }).waitFor();
    await asks('Topic name');
    await workbench.answer('nobody/home');
    await asks('Payload of nobody/home');
    await workbench.answer('hello');
    await workbench.answerWith('QoS 1');
    await workbench.notification(/No matching subscribers/).waitFor();
    await rows('nobody/home').first().waitFor();
  });

  step('follows a flood while it lasts, and its counts agree with what was sent', async () => {
    const [sensor] = clients.slice(1);
    assert.ok(sensor);
    const follow = inspector().getByRole('button', { name: 'Follow' });
    // Looking for a selected row has turned it off.
    if ((await follow.getAttribute('aria-pressed')) !== 'true') await follow.click();
    let sent = 0;
    const flood = setInterval(() => {
      for (let i = 0; i < burst; i++, sent++) {
        sensor.publish(`flood/${sent % 50}/value`, `{"value": ${sent}}`);
      }
    }, burstMilliseconds);
    await workbench.statusBarItem(/[1-9][\d,]* msg\/s/).waitFor();
    await pictures('flooded');
    clearInterval(flood);
    await sensor.publishAsync('flood/end', 'end', { qos: 1 });
    await rows('flood/end').first().waitFor();
    await inspector().locator('input').first().fill('topic:flood/+/value dir:in');
    await inspector()
      .getByText(`${sent.toLocaleString('en')} of`)
      .first()
      .waitFor();
    await inspector().locator('input').first().fill('');
  });

  step('stops the broker: clients are gone and the port is free', async () => {
    await workbench.palette('MQTT: Stop Local Broker');
    await workbench.statusBarItem(/local broker is stopped/).waitFor();
    assert.equal(await isPortFree(port), true);
    await workbench.treeItem(/client lamp-kitchen/).waitFor({ state: 'detached' });
    await rows('').first().waitFor();
    assert.deepEqual(workbench.extensionErrors('mqtt-workbench'), []);
  });
});
