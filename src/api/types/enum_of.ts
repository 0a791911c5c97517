import { type Invalid, invalid, type Issue, missing } from "../issue.ts";
import type { JsonSchema } from "../standard_schema.ts";
import { Type } from "./type.ts";

/**
 * One of some values. From text, a number is matched by its decimal form.
 *
 * @param values The values, at least one, all different.
 * @returns The type.
 * @throws {TypeError} Without values.
 * @example
 * ```ts
 * import { enumOf } from "@zap-proto/edge/api";
 *
 * const order = enumOf("asc", "desc").default("asc");
 * ```
 */
export function enumOf<const V extends readonly (string | number)[]>(
  ...values: V
): Type<V[number]> {
  if (values.length === 0) {
    throw new TypeError("Cannot make enumOf() without values");
  }
  return new EnumType<V[number]>(values);
}

class EnumType<V extends string | number> extends Type<V> {
  readonly #values: readonly V[];
  readonly #byText: Map<string, V>;

  constructor(values: readonly V[]) {
    super();
    this.#values = values;
    this.#byText = new Map(values.map((value) => [String(value), value]));
  }

  readText(text: string, issues: Issue[]): V | Invalid {
    return this.#byText.get(text) ?? this.#refuse(text, issues);
  }

  readJson(value: unknown, issues: Issue[]): V | Invalid {
    if (this.#values.includes(value as V)) return value as V;
    return value === undefined ? missing(issues) : this.#refuse(value, issues);
  }

  #refuse(value: unknown, issues: Issue[]): Invalid {
    const names = this.#values.map((v) => typeof v === "string" ? `'${v}'` : String(v));
    const last = names.pop();
    const all = names.length === 0 ? last : `${names.join(", ")} or ${last}`;
    return invalid(issues, "enum", `Input should be ${all}`, value);
  }

  jsonSchema(): JsonSchema {
    const kinds = new Set(this.#values.map((value) => typeof value));
    return {
      ...(kinds.size === 1 ? { type: kinds.has("string") ? "string" : "number" } : {}),
      enum: [...this.#values],
    };
  }
}
