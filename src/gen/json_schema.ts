/** JSON Schema of types (spec: schema.md, the table of "OpenAPI 3.1"). */

import type { ScalarKind, Struct, Type } from "../schema/model.ts";
import { lowerFirst } from "../schema/names.ts";

/** A JSON Schema: plain JSON. */
export type JsonSchema = Record<string, unknown>;

const SCALARS: Readonly<Record<ScalarKind | "text" | "bytes", JsonSchema>> = {
  bool: { type: "boolean" },
  u8: { type: "integer", format: "uint8", minimum: 0, maximum: 0xff },
  u16: { type: "integer", format: "uint16", minimum: 0, maximum: 0xffff },
  u32: { type: "integer", format: "uint32", minimum: 0, maximum: 0xffffffff },
  i8: { type: "integer", format: "int8", minimum: -0x80, maximum: 0x7f },
  i16: { type: "integer", format: "int16", minimum: -0x8000, maximum: 0x7fff },
  i32: { type: "integer", format: "int32" },
  u64: { type: "string", format: "int64" },
  i64: { type: "string", format: "int64" },
  f32: { type: "number", format: "float" },
  f64: { type: "number", format: "double" },
  text: { type: "string" },
  bytes: { type: "string", format: "byte" },
};

/** The JSON Schema of a type; `refTo` gives the reference to a struct. */
export function typeJsonSchema(type: Type, refTo: (struct: string) => string): JsonSchema {
  switch (type.kind) {
    case "struct":
      return { $ref: refTo(type.name) };
    case "list":
      return { type: "array", items: typeJsonSchema(type.of, refTo) };
    case "bytes_fixed": {
      const length = 4 * Math.ceil(type.size / 3);
      return { type: "string", format: "byte", minLength: length, maxLength: length };
    }
    default:
      return { ...SCALARS[type.kind] };
  }
}

/** The JSON Schema of a struct: every field required, no others. */
export function structJsonSchema(struct: Struct, refTo: (struct: string) => string): JsonSchema {
  const properties: Record<string, JsonSchema> = {};
  for (const { name, type, doc } of struct.fields) {
    const schema = typeJsonSchema(type, refTo);
    properties[lowerFirst(name)] = doc === undefined ? schema : { ...schema, description: doc };
  }
  return {
    type: "object",
    ...(struct.doc !== undefined && { description: struct.doc }),
    properties,
    required: struct.fields.map(({ name }) => lowerFirst(name)),
    additionalProperties: false,
  };
}
