import type { Problem } from '../mqtt/packet.ts';

/** Frames that have one; of older ones it is forgotten. */
const mostNotes = 10_000;
/** Characters of a note. */
const longestNote = 1024;

/** What is known of single frames besides their bytes: that the broker refused them, and why. */
export class FrameNotes {
  readonly #notes = new Map<number, Problem>();

  get(frame: number): Problem | undefined {
    return this.#notes.get(frame);
  }

  /** Several for one frame become one. `end` is the frame's size. */
  add(frame: number, message: string, reasonCode: number, end: number): void {
    const before = this.#notes.get(frame);
    const text = before ? `${before.message} ${message}` : message;
    this.#notes.set(frame, {
      severity: 'error',
      message: text.length > longestNote ? (before?.message ?? text.slice(0, longestNote)) : text,
      reasonCode,
      start: 0,
      end,
    });
    for (const oldest of this.#notes.keys()) {
      if (this.#notes.size <= mostNotes) return;
      this.#notes.delete(oldest);
    }
  }

  clear(): void {
    this.#notes.clear();
  }
}
