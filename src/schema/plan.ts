/**
 * A struct compiled for `encode` and `decode` without code generation, so that it works where `eval`
 * is forbidden: one function per kind of field, called in a loop. A hot path: see bench/codec.ts.
 */

import type { ReadStruct } from "../wire/decode.ts";
import { getShort } from "../wire/decode.ts";
import type { WriteMessage } from "../wire/encode.ts";
import { getBytes, getF64, getI32, getI64, getText, getU16, getU32, getU64 } from "../wire/get.ts";
import { putBytes, putHeader, putText, putZeros } from "../wire/put.ts";
import { textBound } from "../wire/text.ts";
import { HEADER_SIZE } from "../wire/format.ts";
import {
  bounds,
  type FieldKind,
  getters,
  type NestedPlan,
  OPS,
  type PlannedField,
  putters,
  type Value,
} from "./plan_fields.ts";
import { slotWidth, type Struct } from "./model.ts";
import { lowerFirst } from "./names.ts";

/** How one struct is written and read. */
export class Plan implements NestedPlan {
  /** The layout. */
  readonly struct: Struct;
  /** Fields in order of declaration. */
  readonly fields: readonly PlannedField<Plan>[];
  /** The properties' names. */
  readonly keys: ReadonlySet<string>;
  /** Writes a message of this struct. */
  readonly write: WriteMessage<Value>;
  /** Reads an object of this struct. */
  readonly read: ReadStruct<Value>;
  /** Fields in the order of writing: text and bytes last. */
  readonly #order: readonly PlannedField[];
  readonly #sized: readonly PlannedField[];
  readonly #gaps: readonly number[];

  /**
   * Compiles a layout.
   *
   * @param nested The plan of the struct that field i mentions; called when it is first needed.
   */
  constructor(struct: Struct, nested: (i: number) => Plan) {
    this.struct = struct;
    this.fields = struct.fields.map((field, i) => planField(field, () => nested(i)));
    this.keys = new Set(this.fields.map((field) => field.key));
    const waits = (field: PlannedField) => field.kind === "text" || field.kind === "bytes";
    this.#order = [
      ...this.fields.filter((field) => !waits(field)),
      ...this.fields.filter(waits),
    ];
    this.#sized = this.fields.filter((field) => field.bound !== undefined);
    this.#gaps = gapsOf(struct);
    this.write = (bytes, view, base, value) => {
      const end = this.put(bytes, view, base, base + HEADER_SIZE, value);
      putHeader(view, base, end);
      return end;
    };
    const slots = [struct.size, ...struct.fields.flatMap((f) => [f.offset, slotWidth(f.type)])];
    const fields = fieldsReader(this.fields);
    const size = struct.size;
    this.read = (bytes, base, end, at) =>
      at !== 0 && at + size <= end
        ? fields(bytes, base, end, at)
        : getShort(bytes, base, end, at, slots, fields);
  }

  /** At least the bytes of a value's object, padding before it included. */
  bound(value: Value): number {
    let bound = 7 + this.struct.size;
    const sized = this.#sized;
    for (let i = 0; i < sized.length; i++) {
      const field = sized[i]!;
      const of = value[field.key];
      bound += field.op === 5 ? textBound((of as string).length) : field.bound!(of, field);
    }
    return bound;
  }

  /** Writes an object whose fixed section begins at `at`; answers the end. */
  put(bytes: Uint8Array, view: DataView, base: number, at: number, value: Value): number {
    const gaps = this.#gaps;
    for (let i = 0; i < gaps.length; i += 2) putZeros(bytes, at + gaps[i]!, at + gaps[i + 1]!);
    const order = this.#order;
    let end = at + this.struct.size;
    for (let i = 0; i < order.length; i++) {
      const field = order[i]!;
      const slot = at + field.offset;
      // deno-lint-ignore no-explicit-any -- the kind says which
      const of = value[field.key] as any;
      // The numbers are those of OPS; in line, because a call for each field costs a third on V8.
      switch (field.op) {
        case 1:
          view.setBigUint64(slot, of, true);
          break;
        case 2:
          view.setUint32(slot, of, true);
          break;
        case 3:
          bytes[slot] = of ? 1 : 0;
          break;
        case 4:
          view.setFloat64(slot, of, true);
          break;
        case 5:
          end = putText(bytes, view, slot, end, of);
          break;
        case 6:
          end = putBytes(bytes, view, slot, end, of);
          break;
        case 7:
          bytes[slot] = of;
          break;
        case 8:
          view.setUint16(slot, of, true);
          break;
        case 9:
          view.setBigInt64(slot, of, true);
          break;
        case 10:
          view.setInt32(slot, of, true);
          break;
        default:
          end = field.put(bytes, view, base, slot, end, of, field);
      }
    }
    return end;
  }
}

function fieldsReader(fields: readonly PlannedField[]): ReadStruct<Value> {
  return (bytes, base, end, at) => {
    const value: Value = {};
    for (let i = 0; i < fields.length; i++) {
      const field = fields[i]!;
      const slot = at + field.offset;
      let of: unknown;
      switch (field.op) {
        case 1:
          of = getU64(bytes, slot);
          break;
        case 2:
          of = getU32(bytes, slot);
          break;
        case 3:
          of = bytes[slot] !== 0;
          break;
        case 4:
          of = getF64(bytes, slot);
          break;
        case 5:
          of = getText(bytes, end, slot);
          break;
        case 6:
          of = getBytes(bytes, end, slot);
          break;
        case 7:
          of = bytes[slot];
          break;
        case 8:
          of = getU16(bytes, slot);
          break;
        case 9:
          of = getI64(bytes, slot);
          break;
        case 10:
          of = getI32(bytes, slot);
          break;
        default:
          of = field.get(bytes, base, end, slot, field);
      }
      value[field.key] = of;
    }
    return value;
  };
}

function planField(field: Struct["fields"][number], nested: () => Plan): PlannedField<Plan> {
  const { type, name, offset } = field;
  const kind = (type.kind === "list" ? `list ${type.of.kind}` : type.kind) as FieldKind;
  const fixed = type.kind === "list" ? type.of : type;
  let plan: Plan | undefined;
  return {
    key: lowerFirst(name),
    type,
    kind,
    op: OPS[kind] ?? 0,
    offset,
    width: fixed.kind === "bytes_fixed" ? fixed.size : slotWidth(fixed),
    put: putters[kind],
    get: getters[kind],
    bound: bounds[kind],
    get plan() {
      return (plan ??= nested());
    },
  };
}

/** From and to of the bytes that no field covers, in turn. */
function gapsOf(struct: Struct): number[] {
  const gaps: number[] = [];
  let covered = 0;
  for (const field of struct.fields.toSorted((a, b) => a.offset - b.offset)) {
    if (field.offset > covered) gaps.push(covered, field.offset);
    covered = field.offset + slotWidth(field.type);
  }
  return gaps;
}
