import { t } from '../../../src/base/localise.ts';
import type { BrokerState, InspectorView } from '../../../src/engine/contract.ts';
import { createButton } from '../../toolkit.ts';
import { element, setAttribute, setText, setVisible } from '../dom.ts';
import { icon } from '../icons.ts';
import { Choice } from './choice.ts';

/** What the page can show: a table, or the statistics. */
export type PageView = InspectorView | 'statistics';

export interface ToolbarEvents {
  view(view: PageView): void;
  follow(): void;
  pause(): void;
  clear(): void;
  publish(): void;
  startBroker(): void;
  copyAddress(): void;
}

const statusWords = {
  stopped: t('Local broker stopped'),
  starting: t('Local broker starting…'),
  running: t('Local broker'),
  stopping: t('Local broker stopping…'),
} as const;

/** Source, view and what can be done with the capture. */
export class Toolbar {
  readonly element: HTMLElement;
  readonly #view: Choice<PageView>;
  readonly #dot = element('span', { className: 'dot', attributes: { 'aria-hidden': 'true' } });
  readonly #sourceName = element('span', { className: 'source-name' });
  readonly #sourcePort = element('span', { className: 'source-port' });
  readonly #source: HTMLButtonElement;
  readonly #start;
  readonly #follow;
  readonly #pause;

  constructor(view: PageView, events: ToolbarEvents) {
    this.#source = element('button', {
      className: 'source',
      attributes: { type: 'button' },
      children: [
        this.#dot,
        element('span', {
          className: 'source-text',
          children: [this.#sourceName, this.#sourcePort],
        }),
      ],
    });
    this.#source.addEventListener('click', () => events.copyAddress());
    this.#start = createButton({
      label: t('Start'),
      appearance: 'icon',
      icon: icon('start'),
      title: t('Start the local broker'),
      onClick: () => events.startBroker(),
    });
    this.#view = new Choice(
      'radio',
      t('View'),
      [
        {
          value: 'messages',
          label: t('Messages'),
          title: t('One row for each application message'),
        },
        { value: 'packets', label: t('Packets'), title: t('Every control packet') },
        {
          value: 'flow',
          label: t('Flow'),
          title: t(
            'One row for each exchange: a packet with what answers it, and how long that took',
          ),
        },
        {
          value: 'statistics',
          label: t('Statistics'),
          title: t('Who and what sends how much: clients, topics, top talkers'),
        },
      ],
      view,
      (value) => events.view(value),
    );
    this.#follow = createButton({
      label: t('Follow'),
      appearance: 'icon',
      icon: icon('follow'),
      title: t('Stay at the newest row (End)'),
      onClick: () => events.follow(),
    });
    this.#pause = createButton({
      label: t('Pause'),
      appearance: 'icon',
      icon: icon('pause'),
      title: t('Hold the table still; the capture goes on'),
      onClick: () => events.pause(),
    });
    const clear = createButton({
      label: t('Clear'),
      appearance: 'icon',
      icon: icon('clear'),
      title: t('Forget everything captured so far'),
      onClick: () => events.clear(),
    });
    const publish = createButton({
      label: t('Publish…'),
      appearance: 'icon',
      icon: icon('publish'),
      title: t('Publish a message to the local broker'),
      onClick: () => events.publish(),
    });
    this.element = element('div', {
      className: 'bar toolbar',
      attributes: { role: 'toolbar', 'aria-label': t('Inspector') },
      children: [
        this.#source,
        this.#start.element,
        this.#view.element,
        this.#follow.element,
        this.#pause.element,
        clear.element,
        element('span', { className: 'space' }),
        publish.element,
      ],
    });
  }

  setView(view: PageView): void {
    this.#view.value = view;
  }

  update(broker: BrokerState, follow: boolean, paused: boolean): void {
    const [listener] = broker.listeners;
    const running = broker.status === 'running' && listener !== undefined;
    setAttribute(this.#dot, 'data-status', broker.status);
    setText(this.#sourceName, statusWords[broker.status]);
    setText(this.#sourcePort, running ? ` :${listener.port}` : '');
    setAttribute(this.#source, 'title', running ? t('{0} (copy)', listener.url) : undefined);
    setAttribute(
      this.#source,
      'aria-label',
      running
        ? t('{0} :{1}, copy address', statusWords.running, listener.port)
        : statusWords[broker.status],
    );
    this.#source.disabled = !running;
    setVisible(this.#start.element, broker.status === 'stopped');
    // They are about the table.
    const hasTable = this.#view.value !== 'statistics';
    setVisible(this.#follow.element, hasTable);
    setVisible(this.#pause.element, hasTable);
    this.#follow.setPressed(follow && !paused);
    this.#pause.setPressed(paused);
    this.#pause.setTitle(
      paused ? t('Go on showing what is captured') : t('Hold the table still; the capture goes on'),
    );
  }
}
