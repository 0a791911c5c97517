/**
 * A bounded map with byte strings as keys: what was used longest ago is dropped first.
 *
 * Keys are compared in full, so that looking one up needs no hash: four bytes of the key, where it is
 * as good as random, choose the slot, and a later key with the same four bytes takes it over.
 */

import { u32At } from "./layout.ts";
import { sameBytes } from "./same_bytes.ts";

interface Entry<V> {
  readonly key: Uint8Array;
  readonly value: V;
}

/** A bounded map with byte strings as keys. */
export class ByteCache<V> {
  readonly #entries: Map<number, Entry<V>> = new Map();
  readonly #limit: number;
  readonly #randomAt: number;

  /** At most `limit` entries; bytes `randomAt` to `randomAt + 4` of a key choose its slot. */
  constructor(limit: number, randomAt: number) {
    this.#limit = limit;
    this.#randomAt = randomAt;
  }

  /** Number of entries. */
  get size(): number {
    return this.#entries.size;
  }

  #slot(key: Uint8Array): number {
    return u32At(key, this.#randomAt) | 0;
  }

  /** The value of a key that is equal in every byte. */
  get(key: Uint8Array): V | undefined {
    const slot = this.#slot(key);
    const entry = this.#entries.get(slot);
    if (entry === undefined || !sameBytes(entry.key, key)) return undefined;
    this.#entries.delete(slot);
    this.#entries.set(slot, entry);
    return entry.value;
  }

  /** Remembers a value. The key must not change any more. */
  set(key: Uint8Array, value: V): void {
    if (this.#limit === 0) return;
    const slot = this.#slot(key);
    this.#entries.delete(slot);
    if (this.#entries.size >= this.#limit) {
      const oldest = this.#entries.keys().next();
      if (!oldest.done) this.#entries.delete(oldest.value);
    }
    this.#entries.set(slot, { key, value });
  }

  /** Forgets a key. */
  delete(key: Uint8Array): void {
    const slot = this.#slot(key);
    const entry = this.#entries.get(slot);
    if (entry !== undefined && sameBytes(entry.key, key)) this.#entries.delete(slot);
  }
}
