/** Lists read whole, for generated code and `struct()` (see get.ts). A walk stops at the first element that does not fit. */

import { charge } from "./budget.ts";
import { getPointer, part } from "./get.ts";
import { EXACT_ARRAY_MAX } from "./limits.ts";
import { readFromRun } from "./text_run.ts";

/** Reads the list that a slot points at. */
export type GetList<T> = (
  bytes: Uint8Array,
  view: DataView,
  base: number,
  end: number,
  slot: number,
) => T[];

/** An array to fill: growing a short one costs more on V8 than its elements do. */
export function arrayOf<T>(count: number): T[] {
  return count <= EXACT_ARRAY_MAX ? new Array<T>(count) : [];
}

/** A list of text. */
export const getTexts: GetList<string> = (bytes, view, base, end, slot) => {
  let at = getPointer(view, base, end, slot);
  const count = at === 0 ? 0 : view.getUint32(slot + 4, true);
  if (count === 0 || count > end - base) return [];
  const values = arrayOf<string>(count);
  for (let i = 0; i < count; i++) {
    const stop = at + 4 <= end ? at + 4 + view.getUint32(at, true) : end + 1;
    if (stop > end || !charge(stop - at)) return values.slice(0, i);
    values[i] = readFromRun(bytes, view, at + 4, stop);
    at = stop;
  }
  return values;
};

/** A list of bytes; the elements are not copied. */
export const getBlobs: GetList<Uint8Array> = (_bytes, view, base, end, slot) => {
  let at = getPointer(view, base, end, slot);
  const count = at === 0 ? 0 : view.getUint32(slot + 4, true);
  if (count === 0 || count > end - base) return [];
  const values = arrayOf<Uint8Array>(count);
  for (let i = 0; i < count; i++) {
    const stop = at + 4 <= end ? at + 4 + view.getUint32(at, true) : end + 1;
    if (stop > end || !charge(stop - at)) return values.slice(0, i);
    values[i] = part(at + 4, stop);
    at = stop;
  }
  return values;
};

function packed<T>(width: number, get: (view: DataView, at: number) => T): GetList<T> {
  return (_bytes, view, base, end, slot) => {
    const values: T[] = [];
    const list = getPointer(view, base, end, slot);
    const count = list === 0 ? 0 : view.getUint32(slot + 4, true);
    if (count > end - base) return values;
    const stop = list + Math.min(count, Math.floor((end - list) / width)) * width;
    if (!charge(stop - list)) return values;
    for (let at = list; at < stop; at += width) values.push(get(view, at));
    return values;
  };
}

/** A list of bool. */
export const getBools: GetList<boolean> = packed(1, (view, at) => view.getUint8(at) !== 0);
/** A list of u8. */
export const getU8s: GetList<number> = packed(1, (view, at) => view.getUint8(at));
/** A list of i8. */
export const getI8s: GetList<number> = packed(1, (view, at) => view.getInt8(at));
/** A list of u16. */
export const getU16s: GetList<number> = packed(2, (view, at) => view.getUint16(at, true));
/** A list of i16. */
export const getI16s: GetList<number> = packed(2, (view, at) => view.getInt16(at, true));
/** A list of u32. */
export const getU32s: GetList<number> = packed(4, (view, at) => view.getUint32(at, true));
/** A list of i32. */
export const getI32s: GetList<number> = packed(4, (view, at) => view.getInt32(at, true));
/** A list of u64. */
export const getU64s: GetList<bigint> = packed(8, (view, at) => view.getBigUint64(at, true));
/** A list of i64. */
export const getI64s: GetList<bigint> = packed(8, (view, at) => view.getBigInt64(at, true));
/** A list of f32. */
export const getF32s: GetList<number> = packed(4, (view, at) => view.getFloat32(at, true));
/** A list of f64. */
export const getF64s: GetList<number> = packed(8, (view, at) => view.getFloat64(at, true));
