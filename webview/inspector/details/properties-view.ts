import { t } from '../../../src/base/localise.ts';
import type { Field, FrameDetail } from '../../../src/engine/contract.ts';
import { createButton } from '../../toolkit.ts';
import { element, setText, setVisible } from '../dom.ts';
import { formatPlural, formatProtocol } from '../format.ts';
import { icon } from '../icons.ts';
import { visibleLine } from '../visible-text.ts';

/** Packets that have no properties in any version. */
const without = new Set(['PINGREQ', 'PINGRESP']);

interface Property {
  /** `Properties` or `Will Properties`. */
  readonly group: string;
  readonly name: string;
  /** Of a User Property: its own name. */
  readonly key: string | undefined;
  readonly value: string;
  readonly meaning: string;
  readonly section: string | undefined;
}

export interface PropertiesEvents {
  copy(text: string): void;
}

/** The MQTT 5 properties of a packet as a table: what they are, what they say and what that means. */
export class PropertiesView {
  readonly element: HTMLElement;
  readonly #none = element('p', { className: 'none', attributes: { tabindex: '-1' } });
  readonly #body = element('tbody');
  readonly #table: HTMLElement;
  readonly #head: HTMLElement;
  readonly #count = element('span', { className: 'history-note' });
  #properties: readonly Property[] = [];

  constructor(events: PropertiesEvents) {
    const columns = [t('Property'), t('Value'), t('Meaning'), t('Section')];
    const head = columns.map((text) => element('th', { text, attributes: { scope: 'col' } }));
    const copy = createButton({
      label: t('Copy as JSON'),
      title: t('Copy all properties of the packet as JSON'),
      appearance: 'icon',
      icon: icon('copy'),
      onClick: () => events.copy(jsonOf(this.#properties)),
    });
    this.#head = element('div', {
      className: 'payload-head',
      children: [this.#count, element('span', { className: 'space' }), copy.element],
    });
    this.#table = element('div', {
      className: 'properties-table',
      attributes: { tabindex: '0', role: 'region', 'aria-label': t('Properties') },
      children: [
        element('table', {
          children: [
            element('thead', { children: [element('tr', { children: head })] }),
            this.#body,
          ],
        }),
      ],
    });
    this.element = element('div', {
      className: 'properties-view',
      children: [this.#head, this.#table, this.#none],
    });
  }

  show(detail: FrameDetail): void {
    this.#properties = propertiesOf(detail.fields);
    const isEmpty = this.#properties.length === 0;
    setVisible(this.#none, isEmpty);
    setVisible(this.#table, !isEmpty);
    setVisible(this.#head, !isEmpty);
    setText(this.#count, formatPlural(this.#properties.length, t('property'), t('properties')));
    if (isEmpty) setText(this.#none, whyNone(detail));
    let group = '';
    this.#body.replaceChildren(
      ...this.#properties.flatMap((property) => {
        const isNew = property.group !== group && property.group !== 'Properties';
        group = property.group;
        return isNew ? [groupRow(property.group), rowOf(property)] : [rowOf(property)];
      }),
    );
  }

  focus(): void {
    if (this.#table.hidden) this.#none.focus();
    else this.#table.focus();
  }
}

function whyNone({ packet, protocolVersion }: FrameDetail): string {
  if (without.has(packet)) return t('{0} never has properties.', packet);
  return protocolVersion === 5
    ? t('This {0} has no properties.', packet)
    : t('This is {0}: properties came with MQTT 5.0.', formatProtocol(protocolVersion));
}

/** All properties of a packet's field tree, those of a will too, in their order. */
function propertiesOf(fields: readonly Field[]): Property[] {
  return fields.flatMap((field) => {
    const { label, children = [] } = field;
    if (label !== 'Properties' && label !== 'Will Properties') return propertiesOf(children);
    return children.filter((child) => child.children).map((child) => propertyOf(label, child));
  });
}

function propertyOf(group: string, field: Field): Property {
  const { label, children = [], meaning = '', section } = field;
  const named = (name: string): Field | undefined => children.find((child) => child.label === name);
  const value =
    (label === 'User Property' ? named('Value') : undefined) ?? children.at(-1) ?? field;
  const key = named('Name')?.value;
  return {
    group,
    name: label,
    key: key === undefined ? undefined : String(key),
    value: String(
      field.value !== undefined && key === undefined ? field.value : (value.value ?? ''),
    ),
    meaning,
    section: section ?? value.section,
  };
}

function rowOf({ name, key, value, meaning, section }: Property): HTMLElement {
  const label = key === undefined ? name : `${name} ${visibleLine(key)}`;
  return element('tr', {
    children: [
      element('th', {
        attributes: { scope: 'row', 'aria-label': label },
        children:
          key === undefined
            ? [name]
            : [
                element('span', { className: 'kind', text: `${name} ` }),
                element('span', { className: 'key', text: visibleLine(key) }),
              ],
      }),
      element('td', { className: 'value', text: visibleLine(value), attributes: { dir: 'auto' } }),
      element('td', { className: 'meaning', text: visibleLine(meaning) }),
      element('td', {
        className: 'section',
        text: section ?? '',
        attributes: section === undefined ? {} : { title: t('MQTT 5.0, section {0}', section) },
      }),
    ],
  });
}

function groupRow(text: string): HTMLElement {
  return element('tr', {
    className: 'group',
    children: [element('th', { text, attributes: { colspan: '4', scope: 'colgroup' } })],
  });
}

/** What comes several times is a list; user properties are pairs, since their names may repeat. */
function jsonOf(properties: readonly Property[]): string {
  const groups: Record<string, Record<string, unknown>> = {};
  for (const { group, name, key, value } of properties) {
    const of = (groups[group] ??= {});
    if (key !== undefined) {
      const pairs = Array.isArray(of[name]) ? (of[name] as unknown[]) : [];
      of[name] = [...pairs, [key, value]];
    } else {
      of[name] = Object.hasOwn(of, name) ? [of[name], value].flat() : value;
    }
  }
  const { Properties: own, ...rest } = groups;
  return JSON.stringify(own ? { ...own, ...rest } : rest, undefined, 2);
}
