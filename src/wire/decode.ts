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
 * Reads an object whose fixed section does not fit, or that is null: on a copy whose missing slots
 * are zero.
 *
 * @param slots The section's size, then offset and width of each slot.
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
  if (at === 0 || at >= end || !charge(length)) {
    return fields(new Uint8Array(HEADER_SIZE + size), 0, HEADER_SIZE, HEADER_SIZE);
  }
  const copy = new Uint8Array(length + size);
  copy.set(bytes.subarray(base, end));
  const start = at - base;
  for (let i = 1; i < slots.length; i += 2) {
    const slot = start + slots[i]!;
    const stop = slot + slots[i + 1]!;
    if (stop > length) copy.fill(0, slot, stop);
  }
  return fields(copy, 0, length, start);
}
