/**
 * Reading a whole message into a value, for generated code and `struct()`. A hot path: see
 * bench/codec.ts. Only the header's check throws; whatever does not fit reads as the zero value.
 */

import { EMPTY } from "../base/bytes.ts";
import { ALIGNMENT, HEADER_SIZE, MAGIC } from "./format.ts";
import { charge, enter, leave, startBudget } from "./budget.ts";
import { getPointer, setSource } from "./get.ts";
import { arrayOf } from "./get_lists.ts";
import { checkHeader } from "./header.ts";
import { COPIED_BYTES } from "./limits.ts";
import { rootOffset } from "./root.ts";
import { closeRun } from "./text_run.ts";

/** Reads the object at `at` (0 is null) of the message from `base` to `end`; `view` is of `bytes`. */
export type ReadStruct<T> = (
  bytes: Uint8Array,
  view: DataView,
  base: number,
  end: number,
  at: number,
) => T;

// A view of a message costs more than a copy to memory that has one, up to a few KiB.
const copied: Uint8Array = new Uint8Array(COPIED_BYTES);
const copiedView: DataView = new DataView(copied.buffer);

/**
 * Checks the header and reads the root.
 *
 * @throws {ZapParseError} As `Message.parse`.
 */
export function decode<T>(bytes: Uint8Array, read: ReadStruct<T>): T {
  const size = checkHeader(bytes);
  const root = rootOffset(bytes);
  startBudget(size);
  closeRun();
  setSource(bytes);
  let value: T;
  if (size <= COPIED_BYTES) {
    copied.set(bytes.length <= COPIED_BYTES ? bytes : bytes.subarray(0, size));
    value = read(copied, copiedView, 0, size, root);
  } else {
    value = read(bytes, viewOf(bytes), 0, size, root);
  }
  setSource(EMPTY);
  return value;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The struct that a slot points at, or null. */
export function getStruct<T>(
  bytes: Uint8Array,
  view: DataView,
  base: number,
  end: number,
  slot: number,
  read: ReadStruct<T>,
): T | null {
  const at = getPointer(view, base, end, slot);
  if (at === 0 || !charge(ALIGNMENT) || !enter()) return null;
  const value = read(bytes, view, base, end, at);
  leave();
  return value;
}

/** What an element costs beside what it holds, which is charged when it is read. */
const ELEMENT_COST = 4 + HEADER_SIZE;

/** A list of structs: each element is a message of its own; one that is not reads as zeros. */
export function getStructs<T>(
  bytes: Uint8Array,
  view: DataView,
  base: number,
  end: number,
  slot: number,
  read: ReadStruct<T>,
): T[] {
  let at = getPointer(view, base, end, slot);
  const count = at === 0 ? 0 : view.getUint32(slot + 4, true);
  if (count === 0 || count > end - base || !enter()) return [];
  let values = arrayOf<T>(count);
  for (let i = 0; i < count; i++) {
    const stop = at + 4 <= end ? at + 4 + view.getUint32(at, true) : end + 1;
    if (stop > end || !charge(Math.min(stop - at, ELEMENT_COST))) {
      values = values.slice(0, i);
      break;
    }
    values[i] = readElement(bytes, view, at + 4, stop, read);
    at = stop;
  }
  leave();
  return values;
}

function readElement<T>(
  bytes: Uint8Array,
  view: DataView,
  base: number,
  stop: number,
  read: ReadStruct<T>,
): T {
  if (stop - base >= HEADER_SIZE && view.getUint32(base, true) === MAGIC) {
    const version = view.getUint16(base + 4, true);
    const size = view.getUint32(base + 12, true);
    if ((version === 1 || version === 2) && size >= HEADER_SIZE && size <= stop - base) {
      const root = view.getUint32(base + 8, true);
      return read(bytes, view, base, base + size, root < HEADER_SIZE ? 0 : base + root);
    }
  }
  return read(bytes, view, base, base, 0);
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
  const zeros = new Uint8Array(HEADER_SIZE + size);
  const zero = fieldsOf(zeros, HEADER_SIZE, HEADER_SIZE, fields);
  if (at === 0 || at >= end || !charge(length)) return zero;
  // A copy with room behind it, for the slots that lie outside.
  const copy = new Uint8Array(length + size);
  copy.set(bytes.subarray(base, end));
  const start = at - base;
  const value = fieldsOf(copy, length, start, fields);
  // One slot may lie half outside. It cannot be zeroed in the copy: a pointer may lead into it.
  for (let i = 1; i < slots.length; i += 2) {
    const slot = start + slots[i]!;
    if (slot >= length || slot + slots[i + 1]! <= length) continue;
    const key = Object.keys(value as object)[i >> 1] as keyof T;
    value[key] = zero[key];
  }
  return value;
}

/** Reads an object of other memory, which has positions of its own. */
function fieldsOf<T>(bytes: Uint8Array, end: number, at: number, fields: ReadStruct<T>): T {
  const source = setSource(bytes);
  closeRun();
  const value = fields(bytes, viewOf(bytes), 0, end, at);
  closeRun();
  setSource(source);
  return value;
}
