import { INVALID, type Invalid, type Issue, missing } from "../issue.ts";
import type {
  JsonSchema,
  StandardProps,
  StandardResult,
  StandardSchema,
} from "../standard_schema.ts";
import { PendingValue } from "./pending.ts";

/** A value as `JSON.stringify` takes it: what its `toJSON` says, if it has one. */
export function jsonForm(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const { toJSON } = value as { readonly toJSON?: unknown };
  return typeof toJSON === "function" ? toJSON.call(value) : value;
}

/** What stands for a value on each side of the wire. */
export interface Forms {
  /** What a handler answers. */
  readonly answer: unknown;
  /** What a caller sends. */
  readonly sent: unknown;
  /** What a caller receives. */
  readonly received: unknown;
}

/** The forms of a value that is its own JSON. */
export interface PlainForms<Output, Input> {
  /** What a handler answers. */
  readonly answer: Input;
  /** What a caller sends. */
  readonly sent: Input;
  /** What a caller receives. */
  readonly received: Output;
}

/** The forms of a value that may be left out, or be `null`. */
export interface FormsOr<F extends Forms, Absent, Given = Absent> {
  /** What a handler answers. */
  readonly answer: F["answer"] | Given;
  /** What a caller sends. */
  readonly sent: F["sent"] | Given;
  /** What a caller receives. */
  readonly received: F["received"] | Absent;
}

/**
 * One of our own schema types. It reads a value from text (path, query, headers, cookies, forms:
 * coerced) or from JSON (not coerced), says its JSON Schema, and is a Standard Schema.
 */
export abstract class Type<Output, Input = Output, F extends Forms = PlainForms<Output, Input>>
  implements StandardSchema<Input, Output> {
  /** What stands for a value on each side, where that is not what JSON has: in a struct. No value. */
  declare readonly "~forms"?: F;
  #standard: StandardProps<Input, Output> | undefined;

  /**
   * Reads a text, coercing it.
   *
   * @param text The text, already decoded.
   * @param issues Where to note what is wrong.
   * @returns The value, or `INVALID`.
   */
  abstract readText(text: string, issues: Issue[]): Output | Invalid;

  /**
   * Reads a JSON value, without coercion.
   *
   * @param value The value; `undefined` if there is none.
   * @param issues Where to note what is wrong.
   * @returns The value, or `INVALID`.
   */
  abstract readJson(value: unknown, issues: Issue[]): Output | Invalid;

  /**
   * Checks a value that a handler answers and gives what is to be sent of it: as `readJson`, once
   * a value that says its JSON form (`toJSON`) has said it.
   *
   * @param value The value; `undefined` if there is none.
   * @param issues Where to note what is wrong.
   * @returns What `JSON.stringify` takes, or `INVALID`.
   */
  writeJson(value: unknown, issues: Issue[]): unknown | Invalid {
    return this.readJson(jsonForm(value), issues);
  }

  /** The JSON Schema (2020-12). */
  abstract jsonSchema(): JsonSchema;

  /** What stands for a value that is not there. */
  readAbsent(issues: Issue[]): Output | Invalid {
    return missing(issues);
  }

  /** Reads all values of a repeated key; only `list` looks beyond the first. */
  readTexts(texts: readonly string[], issues: Issue[]): Output | Invalid {
    return this.readText(texts[0]!, issues);
  }

  /** Keeps what the type describes of a value that is known to fit, without checking it. */
  project(value: unknown): unknown {
    return value;
  }

  /** Whether `project` does the filtering; where it does not (another vendor's schema), checking does. */
  get projects(): boolean {
    return true;
  }

  /** Whether repeated keys are read as one value. */
  get repeats(): boolean {
    return false;
  }

  /** Bytes that a file of this type may have; `undefined` for the app's limit. */
  get fileLimit(): number | undefined {
    return undefined;
  }

  /** Whether the value may be left out. */
  get isOptional(): boolean {
    return false;
  }

  /** The same type, which may be left out; an empty text is then left out too. */
  optional(): Type<Output | undefined, Input | undefined, FormsOr<F, undefined>> {
    return this.isOptional
      ? this as never
      : new OptionalType<Output, Input, undefined>(this as never, undefined, false) as never;
  }

  /** The same type with a value for when it is left out or its text is empty. */
  default(value: Output): Type<Output, Input | undefined, FormsOr<F, never, undefined>> {
    return new OptionalType<Output, Input, Output>(this as never, value, true) as never;
  }

  /** The same type, or `null` in JSON. */
  nullable(): Type<Output | null, Input | null, FormsOr<F, null>> {
    return new NullableType<Output, Input>(this as never) as never;
  }

  /** Standard Schema v1. */
  get "~standard"(): StandardProps<Input, Output> {
    return this.#standard ??= {
      version: 1,
      vendor: "zap-edge",
      validate: (value) => {
        const issues: Issue[] = [];
        const result = (read: unknown): StandardResult<Output> =>
          read === INVALID
            ? { issues: issues.map(({ msg, loc }) => ({ message: msg, path: loc })) }
            : { value: read as Output };
        const read: unknown = this.readJson(value, issues);
        return read instanceof PendingValue ? read.settle(issues).then(result) : result(read);
      },
      jsonSchema: {
        input: () => this.jsonSchema(),
        output: () => this.jsonSchema(),
      },
    };
  }
}

