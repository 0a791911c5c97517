/**
 * Memory for the copies that `new Response(bytes)` makes, and for large texts as bytes. Fresh memory costs several times the copy
 * itself (the system clears every page first, and nothing of it is in a cache), so a slab goes back
 * to its pool when the socket has taken its bytes, and the one used last is used next. A slab that
 * anybody could still read is not given back, but left to the collector. On the hot path:
 * `scripts/load.ts --only download-64`.
 *
 * @module
 */

import {
  JOIN_BODY_BYTES,
  MAX_BODY_SLAB_BYTES,
  MAX_FREE_SLAB_BYTES,
  SLAB_HEAD_BYTES,
} from "./defaults.ts";

/** Whose `length` says otherwise must not be sent what stood in the slab before. */
const lengthOf: (this: Uint8Array) => number = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Uint8Array.prototype),
  "length",
)!.get!;

const encoder = new TextEncoder();

/** Slabs that are free, by size. */
export class BodySlabs {
  /** Bytes that are kept for the next bodies. */
  freeBytes = 0;
  /** Free slabs for 2^n bytes and a head. */
  readonly #free: ArrayBuffer[][] = Array.from({ length: 32 }, () => []);

  /**
   * A copy in a slab, with room for a head before it; `undefined` for a body too small or too large
   * for one.
   */
  copy(bytes: Uint8Array): Uint8Array<ArrayBuffer> | undefined {
    const length = lengthOf.call(bytes);
    if (length <= JOIN_BODY_BYTES || length > MAX_BODY_SLAB_BYTES) return undefined;
    const copy = new Uint8Array(this.#take(length), SLAB_HEAD_BYTES, length);
    copy.set(bytes);
    return copy;
  }

  /** A text as UTF-8, in the same way; also `undefined` where much of it is not ASCII. */
  encode(text: string): Uint8Array<ArrayBuffer> | undefined {
    const { length } = text;
    if (length <= JOIN_BODY_BYTES || length > MAX_BODY_SLAB_BYTES) return undefined;
    const slab = this.#take(length);
    const space = new Uint8Array(slab, SLAB_HEAD_BYTES);
    const { read, written } = encoder.encodeInto(text, space);
    if (read === length) return space.subarray(0, written);
    this.giveBack(space);
    return undefined;
  }

  /** Takes back the slab of `copy`, which nobody reads any more. */
  giveBack(copy: Uint8Array<ArrayBuffer>): void {
    const slab = copy.buffer;
    const { byteLength } = slab;
    if (this.freeBytes + byteLength > MAX_FREE_SLAB_BYTES) return;
    this.freeBytes += byteLength;
    this.#free[orderOf(byteLength - SLAB_HEAD_BYTES)]!.push(slab);
  }

  /** A slab for `length` bytes and a head. */
  #take(length: number): ArrayBuffer {
    const order = orderOf(length);
    const slab = this.#free[order]!.pop();
    if (slab === undefined) return new ArrayBuffer(SLAB_HEAD_BYTES + 2 ** order);
    this.freeBytes -= slab.byteLength;
    return slab;
  }
}

/** The slabs of this thread: bodies are made before it is known which server sends them. */
export const bodySlabs: BodySlabs = new BodySlabs();

/** The least n for which 2^n is at least `length`. */
function orderOf(length: number): number {
  return 32 - Math.clz32(length - 1);
}
