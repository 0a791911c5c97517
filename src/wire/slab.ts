/**
 * The slab: one allocation off the heap from which many small messages are cut, because on V8 such
 * an allocation costs more than writing the message (docs: wire.md, "Results").
 *
 * Memory is taken before it is written and only the unused end of the last piece goes back, so that
 * two messages never overlap, whatever a value's getters do meanwhile.
 */

import { copyBytes } from "../base/bytes.ts";
import { SLAB_BYTES } from "./limits.ts";
import { putPart } from "./memory.ts";

/** The current slab. Replaced when it is used up. */
export let slab: Uint8Array<ArrayBuffer> = new Uint8Array(0);
/** Its memory: on V8 11 `slab.buffer` is a call that costs 10 ns. */
export let slabBuffer: ArrayBuffer = slab.buffer;
/** The current slab's view. */
export let slabView: DataView = new DataView(slabBuffer);

let next = 0;

/**
 * Takes `size` bytes, at most a slab's, of the current slab, after replacing it if they do not fit;
 * answers where they begin, at a multiple of 8. They are not zero.
 */
export function takeSlab(size: number): number {
  // A detached slab (someone transferred a result) has length 0, and is replaced here too.
  if (next + size > slab.length) {
    slab = new Uint8Array(SLAB_BYTES);
    slabBuffer = slab.buffer;
    slabView = new DataView(slabBuffer);
    next = 0;
  }
  const start = next;
  next = (start + size + 7) & ~7;
  return start;
}

/** Gives back what lies behind `used` of a piece that ended at `end`, if it was the last one. */
export function giveBack(of: Uint8Array, end: number, used: number): void {
  if (of === slab && next === ((end + 7) & ~7)) next = (used + 7) & ~7;
}

/** Bytes from `start` to `end` of some memory: an array for each would cost more than short copies. */
export interface Piece {
  /** The memory. */
  readonly bytes: Uint8Array;
  /** Where it begins. */
  readonly start: number;
  /** Where it ends. */
  readonly end: number;
}

/** A copy of some bytes whose place is needed. */
export function copyOf(bytes: Uint8Array, start: number, end: number): Piece {
  const length = end - start;
  if (length > SLAB_BYTES >> 2) {
    return { bytes: copyBytes(bytes.subarray(start, end)), start: 0, end: length };
  }
  const at = takeSlab(length);
  const piece = { bytes: slab, start: at, end: at + length };
  putPart(slab, at, bytes, start, end);
  return piece;
}
