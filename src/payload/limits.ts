/** Bytes of a payload that a structured decoder reads at most. */
export const maximumInput = 1024 * 1024;
/** Levels of nesting that are followed: a parser's stack and a reader's eye both end. */
export const maximumDepth = 200;
/** Characters of a decoding. */
export const maximumOutput = 512 * 1024;

/** As the problem of a decoding tells them. */
export const inputLimitText = `only the first ${maximumInput / 1024 / 1024} MiB are read`;
export const depthLimitText = `Nested deeper than ${maximumDepth} levels`;
export const outputLimitText = `Cut after ${maximumOutput / 1024} KiB`;
