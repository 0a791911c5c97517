/**
 * Writing in place, for generated code and `struct()`: straight-line functions over (bytes, view,
 * positions). A hot path: see bench/codec.ts, and docs/design-codegen.md for how they fit together.
 *
 * None of them checks for room: the caller has reserved the value's bound. Positions are absolute in
 * `bytes`; `base` is where the message begins, from which alignment counts. Each function that
 * appends at `at` answers the new end. Nothing relies on zeroed memory.
 */

import { HEADER_SIZE, MAGIC, VERSION_1 } from "./format.ts";
import { putCopy } from "./memory.ts";
import { textBound, writeText } from "./text.ts";

/** Writes a message's header: version 1, no flags, the root right behind it. */
export function putHeader(view: DataView, base: number, end: number): void {
  view.setUint32(base, MAGIC, true);
  view.setUint32(base + 4, VERSION_1, true);
  view.setUint32(base + 8, HEADER_SIZE, true);
  view.setUint32(base + 12, end - base, true);
}

/** Zeroes from `from` to `to`: the bytes between slots, which are few. */
export function putZeros(bytes: Uint8Array, from: number, to: number): void {
  for (let at = from; at < to; at++) bytes[at] = 0;
}

/** Pads with zeros to a multiple of 8 from `base`; answers the aligned position. */
export function align(bytes: Uint8Array, base: number, at: number): number {
  while (((at - base) & 7) !== 0) bytes[at++] = 0;
  return at;
}

// What a setter takes is worked out before the call: a choice among its arguments keeps V8 11 from
// compiling it in line, which costs 6 ns.

/** Points a text or bytes slot at what was written from `start` to `end`; nothing is null. */
function putRange(view: DataView, slot: number, start: number, end: number): void {
  const relative = start === end ? 0 : start - slot;
  view.setUint32(slot, relative, true);
  view.setUint32(slot + 4, end - start, true);
}

/** Appends a text and fills its slot. */
export function putText(
  bytes: Uint8Array,
  view: DataView,
  slot: number,
  at: number,
  text: string,
): number {
  const end = writeText(bytes, at, text);
  putRange(view, slot, at, end);
  return end;
}

/** Appends bytes and fills their slot. */
export function putBytes(
  bytes: Uint8Array,
  view: DataView,
  slot: number,
  at: number,
  value: Uint8Array,
): number {
  const end = at + value.length;
  putCopy(bytes, at, value);
  putRange(view, slot, at, end);
  return end;
}

/**
 * Writes a bytes_fixed slot; an empty value is zeros.
 *
 * @throws {RangeError} If the value has neither `width` bytes nor none.
 */
export function putFixed(bytes: Uint8Array, slot: number, width: number, value: Uint8Array): void {
  if (value.length === width) putCopy(bytes, slot, value);
  else if (value.length === 0) putZeros(bytes, slot, slot + width);
  else throw new RangeError(`Cannot encode bytes_fixed[${width}]: got ${value.length} bytes`);
}

/** Points a struct slot at the object at `target`; 0 is null. */
export function putPointer(view: DataView, slot: number, target: number): void {
  const relative = target === 0 ? 0 : target - slot;
  view.setInt32(slot, relative, true);
}

/** Points a list slot at a list of `count` elements; a count of 0 is null. */
export function putList(view: DataView, slot: number, list: number, count: number): void {
  const relative = count === 0 ? 0 : list - slot;
  view.setInt32(slot, relative, true);
  view.setUint32(slot + 4, count, true);
}

/** Bound of a list of text, padding and lengths included. */
export function boundTexts(values: readonly string[]): number {
  let bound = 7 + 4 * values.length;
  for (let i = 0; i < values.length; i++) bound += textBound(values[i]!.length);
  return bound;
}

/** Bound of a list of bytes, padding and lengths included. */
export function boundBlobs(values: readonly Uint8Array[]): number {
  let bound = 7 + 4 * values.length;
  for (let i = 0; i < values.length; i++) bound += values[i]!.length;
  return bound;
}

/** Appends a list of text and fills its slot. */
export function putTexts(
  bytes: Uint8Array,
  view: DataView,
  base: number,
  slot: number,
  at: number,
  values: readonly string[],
): number {
  at = align(bytes, base, at);
  putList(view, slot, at, values.length);
  for (let i = 0; i < values.length; i++) {
    const end = writeText(bytes, at + 4, values[i]!);
    view.setUint32(at, end - at - 4, true);
    at = end;
  }
  return at;
}

/** Appends a list of bytes and fills its slot. */
export function putBlobs(
  bytes: Uint8Array,
  view: DataView,
  base: number,
  slot: number,
  at: number,
  values: readonly Uint8Array[],
): number {
  at = align(bytes, base, at);
  putList(view, slot, at, values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    view.setUint32(at, value.length, true);
    putCopy(bytes, at + 4, value);
    at += 4 + value.length;
  }
  return at;
}
