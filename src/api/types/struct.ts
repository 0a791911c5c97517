import { INVALID, type Invalid, invalid, type Issue } from "../issue.ts";
import type {
  AnySchema,
  InferInput,
  InferOutput,
  JsonSchema,
  StandardIssue,
} from "../standard_schema.ts";
import { noteIssues } from "./settle.ts";
import { type PlainForms, Type } from "./type.ts";

/** What is used of a struct. Known by its members, so that the API does not carry the codec of who has no structs. */
export interface StructLike<In = unknown, Out = unknown> {
  /** The struct's name. */
  readonly name: string;
  /** Reads the JSON form; throws what has `issues`. */
  fromJson(json: unknown): Out;
  /** Writes the JSON form; throws what has `issues`. */
  toJson(value: In): Record<string, unknown>;
  /** The JSON Schema of that form. */
  jsonSchema(): JsonSchema;
}

/** The JSON form of a struct's value: 64-bit integers are decimal strings, bytes are base64. */
export type JsonForm<T> = T extends bigint | Uint8Array ? string
  : T extends readonly (infer E)[] ? JsonForm<E>[]
  : T extends object ? { [K in keyof T]: JsonForm<T[K]> }
  : T;

/** The forms of a schema: a struct's value is what the struct encodes, and its JSON form on the wire. */
export type FormsOf<S extends AnySchema> = S extends StructLike<infer In, infer Out>
  ? { readonly answer: In; readonly sent: JsonForm<Out>; readonly received: JsonForm<Out> }
  // deno-lint-ignore no-explicit-any -- of any type
  : S extends Type<any, any, infer F> ? F
  : PlainForms<InferOutput<S>, InferInput<S>>;

/** What a handler answers for a schema. */
export type AnswerInput<S extends AnySchema> = FormsOf<S>["answer"];

/** What a caller sends for a schema. */
export type SentInput<S extends AnySchema> = FormsOf<S>["sent"];

/** What a caller receives for a schema. */
export type ReceivedOutput<S extends AnySchema> = FormsOf<S>["received"];

/** Whether a schema is a struct, made by `struct()`, by `structsOf()` or by the generator. */
export function isStruct(schema: object): schema is StructLike {
  const { "~standard": standard, fromJson, toJson, jsonSchema } = schema as Partial<
    StructLike & { readonly "~standard": { readonly vendor: string } }
  >;
  return standard?.vendor === "zap" && typeof fromJson === "function" &&
    typeof toJson === "function" && typeof jsonSchema === "function";
}

/**
 * A `.zap` struct: values are read from their JSON form, strictly, and written in it. Its own
 * Standard Schema also takes values that JSON has not, and writes none, so it is not asked.
 */
export class StructSchema extends Type<unknown> {
  readonly #struct: StructLike;

  /** @param struct The struct. */
  constructor(struct: StructLike) {
    super();
    this.#struct = struct;
  }

  /** Refuses a text: a struct is read from JSON only. */
  readText(text: string, issues: Issue[]): Invalid {
    return invalid(issues, "model_type", "Input should be an object", text);
  }

  /** Reads the JSON form. */
  readJson(value: unknown, issues: Issue[]): unknown | Invalid {
    return orNote(() => this.#struct.fromJson(value), value, issues);
  }

  /** Writes the JSON form. */
  override writeJson(value: unknown, issues: Issue[]): unknown | Invalid {
    return orNote(() => this.#struct.toJson(value), value, issues);
  }

  /** Writing is what filters, and it checks. */
  override get projects(): boolean {
    return false;
  }

  /** The JSON Schema, named for the document as are those that it mentions. */
  jsonSchema(): JsonSchema {
    const { $schema: _, $defs, ...schema } = this.#struct.jsonSchema();
    const named = Object.entries(($defs ?? {}) as Record<string, JsonSchema>)
      .map(([name, each]) => [name, { title: name, ...each }]);
    return {
      title: this.#struct.name,
      ...schema,
      ...(named.length === 0 ? {} : { $defs: Object.fromEntries(named) }),
    };
  }
}

function orNote(convert: () => unknown, value: unknown, issues: Issue[]): unknown | Invalid {
  try {
    return convert();
  } catch (error) {
    // A JsonError, of whatever copy of its class.
    const { issues: found } = error as { readonly issues?: readonly StandardIssue[] };
    if (!Array.isArray(found)) throw error;
    noteIssues(found, value, issues);
    return INVALID;
  }
}
