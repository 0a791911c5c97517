/**
 * What slots point at, read in place, for generated code and `struct()`: functions over (bytes, view,
 * positions), a view of the same bytes. A hot path: see bench/codec.ts.
 *
 * Positions are absolute in `bytes`; a message reaches from `base` to `end`. A slot must lie inside;
 * what a slot points at is checked here, and reads as the zero value if it does not fit.
 */

import { EMPTY } from "../base/bytes.ts";
import { HEADER_SIZE } from "./format.ts";
import { charge } from "./budget.ts";
import { readFromRun } from "./text_run.ts";

/** The caller's memory, whose parts bytes fields are; what is read may be a copy of it. */
let source: Uint8Array = EMPTY;

/** Makes bytes fields parts of `bytes`, which have the positions of what is read; answers whose parts they were. */
export function setSource(bytes: Uint8Array): Uint8Array {
  const before = source;
  source = bytes;
  return before;
}

/** A part of the caller's memory, not copied. */
export function part(start: number, stop: number): Uint8Array {
  return source.subarray(start, stop);
}

/** The text that a slot points at. */
export function getText(bytes: Uint8Array, view: DataView, end: number, slot: number): string {
  // As signed integers first, which engines keep in registers; 2 GiB and more takes the other way.
  const relative = view.getInt32(slot, true);
  const length = view.getInt32(slot + 4, true);
  if (relative > 0 && length >= 0) {
    const start = slot + relative;
    const stop = start + length;
    return stop > end || !charge(length) ? "" : readFromRun(bytes, view, start, stop);
  }
  return relative === 0 ? "" : getFarText(bytes, view, end, slot);
}

function getFarText(bytes: Uint8Array, view: DataView, end: number, slot: number): string {
  const start = slot + view.getUint32(slot, true);
  const stop = start + view.getUint32(slot + 4, true);
  return stop > end || !charge(stop - start) ? "" : readFromRun(bytes, view, start, stop);
}

/** The bytes that a slot points at, not copied. */
export function getBytes(view: DataView, end: number, slot: number): Uint8Array {
  const relative = view.getUint32(slot, true);
  if (relative === 0) return EMPTY;
  const start = slot + relative;
  const stop = start + view.getUint32(slot + 4, true);
  return stop > end ? EMPTY : part(start, stop);
}

/** A bytes_fixed slot, not copied. */
export function getFixed(at: number, width: number): Uint8Array {
  return part(at, at + width);
}

/** Where a struct or list slot points; 0 is null, or not inside the message's body. */
export function getPointer(view: DataView, base: number, end: number, slot: number): number {
  const relative = view.getInt32(slot, true);
  const target = slot + relative;
  return relative === 0 || target < base + HEADER_SIZE || target >= end ? 0 : target;
}
