/** The latest changes of notes, numbered, for watchers who call again and again: `watch` over ZAP. */

import { type Change, LIMITS, type Notes } from "./domain.ts";

/** What has happened since a watcher asked last. */
export interface Changes {
  /** In the order in which they happened. */
  readonly changes: readonly Change[];
  /** What to ask with next. */
  readonly next: bigint;
  /** Whether more happened than is kept, or the service has started anew: then list again. */
  readonly missed: boolean;
}

/** Keeps the last {@linkcode LIMITS.watchBacklog} changes. */
export class ChangeLog {
  readonly #kept: Change[] = [];
  /** The number of the last change. It begins with the time, so that numbers of an earlier run are smaller. */
  #last: bigint;
  readonly #waiting = new Set<() => void>();

  /** Listens to `notes` from now on; `now` is Unix milliseconds. */
  constructor(notes: Notes, now: number = Date.now()) {
    this.#last = BigInt(now) * 1000n;
    notes.watch((change) => {
      this.#last++;
      this.#kept.push(change);
      if (this.#kept.length > LIMITS.watchBacklog) this.#kept.shift();
      for (const wake of this.#waiting) wake();
    });
  }

  /** What happened after `after`, 0 being now: at once if there is anything, else within `waitMs`, or when `stopping` fires. */
  async since(after: bigint, waitMs: number, stopping: AbortSignal): Promise<Changes> {
    const from = after === 0n ? this.#last : after;
    const first = this.#last - BigInt(this.#kept.length);
    if (from < first || from > this.#last) return { changes: [], next: this.#last, missed: true };
    if (from === this.#last) await this.#change(waitMs, stopping);
    const count = Number(this.#last - from);
    return {
      changes: count === 0 ? [] : this.#kept.slice(-count),
      next: this.#last,
      missed: count > this.#kept.length,
    };
  }

  #change(waitMs: number, stopping: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        stopping.removeEventListener("abort", done);
        this.#waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, waitMs);
      stopping.addEventListener("abort", done);
      this.#waiting.add(done);
      if (stopping.aborted) done();
    });
  }
}
