import { t } from '../../../src/base/localise.ts';
import { messageOf } from '../../../src/base/errors.ts';
import { transportNames } from '../../../src/base/transport.ts';
import type { FrameDetail } from '../../../src/engine/contract.ts';
import { createButton } from '../../toolkit.ts';
import { element, setText, setVisible } from '../dom.ts';
import { formatBytes, formatFullTime, formatProtocol } from '../format.ts';
import type { Host, PageState } from '../host.ts';
import { icon } from '../icons.ts';
import { Choice } from '../shell/choice.ts';
import { visibleLine } from '../visible-text.ts';
import { DeliveryView } from './delivery-view.ts';
import { FlowView } from './flow-view.ts';
import { HistoryView } from './history/history-view.ts';
import { PacketView } from './packet-view.ts';
import { PayloadView } from './payload-view.ts';
import { PropertiesView } from './properties-view.ts';

/** Bytes that one "Load more" brings. */
const bytesPage = 65_536;

export interface DetailsEvents {
  close(): void;
  tab(tab: PageState['tab']): void;
  /** What is shown changed: the protocol version, for the status line. */
  shown(protocol: string): void;
  announce(text: string): void;
  copy(text: string): void;
  /** Another frame is to be selected in the table. */
  select(frame: number): void;
  failed(message: string): void;
}

/** The pane below the table: the selected frame in full. */
export class Details {
  readonly element: HTMLElement;
  readonly #host: Host;
  readonly #events: DetailsEvents;
  readonly #tabs: Choice<PageState['tab']>;
  readonly #summary = element('span', { className: 'chip summary' });
  readonly #note = element('p', { className: 'dropped-note', attributes: { role: 'note' } });
  readonly #packet: PacketView;
  readonly #payload: PayloadView;
  readonly #properties: PropertiesView;
  readonly #history: HistoryView;
  readonly #flow: FlowView;
  readonly #delivery: DeliveryView;
  readonly #panels: Readonly<Record<PageState['tab'], HTMLElement>>;
  #wanted: number | undefined;
  #loading = false;
  #detail: FrameDetail | undefined;
  #bytes: Uint8Array = new Uint8Array();

