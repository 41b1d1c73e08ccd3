import { t } from '../../../src/base/localise.ts';
import type { SavedFilter } from '../../../src/engine/contract.ts';
import type { Suggestion } from './suggestions.ts';

/** A line of the list, and what choosing it does. */
export interface Offer extends Suggestion {
  readonly accept: () => void;
}

/** The filters that have names, and then those used before that have none. */
export function knownFilters(
  saved: readonly SavedFilter[],
  history: readonly string[],
  take: (filter: string) => void,
): readonly Offer[] {
  const recent = history
    .filter((text) => !saved.some(({ filter }) => filter === text))
    .map((text) => ({ text, detail: 'recent', accept: () => take(text) }));
  return [...saved.map((one) => savedOffer(one, take)), ...recent];
}

/** Whoever types a part of a name may mean the filter. */
export function filtersNamed(
  saved: readonly SavedFilter[],
  text: string,
  take: (filter: string) => void,
): readonly Offer[] {
  const typed = text.trim().toLowerCase();
  if (typed === '') return [];
  return saved
    .filter(({ name, filter }) => name.toLowerCase().includes(typed) && filter !== text.trim())
    .map((one) => savedOffer(one, take));
}

function savedOffer({ name, filter }: SavedFilter, take: (filter: string) => void): Offer {
  return { text: name, detail: t('saved: {0}', filter), accept: () => take(filter) };
}
