/** View classes of `struct()`: typed getters over a message, nothing copied. */

import {
  asBool,
  asBytes,
  asF32,
  asF64,
  asI16,
  asI32,
  asI64,
  asI8,
  asStruct,
  asText,
  asU16,
  asU32,
  asU64,
  asU8,
  type Element,
  list,
} from "../wire/list.ts";
import { StructView } from "../wire/views.ts";
import type { Plan } from "./plan.ts";
import type { PlannedField } from "./plan_fields.ts";
import { newViewer, type Viewer } from "./view_classes.ts";

const viewers = new WeakMap<Plan, Viewer>();

/** The view class of a struct: made once. */
function viewerOf(plan: Plan): Viewer {
  const known = viewers.get(plan);
  if (known) return known;
  const viewer = newViewer(plan.struct.name);
  viewers.set(plan, viewer);
  for (const field of plan.fields) {
    Object.defineProperty(viewer.View.prototype, field.key, {
      get: getter(field),
      enumerable: true,
      configurable: true,
    });
  }
  return viewer;
}

/** What views the root of a message of a struct. */
export function viewer(plan: Plan): (bytes: Uint8Array) => StructView {
  return viewerOf(plan).view;
}

/**
 * The methods and properties of `StructView`, as functions: a view of a struct that has a field of
 * one's name has the field's getter in its place.
 */
const base: StructView = StructView.prototype;

/** Whether a field of this name stands before a member of `StructView`. */
export function isViewMember(key: string): boolean {
  return key !== "constructor" && Object.hasOwn(base, key);
}

const elements: Readonly<Record<string, Element<unknown>>> = {
  bool: asBool,
  u8: asU8,
  i8: asI8,
  u16: asU16,
  i16: asI16,
  u32: asU32,
  i32: asI32,
  u64: asU64,
  i64: asI64,
  f32: asF32,
  f64: asF64,
  text: asText,
  bytes: asBytes,
  bytes_fixed: asBytes,
};

const { bool, u8, i8, u16, i16, u32, i32, u64, i64, f32, f64, text, bytes, bytesFixed, object } =
  base;

type Getter = (this: StructView) => unknown;

/** The getter of a field: a literal for each kind, because engines remember callees by literal. */
function getter(field: PlannedField<Plan>): Getter {
  const { offset, type, width } = field;
  switch (type.kind) {
    case "bool":
      return function () {
        return bool.call(this, offset);
      };
    case "u8":
      return function () {
        return u8.call(this, offset);
      };
    case "i8":
      return function () {
        return i8.call(this, offset);
      };
    case "u16":
      return function () {
        return u16.call(this, offset);
      };
    case "i16":
      return function () {
        return i16.call(this, offset);
      };
    case "u32":
      return function () {
        return u32.call(this, offset);
      };
    case "i32":
      return function () {
        return i32.call(this, offset);
      };
    case "u64":
      return function () {
        return u64.call(this, offset);
      };
    case "i64":
      return function () {
        return i64.call(this, offset);
      };
    case "f32":
      return function () {
        return f32.call(this, offset);
      };
    case "f64":
      return function () {
        return f64.call(this, offset);
      };
    case "text":
      return function () {
        return text.call(this, offset);
      };
    case "bytes":
      return function () {
        return bytes.call(this, offset);
      };
    case "bytes_fixed":
      return function () {
        return bytesFixed.call(this, offset, width);
      };
    case "struct":
      return function () {
        const { data, offset: at } = object.call(this, offset);
        return new (viewerOf(field.plan).View)(data, at);
      };
    case "list":
      return listGetter(field, type.of.kind);
  }
}

function listGetter(field: PlannedField<Plan>, kind: string): Getter {
  const { offset } = field;
  let element: Element<unknown> | undefined = elements[kind];
  return function () {
    return list(this, offset, element ??= asStruct(viewerOf(field.plan).View));
  };
}