  constructor(host: Host, tab: PageState['tab'], events: DetailsEvents) {
    this.#host = host;
    this.#events = events;
    const more = (): void => void this.#loadMore();
    this.#packet = new PacketView((text) => events.announce(text), more);
    this.#flow = new FlowView(host, {
      announce: (text) => events.announce(text),
      copy: (text) => events.copy(text),
      select: (frame) => events.select(frame),
      failed: (message) => events.failed(message),
    });
    this.#payload = new PayloadView({
      copy: (text) => events.copy(text),
      more,
      decode: (frame, decoder) => host.request('capture/payload', { frame, decoder }),
      bind: (frame, decoder) => {
        host
          .request('host/bindPayload', { frame, decoder })
          .catch((error: unknown) => events.failed(messageOf(error)));
      },
      announce: (text) => events.announce(text),
      failed: (message) => events.failed(message),
    });
    this.#properties = new PropertiesView({ copy: (text) => events.copy(text) });
    this.#history = new HistoryView(host, {
      announce: (text) => events.announce(text),
      select: (frame) => events.select(frame),
      failed: (message) => events.failed(message),
    });
    this.#delivery = new DeliveryView(host, {
      announce: (text) => events.announce(text),
      select: (frame) => events.select(frame),
      failed: (message) => events.failed(message),
    });
    this.#panels = {
      payload: panel('payload', this.#payload.element),
      packet: panel('packet', this.#packet.element),
      properties: panel('properties', this.#properties.element),
      history: panel('history', this.#history.element),
      flow: panel('flow', this.#flow.element),
      delivery: panel('delivery', this.#delivery.element),
    };
    this.#tabs = new Choice(
      'tab',
      t('Details'),
      [
        { value: 'payload', label: t('Payload') },
        { value: 'packet', label: t('Packet') },
        {
          value: 'properties',
          label: t('Properties'),
          title: t('The properties of an MQTT 5 packet'),
        },
        {
          value: 'history',
          label: t('History'),
          title: t(
            'The messages of this topic: their numbers, and what changed from one to another',
          ),
        },
        {
          value: 'flow',
          label: t('Flow'),
          title: t('What the packet answers and what answers it, step by step'),
        },
        {
          value: 'delivery',
          label: t('Delivery'),
          title: t('Who got the message, and why not the others'),
        },
      ],
      tab,
      (value) => {
        this.#showTab();
        events.tab(value);
      },
    );
    const close = createButton({
      label: t('Close details'),
      title: t('Close (Escape)'),
      appearance: 'icon',
      icon: icon('close'),
      iconOnly: true,
      onClick: () => events.close(),
    });
    this.element = element('section', {
      className: 'details',
      attributes: { 'aria-label': t('Details of the selected packet') },
      children: [
        element('div', {
          className: 'details-head',
          children: [
            this.#tabs.element,
            element('span', { className: 'space' }),
            this.#summary,
            close.element,
          ],
        }),
        this.#note,
        ...Object.values(this.#panels),
      ],
    });
    this.#note.hidden = true;
    this.#showTab();
    host.onNotification('payloadsChanged', () => void this.#decodeAnew());
  }

  /** Shows `frame`, or nothing. While one loads, only the newest of those asked for is next. */
  show(frame: number | undefined): void {
    if (this.#wanted === frame) return;
    this.#wanted = frame;
    if (frame !== undefined) void this.#load();
  }

  /** Something happened in the broker: what is shown of a delivery that is under way may be out of date. */
  trafficChanged(): void {
    this.#flow.trafficChanged();
    this.#history.trafficChanged();
    this.#delivery.trafficChanged();
  }

  /** Time has passed: tells anew how long something is waited for. */
  refresh(): void {
    this.#flow.refresh();
  }

  /** Forgets what is shown. */
  clear(): void {
    this.#flow.clear();
    this.#history.clear();
    this.#delivery.clear();
    this.#wanted = undefined;
    this.#detail = undefined;
    this.#events.shown('');
  }

  /** `first`: the oldest frame that the capture still has. */
  noteDropped(first: number): void {
    const dropped = this.#wanted !== undefined && this.#wanted < first;
    setVisible(this.#note, dropped);
    if (dropped) setText(this.#note, t('This frame was dropped from the capture.'));
  }

  /** Shows another tab, as if the person had chosen it. */
  showTab(tab: PageState['tab']): void {
    this.#tabs.value = tab;
    this.#showTab();
    this.#events.tab(tab);
  }

  focus(): void {
    const views = {
      payload: this.#payload,
      packet: this.#packet,
      properties: this.#properties,
      history: this.#history,
      flow: this.#flow,
      delivery: this.#delivery,
    };
    views[this.#tabs.value].focus();
  }

  #showTab(): void {
    for (const [name, node] of Object.entries(this.#panels)) {
      setVisible(node, name === this.#tabs.value);
    }
    this.#history.setShown(this.#tabs.value === 'history');
    this.#flow.setShown(this.#tabs.value === 'flow');
    this.#delivery.setShown(this.#tabs.value === 'delivery');
  }

  async #load(): Promise<void> {
    if (this.#loading) return;
    this.#loading = true;
    try {
      // What was wanted may change while a frame is on its way.
      let shown: number | undefined;
      while (this.#wanted !== undefined && shown !== this.#wanted) {
        const frame: number = this.#wanted;
        const detail = await this.#host.request('capture/frame', { frame });
        shown = frame;
        if (frame === this.#wanted) this.#take(frame, detail);
      }
    } catch (error) {
      // Asking for the same frame again must be possible.
      this.#wanted = undefined;
      this.#events.failed(messageOf(error));
    } finally {
      this.#loading = false;
    }
  }

  #take(frame: number, detail: FrameDetail | undefined): void {
    this.#detail = detail;
    this.element.classList.toggle('gone', !detail);
    if (!detail) {
      this.#flow.clear();
      this.#history.clear();
      this.#delivery.clear();
      this.noteDropped(frame + 1);
      setText(this.#summary, '');
      this.#events.shown('');
      return;
    }
    this.#bytes = detail.bytes;
    const arrow = detail.direction === 0 ? '→' : '←';
    const parts = [
      `${visibleLine(detail.client)} ${arrow} ${detail.packet}`,
      formatBytes(detail.size),
      visibleLine(detail.remoteAddress),
      // TCP is what everybody expects.
      detail.transport && detail.transport !== 'tcp' ? transportNames[detail.transport] : '',
    ];
    setText(this.#summary, parts.filter((part) => part !== '').join(' · '));
    this.#summary.title = t('Frame {0} · {1}', detail.frame, formatFullTime(detail.time));
    this.#packet.show(detail, this.#bytes);
    this.#payload.show(detail, this.#bytes);
    this.#properties.show(detail);
    this.#history.show(detail);
    this.#flow.show(detail);
    this.#delivery.show(detail);
    this.#events.shown(formatProtocol(detail.protocolVersion));
  }

  /** Only the payload reads otherwise: what is chosen and folded in the other tabs stays. */
  async #decodeAnew(): Promise<void> {
    const before = this.#detail;
    if (!before) return;
    try {
      const detail = await this.#host.request('capture/frame', { frame: before.frame });
      if (this.#detail !== before || !detail) return;
      this.#detail = detail;
      this.#payload.show(detail, this.#bytes);
      this.#history.show(detail);
    } catch (error) {
      this.#events.failed(messageOf(error));
    }
  }

  async #loadMore(): Promise<void> {
    const detail = this.#detail;
    if (!detail) return;
    const start = this.#bytes.length;
    const end = Math.min(detail.size, start + bytesPage);
    try {
      const more = await this.#host.request('capture/bytes', { frame: detail.frame, start, end });
      // Meanwhile another frame, or the same bytes by a second click.
      if (this.#detail !== detail || this.#bytes.length !== start) return;
      const bytes = new Uint8Array(start + more.length);
      bytes.set(this.#bytes);
      bytes.set(more, start);
      this.#bytes = bytes;
      this.#packet.extend(bytes);
      this.#payload.extend(bytes);
    } catch (error) {
      this.#events.failed(messageOf(error));
    }
  }
}

function panel(name: string, content: HTMLElement): HTMLElement {
  return element('div', {
    className: 'panel',
    attributes: { role: 'tabpanel', id: `panel-${name}`, 'aria-labelledby': `tab-${name}` },
    children: [content],
  });
}
