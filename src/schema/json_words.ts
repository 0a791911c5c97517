/** How messages about JSON name what was expected and what was found. */

import { BIGINT_RANGES, INTEGER_RANGES } from "./json_scalars.ts";
import type { Type } from "./model.ts";

/** What was found. */
export function nameOf(json: unknown): string {
  if (json === null) return "null";
  if (Array.isArray(json)) return "an array";
  const type = typeof json;
  return type === "object" ? "an object" : type === "undefined" ? "nothing" : `a ${type}`;
}

/** What a type's JSON form is. */
export function describe(type: Type): string {
  switch (type.kind) {
    case "bool":
      return "a boolean";
    case "u64":
    case "i64": {
      const [least, greatest] = BIGINT_RANGES[type.kind];
      return `a decimal string from ${least} to ${greatest}`;
    }
    case "f32":
    case "f64":
      return `a finite number (${type.kind})`;
    case "text":
      return "a string";
    case "bytes":
      return "a base64 string";
    case "bytes_fixed":
      return `a base64 string of ${type.size} bytes`;
    case "list":
      return "an array";
    case "struct":
      return "an object";
    default: {
      const [least, greatest] = INTEGER_RANGES[type.kind]!;
      return `an integer from ${least} to ${greatest}`;
    }
  }
}
