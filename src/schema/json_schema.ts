/** JSON Schema of a struct's JSON form: exactly the table of schema.md, "OpenAPI 3.1". */

import { containsItself } from "./json_recursion.ts";
import { INTEGER_RANGES } from "./json_scalars.ts";
import type { Type } from "./model.ts";
import type { Plan } from "./plan.ts";
import type { PlannedField } from "./plan_fields.ts";

/** A JSON Schema. */
export type JsonSchema = Record<string, unknown>;

/** Drafts that can be written, with where each keeps definitions. */
const TARGETS: ReadonlyMap<string, readonly [uri: string, definitions: string]> = new Map([
  ["draft-2020-12", ["https://json-schema.org/draft/2020-12/schema", "$defs"]],
  ["draft-07", ["http://json-schema.org/draft-07/schema#", "definitions"]],
]);

/**
 * The schema of a struct, with the structs that it mentions as definitions.
 *
 * @param target `draft-2020-12` (default) or `draft-07`.
 * @throws {TypeError} For another target, or two different structs of one name.
 */
export function jsonSchema(plan: Plan, target = "draft-2020-12"): JsonSchema {
  const known = TARGETS.get(target);
  if (known === undefined) {
    throw new TypeError(
      `Cannot write JSON Schema: target "${target}" is neither ${
        [...TARGETS.keys()].map((name) => `"${name}"`).join(" nor ")
      }`,
    );
  }
  const [uri, definitions] = known;
  const schema: JsonSchema = { $schema: uri, ...structSchema(plan, `#/${definitions}/`) };
  const mentioned = mentionedBy(plan);
  if (mentioned.size > 0) {
    schema[definitions] = Object.fromEntries(
      [...mentioned].map(([name, of]) => [name, structSchema(of, `#/${definitions}/`)]),
    );
  }
  return schema;
}

/**
 * The structs that a struct mentions, directly or not, by name; itself only if it contains itself.
 *
 * @throws {TypeError} For two different structs of one name.
 */
export function mentionedBy(plan: Plan): Map<string, Plan> {
  const found = new Map<string, Plan>();
  const visit = (from: Plan): void => {
    for (const field of from.fields) {
      const type = field.type.kind === "list" ? field.type.of : field.type;
      if (type.kind !== "struct") continue;
      const next = field.plan;
      const name = next.struct.name;
      const twin = name === plan.struct.name ? plan : found.get(name);
      if (twin !== undefined && twin !== next) {
        throw new TypeError(`Cannot collect structs: two different structs are named "${name}"`);
      }
      if (found.has(name)) continue;
      found.set(name, next);
      visit(next);
    }
  };
  visit(plan);
  return found;
}

/** The schema of one struct; others are `$ref`s to `prefix` and their name. */
export function structSchema(plan: Plan, prefix: string): JsonSchema {
  return {
    type: "object",
    properties: Object.fromEntries(
      plan.fields.map((field) => [field.key, typeSchema(field.type, field, prefix)]),
    ),
    required: plan.fields.map((field) => field.key),
    additionalProperties: false,
  };
}

function typeSchema(type: Type, field: PlannedField<Plan>, prefix: string): JsonSchema {
  switch (type.kind) {
    case "bool":
      return { type: "boolean" };
    case "u8":
    case "u16":
    case "u32":
    case "i8":
    case "i16": {
      const [minimum, maximum] = INTEGER_RANGES[type.kind]!;
      const format = `${type.kind.startsWith("u") ? "uint" : "int"}${type.kind.slice(1)}`;
      return { type: "integer", format, minimum, maximum };
    }
    case "i32":
      return { type: "integer", format: "int32" };
    case "u64":
    case "i64":
      return { type: "string", format: "int64" };
    case "f32":
      return { type: "number", format: "float" };
    case "f64":
      return { type: "number", format: "double" };
    case "text":
      return { type: "string" };
    case "bytes":
      return { type: "string", format: "byte" };
    case "bytes_fixed": {
      const length = 4 * Math.ceil(type.size / 3);
      return { type: "string", format: "byte", minLength: length, maxLength: length };
    }
    case "list":
      return { type: "array", items: typeSchema(type.of, field, prefix) };
    case "struct": {
      const reference = { $ref: prefix + type.name };
      const mayBeNull = field.type.kind === "struct" && containsItself(field.plan);
      return mayBeNull ? { anyOf: [reference, { type: "null" }] } : reference;
    }
  }
}
