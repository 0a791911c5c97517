import type { Shape } from "../standard_schema.ts";
import { email } from "./formats.ts";
import type { Invalid, Issue } from "../issue.ts";
import type { JsonSchema } from "../standard_schema.ts";
import { TextType } from "./text.ts";
import { type AnyType, Type } from "./type.ts";

/**
 * Gives text fields the meaning of their names: `email` and `*_email` must be e-mail addresses, and
 * `*_ne` must not be empty. Only fields made by `text()` are touched, also under `.optional()`.
 *
 * @param shape The fields.
 * @returns The same fields, checked by their names.
 * @example
 * ```ts
 * import { conventions, object, text } from "@zap-proto/edge/api";
 *
 * const Signup = object(conventions({ email: text(), name_ne: text() }));
 * ```
 */
export function conventions<const S extends Shape>(shape: S): S {
  const out: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(shape)) {
    out[name] = byName(name, schema);
  }
  return out as S;
}

function byName(name: string, schema: unknown): unknown {
  if (!(schema instanceof Type)) return schema;
  const all = schema.jsonSchema();
  // What may be null says so in a list.
  const json = (all["anyOf"] as JsonSchema[] | undefined)?.[0] ?? all;
  if (json["type"] !== "string" || json["format"] !== undefined || json["enum"] !== undefined) {
    return schema;
  }
  if (name === "email" || name.endsWith("_email")) {
    return new NamedText(schema, email());
  }
  if (name.endsWith("_ne")) return new NamedText(schema, NOT_EMPTY);
  return schema;
}

const NOT_EMPTY: AnyType = new TextType({ min: 1 });

/** A text that another type checks too, once it is there. */
class NamedText extends Type<unknown> {
  readonly #own: AnyType;
  readonly #rule: AnyType;

  constructor(own: AnyType, rule: AnyType) {
    super();
    this.#own = own;
    this.#rule = rule;
  }

  readText(text: string, issues: Issue[]): unknown | Invalid {
    return this.#check(this.#own.readText(text, issues), issues);
  }

  readJson(value: unknown, issues: Issue[]): unknown | Invalid {
    return this.#check(this.#own.readJson(value, issues), issues);
  }

  override readAbsent(issues: Issue[]): unknown | Invalid {
    return this.#own.readAbsent(issues);
  }

  #check(value: unknown, issues: Issue[]): unknown | Invalid {
    return typeof value === "string" ? this.#rule.readJson(value, issues) : value;
  }

  override get isOptional(): boolean {
    return this.#own.isOptional;
  }

  jsonSchema(): JsonSchema {
    const own = this.#own.jsonSchema();
    const rule = this.#rule.jsonSchema();
    const [text, ...others] = (own["anyOf"] ?? []) as JsonSchema[];
    return text === undefined
      ? { ...rule, ...own }
      : { ...own, anyOf: [{ ...rule, ...text }, ...others] };
  }
}
