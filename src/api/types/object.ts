import { compact } from "../compact.ts";
import { INVALID, type Invalid, invalid, type Issue, mistyped, prefixIssues } from "../issue.ts";
import { ERROR_LIMITS } from "../limits.ts";
import type { Flat, JsonSchema, Shape, ShapeInput, ShapeOutput } from "../standard_schema.ts";
import { assertKnownOptions } from "../../base/options.ts";
import type { FormsOf } from "./struct.ts";
import { type AnyType, type Forms, jsonForm, Type } from "./type.ts";
import { type PendingParts, PendingValue, pendingWhole } from "./pending.ts";
import { toType } from "./to_type.ts";

/** How an object is documented. */
export interface ObjectOptions {
  /** Its name among the document's component schemas. Without one it is written out where it is used. */
  readonly name?: string;
}

/**
 * An object with the given fields; keys beside them are left out of the result.
 *
 * @param shape The schema of each field.
 * @param options Its name in the document.
 * @returns The type.
 * @throws {TypeError} For an option that is not known, or a field named `__proto__`.
 * @example
 * ```ts
 * import { int, object, text } from "@zap-proto/edge/api";
 *
 * const User = object({ user_id: int(), name: text({ min: 1 }) }, { name: "User" });
 * ```
 */
export function object<const S extends Shape>(
  shape: S,
  options: ObjectOptions = {},
): ObjectType<S> {
  assertKnownOptions(options, ["name"], "object()");
  return new ObjectType<S>(shape, options);
}

/** One form of each field. */
export type ShapeForm<S extends Shape, Side extends keyof Forms> = Flat<
  & {
    -readonly [K in keyof S as undefined extends FormsOf<S[K]>[Side] ? never : K]: FormsOf<
      S[K]
    >[Side];
  }
  & {
    -readonly [K in keyof S as undefined extends FormsOf<S[K]>[Side] ? K : never]?: FormsOf<
      S[K]
    >[Side];
  }
>;

/** The forms of an object's fields, in objects. */
export interface ShapeForms<S extends Shape> {
  /** What a handler answers. */
  readonly answer: ShapeForm<S, "answer">;
  /** What a caller sends. */
  readonly sent: ShapeForm<S, "sent">;
  /** What a caller receives. */
  readonly received: ShapeForm<S, "received">;
}

/** An object type; `shape` is what it was made of. */
export class ObjectType<S extends Shape>
  extends Type<ShapeOutput<S>, ShapeInput<S>, ShapeForms<S>> {
  /** The schema of each field. */
  readonly shape: S;
  readonly #names: readonly string[];
  readonly #types: readonly AnyType[];
  readonly #name: string | undefined;
  /** Whether a field may be checked asynchronously: one of another vendor's. */
  readonly #mayWait: boolean;

  /**
   * Made by `object()`.
   *
   * @param shape The schema of each field.
   * @param options Its name in the document.
   */
  constructor(shape: S, options: ObjectOptions) {
    super();
    this.shape = shape;
    this.#names = Object.keys(shape);
    if (this.#names.includes("__proto__")) {
      throw new TypeError('Cannot name a field "__proto__"');
    }
    this.#types = Object.values(shape).map(toType);
    this.#name = options.name;
    this.#mayWait = !this.projects;
  }

  /** Refuses a text: an object is read from JSON only. */
  readText(text: string, issues: Issue[]): Invalid {
    return invalid(issues, "model_type", "Input should be an object", text);
  }

  /** Reads the fields, and leaves out what is beside them. */
  readJson(value: unknown, issues: Issue[]): ShapeOutput<S> | Invalid {
    return this.#fields(value, issues, false) as ShapeOutput<S> | Invalid;
  }

  /** Writes the fields, each by its type. */
  override writeJson(value: unknown, issues: Issue[]): unknown | Invalid {
    return this.#fields(jsonForm(value), issues, true);
  }

  #fields(
    value: unknown,
    issues: Issue[],
    writing: boolean,
  ): Record<string, unknown> | Invalid {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      return mistyped(issues, "model_type", "Input should be an object", value);
    }
    const before = issues.length;
    const names = this.#names;
    const types = this.#types;
    const out: Record<string, unknown> = {};
    let late: PendingParts | undefined;
    for (let i = 0; i < names.length; i++) {
      const name = names[i]!;
      const type = types[i]!;
      const start = issues.length;
      // An inherited value (`constructor`, `toString`) is no value.
      const field = (value as Record<string, unknown>)[name];
      const read = field === undefined || !Object.hasOwn(value, name)
        ? writing && type.isOptional ? type.writeJson(undefined, issues) : type.readAbsent(issues)
        : writing
        ? type.writeJson(field, issues)
        : type.readJson(field, issues);
      if (read === INVALID) {
        prefixIssues(issues, start, name);
        if (issues.length >= ERROR_LIMITS.maxIssues) break;
      } else if (read !== undefined) {
        out[name] = read;
        if (this.#mayWait && read instanceof PendingValue) (late ??= new Map()).set(name, read);
      }
    }
    if (late !== undefined) return pendingWhole(out, late, issues.splice(before));
    return issues.length === before ? out : INVALID;
  }

  /** Keeps the fields. */
  override project(given: unknown): unknown {
    const value = jsonForm(given);
    if (typeof value !== "object" || value === null) return value;
    const out: Record<string, unknown> = {};
    for (let i = 0; i < this.#names.length; i++) {
      const name = this.#names[i]!;
      const field = this.#types[i]!.project(
        (value as Record<string, unknown>)[name],
      );
      if (field !== undefined) out[name] = field;
    }
    return out;
  }

  /** Whether all fields do. */
  override get projects(): boolean {
    return this.#types.every((type) => type.projects);
  }

  /** The JSON Schema. */
  jsonSchema(): JsonSchema {
    const properties: Record<string, JsonSchema> = {};
    const required: string[] = [];
    for (let i = 0; i < this.#names.length; i++) {
      properties[this.#names[i]!] = this.#types[i]!.jsonSchema();
      if (!this.#types[i]!.isOptional) required.push(this.#names[i]!);
    }
    return compact({ title: this.#name, type: "object", properties, required });
  }
}
