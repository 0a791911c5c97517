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
import { Message, StructView } from "../wire/views.ts";
import type { Plan } from "./plan.ts";
import type { PlannedField } from "./plan_fields.ts";

/** A view's class. */
export type ViewClass = new (data: Uint8Array, offset: number) => StructView;

const classes = new WeakMap<Plan, ViewClass>();

/** The view class of a struct: made once. */
export function viewClass(plan: Plan): ViewClass {
  const known = classes.get(plan);
  if (known) return known;
  const View = class extends StructView {};
  classes.set(plan, View);
  Object.defineProperty(View, "name", { value: plan.struct.name });
  for (const field of plan.fields) {
    const read = reader(field);
    Object.defineProperty(View.prototype, field.key, {
      get(this: StructView): unknown {
        return read(this);
      },
      enumerable: true,
      configurable: true,
    });
  }
  return View;
}

/** Views the root of a message. */
export function viewRoot(View: ViewClass, bytes: Uint8Array): StructView {
  const { data, offset } = Message.parse(bytes).root();
  return new View(data, offset);
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

function reader(field: PlannedField<Plan>): (view: StructView) => unknown {
  const { offset, type, width } = field;
  switch (type.kind) {
    case "struct":
      return (view) => {
        const { data, offset: at } = base.object.call(view, offset);
        return new (viewClass(field.plan))(data, at);
      };
    case "bytes_fixed":
      return (view) => base.bytesFixed.call(view, offset, width);
    case "list": {
      if (type.of.kind === "struct") {
        let element: Element<StructView> | undefined;
        return (view) => list(view, offset, element ??= asStruct(viewClass(field.plan)));
      }
      const element = elements[type.of.kind]!;
      return (view) => list(view, offset, element);
    }
    default: {
      const read: (this: StructView, offset: number) => unknown = base[type.kind];
      return (view) => read.call(view, offset);
    }
  }
}
