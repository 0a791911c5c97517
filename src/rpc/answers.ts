/**
 * The latest answers of one connection, by promise id, for calls that build on them. A hot path: it
 * is written for every call. A ring in order of arrival, found through hash chains of indexes.
 *
 * An answer is kept as a place in memory that exists anyway (the slab it was sent from), so keeping
 * one copies nothing. Bounded by count, and by the memory that the places pin.
 */

import { copyBytes, EMPTY } from "../base/bytes.ts";
import { Status } from "./status.ts";

/** A kept answer; `status` is 200, or its body is empty. */
export interface KeptAnswer {
  /** The answer's status. */
  readonly status: number;
  /** A copy of its body. */
  readonly body: Uint8Array;
}

const NONE = -1;
/** First size of the ring; it doubles up to the bound, so that an idle connection has little. */
const FIRST_CAPACITY = 32;

/** One place of the ring. */
class Place {
  id = 0;
  status = 0;
  memory: Uint8Array = EMPTY;
  start = 0;
  length = 0;
  position = 0;
  /** Index of the next older place in the same hash chain. */
  older = NONE;
}

/** See the file's comment. */
export class Answers {
  readonly #maxCount: number;
  readonly #maxBytes: number;
  #ring: Place[] = [];
  #heads: Int32Array = new Int32Array(0);
  #first = 0;
  #count = 0;

  /** Keeps at most `maxCount` answers in at most `maxBytes` of memory. */
  constructor(maxCount: number, maxBytes: number) {
    this.#maxCount = maxCount;
    this.#maxBytes = maxBytes;
  }

  /** Answers that are kept. */
  get size(): number {
    return this.#count;
  }

  /**
   * Keeps an answer.
   *
   * @param memory Holds the body at `start`; must not change any more.
   * @param position Bytes of such memory made before this piece.
   */
  keep(
    id: number,
    status: number,
    memory: Uint8Array,
    start: number,
    length: number,
    position: number,
  ): void {
    const end = position + memory.length;
    while (
      this.#count === this.#maxCount ||
      (this.#count > 0 &&
        end - this.#ring[this.#first]!.position > this.#maxBytes)
    ) this.#evict();
    if (this.#count === this.#ring.length) this.#grow();
    const ring = this.#ring;
    let index = this.#first + this.#count++;
    if (index >= ring.length) index -= ring.length;
    const place = ring[index]!;
    const bucket = this.#bucket(id);
    place.id = id;
    place.older = this.#heads[bucket]!;
    this.#heads[bucket] = index;
    if (status === Status.OK && memory.length <= this.#maxBytes) {
      place.status = status;
      place.memory = length === 0 ? EMPTY : memory;
      place.start = start;
      place.length = length;
      place.position = position;
    } else {
      // Known, so that a call that names it is refused instead of waiting; its memory is let go.
      place.status = status === Status.OK ? Status.TooLarge : status;
      place.memory = EMPTY;
      place.start = place.length = 0;
      place.position = end;
    }
  }

  /** The latest answer with that id. */
  get(id: number): KeptAnswer | undefined {
    const place = this.#find(id);
    if (place === undefined) return undefined;
    const { status, memory, start, length } = place;
    return {
      status,
      body: length === 0 ? EMPTY : copyBytes(memory.subarray(start, start + length)),
    };
  }

  /** Makes the id one that can never be built on, and lets its memory go. */
  finish(id: number): void {
    const place = this.#find(id);
    if (place === undefined) {
      const newest = this.#ring[(this.#first + this.#count - 1) % this.#ring.length];
      this.keep(id, Status.BadRequest, EMPTY, 0, 0, newest?.position ?? 0);
    } else {
      place.status = Status.BadRequest;
      place.memory = EMPTY;
      place.start = place.length = 0;
    }
  }

  /** Forgets all. */
  clear(): void {
    this.#ring = [];
    this.#heads = new Int32Array(0);
    this.#first = this.#count = 0;
  }

  #bucket(id: number): number {
    return Math.imul(id, 0x9e3779b1) >>> 8 & (this.#heads.length - 1);
  }

  #find(id: number): Place | undefined {
    if (this.#count === 0) return undefined;
    let index = this.#heads[this.#bucket(id)]!;
    while (index !== NONE && this.#ring[index]!.id !== id) {
      index = this.#ring[index]!.older;
    }
    return this.#ring[index];
  }

  #evict(): void {
    const place = this.#ring[this.#first]!;
    const bucket = this.#bucket(place.id);
    // The oldest of a chain is its end.
    let index = this.#heads[bucket]!;
    if (index === this.#first) {
      this.#heads[bucket] = NONE;
    } else {
      while (this.#ring[index]!.older !== this.#first) {
        index = this.#ring[index]!.older;
      }
      this.#ring[index]!.older = NONE;
    }
    place.memory = EMPTY;
    this.#first = this.#first + 1 === this.#ring.length ? 0 : this.#first + 1;
    this.#count--;
  }

  #grow(): void {
    const { length } = this.#ring;
    const size = Math.min(this.#maxCount, Math.max(FIRST_CAPACITY, 2 * length));
    // Oldest first, then the chains anew: newer places are put before older ones.
    const ring = [...this.#ring.slice(this.#first), ...this.#ring.slice(0, this.#first)];
    while (ring.length < size) ring.push(new Place());
    this.#ring = ring;
    this.#first = 0;
    this.#heads = new Int32Array(1 << (32 - Math.clz32(size - 1))).fill(NONE);
    for (let index = 0; index < length; index++) {
      const place = ring[index]!;
      const bucket = this.#bucket(place.id);
      place.older = this.#heads[bucket]!;
      this.#heads[bucket] = index;
    }
  }
}
