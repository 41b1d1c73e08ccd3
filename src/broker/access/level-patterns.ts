/**
 * Topic filters as sets of topic names. A pattern is the levels of a valid topic filter; `+`, `#` and names
 * that begin with $ mean what MQTT 5.0 section 4.7 says.
 */
export type Levels = readonly string[];

const everything: Levels = ['+', '#'];

/** True if the topic name is one of the filter's. */
export function matches(filter: Levels, name: Levels): boolean {
  return covers(filter, name);
}

/** True if every topic name of `inner` (a filter, or one name) is one of `outer`'s too. */
export function covers(outer: Levels, inner: Levels): boolean {
  if (isWild(outer[0]) && inner[0]?.startsWith('$') === true) return false;
  // Each name has a first level.
  if (inner.length === 1 && inner[0] === '#') inner = everything;
  for (let depth = 0; ; depth++) {
    const own = outer[depth];
    const other = inner[depth];
    // [MQTT-4.7.1-2] also the parent.
    if (own === '#') return true;
    if (own === undefined || other === undefined) return own === other;
    if (own !== other && (own !== '+' || other === '#')) return false;
  }
}

/** The filter of the topic names that both filters have; undefined if there are none. */
export function intersection(one: Levels, other: Levels): Levels | undefined {
  if (isWild(one[0]) && other[0]?.startsWith('$') === true) return undefined;
  if (isWild(other[0]) && one[0]?.startsWith('$') === true) return undefined;
  const common: string[] = [];
  for (let depth = 0; ; depth++) {
    const a = one[depth];
    const b = other[depth];
    if (a === '#') return [...common, ...other.slice(depth)];
    if (b === '#') return [...common, ...one.slice(depth)];
    if (a === undefined || b === undefined) return a === b ? common : undefined;
    if (a !== b && a !== '+' && b !== '+') return undefined;
    common.push(a === '+' ? b : a);
  }
}

/**
 * The same topic names as `filter` has, as filters that are without `#`, or have more than `depth` levels before
 * it: for each a filter of at most `depth` levels has either all of them, or some that can be told.
 */
export function unfold(filter: Levels, depth: number): Levels[] {
  if (filter.at(-1) !== '#') return [filter];
  const parts: Levels[] = [];
  let base = filter.slice(0, -1);
  while (base.length <= depth) {
    // A topic name has at least one character [MQTT-4.7.3-1].
    if (base.length > 1 || (base.length === 1 && base[0] !== '')) parts.push(base);
    base = [...base, '+'];
  }
  parts.push([...base, '#']);
  return parts;
}

function isWild(level: string | undefined): boolean {
  return level === '+' || level === '#';
}
