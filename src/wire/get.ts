/**
 * Reading in place, for generated code, `struct()` and the views: functions over (bytes, positions).
 * A hot path: see bench/codec.ts. Plain byte loads, because a `DataView` a message costs more than it
 * saves on all three engines.
 *
 * Positions are absolute in `bytes`; a message reaches from `base` to `end`. A slot must lie inside;
 * what a slot points at is checked here, and reads as the zero value if it does not fit.
 */

import { EMPTY } from "../base/bytes.ts";
import { HEADER_SIZE } from "./format.ts";
import { charge } from "./budget.ts";
import { readText } from "./text.ts";

const words = new Uint32Array(2);
const bigUint = new BigUint64Array(words.buffer);
const bigInt = new BigInt64Array(words.buffer);
const float64 = new Float64Array(words.buffer);
const float32 = new Float32Array(words.buffer);

// The words must lie as on the wire. No engine runs big-endian; if one did, fail at load.
if (new Uint8Array(Uint32Array.of(1).buffer)[0] !== 1) {
  throw new Error("Cannot load codec: this machine is not little-endian");
}

/** A u16. */
export function getU16(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8);
}

/** An i16. */
export function getI16(bytes: Uint8Array, at: number): number {
  return (getU16(bytes, at) << 16) >> 16;
}

/** A u32. */
export function getU32(bytes: Uint8Array, at: number): number {
  return getI32(bytes, at) >>> 0;
}

/** An i32. */
export function getI32(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}

/** An i8. */
export function getI8(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 24) >> 24;
}

/** A u64. */
export function getU64(bytes: Uint8Array, at: number): bigint {
  words[0] = getI32(bytes, at);
  words[1] = getI32(bytes, at + 4);
  return bigUint[0]!;
}

/** An i64. */
export function getI64(bytes: Uint8Array, at: number): bigint {
  words[0] = getI32(bytes, at);
  words[1] = getI32(bytes, at + 4);
  return bigInt[0]!;
}

/** An f32. */
export function getF32(bytes: Uint8Array, at: number): number {
  words[0] = getI32(bytes, at);
  return float32[0]!;
}

/** An f64. */
export function getF64(bytes: Uint8Array, at: number): number {
  words[0] = getI32(bytes, at);
  words[1] = getI32(bytes, at + 4);
  return float64[0]!;
}

/** The text that a slot points at. */
export function getText(bytes: Uint8Array, end: number, slot: number): string {
  // As signed integers first, which engines keep in registers; 2 GiB and more takes the other way.
  const relative = getI32(bytes, slot);
  const length = getI32(bytes, slot + 4);
  if (relative > 0 && length >= 0) {
    const start = slot + relative;
    const stop = start + length;
    return stop > end || !charge(length) ? "" : readText(bytes, start, stop);
  }
  return relative === 0 ? "" : getFarText(bytes, end, slot);
}

function getFarText(bytes: Uint8Array, end: number, slot: number): string {
  const start = slot + getU32(bytes, slot);
  const stop = start + getU32(bytes, slot + 4);
  return stop > end || !charge(stop - start) ? "" : readText(bytes, start, stop);
}

/** The bytes that a slot points at, not copied. */
export function getBytes(bytes: Uint8Array, end: number, slot: number): Uint8Array {
  const relative = getU32(bytes, slot);
  if (relative === 0) return EMPTY;
  const start = slot + relative;
  const stop = start + getU32(bytes, slot + 4);
  return stop > end ? EMPTY : bytes.subarray(start, stop);
}

/** A bytes_fixed slot, not copied. */
export function getFixed(bytes: Uint8Array, at: number, width: number): Uint8Array {
  return bytes.subarray(at, at + width);
}

/** Where a struct or list slot points; 0 is null, or not inside the message's body. */
export function getPointer(bytes: Uint8Array, base: number, end: number, slot: number): number {
  const relative = getI32(bytes, slot);
  const target = slot + relative;
  return relative === 0 || target < base + HEADER_SIZE || target >= end ? 0 : target;
}
