import type { Shape } from "../standard_schema.ts";
import { email } from "./formats.ts";
import { INVALID, type Invalid, invalid, type Issue } from "../issue.ts";
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
  if (!(schema instanceof Type) || schema.jsonSchema()["type"] !== "string") {
    return schema;
  }
  const json = schema.jsonSchema();
  if (json["format"] !== undefined || json["enum"] !== undefined) return schema;
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
    if (typeof value !== "string") {
      return value === INVALID || value === undefined ? value : invalid(
        issues,
        "string_type",
        "Input should be a valid string",
        value,
      );
    }
    return this.#rule.readJson(value, issues);
  }

  override get isOptional(): boolean {
    return this.#own.isOptional;
  }

  jsonSchema(): JsonSchema {
    return { ...this.#own.jsonSchema(), ...this.#rule.jsonSchema() };
  }
}
