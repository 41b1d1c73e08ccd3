import type { FrameDetail, PayloadDecoding } from '../../../src/engine/contract.ts';
import { createButton } from '../../toolkit.ts';
import { element, setText, setVisible } from '../dom.ts';
import { formatBytes, formatPlural } from '../format.ts';
import { icon } from '../icons.ts';
import { Choice } from '../shell/choice.ts';
import { appendVisible } from '../visible-text.ts';
import { HexView } from './hex-view.ts';
import { appendJson } from './json-text.ts';

type Form = 'json' | 'text' | 'hex';

/** The payload of a PUBLISH in each form that applies. */
export class PayloadView {
  readonly element: HTMLElement;
  readonly #forms: Choice<Form>;
  readonly #note = element('span', { className: 'note' });
  readonly #size = element('span', { className: 'chip' });
  readonly #text = element('pre', {
    className: 'payload-text',
    attributes: { tabindex: '0', 'aria-label': 'Payload', dir: 'auto' },
  });
  readonly #none = element('p', { className: 'none' });
  readonly #head: HTMLElement;
  readonly #hex: HexView;
  #detail: FrameDetail | undefined;
  #bytes: Uint8Array = new Uint8Array();
  /** What the person chose last; used again where it applies. */
  #preferred: Form | undefined;

  constructor(copy: (text: string) => void, more: () => void) {
    this.#forms = new Choice<Form>('radio', 'Form of the payload', [], 'text', (form) => {
      this.#preferred = form;
      this.#draw();
    });
    this.#forms.element.classList.add('small');
    this.#hex = new HexView('Bytes of the payload', {
      pick: (index) => this.#hex.select({ start: index, end: index + 1 }, false),
      hover: () => undefined,
      more,
    });
    const copyButton = createButton({
      label: 'Copy payload',
      title: 'Copy what is shown',
      appearance: 'icon',
      icon: icon('copy'),
      iconOnly: true,
      onClick: () => copy(this.#copyText()),
    });
    this.#head = element('div', {
      className: 'payload-head',
      children: [
        this.#forms.element,
        this.#size,
        this.#note,
        element('span', { className: 'space' }),
        copyButton.element,
      ],
    });
    this.element = element('div', {
      className: 'payload-view',
      children: [this.#head, this.#text, this.#hex.element, this.#none],
    });
  }

  show(detail: FrameDetail, bytes: Uint8Array): void {
    this.#detail = detail;
    this.#bytes = bytes;
    const { payload } = detail;
    if (payload && payload.end > payload.start) {
      const decodings = payload.decodings.map(({ decoder, label }) => ({ value: decoder, label }));
      this.#forms.setOptions([...decodings, { value: 'hex', label: 'Hex' }]);
      const clean = payload.decodings.find(({ problem }) => problem === undefined)?.decoder;
      const preferred = this.#preferred;
      const applies = preferred === 'hex' || payload.decodings.some((d) => d.decoder === preferred);
      this.#forms.value = preferred !== undefined && applies ? preferred : (clean ?? 'hex');
    }
    this.#hex.setBytes(...this.#payloadBytes(), false);
    this.#draw();
  }

  extend(bytes: Uint8Array): void {
    this.#bytes = bytes;
    this.#hex.setBytes(...this.#payloadBytes(), true);
  }

  focus(): void {
    if (this.#head.hidden) this.#none.focus();
    else this.#forms.focus();
  }

  #payloadBytes(): [bytes: Uint8Array, total: number] {
    const payload = this.#detail?.payload;
    if (!payload) return [new Uint8Array(), 0];
    return [this.#bytes.subarray(payload.start, payload.end), payload.end - payload.start];
  }

  #decoding(): PayloadDecoding | undefined {
    return this.#detail?.payload?.decodings.find(({ decoder }) => decoder === this.#forms.value);
  }

  #copyText(): string {
    const decoding = this.#decoding();
    if (decoding) return decoding.text;
    const [bytes] = this.#payloadBytes();
    return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
  }

  #draw(): void {
    const payload = this.#detail?.payload;
    const length = payload ? payload.end - payload.start : 0;
    setVisible(this.#head, length > 0);
    setVisible(this.#none, length === 0);
    if (!payload)
      setText(this.#none, `${this.#detail?.packet ?? 'This packet'} carries no payload.`);
    else setText(this.#none, 'The payload is empty (0 bytes).');
    const decoding = length > 0 ? this.#decoding() : undefined;
    setVisible(this.#text, decoding !== undefined);
    setVisible(this.#hex.element, length > 0 && decoding === undefined);
    setText(this.#size, formatBytes(length));
    setText(this.#note, noteOf(decoding));
    this.#text.replaceChildren();
    if (decoding?.decoder === 'json') appendJson(this.#text, decoding.text);
    else if (decoding) appendVisible(this.#text, decoding.text);
  }
}

function noteOf(decoding: PayloadDecoding | undefined): string {
  if (!decoding) return '';
  const parts = decoding.problem === undefined ? [] : [`⚠ ${decoding.problem}`];
  if (decoding.truncated > 0) {
    parts.push(`${formatPlural(decoding.truncated, 'byte', 'bytes')} more, not shown`);
  }
  return parts.join(' · ');
}
