/**
 * Reading a whole message into a value, for generated code and `struct()`. A hot path: see
 * bench/codec.ts. Only the header's check throws; whatever does not fit reads as the zero value.
 */

import { ALIGNMENT, HEADER_SIZE, MAGIC } from "./format.ts";
import { charge, enter, leave, startBudget } from "./budget.ts";
import { getI32, getPointer, getU16, getU32 } from "./get.ts";
import { checkHeader } from "./header.ts";

/** Reads the object at `at` (0 is null) of the message from `base` to `end`. */
export type ReadStruct<T> = (bytes: Uint8Array, base: number, end: number, at: number) => T;

/**
 * Checks the header and reads the root.
 *
 * @throws {ZapParseError} As `Message.parse`.
 */
export function decode<T>(bytes: Uint8Array, read: ReadStruct<T>): T {
  const size = checkHeader(bytes);
  startBudget(size);
  const root = getU32(bytes, 8);
  return read(bytes, 0, size, root < HEADER_SIZE ? 0 : root);
}

/** The struct that a slot points at, or null. */
export function getStruct<T>(
  bytes: Uint8Array,
  base: number,
  end: number,
  slot: number,
  read: ReadStruct<T>,
): T | null {
  const at = getPointer(bytes, base, end, slot);
  if (at === 0 || !charge(ALIGNMENT) || !enter()) return null;
  const value = read(bytes, base, end, at);
  leave();
  return value;
}

/** A list of structs: each element is a message of its own; one that is not reads as zeros. */
export function getStructs<T>(
  bytes: Uint8Array,
  base: number,
  end: number,
  slot: number,
  read: ReadStruct<T>,
): T[] {
  const values: T[] = [];
  let at = getPointer(bytes, base, end, slot);
  const count = at === 0 ? 0 : getU32(bytes, slot + 4);
  if (count === 0 || count > end - base || !enter()) return values;
  for (let i = 0; i < count && at + 4 <= end; i++) {
    const stop = at + 4 + getU32(bytes, at);
    if (stop > end || !charge(stop - at)) break;
    values.push(readElement(bytes, at + 4, stop, read));
    at = stop;
  }
  leave();
  return values;
}

function readElement<T>(bytes: Uint8Array, base: number, stop: number, read: ReadStruct<T>): T {
  if (stop - base >= HEADER_SIZE && getI32(bytes, base) === MAGIC) {
    const version = getU16(bytes, base + 4);
    const size = getU32(bytes, base + 12);
    if ((version === 1 || version === 2) && size >= HEADER_SIZE && size <= stop - base) {
      const root = getU32(bytes, base + 8);
      return read(bytes, base, base + size, root < HEADER_SIZE ? 0 : base + root);
    }
  }
  return read(bytes, base, base, 0);
}

/**
 * Reads an object whose fixed section does not fit, or that is null: the slots that do not fit read
 * as zero.
 *
 * @param slots The section's size, then offset and width of each slot, in the order of the value's properties.
 * @param fields Reads an object that fits.
 */
export function getShort<T>(
  bytes: Uint8Array,
  base: number,
  end: number,
  at: number,
  slots: readonly number[],
  fields: ReadStruct<T>,
): T {
  const size = slots[0]!;
  const length = end - base;
  const zero = fields(new Uint8Array(HEADER_SIZE + size), 0, HEADER_SIZE, HEADER_SIZE);
  if (at === 0 || at >= end || !charge(length)) return zero;
  // A copy with room behind it, for the slots that lie outside.
  const copy = new Uint8Array(length + size);
  copy.set(bytes.subarray(base, end));
  const start = at - base;
  const value = fields(copy, 0, length, start);
  // One slot may lie half outside. It cannot be zeroed in the copy: a pointer may lead into it.
  for (let i = 1; i < slots.length; i += 2) {
    const slot = start + slots[i]!;
    if (slot >= length || slot + slots[i + 1]! <= length) continue;
    const key = Object.keys(value as object)[i >> 1] as keyof T;
    value[key] = zero[key];
  }
  return value;
}
