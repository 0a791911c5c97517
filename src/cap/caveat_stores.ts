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

/**
 * Rates of one process. A window begins at its first use and lasts `seconds`; so around the end of a
 * window up to twice `count` uses can fall within `seconds`.
 */
export class MemoryRates implements RateStore {
  readonly #windows: Map<string, { end: bigint; used: number }> = new Map();
  readonly #limit: number;

  /** Holds at most `limit` windows, 100,000 by default; beyond, uses without a window are refused. */
  constructor(limit: number = MAX_MEMORY_ENTRIES) {
    this.#limit = limit;
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
    if (this.#windows.size >= this.#limit) {
      for (const [key, { end }] of this.#windows) {
        if (now >= end) this.#windows.delete(key);
      }
      if (this.#windows.size >= this.#limit) return false;
    }
    this.#windows.set(key, { end: now + BigInt(seconds), used: 1 });
    return true;
  }
}

/** Nonces of one process; forgotten when it ends. */
export class MemoryNonces implements NonceStore {
  readonly #used: Map<string, bigint> = new Map();
  readonly #limit: number;

  /** Holds at most `limit` nonces, 100,000 by default; beyond, new ones are refused. */
  constructor(limit: number = MAX_MEMORY_ENTRIES) {
    this.#limit = limit;
  }

  /** Uses a nonce up; see `NonceStore.use`. */
  use(hash: Uint8Array, until: bigint, now: bigint): boolean {
    const key = encodeHex(hash);
    if (this.#used.has(key)) return false;
    if (this.#used.size >= this.#limit) {
      for (const [key, until] of this.#used) {
        if (until !== 0n && now > until) this.#used.delete(key);
      }
      if (this.#used.size >= this.#limit) return false;
    }
    this.#used.set(key, until);
    return true;
  }
}
