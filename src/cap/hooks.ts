/** Asking a function of the user's: it may throw, answer later, or never. */

import type { Clock } from "../base/clock.ts";

/** A value, or a promise of it. */
export type MaybePromise<T> = T | PromiseLike<T>;

/** Instead of an answer: the function threw, its promise was rejected, or the time was up. */
export const UNANSWERED: unique symbol = Symbol("unanswered");

/** Asks functions of the user's and turns every failure of theirs into `UNANSWERED`. */
export class Hooks {
  readonly #timeoutMs: number;
  readonly #clock: Clock;

  /** Waits `timeoutMs` for an answer, by this clock. */
  constructor(timeoutMs: number, clock: Clock) {
    this.#timeoutMs = timeoutMs;
    this.#clock = clock;
  }

  /** The answer, at once if it is there at once. The promise is never rejected. */
  ask<T>(
    call: () => MaybePromise<T>,
  ): T | typeof UNANSWERED | Promise<T | typeof UNANSWERED> {
    try {
      const answer = call();
      return isPromiseLike(answer) ? this.#await(answer) : answer;
    } catch {
      return UNANSWERED;
    }
  }

  async #await<T>(answer: PromiseLike<T>): Promise<T | typeof UNANSWERED> {
    let timer: unknown;
    const timeout = new Promise<typeof UNANSWERED>((resolve) => {
      timer = this.#clock.after(this.#timeoutMs, () => resolve(UNANSWERED));
    });
    try {
      return await Promise.race([answer, timeout]);
    } catch {
      return UNANSWERED;
    } finally {
      this.#clock.clear(timer);
    }
  }
}

function isPromiseLike<T>(value: MaybePromise<T>): value is PromiseLike<T> {
  return typeof (value as PromiseLike<T> | null | undefined)?.then ===
    "function";
}
