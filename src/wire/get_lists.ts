/** Lists read whole, for generated code and `struct()` (see get.ts). A walk stops at the first element that does not fit. */

import { charge } from "./budget.ts";
import {
  getF32,
  getF64,
  getI16,
  getI32,
  getI64,
  getI8,
  getPointer,
  getU16,
  getU32,
  getU64,
} from "./get.ts";
import { readText } from "./text.ts";

/** Reads the list that a slot points at. */
export type GetList<T> = (bytes: Uint8Array, base: number, end: number, slot: number) => T[];

/** A list of text. */
export const getTexts: GetList<string> = (bytes, base, end, slot) => {
  const values: string[] = [];
  let at = getPointer(bytes, base, end, slot);
  const count = at === 0 ? 0 : getU32(bytes, slot + 4);
  if (count > end - base) return values;
  for (let i = 0; i < count && at + 4 <= end; i++) {
    const stop = at + 4 + getU32(bytes, at);
    if (stop > end || !charge(stop - at)) break;
    values.push(readText(bytes, at + 4, stop));
    at = stop;
  }
  return values;
};

/** A list of bytes; the elements are not copied. */
export const getBlobs: GetList<Uint8Array> = (bytes, base, end, slot) => {
  const values: Uint8Array[] = [];
  let at = getPointer(bytes, base, end, slot);
  const count = at === 0 ? 0 : getU32(bytes, slot + 4);
  if (count > end - base) return values;
  for (let i = 0; i < count && at + 4 <= end; i++) {
    const stop = at + 4 + getU32(bytes, at);
    if (stop > end || !charge(stop - at)) break;
    values.push(bytes.subarray(at + 4, stop));
    at = stop;
  }
  return values;
};

function packed<T>(width: number, get: (bytes: Uint8Array, at: number) => T): GetList<T> {
  return (bytes, base, end, slot) => {
    const values: T[] = [];
    const list = getPointer(bytes, base, end, slot);
    const count = list === 0 ? 0 : getU32(bytes, slot + 4);
    if (count > end - base) return values;
    const stop = list + Math.min(count, Math.floor((end - list) / width)) * width;
    if (!charge(stop - list)) return values;
    for (let at = list; at < stop; at += width) values.push(get(bytes, at));
    return values;
  };
}

/** A list of bool. */
export const getBools: GetList<boolean> = packed(1, (bytes, at) => bytes[at] !== 0);
/** A list of u8. */
export const getU8s: GetList<number> = packed(1, (bytes, at) => bytes[at]!);
/** A list of i8. */
export const getI8s: GetList<number> = packed(1, getI8);
/** A list of u16. */
export const getU16s: GetList<number> = packed(2, getU16);
/** A list of i16. */
export const getI16s: GetList<number> = packed(2, getI16);
/** A list of u32. */
export const getU32s: GetList<number> = packed(4, getU32);
/** A list of i32. */
export const getI32s: GetList<number> = packed(4, getI32);
/** A list of u64. */
export const getU64s: GetList<bigint> = packed(8, getU64);
/** A list of i64. */
export const getI64s: GetList<bigint> = packed(8, getI64);
/** A list of f32. */
export const getF32s: GetList<number> = packed(4, getF32);
/** A list of f64. */
export const getF64s: GetList<number> = packed(8, getF64);
