import { t } from '../../../src/base/localise.ts';
import { messageOf } from '../../../src/base/errors.ts';
import type { FrameDetail, PayloadDecoder, PayloadDecoding } from '../../../src/engine/contract.ts';
import { createButton, createDropdown } from '../../toolkit.ts';
import { element, setText, setVisible } from '../dom.ts';
import { formatBytes, formatCount, formatPlural } from '../format.ts';
import { icon } from '../icons.ts';
import { Choice } from '../shell/choice.ts';
import { HexView } from './hex-view.ts';
import { PayloadBody } from './payload-body.ts';

type Form = PayloadDecoder | 'hex';

export interface PayloadEvents {
  copy(text: string): void;
  /** More bytes of the packet are wanted. */
  more(): void;
  /** Asks for a form that was not decoded unasked; undefined: the frame is gone. */
  decode(frame: number, decoder: PayloadDecoder): Promise<PayloadDecoding | undefined>;
  announce(text: string): void;
  failed(message: string): void;
  /** Messages like this one are to be decoded so from now on: asks for which topics. */
  bind(frame: number, decoder: PayloadDecoder): void;
}

/** A form that was asked for, and for which frame. */
interface Answer {
  readonly detail: FrameDetail;
  readonly decoding: PayloadDecoding;
}

