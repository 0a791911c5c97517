/** The types of a `struct()`'s fields. */

import { MAX_STRUCT_BYTES, type Type } from "./model.ts";
import type { Plan } from "./plan.ts";

/** What a field's type stands for in TypeScript. Exists in types only. */
export interface FieldTypes {
  /** What `encode` takes. */
  readonly in: unknown;
  /** What `decode` gives. */
  readonly out: unknown;
  /** What a view's getter gives. */
  readonly view: unknown;
}

/** A struct, for whoever needs no more than its layout and its codec. */
export interface Compiled {
  /** @internal How it is written and read. */
  readonly plan: Plan;
}

/** Something that a struct's field can be: a scalar, text, bytes, a list, a struct. */
export interface FieldSpec<T extends FieldTypes = FieldTypes> {
  /** The type in the model. */
  readonly type: Type;
  /** Its byte offset, if the declaration gives one. */
  readonly offset: number | undefined;
  /** The struct it mentions, if any. */
  readonly struct: (() => Compiled) | undefined;
  /** Carries the TypeScript types; never there. */
  readonly "~types"?: T;
}

/**
 * Refuses what is no type, such as `"u64"`, `Number`, or an import that does not exist.
 *
 * @throws {TypeError} That says where, and what a type is.
 */
export function assertFieldSpec(spec: unknown, where: string): void {
  const kind = (spec as Partial<FieldSpec> | null | undefined)?.type?.kind;
  if (typeof kind === "string") return;
  const found = typeof spec === "string" ? `"${spec}"` : spec === null ? "null" : typeof spec;
  throw new TypeError(
    `${where}: ${found} is no type; use u64, text, list(…) and so on of @zap-proto/edge, or a struct`,
  );
}

/** A field's type, made by this module's constants and functions. */
export class FieldType<In, Out = In, View = Out>
  implements FieldSpec<{ in: In; out: Out; view: View }> {
  /** The type in the model. */
  readonly type: Type;
  /** Its byte offset, if the declaration gives one. */
  readonly offset: number | undefined;
  /** The struct it mentions, if any. */
  readonly struct: (() => Compiled) | undefined;
  /** Carries the TypeScript types; never there. */
  declare readonly "~types"?: { in: In; out: Out; view: View };

  /** Made by `u64`, `list()` and so on. */
  constructor(type: Type, struct?: () => Compiled, offset?: number) {
    this.type = type;
    this.struct = struct;
    this.offset = offset;
  }

  /**
   * The same type at a given byte offset; the next field without one follows it.
   *
   * @param offset 0 to 2^20.
   * @example
   * ```ts
   * import { struct, text, u64 } from "@zap-proto/edge";
   *
   * const Note = struct("Note", { id: u64.at(8), title: text.at(0) });
   * ```
   */
  at(offset: number): FieldType<In, Out, View> {
    return new FieldType<In, Out, View>(this.type, this.struct, offset);
  }
}

/** One byte: zero is false. */
export const bool: FieldType<boolean> = new FieldType({ kind: "bool" });
/** Unsigned integer of 8 bits. */
export const u8: FieldType<number> = new FieldType({ kind: "u8" });
/** Unsigned integer of 16 bits. */
export const u16: FieldType<number> = new FieldType({ kind: "u16" });
/** Unsigned integer of 32 bits. */
export const u32: FieldType<number> = new FieldType({ kind: "u32" });
/** Unsigned integer of 64 bits, a bigint. */
export const u64: FieldType<bigint> = new FieldType({ kind: "u64" });
/** Signed integer of 8 bits. */
export const i8: FieldType<number> = new FieldType({ kind: "i8" });
/** Signed integer of 16 bits. */
export const i16: FieldType<number> = new FieldType({ kind: "i16" });
/** Signed integer of 32 bits. */
export const i32: FieldType<number> = new FieldType({ kind: "i32" });
/** Signed integer of 64 bits, a bigint. */
export const i64: FieldType<bigint> = new FieldType({ kind: "i64" });
/** Floating point of 32 bits, IEEE 754 single precision. */
export const f32: FieldType<number> = new FieldType({ kind: "f32" });
/** Floating point of 64 bits, IEEE 754 double precision: JavaScript's number. */
export const f64: FieldType<number> = new FieldType({ kind: "f64" });
/** Text of any length, UTF-8 on the wire. */
export const text: FieldType<string> = new FieldType({ kind: "text" });
/** Bytes of any length. Decoded ones share the message's memory. */
export const bytes: FieldType<Uint8Array> = new FieldType({ kind: "bytes" });

/**
 * Exactly `size` bytes, in the fixed section. An empty value is written as zeros.
 *
 * @param size 1 to 2^20.
 */
export function bytesFixed(size: number): FieldType<Uint8Array> {
  if (!Number.isInteger(size) || size < 1 || size > MAX_STRUCT_BYTES) {
    throw new RangeError(
      `Cannot declare bytes_fixed[${size}]: size is not within 1 to ${MAX_STRUCT_BYTES}`,
    );
  }
  return new FieldType({ kind: "bytes_fixed", size });
}
