/** One function per kind of field, to bound, write and read it (see plan.ts). */

import { getBytes, getFixed, getText } from "../wire/get.ts";
import { getStruct, getStructs } from "../wire/decode.ts";
import * as lists from "../wire/get_lists.ts";
import { HEADER_SIZE } from "../wire/format.ts";
import {
  align,
  boundBlobs,
  boundTexts,
  putBlobs,
  putBytes,
  putFixed,
  putList,
  putPointer,
  putText,
  putTexts,
} from "../wire/put.ts";
import * as scalars from "../wire/put_scalars.ts";
import { putU64 } from "../wire/put_u64.ts";
import { textBound } from "../wire/text.ts";
import type { WriteMessage } from "../wire/encode.ts";
import type { ReadStruct } from "../wire/decode.ts";
import type { Type } from "./model.ts";

/** Any struct's value: its properties by name. */
export type Value = Record<string, unknown>;

type SimpleKind = Exclude<Type["kind"], "list">;

/** A field's kind; of a list, `list` and the elements' kind. */
export type FieldKind = SimpleKind | `list ${SimpleKind}`;

/** What a field needs of the plan of a struct that it mentions. */
export interface NestedPlan {
  /** Writes a message of the struct. */
  readonly write: WriteMessage<Value>;
  /** Reads an object of the struct. */
  readonly read: ReadStruct<Value>;
  /** At least the bytes of a value's object. */
  bound(value: Value): number;
  /** Writes an object; answers the end. */
  put(bytes: Uint8Array, view: DataView, base: number, at: number, value: Value): number;
}

/** A field with the functions of its kind. */
export interface PlannedField<P = NestedPlan> {
  /** The property's name. */
  readonly key: string;
  /** Its type in the model. */
  readonly type: Type;
  /** Its kind. */
  readonly kind: FieldKind;
  /** Byte offset of the slot. */
  readonly offset: number;
  /** Bytes of the slot, or of a list's element. */
  readonly width: number;
  /** Writes the field; answers the message's new end. */
  readonly put: PutField;
  /** Reads the field. */
  readonly get: GetField;
  /** Bytes that a value needs outside the fixed section, if any. */
  readonly bound: BoundField | undefined;
  /** The plan of the struct that it mentions. */
  readonly plan: P;
}

type PutField = (
  bytes: Uint8Array,
  view: DataView,
  base: number,
  slot: number,
  end: number,
  // The value's type is the kind's; the table below pairs them.
  // deno-lint-ignore no-explicit-any
  value: any,
  field: PlannedField,
) => number;

type GetField = (
  bytes: Uint8Array,
  view: DataView,
  base: number,
  end: number,
  slot: number,
  field: PlannedField,
) => unknown;

// deno-lint-ignore no-explicit-any
type BoundField = (value: any, field: PlannedField) => number;

type Table<T> = Readonly<Record<FieldKind, T>>;

/** Numbers of the kinds that plan.ts handles in line; every other kind has 0. */
export const OPS: Readonly<Partial<Record<FieldKind, number>>> = {
  u64: 1,
  u32: 2,
  bool: 3,
  f64: 4,
  text: 5,
  bytes: 6,
  u8: 7,
  u16: 8,
  i64: 9,
  i32: 10,
};

/** How each kind is written. */
export const putters: Table<PutField> = {
  bool: (bytes, _view, _base, slot, end, value) => (bytes[slot] = value ? 1 : 0, end),
  u8: (bytes, _view, _base, slot, end, value) => (bytes[slot] = value, end),
  i8: (bytes, _view, _base, slot, end, value) => (bytes[slot] = value, end),
  u16: (_bytes, view, _base, slot, end, value) => (view.setUint16(slot, value, true), end),
  i16: (_bytes, view, _base, slot, end, value) => (view.setInt16(slot, value, true), end),
  u32: (_bytes, view, _base, slot, end, value) => (view.setUint32(slot, value, true), end),
  i32: (_bytes, view, _base, slot, end, value) => (view.setInt32(slot, value, true), end),
  u64: (_bytes, view, _base, slot, end, value) => (putU64(view, slot, value), end),
  i64: (_bytes, view, _base, slot, end, value) => (putU64(view, slot, value), end),
  f32: (_bytes, view, _base, slot, end, value) => (view.setFloat32(slot, value, true), end),
  f64: (_bytes, view, _base, slot, end, value) => (view.setFloat64(slot, value, true), end),
  bytes_fixed: (bytes, _view, _base, slot, end, value, field) => (
    putFixed(bytes, slot, field.width, value), end
  ),
  text: (bytes, view, _base, slot, end, value) => putText(bytes, view, slot, end, value),
  bytes: (bytes, view, _base, slot, end, value) => putBytes(bytes, view, slot, end, value),
  struct: putStruct,
  "list bool": scalars.putBools,
  "list u8": scalars.put8s,
  "list i8": scalars.put8s,
  "list u16": scalars.put16s,
  "list i16": scalars.put16s,
  "list u32": scalars.put32s,
  "list i32": scalars.put32s,
  "list u64": scalars.put64s,
  "list i64": scalars.put64s,
  "list f32": scalars.putF32s,
  "list f64": scalars.putF64s,
  "list text": putTexts,
  "list bytes": putBlobs,
  "list bytes_fixed": putBlobs,
  "list struct": putStructs,
};

