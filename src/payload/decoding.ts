/** One way in which a payload can be shown. */
export interface PayloadDecoding {
  readonly decoder: 'text' | 'json';
  readonly label: string;
  readonly text: string;
  /** Bytes of the payload that are left out of `text`. */
  readonly truncated: number;
  /** Why it does not apply fully, e.g. `Not valid UTF-8 at byte 3`. */
  readonly problem?: string;
}
