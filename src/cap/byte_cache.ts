/**
 * A bounded map with byte strings as keys: what was used longest ago is dropped first.
 *
 * Keys are compared in full, so that looking one up needs no hash: four bytes of the key, where it is
 * as good as random, choose the slot, and a later key with the same four bytes takes it over.
 */

import { u32At } from "./layout.ts";

interface Entry<V> {
  readonly bytes: Uint8Array;
  readonly view: DataView;
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
    if (entry === undefined || !isEqual(entry, key)) return undefined;
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
    this.#entries.set(slot, { bytes: key, view: viewOf(key), value });
  }

  /** Forgets a key. */
  delete(key: Uint8Array): void {
    const slot = this.#slot(key);
    const entry = this.#entries.get(slot);
    if (entry !== undefined && isEqual(entry, key)) this.#entries.delete(slot);
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** Four bytes a step: a capability has 3592 of them, and this is what a cache hit costs. */
function isEqual(entry: Entry<unknown>, key: Uint8Array): boolean {
  const length = key.length;
  if (entry.bytes.length !== length) return false;
  const a = entry.view;
  const b = viewOf(key);
  const words = length & ~3;
  for (let i = 0; i < words; i += 4) {
    if (a.getInt32(i) !== b.getInt32(i)) return false;
  }
  for (let i = words; i < length; i++) {
    if (entry.bytes[i] !== key[i]) return false;
  }
  return true;
}
