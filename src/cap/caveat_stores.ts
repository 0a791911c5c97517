/** What RateLimit and NonceHash need to remember between requests, and a memory for one process. */

import type { MaybePromise } from "./hooks.ts";
import { encodeHex } from "../base/bytes.ts";
import { MAX_MEMORY_ENTRIES } from "./limits.ts";

/** Counts uses. Must count atomically if several processes share it. */
export interface RateStore {
  /**
   * Takes one use.
   *
   * @param key Which count: names a capability and a caveat of it.
   * @param count Uses in a window.
   * @param seconds Length of a window.
   * @param now Unix seconds.
   * @returns Whether the use was there to take.
   */
  take(
    key: string,
    count: number,
    seconds: number,
    now: bigint,
  ): MaybePromise<boolean>;
}

/** Remembers nonces. Must answer `true` once only if several processes share it. */
export interface NonceStore {
  /**
   * Uses a nonce up.
   *
   * @param hash Its SHA-256, 32 bytes.
   * @param until The last second in which it could be shown again, Unix seconds; 0 is for ever.
   * @param now Unix seconds.
   * @returns Whether this was its first use.
   */
  use(hash: Uint8Array, until: bigint, now: bigint): MaybePromise<boolean>;
}

/** Later than every second of a u64. */
const NEVER = 1n << 64n;

function asLimit(limit: number, whose: string): number {
  if (Number.isSafeInteger(limit) && limit >= 1) return limit;
  throw new RangeError(`Cannot make ${whose}: ${limit} is not a whole number from 1`);
}

/**
 * Rates of one process. A window begins at its first use and lasts `seconds`; so around the end of a
 * window up to twice `count` uses can fall within `seconds`.
 */
export class MemoryRates implements RateStore {
  readonly #windows: Map<string, { end: bigint; used: number }> = new Map();
  /** No window ends before this: until then a full memory need not be looked through. */
  #nextEnd: bigint = NEVER;
  readonly #limit: number;

  /**
   * Holds at most `limit` windows, 100,000 by default; beyond, uses without a window are refused.
   *
   * @throws {RangeError} If the limit is not a whole number from 1.
   */
  constructor(limit: number = MAX_MEMORY_ENTRIES) {
    this.#limit = asLimit(limit, "MemoryRates");
  }

  /** Takes one use; see `RateStore.take`. */
  take(key: string, count: number, seconds: number, now: bigint): boolean {
    if (count === 0) return false;
    const window = this.#windows.get(key);
    if (window && now < window.end) {
      if (window.used >= count) return false;
      window.used++;
      return true;
    }
    this.#windows.delete(key);
    const end = now + BigInt(seconds);
    if (this.#windows.size >= this.#limit && !this.#sweep(now)) return false;
    this.#windows.set(key, { end, used: 1 });
    if (end < this.#nextEnd) this.#nextEnd = end;
    return true;
  }

  /** Makes room, if a window has ended. */
  #sweep(now: bigint): boolean {
    if (now < this.#nextEnd) return false;
    this.#nextEnd = NEVER;
    for (const [key, { end }] of this.#windows) {
      if (now >= end) this.#windows.delete(key);
      else if (end < this.#nextEnd) this.#nextEnd = end;
    }
    return this.#windows.size < this.#limit;
  }
}

/** Nonces of one process; forgotten when it ends. */
export class MemoryNonces implements NonceStore {
  readonly #used: Map<string, bigint> = new Map();
  /** Every nonce can be shown again up to this second: until then a full memory need not be looked through. */
  #nextLast: bigint = NEVER;
  readonly #limit: number;

  /**
   * Holds at most `limit` nonces, 100,000 by default; beyond, new ones are refused.
   *
   * @throws {RangeError} If the limit is not a whole number from 1.
   */
  constructor(limit: number = MAX_MEMORY_ENTRIES) {
    this.#limit = asLimit(limit, "MemoryNonces");
  }

  /** Uses a nonce up; see `NonceStore.use`. */
  use(hash: Uint8Array, until: bigint, now: bigint): boolean {
    const key = encodeHex(hash);
    if (this.#used.has(key)) return false;
    const last = until === 0n ? NEVER : until;
    if (this.#used.size >= this.#limit && !this.#sweep(now)) return false;
    this.#used.set(key, last);
    if (last < this.#nextLast) this.#nextLast = last;
    return true;
  }

  /** Makes room, if a nonce cannot be shown again. */
  #sweep(now: bigint): boolean {
    if (now <= this.#nextLast) return false;
    this.#nextLast = NEVER;
    for (const [key, last] of this.#used) {
      if (now > last) this.#used.delete(key);
      else if (last < this.#nextLast) this.#nextLast = last;
    }
    return this.#used.size < this.#limit;
  }
}
