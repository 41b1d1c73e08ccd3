import { t } from '../../../src/base/localise.ts';
import type { PayloadDecoding } from '../../../src/engine/contract.ts';
import { element, setAttribute, setVisible } from '../dom.ts';
import { appendVisible } from '../visible-text.ts';
import { JsonTree, type JsonTreeEvents } from './json-tree.ts';

/** What a decoding gives: a tree where it is JSON, a picture, or text. */
export class PayloadBody {
  readonly element: HTMLElement;
  readonly #text = element('pre', {
    className: 'payload-text',
    attributes: { tabindex: '0', 'aria-label': t('Payload'), dir: 'auto' },
  });
  readonly #image = element('img');
  readonly #picture = element('div', { className: 'payload-image', children: [this.#image] });
  readonly #tree: JsonTree;
  #shown: PayloadDecoding | undefined;
  #address: string | undefined;

  constructor(events: JsonTreeEvents) {
    this.#tree = new JsonTree(events);
    this.element = element('div', { className: 'payload-body', children: [this.#text] });
  }

  /** Undefined: it is asked for, and comes. */
  show(decoding: PayloadDecoding | undefined): void {
    if (decoding === this.#shown && decoding !== undefined) return;
    this.#shown = decoding;
    this.#forgetImage();
    setAttribute(this.#text, 'aria-busy', decoding ? undefined : 'true');
    if (decoding?.image) this.#showImage(decoding, decoding.image);
    else if (decoding && isJson(decoding)) {
      this.#put(this.#tree.element);
      this.#tree.setText(decoding.text);
    } else {
      this.#text.replaceChildren();
      if (decoding) appendVisible(this.#text, decoding.text);
      this.#put(this.#text);
    }
  }

  setVisible(visible: boolean): void {
    setVisible(this.element, visible);
  }

  #showImage({ text }: PayloadDecoding, image: NonNullable<PayloadDecoding['image']>): void {
    const { mediaType, bytes } = image;
    this.#address = URL.createObjectURL(new Blob([new Uint8Array(bytes)], { type: mediaType }));
    this.#image.alt = text;
    this.#image.title = text;
    this.#image.src = this.#address;
    this.#put(this.#picture);
  }

  #forgetImage(): void {
    if (this.#address === undefined) return;
    URL.revokeObjectURL(this.#address);
    this.#address = undefined;
    this.#image.removeAttribute('src');
  }

  #put(node: HTMLElement): void {
    if (this.element.firstChild !== node) this.element.replaceChildren(node);
  }
}

/** An empty tree says less than the note beside it. */
function isJson({ decoder, isJson: isTree, text }: PayloadDecoding): boolean {
  return (decoder === 'json' || isTree === true) && text !== '';
}
