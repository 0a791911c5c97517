/**
 * Deadlines of many calls with one timer: a wheel of buckets, each a doubly linked list, so that
 * setting and clearing one is a few stores. One wheel serves all connections of a client or server.
 */

import type { Clock } from "../base/clock.ts";

/** Bucket width: a deadline is noticed at most this late. */
export const GRANULARITY_MS = 16;
/** Buckets; a deadline further away than one turn (8 s) is met again on later turns. */
const BUCKETS = 512;

/** Something with a deadline. It is its own list node, so that setting one allocates nothing. */
export abstract class Timed {
  /** @internal */
  dueAt = 0;
  /** @internal */
  bucket = -1;
  /** @internal */
  before: Timed | undefined = undefined;
  /** @internal */
  after: Timed | undefined = undefined;
  /** The deadline has passed; it is cleared already. */
  abstract expired(): void;
}

/** See the file's comment. */
export class DeadlineWheel {
  readonly #clock: Clock;
  readonly #heads: (Timed | undefined)[] = new Array(BUCKETS).fill(undefined);
  #count = 0;
  #timer: unknown = undefined;
  #timerAt = Infinity;
  /** Buckets before this one (counted from the clock's zero) have been looked at. */
  #tick = 0;
  #now = -1;
  readonly #forget: () => void = () => this.#now = -1;
  readonly #fire: () => void = () => this.#expire();

  /** Deadlines are kept by this clock. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Deadlines that are set. */
  get size(): number {
    return this.#count;
  }

  /** The time, read at most once per turn of the event loop: reading the clock costs as much as encoding a call. */
  now(): number {
    if (this.#now < 0) {
      this.#now = this.#clock.now();
      queueMicrotask(this.#forget);
    }
    return this.#now;
  }

  /** Calls `node.expired()` once after `ms`, unless it is cleared first. */
  set(node: Timed, ms: number): void {
    if (node.bucket >= 0) this.clear(node);
    const due = this.now() + ms;
    const tick = Math.floor(due / GRANULARITY_MS);
    const bucket = tick % BUCKETS;
    node.dueAt = due;
    node.bucket = bucket;
    const head = this.#heads[bucket];
    node.after = head;
    if (head !== undefined) head.before = node;
    this.#heads[bucket] = node;
    if (this.#count++ === 0) {
      this.#tick = Math.floor(this.now() / GRANULARITY_MS);
    }
    if (due + GRANULARITY_MS < this.#timerAt) this.#arm(due);
  }

  /** Forgets a deadline; one that is not set is ignored. */
  clear(node: Timed): void {
    const { bucket, before, after } = node;
    if (bucket < 0) return;
    if (before === undefined) this.#heads[bucket] = after;
    else before.after = after;
    if (after !== undefined) after.before = before;
    node.before = node.after = undefined;
    node.bucket = -1;
    this.#count--;
  }

  /** Stops the timer; deadlines that are set are forgotten with the wheel. */
  stop(): void {
    if (this.#timer !== undefined) this.#clock.clear(this.#timer);
    this.#timer = undefined;
    this.#timerAt = Infinity;
  }

  #arm(due: number): void {
    if (this.#timer !== undefined) this.#clock.clear(this.#timer);
    const now = this.#clock.now();
    // The end of the bucket, so that one look finds all that is in it; one turn of the wheel at most,
    // because runtimes take a timer beyond 2^31 ms for one of 1 ms.
    this.#timerAt = Math.min(
      (Math.floor(due / GRANULARITY_MS) + 1) * GRANULARITY_MS,
      now + BUCKETS * GRANULARITY_MS,
    );
    this.#timer = this.#clock.after(Math.max(1, this.#timerAt - now), this.#fire);
  }

  #expire(): void {
    this.#timer = undefined;
    this.#timerAt = Infinity;
    this.#now = -1;
    const now = this.#clock.now();
    const last = Math.floor(now / GRANULARITY_MS);
    const first = Math.max(this.#tick, last - BUCKETS + 1);
    this.#tick = last;
    const due: Timed[] = [];
    for (let tick = first; tick <= last; tick++) {
      for (
        let node = this.#heads[tick % BUCKETS];
        node !== undefined;
        node = node.after
      ) {
        if (node.dueAt <= now) due.push(node);
      }
    }
    // One that fires may clear or set others, also those that are due.
    for (const node of due) {
      if (node.bucket < 0 || node.dueAt > now) continue;
      this.clear(node);
      node.expired();
    }
    if (this.#count === 0) return;
    for (let tick = last; tick < last + BUCKETS; tick++) {
      if (this.#heads[tick % BUCKETS] === undefined) continue;
      if (tick * GRANULARITY_MS + GRANULARITY_MS < this.#timerAt) {
        this.#arm(tick * GRANULARITY_MS);
      }
      return;
    }
  }
}
