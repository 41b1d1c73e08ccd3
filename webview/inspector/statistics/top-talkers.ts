import { t } from '../../../src/base/localise.ts';
import type {
  StatisticsPage,
  StatisticsSubject,
  Talker,
} from '../../../src/engine/statistics-contract.ts';
import { element, setAttribute, setText, setVisible } from '../dom.ts';
import { ShareBar } from './charts.ts';
import { nameText, packetFilter } from './statistics-text.ts';

const slotCount = 5;

/** What is flooding the broker: who sends most of what came within the last minute, and on which topics. */
export class TopTalkers {
  readonly element: HTMLElement;
  readonly #clients: TalkerList;
  readonly #topics: TalkerList;

  /** @param show shows the packets that a filter matches. */
  constructor(show: (filter: string) => void) {
    this.#clients = new TalkerList('client', t('Clients that send most'), show);
    this.#topics = new TalkerList('topic', t('Topics with most messages'), show);
    this.element = element('section', {
      className: 'talkers',
      attributes: { 'aria-label': t('Top talkers of the last minute') },
      children: [this.#clients.element, this.#topics.element],
    });
  }

  update({ talkers }: StatisticsPage): void {
    this.#clients.update(talkers.clients);
    this.#topics.update(talkers.topics);
  }
}

/** The places stay, so that a press is not on what has just moved under the pointer. */
class TalkerList {
  readonly element: HTMLElement;
  readonly #slots: readonly Slot[];
  readonly #nothing = element('p', {
    className: 'nothing',
    text: t('Nothing was sent to the broker within the last minute.'),
  });

  constructor(by: StatisticsSubject, title: string, show: (filter: string) => void) {
    this.#slots = Array.from({ length: slotCount }, () => new Slot(by, show));
    this.element = element('div', {
      className: 'talker-list',
      children: [
        element('h3', {
          text: title,
          children: [element('span', { className: 'note', text: t('last minute') })],
        }),
        element('ol', { children: this.#slots.map((slot) => slot.element) }),
        this.#nothing,
      ],
    });
  }

  update(talkers: readonly Talker[]): void {
    for (const [index, slot] of this.#slots.entries()) slot.update(talkers[index]);
    setVisible(this.#nothing, talkers.length === 0);
  }
}

class Slot {
  readonly element: HTMLElement;
  readonly #button = element('button', {
    className: 'talker-name',
    attributes: { type: 'button' },
  });
  readonly #messages = new ShareBar('messages', 'share-messages');
  readonly #bytes = new ShareBar('bytes', 'share-bytes');
  readonly #by: StatisticsSubject;
  #filter: string | undefined;

  constructor(by: StatisticsSubject, show: (filter: string) => void) {
    this.#by = by;
    this.#button.addEventListener('click', () => {
      if (this.#filter !== undefined) show(this.#filter);
    });
    this.element = element('li', {
      className: 'talker',
      children: [this.#button, this.#messages.element, this.#bytes.element],
    });
    this.element.hidden = true;
  }

  update(talker: Talker | undefined): void {
    setVisible(this.element, talker !== undefined);
    if (!talker) return;
    this.#filter = packetFilter(this.#by, talker);
    const name = nameText(talker);
    setText(this.#button, name);
    setAttribute(
      this.#button,
      'title',
      this.#filter === undefined ? name : t('{0}: show packets', name),
    );
    this.#button.disabled = this.#filter === undefined;
    this.#messages.update(talker.shares.messages);
    this.#bytes.update(talker.shares.bytes);
  }
}
