/**
 * A struct compiled for `encode` and `decode` without code generation, so that it works where `eval`
 * is forbidden: one function per kind of field, called in a loop. A hot path: see bench/codec.ts.
 */

import type { ReadStruct } from "../wire/decode.ts";
import { getShort } from "../wire/decode.ts";
import type { WriteMessage } from "../wire/encode.ts";
import { getBytes, getText } from "../wire/get.ts";
import { openTexts } from "../wire/text_run.ts";
import { putBytes, putHeader, putText, putZeros } from "../wire/put.ts";
import { putU64 } from "../wire/put_u64.ts";
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
  readonly #order: Columns;
  readonly #sized: Columns;
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
    this.#order = columns([
      ...this.fields.filter((field) => !waits(field)),
      ...this.fields.filter(waits),
    ]);
    this.#sized = columns(this.fields.filter((field) => field.bound !== undefined));
    this.#gaps = gapsOf(struct);
    this.write = (bytes, view, base, value) => {
      const end = this.put(bytes, view, base, base + HEADER_SIZE, value);
      putHeader(view, base, end);
      return end;
    };
    const slots = [struct.size, ...struct.fields.flatMap((f) => [f.offset, slotWidth(f.type)])];
    const fields = fieldsReader(columns(this.fields), textsOf(struct));
    const size = struct.size;
    this.read = (bytes, view, base, end, at) =>
      at !== 0 && at + size <= end
        ? fields(bytes, view, base, end, at)
        : getShort(bytes, base, end, at, slots, fields);
  }

  /** At least the bytes of a value's object, padding before it included. */
  bound(value: Value): number {
    let bound = 7 + this.struct.size;
    const { fields, keys, ops } = this.#sized;
    for (let i = 0; i < ops.length; i++) {
      const of = value[keys[i]!];
      bound += ops[i] === 5 ? textBound((of as string).length) : fields[i]!.bound!(of, fields[i]!);
    }
    return bound;
  }

  /** Writes an object whose fixed section begins at `at`; answers the end. */
  put(bytes: Uint8Array, view: DataView, base: number, at: number, value: Value): number {
    const gaps = this.#gaps;
    for (let i = 0; i < gaps.length; i += 2) putZeros(bytes, at + gaps[i]!, at + gaps[i + 1]!);
    const { fields, keys, ops, offsets } = this.#order;
    let end = at + this.struct.size;
    for (let i = 0; i < ops.length; i++) {
      const slot = at + offsets[i]!;
      // deno-lint-ignore no-explicit-any -- the kind says which
      const of = value[keys[i]!] as any;
      // The numbers are those of OPS; in line, because a call for each field costs a third on V8.
      switch (ops[i]) {
        case 1:
          putU64(view, slot, of);
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
          putU64(view, slot, of);
          break;
        case 10:
          view.setInt32(slot, of, true);
          break;
        default:
          end = fields[i]!.put(bytes, view, base, slot, end, of, fields[i]!);
      }
    }
    return end;
  }
}

/** Fields in some order, with what the loops need of each in arrays of its own: on V8 a third faster. */
interface Columns {
  readonly fields: readonly PlannedField<Plan>[];
  readonly keys: readonly string[];
  readonly ops: readonly number[];
  readonly offsets: readonly number[];
}

function columns(fields: readonly PlannedField<Plan>[]): Columns {
  return {
    fields,
    keys: fields.map((field) => field.key),
    ops: fields.map((field) => OPS[field.kind] ?? 0),
    offsets: fields.map((field) => field.offset),
  };
}

/** From this many texts on, an object's are read by one call; with fewer that gains nothing. */
const RUN_TEXTS = 3;

/** What `openTexts` takes; `undefined` for few texts. */
function textsOf({ size, fields }: Struct): readonly number[] | undefined {
  const offsets = fields.filter(({ type }) => type.kind === "text").map(({ offset }) => offset);
  return offsets.length < RUN_TEXTS ? undefined : [size, ...offsets.toReversed()];
}

function fieldsReader(
  { fields, keys, ops, offsets }: Columns,
  texts: readonly number[] | undefined,
): ReadStruct<Value> {
  return (bytes, view, base, end, at) => {
    if (texts !== undefined) openTexts(bytes, view, end, at, texts);
    const value: Value = {};
    for (let i = 0; i < ops.length; i++) {
      const slot = at + offsets[i]!;
      let of: unknown;
      switch (ops[i]) {
        case 1:
          of = view.getBigUint64(slot, true);
          break;
        case 2:
          of = view.getUint32(slot, true);
          break;
        case 3:
          of = bytes[slot] !== 0;
          break;
        case 4:
          of = view.getFloat64(slot, true);
          break;
        case 5:
          of = getText(bytes, view, end, slot);
          break;
        case 6:
          of = getBytes(view, end, slot);
          break;
        case 7:
          of = bytes[slot];
          break;
        case 8:
          of = view.getUint16(slot, true);
          break;
        case 9:
          of = view.getBigInt64(slot, true);
          break;
        case 10:
          of = view.getInt32(slot, true);
          break;
        default:
          of = fields[i]!.get(bytes, view, base, end, slot, fields[i]!);
      }
      value[keys[i]!] = of;
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