/** A type's standing for any output. */
// deno-lint-ignore no-explicit-any
export type AnyType = Type<any, any, any>;

/** A type that may be left out, with or without a value instead. */
class OptionalType<Output, Input, Absent> extends Type<Output | Absent, Input | undefined> {
  readonly #inner: Type<Output, Input>;
  readonly #absent: Absent;
  readonly #documented: boolean;

  constructor(inner: Type<Output, Input>, absent: Absent, documented: boolean) {
    super();
    this.#inner = inner;
    this.#absent = absent;
    this.#documented = documented;
  }

  readText(text: string, issues: Issue[]): Output | Absent | Invalid {
    return text === "" ? this.readAbsent() : this.#inner.readText(text, issues);
  }

  override readTexts(
    texts: readonly string[],
    issues: Issue[],
  ): Output | Absent | Invalid {
    return texts.length === 1 && texts[0] === ""
      ? this.readAbsent()
      : this.#inner.readTexts(texts, issues);
  }

  readJson(value: unknown, issues: Issue[]): Output | Absent | Invalid {
    return value === undefined ? this.readAbsent() : this.#inner.readJson(value, issues);
  }

  override writeJson(value: unknown, issues: Issue[]): unknown | Invalid {
    if (value !== undefined) return this.#inner.writeJson(value, issues);
    const absent = this.readAbsent();
    return absent === undefined ? undefined : this.#inner.writeJson(absent, issues);
  }

  override readAbsent(): Absent {
    // A list or object default is copied, so that one request cannot change another's.
    return typeof this.#absent === "object" && this.#absent !== null
      ? structuredClone(this.#absent)
      : this.#absent;
  }

  override project(value: unknown): unknown {
    return value === undefined ? this.readAbsent() : this.#inner.project(value);
  }

  override get projects(): boolean {
    return this.#inner.projects;
  }

  override get fileLimit(): number | undefined {
    return this.#inner.fileLimit;
  }

  override get repeats(): boolean {
    return this.#inner.repeats;
  }

  override get isOptional(): boolean {
    return true;
  }

  jsonSchema(): JsonSchema {
    const schema = this.#inner.jsonSchema();
    if (!this.#documented) return schema;
    const value = this.#inner.projects ? this.#absent : this.#inner.writeJson(this.#absent, []);
    return { ...schema, default: value };
  }
}

/** A type that may be `null`. */
class NullableType<Output, Input> extends Type<Output | null, Input | null> {
  readonly #inner: Type<Output, Input>;

  constructor(inner: Type<Output, Input>) {
    super();
    this.#inner = inner;
  }

  readText(text: string, issues: Issue[]): Output | null | Invalid {
    return this.#inner.readText(text, issues);
  }

  override readTexts(
    texts: readonly string[],
    issues: Issue[],
  ): Output | null | Invalid {
    return this.#inner.readTexts(texts, issues);
  }

  readJson(value: unknown, issues: Issue[]): Output | null | Invalid {
    return value === null ? null : this.#inner.readJson(value, issues);
  }

  override writeJson(value: unknown, issues: Issue[]): unknown | Invalid {
    return value === null ? null : this.#inner.writeJson(value, issues);
  }

  override readAbsent(issues: Issue[]): Output | null | Invalid {
    return this.#inner.readAbsent(issues);
  }

  override project(value: unknown): unknown {
    return value === null ? null : this.#inner.project(value);
  }

  override get projects(): boolean {
    return this.#inner.projects;
  }

  override get fileLimit(): number | undefined {
    return this.#inner.fileLimit;
  }

  override get repeats(): boolean {
    return this.#inner.repeats;
  }

  override get isOptional(): boolean {
    return this.#inner.isOptional;
  }

  jsonSchema(): JsonSchema {
    const { default: value, ...schema } = this.#inner.jsonSchema();
    const anyOf = [schema, { type: "null" }];
    return value === undefined ? { anyOf } : { anyOf, default: value };
  }
}
