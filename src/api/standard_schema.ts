/**
 * Standard Schema v1 (https://standardschema.dev), with its JSON Schema part: the interface by which
 * zod, valibot, arktype, `.zap` structs and our own types are all read the same way.
 *
 * @module
 */

/** A JSON Schema (2020-12) object. */
export type JsonSchema = { [key: string]: unknown };

/** Any schema that says `~standard`. */
export interface StandardSchema<Input = unknown, Output = Input> {
  /** The standard's properties. */
  readonly "~standard": StandardProps<Input, Output>;
}

/** What stands under `~standard`. */
export interface StandardProps<Input = unknown, Output = Input> {
  /** The version of the standard. */
  readonly version: 1;
  /** Who made the schema. */
  readonly vendor: string;
  /** Checks a value. */
  readonly validate: (
    value: unknown,
  ) => StandardResult<Output> | Promise<StandardResult<Output>>;
  /** Types only. */
  readonly types?:
    | { readonly input: Input; readonly output: Output }
    | undefined;
  /** JSON Schema of what goes in and what comes out, where the vendor gives it. */
  readonly jsonSchema?: StandardJsonSchema | undefined;
}

/** The JSON Schema part of the standard. */
export interface StandardJsonSchema {
  /** Schema of what is accepted. */
  readonly input: (
    options: JsonSchemaOptions,
  ) => Record<string, unknown>;
  /** Schema of what is given back. */
  readonly output: (
    options: JsonSchemaOptions,
  ) => Record<string, unknown>;
}

/** Which JSON Schema is asked for. */
export interface JsonSchemaOptions {
  /** The version. */
  readonly target: "draft-2020-12";
  /** What else a vendor knows. */
  readonly libraryOptions?: Record<string, unknown> | undefined;
}

/** A check's outcome: a value, or issues. */
export type StandardResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly StandardIssue[] };

/** One thing wrong, in the standard's shape. */
export interface StandardIssue {
  /** For a person. */
  readonly message: string;
  /** Where in the value. */
  readonly path?:
    | readonly (PropertyKey | { readonly key: PropertyKey })[]
    | undefined;
}

/** A schema whatever it describes. */
// deno-lint-ignore no-explicit-any
export type AnySchema = StandardSchema<any, any>;

/** What a schema accepts. */
export type InferInput<S extends AnySchema> = NonNullable<
  S["~standard"]["types"]
>["input"];

/** What a schema gives. */
export type InferOutput<S extends AnySchema> = NonNullable<
  S["~standard"]["types"]
>["output"];

/** Named schemas: the fields of an object, or the parameters of a route. */
export type Shape = { readonly [name: string]: AnySchema };

/** The same type, written out. */
export type Flat<T> = { [K in keyof T]: T[K] };

/** The object that a shape accepts. */
export type ShapeInput<S extends Shape> = Flat<
  & {
    -readonly [K in keyof S as undefined extends InferInput<S[K]> ? never : K]: InferInput<S[K]>;
  }
  & {
    -readonly [K in keyof S as undefined extends InferInput<S[K]> ? K : never]?: InferInput<S[K]>;
  }
>;

/** The object that a shape gives. */
export type ShapeOutput<S extends Shape> = Flat<
  & {
    -readonly [K in keyof S as undefined extends InferOutput<S[K]> ? never : K]: InferOutput<S[K]>;
  }
  & {
    -readonly [K in keyof S as undefined extends InferOutput<S[K]> ? K : never]?: InferOutput<S[K]>;
  }
>;

/** Whether a value is a Standard Schema. Some vendors' schemas are functions (arktype). */
export function isStandardSchema(value: unknown): value is AnySchema {
  return value !== null &&
    (typeof value === "object" || typeof value === "function") &&
    typeof (value as { "~standard"?: { validate?: unknown } })["~standard"]
        ?.validate ===
      "function";
}