/** The payload of a PUBLISH in each form that applies, and in any other that is asked for. */
export class PayloadView {
  readonly element: HTMLElement;
  readonly #forms: Choice<Form>;
  readonly #others = createDropdown({
    label: t('Decode payload as'),
    className: 'small',
    onChange: (value) => this.#chooseOther(value),
  });
  readonly #layers = element('span', { className: 'chip layers' });
  readonly #note = element('span', { className: 'note' });
  readonly #size = element('span', { className: 'chip' });
  readonly #body: PayloadBody;
  readonly #none = element('p', { className: 'none' });
  readonly #head: HTMLElement;
  readonly #hex: HexView;
  #detail: FrameDetail | undefined;
  #bytes: Uint8Array = new Uint8Array();
  /** What the person chose last; used again where it applies. */
  #preferred: Form | undefined;
  #answer: Answer | undefined;
  readonly #events: PayloadEvents;

  constructor(events: PayloadEvents) {
    this.#events = events;
    this.#forms = new Choice<Form>('radio', t('Form of the payload'), [], 'text', (form) => {
      this.#preferred = form;
      this.#choose(form);
    });
    this.#forms.element.classList.add('small');
    this.#body = new PayloadBody(events);
    this.#hex = new HexView(t('Bytes of the payload'), {
      pick: (index) => this.#hex.select({ start: index, end: index + 1 }, false),
      hover: () => undefined,
      more: () => events.more(),
    });
    const copyButton = createButton({
      label: t('Copy payload'),
      title: t('Copy what is shown'),
      appearance: 'icon',
      icon: icon('copy'),
      iconOnly: true,
      onClick: () => events.copy(this.#copyText()),
    });
    this.#head = element('div', {
      className: 'payload-head',
      children: [
        this.#forms.element,
        this.#others.element,
        this.#size,
        this.#layers,
        this.#note,
        element('span', { className: 'space' }),
        copyButton.element,
      ],
    });
    this.element = element('div', {
      className: 'payload-view',
      children: [this.#head, this.#body.element, this.#hex.element, this.#none],
    });
  }

  show(detail: FrameDetail, bytes: Uint8Array): void {
    this.#detail = detail;
    this.#bytes = bytes;
    this.#answer = undefined;
    this.#hex.setBytes(...this.#payloadBytes(), false);
    const { payload } = detail;
    if (!payload || payload.end === payload.start) {
      this.#draw();
      return;
    }
    const decodings = payload.decodings.map(({ decoder, label }) => ({ value: decoder, label }));
    this.#forms.setOptions([...decodings, { value: 'hex', label: t('Hex') }]);
    const preferred = this.#preferred;
    const applies =
      preferred === 'hex' ||
      [...payload.decodings, ...payload.others].some(({ decoder }) => decoder === preferred);
    this.#choose(preferred !== undefined && applies ? preferred : this.#plainForm());
  }

  extend(bytes: Uint8Array): void {
    this.#bytes = bytes;
    this.#hex.setBytes(...this.#payloadBytes(), true);
  }

  focus(): void {
    if (this.#head.hidden) this.#none.focus();
    else if (this.#isOther(this.#forms.value)) this.#others.focus();
    else this.#forms.focus();
  }

  /** What is shown when nothing was chosen: the first form with which nothing is wrong. */
  #plainForm(): Form {
    const decodings = this.#detail?.payload?.decodings ?? [];
    return decodings.find(({ problem }) => problem === undefined)?.decoder ?? 'hex';
  }

  #isOther(form: Form): form is PayloadDecoder {
    return this.#detail?.payload?.others.some(({ decoder }) => decoder === form) ?? false;
  }

  /** Shows a form: one of the buttons, or one of the dropdown, which is asked for. `announce`: and told. */
  #choose(form: Form, announce = false): void {
    const others = this.#detail?.payload?.others ?? [];
    const isOther = this.#isOther(form);
    this.#forms.value = form;
    this.#others.set(
      [
        { value: '', label: t('Decode as…') },
        ...others.map(({ decoder, label }) => ({ value: decoder, label })),
        { value: 'bind', label: t('Always for This Topic…') },
      ],
      isOther ? form : '',
    );
    this.#others.element.classList.toggle('chosen', isOther);
    this.#draw();
    if (isOther) void this.#ask(form, announce);
  }

  /** By the dropdown; its first entry goes back to what is shown without a choice. */
  #chooseOther(value: string): void {
    if (value === 'bind') {
      this.#bind();
      return;
    }
    const other = this.#detail?.payload?.others.find(({ decoder }) => decoder === value);
    this.#preferred = other?.decoder;
    this.#choose(other?.decoder ?? this.#plainForm(), true);
  }

  /** What is shown is to be the first form for the topic. */
  #bind(): void {
    const form = this.#forms.value;
    // The dropdown shows the form again.
    this.#choose(form);
    const decoder = form === 'hex' ? this.#detail?.payload?.decodings[0]?.decoder : form;
    if (this.#detail && decoder !== undefined) this.#events.bind(this.#detail.frame, decoder);
  }

  async #ask(decoder: PayloadDecoder, announce: boolean): Promise<void> {
    const detail = this.#detail;
    if (!detail || this.#decoding()) return;
    try {
      const decoding = await this.#events.decode(detail.frame, decoder);
      // Meanwhile another frame or form was chosen.
      if (this.#detail !== detail || this.#forms.value !== decoder) return;
      if (!decoding) {
        this.#events.failed(t('This frame was dropped from the capture.'));
        return;
      }
      this.#answer = { detail, decoding };
      this.#draw();
      if (announce)
        this.#events.announce(t('Payload as {0} {1}', decoding.label, noteOf(decoding)).trim());
    } catch (error) {
      this.#events.failed(messageOf(error));
    }
  }

  #payloadBytes(): [bytes: Uint8Array, total: number] {
    const payload = this.#detail?.payload;
    if (!payload) return [new Uint8Array(), 0];
    return [this.#bytes.subarray(payload.start, payload.end), payload.end - payload.start];
  }

  #decoding(): PayloadDecoding | undefined {
    const form = this.#forms.value;
    const { detail, decoding } = this.#answer ?? {};
    if (decoding?.decoder === form && detail === this.#detail) return decoding;
    return this.#detail?.payload?.decodings.find(({ decoder }) => decoder === form);
  }

  /** Why what the payload is said to be is not shown, where it was not chosen. */
  #whyHex(): string {
    const [first] = this.#detail?.payload?.decodings ?? [];
    if (!first || this.#plainForm() !== 'hex') return '';
    return `${first.label}: ${noteOf(first).replace(/^⚠ /, '')}`;
  }

  #copyText(): string {
    const decoding = this.#decoding();
    if (this.#forms.value !== 'hex') return decoding?.text ?? '';
    const [bytes] = this.#payloadBytes();
    return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
  }

  #draw(): void {
    const payload = this.#detail?.payload;
    const length = payload ? payload.end - payload.start : 0;
    setVisible(this.#head, length > 0);
    setVisible(this.#none, length === 0);
    if (!payload)
      setText(this.#none, t('{0} carries no payload.', this.#detail?.packet ?? t('This packet')));
    else setText(this.#none, t('The payload is empty (0 bytes).'));
    const decoding = length > 0 ? this.#decoding() : undefined;
    const hex = this.#forms.value === 'hex';
    this.#body.setVisible(length > 0 && !hex);
    setVisible(this.#hex.element, length > 0 && hex);
    setText(this.#size, formatBytes(length));
    setText(this.#layers, layersOf(decoding));
    setVisible(this.#layers, this.#layers.textContent !== '');
    const note = hex && length > 0 ? this.#whyHex() : noteOf(decoding);
    setText(this.#note, note);
    this.#note.title = note;
    if (!hex && length > 0) this.#body.show(decoding);
  }
}

/** `gzip, 1,234 → 8,192 bytes` for each layer that was unpacked, and the binding by which it is decoded so. */
function layersOf(decoding: PayloadDecoding | undefined): string {
  const layers = (decoding?.layers ?? []).map(({ compression, packed, unpacked }) => {
    return `${compression}, ${formatCount(packed)} → ${formatPlural(unpacked, t('byte'), t('bytes'))}`;
  });
  const { binding } = decoding ?? {};
  return [...layers, ...(binding === undefined ? [] : [t('bound to {0}', binding)])].join(' · ');
}

function noteOf(decoding: PayloadDecoding | undefined): string {
  if (!decoding) return '';
  const parts = (decoding.layers ?? []).flatMap(({ compression, problem }) =>
    problem === undefined ? [] : [`⚠ ${compression}: ${problem}`],
  );
  if (decoding.problem !== undefined) parts.push(`⚠ ${decoding.problem}`);
  for (const note of decoding.notes ?? []) parts.push(note);
  if (decoding.truncated > 0) {
    parts.push(t('{0} more, not shown', formatPlural(decoding.truncated, t('byte'), t('bytes'))));
  }
  return parts.join(' · ');
}
