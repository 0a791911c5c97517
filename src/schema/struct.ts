/** The TypeScript front end: `struct("Note", { id: u64, title: text })`. */

import { decode } from "../wire/decode.ts";
import { encode, encodeInto } from "../wire/encode.ts";
import { HEADER_SIZE } from "../wire/format.ts";
import type { List } from "../wire/list.ts";
import type { StructView } from "../wire/views.ts";
import { type Compiled, type FieldSpec, FieldType } from "./field_type.ts";
import { checkValue, readJson } from "./json_read.ts";
import type { JsonIssue } from "./json_error.ts";
import { type JsonSchema, jsonSchema } from "./json_schema.ts";
import { writeJson } from "./json_write.ts";
import { layOut } from "./layout.ts";
import type { Struct } from "./model.ts";
import { Plan } from "./plan.ts";
import type { Value } from "./plan_fields.ts";
import type { StandardProps } from "./standard.ts";
import { viewer } from "./view.ts";

/** The TypeScript types of a field. */
export type TypesOf<F extends FieldSpec> = NonNullable<F["~types"]>;
/** A declaration's fields, by name. */
export type StructFields = Readonly<Record<string, FieldSpec>>;

/** What `encode` takes, by a declaration's fields. */
export type StructIn<F extends StructFields> = {
  readonly [K in keyof F & string as Uncapitalize<K>]: TypesOf<F[K]>["in"];
};
/** What `decode` gives, by a declaration's fields. */
export type StructOut<F extends StructFields> = {
  [K in keyof F & string as Uncapitalize<K>]: TypesOf<F[K]>["out"];
};
/** A view's getters, by a declaration's fields. */
export type StructGetters<F extends StructFields> = WithGetters<
  { readonly [K in keyof F & string as Uncapitalize<K>]: TypesOf<F[K]>["view"] }
>;

/** The value of a struct or of a field's type: `type Note = Infer<typeof Note>`. */
export type Infer<T> = T extends StructType<infer Out, infer _In, infer _View> ? Out
  : T extends FieldSpec<infer Types> ? Types["out"]
  : never;

/** A value that is only read: its arrays may be readonly. */
export type ReadonlyValue<T> = T extends Uint8Array ? T
  : T extends readonly (infer E)[] ? readonly ReadonlyValue<E>[]
  : T extends object ? { readonly [K in keyof T]: ReadonlyValue<T[K]> }
  : T;

/** `StructView` with getters, each in place of a member of its name. */
export type WithGetters<Getters> = Omit<StructView, keyof Getters> & Getters;

/** The view of a struct, by what `decode` gives. */
export type ViewOf<Out> = WithGetters<{ readonly [K in keyof Out]: GetterOf<Out[K]> }>;

/** What a getter gives, by what `decode` gives. */
export type GetterOf<T> = unknown extends T ? unknown
  : NonNullable<T> extends Uint8Array ? Uint8Array
  : NonNullable<T> extends readonly (infer E)[] ? List<GetterOf<E>>
  : NonNullable<T> extends object ? ViewOf<NonNullable<T>>
  : T;

/** A struct of any type. */
// deno-lint-ignore no-explicit-any
export type AnyStruct = StructType<any, any, any>;

