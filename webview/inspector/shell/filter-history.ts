/** Most filters that are remembered. */
const mostFilters = 20;

/** The filters with this one in front: each once, the oldest go. */
export function remembered(history: readonly string[], filter: string): readonly string[] {
  if (filter === '' || history[0] === filter) return history;
  return [filter, ...history.filter((one) => one !== filter)].slice(0, mostFilters);
}

/** What was kept, by this or another version. */
export function historyOf(kept: unknown): readonly string[] {
  if (!Array.isArray(kept)) return [];
  return kept.filter((one): one is string => typeof one === 'string').slice(0, mostFilters);
}