function putStruct(
  bytes: Uint8Array,
  view: DataView,
  base: number,
  slot: number,
  end: number,
  value: Value | null,
  field: PlannedField,
): number {
  if (value === null) {
    putPointer(view, slot, 0);
    return end;
  }
  const at = align(bytes, base, end);
  putPointer(view, slot, at);
  return field.plan.put(bytes, view, base, at, value);
}

function putStructs(
  bytes: Uint8Array,
  view: DataView,
  base: number,
  slot: number,
  end: number,
  values: readonly Value[],
  field: PlannedField,
): number {
  const { write } = field.plan;
  let at = align(bytes, base, end);
  putList(view, slot, at, values.length);
  for (let i = 0; i < values.length; i++) {
    const stop = write(bytes, view, at + 4, values[i]!);
    view.setUint32(at, stop - at - 4, true);
    at = stop;
  }
  return at;
}

/** How each kind is read. */
export const getters: Table<GetField> = {
  bool: (bytes, _view, _base, _end, slot) => bytes[slot] !== 0,
  u8: (bytes, _view, _base, _end, slot) => bytes[slot],
  i8: (_bytes, view, _base, _end, slot) => view.getInt8(slot),
  u16: (_bytes, view, _base, _end, slot) => view.getUint16(slot, true),
  i16: (_bytes, view, _base, _end, slot) => view.getInt16(slot, true),
  u32: (_bytes, view, _base, _end, slot) => view.getUint32(slot, true),
  i32: (_bytes, view, _base, _end, slot) => view.getInt32(slot, true),
  u64: (_bytes, view, _base, _end, slot) => view.getBigUint64(slot, true),
  i64: (_bytes, view, _base, _end, slot) => view.getBigInt64(slot, true),
  f32: (_bytes, view, _base, _end, slot) => view.getFloat32(slot, true),
  f64: (_bytes, view, _base, _end, slot) => view.getFloat64(slot, true),
  bytes_fixed: (_bytes, _view, _base, _end, slot, field) => getFixed(slot, field.width),
  text: (bytes, view, _base, end, slot) => getText(bytes, view, end, slot),
  bytes: (_bytes, view, _base, end, slot) => getBytes(view, end, slot),
  struct: (bytes, view, base, end, slot, field) =>
    getStruct(bytes, view, base, end, slot, field.plan.read),
  "list bool": lists.getBools,
  "list u8": lists.getU8s,
  "list i8": lists.getI8s,
  "list u16": lists.getU16s,
  "list i16": lists.getI16s,
  "list u32": lists.getU32s,
  "list i32": lists.getI32s,
  "list u64": lists.getU64s,
  "list i64": lists.getI64s,
  "list f32": lists.getF32s,
  "list f64": lists.getF64s,
  "list text": lists.getTexts,
  "list bytes": lists.getBlobs,
  "list bytes_fixed": lists.getBlobs,
  "list struct": (bytes, view, base, end, slot, field) =>
    getStructs(bytes, view, base, end, slot, field.plan.read),
};

const packed: BoundField = (values: ArrayLike<unknown>, field) => 7 + field.width * values.length;

/** What each kind needs outside the fixed section; inline kinds are not in the table. */
export const bounds: Readonly<Partial<Record<FieldKind, BoundField>>> = {
  text: (value: string) => textBound(value.length),
  bytes: (value: Uint8Array) => value.length,
  struct: (value: Value | null, field) => (value === null ? 0 : field.plan.bound(value)),
  "list bool": packed,
  "list u8": packed,
  "list i8": packed,
  "list u16": packed,
  "list i16": packed,
  "list u32": packed,
  "list i32": packed,
  "list u64": packed,
  "list i64": packed,
  "list f32": packed,
  "list f64": packed,
  "list text": boundTexts,
  "list bytes": boundBlobs,
  "list bytes_fixed": boundBlobs,
  "list struct": (values: readonly Value[], field) => {
    const { plan } = field;
    let bound = 7;
    for (let i = 0; i < values.length; i++) bound += 4 + HEADER_SIZE + plan.bound(values[i]!);
    return bound;
  },
};