/** A struct: its layout, its codec, its JSON. Made by `struct()`. */
export class StructType<Out, In = ReadonlyValue<Out>, View = ViewOf<Out>>
  implements Compiled, FieldSpec<{ in: In | null; out: Out | null; view: View }> {
  /** Its layout, for generators, services and documents. */
  readonly model: Struct;
  /** @internal How it is written and read. */
  readonly plan: Plan;
  /** The type of a field that holds this struct. */
  readonly type: { readonly kind: "struct"; readonly name: string };
  /** A struct by itself has no offset; `at` gives it one as a field. */
  readonly offset: undefined;
  /** Itself, as what a field mentions. */
  readonly struct: () => AnyStruct;
  /** Carries the TypeScript types; never there. */
  declare readonly "~types"?: { in: In | null; out: Out | null; view: View };
  /** Standard Schema v1: `validate` reads JSON, and values as well. */
  readonly "~standard": StandardProps<unknown, Out>;

  /**
   * Views a message: getters that read when they are asked.
   *
   * @throws {ZapParseError} If it is not a message.
   */
  readonly view: (bytes: Uint8Array) => View;

  /** @internal */
  constructor(model: Struct, plan: Plan) {
    this.model = model;
    this.plan = plan;
    this.type = { kind: "struct", name: model.name };
    this.offset = undefined;
    this.view = viewer(plan) as (bytes: Uint8Array) => View;
    this.struct = () => this;
    this["~standard"] = {
      version: 1,
      vendor: "zap",
      validate: (value) => checkValue<Out>(plan, value),
      jsonSchema: {
        input: (options) => jsonSchema(plan, options?.target),
        output: (options) => jsonSchema(plan, options?.target),
      },
    };
  }

  /** The struct's name. */
  get name(): string {
    return this.model.name;
  }

  /** This struct as a field at a given byte offset. */
  at(offset: number): FieldType<In | null, Out | null, View> {
    return new FieldType<In | null, Out | null, View>(this.type, this.struct, offset);
  }

  /**
   * Encodes a value. Types are trusted: integers out of range wrap, and a number that is missing or
   * no number is written as 0; use `fromJson` for what comes from outside. A small result shares its
   * `ArrayBuffer` with other messages.
   *
   * @throws {TypeError} If a text, bytes, list, struct or 64-bit integer is missing or cannot be
   * written as such; the message names it.
   * @throws {RangeError} If a `bytesFixed` value has the wrong length.
   */
  encode(value: In): Uint8Array<ArrayBuffer> {
    const plan = this.plan;
    try {
      return encode(HEADER_SIZE + plan.bound(value as Value), plan.write, value as Value);
    } catch (error) {
      throw explain(error, plan, value);
    }
  }

  /**
   * Encodes a value into memory of the caller's; answers the number of bytes written.
   *
   * @throws {RangeError} If the message does not fit behind `offset`; then nothing is written there.
   * @throws {TypeError} As `encode`.
   */
  encodeInto(value: In, buffer: Uint8Array, offset = 0): number {
    const plan = this.plan;
    try {
      const bound = HEADER_SIZE + plan.bound(value as Value);
      return encodeInto(bound, plan.write, value as Value, buffer, offset);
    } catch (error) {
      throw explain(error, plan, value);
    }
  }

  /**
   * Reads a whole message. Bytes are not copied; a null struct is `null`; what does not fit is zero.
   *
   * @throws {ZapParseError} If it is not a message.
   */
  decode(bytes: Uint8Array): Out {
    return decode(bytes, this.plan.read) as Out;
  }

  /**
   * Reads the JSON form (spec: schema.md, "OpenAPI 3.1"), strictly.
   *
   * @throws {JsonError} With every fault and its JSON pointer.
   */
  fromJson(json: unknown): Out {
    return readJson<Out>(this.plan, json);
  }

  /**
   * The JSON form of a value.
   *
   * @throws {JsonError} For a number that JSON does not have (NaN, infinities), or a value of another type.
   */
  toJson(value: In): Record<string, unknown> {
    return writeJson(this.plan, value);
  }

  /** The JSON Schema (2020-12) of the JSON form, with the structs it mentions in `$defs`. */
  jsonSchema(): JsonSchema {
    return jsonSchema(this.plan);
  }
}

/**
 * Declares a struct. Fields stand one after another, without padding, in order of declaration;
 * `.at(offset)` places one.
 *
 * @param name Its name in schemas and documents; may hold dots.
 * @param fields Its fields.
 * @throws {TypeError} For a bad or doubled name, no fields, or fields that overlap.
 * @throws {RangeError} For an offset or size over 2^20.
 * @example
 * ```ts
 * import { bytesFixed, type Infer, list, struct, text, u64 } from "@zap-proto/edge";
 *
 * const User = struct("User", { name: text });
 * const Note = struct("Note", { id: u64, tags: list(text), owner: bytesFixed(32), author: User });
 * type Note = Infer<typeof Note>;
 *
 * const note: Note = { id: 7n, tags: ["red"], owner: new Uint8Array(32), author: { name: "Ada" } };
 * const bytes = Note.encode(note);
 * console.log(Note.decode(bytes).id, Note.view(bytes).tags.at(0)); // 7n red
 * ```
 */
export function struct<const F extends StructFields>(
  name: string,
  fields: F,
): StructType<StructOut<F>, StructIn<F>, StructGetters<F>> {
  const model = layOut(name, fields);
  const specs = Object.values(fields);
  return new StructType(model, new Plan(model, (i) => mentionedPlan(model, i, specs[i]!)));
}

/** The plan of the struct that field i mentions, which `ref` may have given another name. */
function mentionedPlan({ name, fields }: Struct, i: number, spec: FieldSpec): Plan {
  const of = spec.type.kind === "list" ? spec.type.of : spec.type;
  const meant = of.kind === "struct" ? of.name : "";
  const plan = (spec.struct!() as Partial<Compiled> | undefined)?.plan;
  if (plan?.struct.name === meant) return plan;
  const found = plan === undefined ? "no struct" : `struct "${plan.struct.name}"`;
  throw new TypeError(
    `Cannot use struct "${name}": "${fields[i]!.name}" is ref("${meant}", …), which gives ${found}`,
  );
}

function explain(error: unknown, plan: Plan, value: unknown): unknown {
  if (!(error instanceof TypeError || error instanceof RangeError)) return error;
  const result = checkValue(plan, value);
  const issue: JsonIssue | undefined = "issues" in result ? result.issues[0] : undefined;
  if (issue === undefined) {
    // JSON takes an exact number for a 64-bit integer; the codec does not.
    const why = `${error.message}: 64-bit integers are bigint, such as 1n`;
    if (!error.message.includes("BigInt")) return error;
    return new TypeError(`Cannot encode ${plan.struct.name}: ${why}`, { cause: error });
  }
  const Class = error instanceof RangeError && issue.code !== "type" ? RangeError : TypeError;
  return new Class(
    `Cannot encode ${plan.struct.name}: ${issue.pointer || "the value"}: ${issue.message}`,
    { cause: error },
  );
}
