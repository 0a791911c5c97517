/**
 * Packed lists of scalars, written in place (see put.ts). Signed and unsigned integers of a width have
 * the same bytes, so they share a function.
 */

import { align, putList } from "./put.ts";
import { putU64 } from "./put_u64.ts";

/** Appends a packed list and fills its slot; answers the new end. */
export type PutScalars<T> = (
  bytes: Uint8Array,
  view: DataView,
  base: number,
  slot: number,
  at: number,
  values: ArrayLike<T>,
) => number;

/** Appends a list of bool. */
export const putBools: PutScalars<boolean> = (bytes, view, base, slot, at, values) => {
  at = align(bytes, base, at);
  putList(view, slot, at, values.length);
  for (let i = 0; i < values.length; i++) bytes[at++] = values[i]! ? 1 : 0;
  return at;
};

/** Appends a list of u8 or i8. */
export const put8s: PutScalars<number> = (bytes, view, base, slot, at, values) => {
  at = align(bytes, base, at);
  putList(view, slot, at, values.length);
  for (let i = 0; i < values.length; i++) bytes[at++] = values[i]!;
  return at;
};

/** Appends a list of u16 or i16. */
export const put16s: PutScalars<number> = (bytes, view, base, slot, at, values) => {
  at = align(bytes, base, at);
  putList(view, slot, at, values.length);
  for (let i = 0; i < values.length; i++, at += 2) view.setUint16(at, values[i]!, true);
  return at;
};

/** Appends a list of u32 or i32. */
export const put32s: PutScalars<number> = (bytes, view, base, slot, at, values) => {
  at = align(bytes, base, at);
  putList(view, slot, at, values.length);
  for (let i = 0; i < values.length; i++, at += 4) view.setUint32(at, values[i]!, true);
  return at;
};

/** Appends a list of u64 or i64. */
export const put64s: PutScalars<bigint> = (bytes, view, base, slot, at, values) => {
  at = align(bytes, base, at);
  putList(view, slot, at, values.length);
  for (let i = 0; i < values.length; i++, at += 8) putU64(view, at, values[i]!);
  return at;
};

/** Appends a list of f32. */
export const putF32s: PutScalars<number> = (bytes, view, base, slot, at, values) => {
  at = align(bytes, base, at);
  putList(view, slot, at, values.length);
  for (let i = 0; i < values.length; i++, at += 4) view.setFloat32(at, values[i]!, true);
  return at;
};

/** Appends a list of f64. */
export const putF64s: PutScalars<number> = (bytes, view, base, slot, at, values) => {
  at = align(bytes, base, at);
  putList(view, slot, at, values.length);
  for (let i = 0; i < values.length; i++, at += 8) view.setFloat64(at, values[i]!, true);
  return at;
};
