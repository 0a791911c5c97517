/** From a struct's value to JSON. What is written satisfies the struct's JSON Schema. */

import { encodeBase64 } from "./base64.ts";
import { JsonError, type JsonIssueCode, pointerOf } from "./json_error.ts";
import { MAX_JSON_DEPTH } from "./json_limits.ts";
import { containsItself } from "./json_recursion.ts";
import { BIGINT_RANGES, fitsF32, INTEGER_RANGES } from "./json_scalars.ts";
import type { Type } from "./model.ts";
import type { Plan } from "./plan.ts";
import type { PlannedField, Value } from "./plan_fields.ts";

/**
 * The JSON form of a value; a null struct becomes its zero value (see json_recursion.ts), a lone
 * surrogate U+FFFD.
 *
 * @throws {JsonError} For a number that JSON does not have, or a value of another type.
 */
export function writeJson(plan: Plan, value: unknown): Value {
  return writeStruct(plan, value, []);
}

type Path = (string | number)[];

function writeStruct(plan: Plan, value: unknown, path: Path, depth = 0): Value {
  if (typeof value !== "object" || value === null) refuse(path, `expected an object`);
  if (depth >= MAX_JSON_DEPTH) {
    refuse(path, `nested deeper than ${MAX_JSON_DEPTH} structs`, "depth");
  }
  const json: Value = {};
  for (const field of plan.fields) {
    path.push(field.key);
    json[field.key] = writeField(field, (value as Value)[field.key], path, depth);
    path.pop();
  }
  return json;
}

function writeField(
  field: PlannedField<Plan>,
  value: unknown,
  path: Path,
  depth: number,
): unknown {
  const { type } = field;
  if (type.kind !== "list") return writeValue(type, field, value, path, depth);
  if (!Array.isArray(value)) refuse(path, "expected an array");
  // Not by map, which would leave the holes of a sparse array as they are.
  return Array.from(value, (element, i) => {
    path.push(i);
    const json = writeValue(type.of, field, element, path, depth);
    path.pop();
    return json;
  });
}

function writeValue(
  type: Type,
  field: PlannedField<Plan>,
  value: unknown,
  path: Path,
  depth: number,
): unknown {
  switch (type.kind) {
    case "bool":
      if (typeof value !== "boolean") refuse(path, "expected a boolean");
      return value;
    case "u64":
    case "i64":
      if (typeof value !== "bigint") refuse(path, "expected a bigint");
      within(value, BIGINT_RANGES[type.kind], type, path);
      return value.toString();
    case "text":
      if (typeof value !== "string") refuse(path, "expected a string");
      return value.toWellFormed(); // as encode writes it
    case "bytes":
      if (!(value instanceof Uint8Array)) refuse(path, "expected bytes");
      return encodeBase64(value);
    case "bytes_fixed":
      if (!(value instanceof Uint8Array)) refuse(path, "expected bytes");
      if (value.length !== type.size && value.length > 0) {
        refuse(path, `expected ${type.size} bytes, got ${value.length}`, "length");
      }
      return encodeBase64(value.length === 0 ? new Uint8Array(type.size) : value);
    case "struct":
      if (value !== null || field.type.kind === "list") {
        return writeStruct(field.plan, value, path, depth + 1);
      }
      return containsItself(field.plan) ? null : zeroOf(field.plan);
    case "list":
      return refuse(path, "expected no list in a list");
    case "f32":
    case "f64":
      if (typeof value !== "number") refuse(path, "expected a number");
      if (!Number.isFinite(value)) refuse(path, `JSON has no ${value}`, "range");
      if (type.kind === "f32" && !fitsF32(value)) refuse(path, `${value} is no f32`, "range");
      return value;
    default:
      if (typeof value !== "number") refuse(path, "expected a number");
      if (!Number.isInteger(value)) refuse(path, `expected an integer, got ${value}`, "range");
      within(value, INTEGER_RANGES[type.kind]!, type, path);
      return value;
  }
}

function zeroOf(plan: Plan): Value {
  const json: Value = {};
  for (const field of plan.fields) json[field.key] = zeroValue(field);
  return json;
}

function zeroValue(field: PlannedField<Plan>): unknown {
  const { type } = field;
  switch (type.kind) {
    case "bool":
      return false;
    case "u64":
    case "i64":
      return "0";
    case "text":
    case "bytes":
      return "";
    case "bytes_fixed":
      return encodeBase64(new Uint8Array(type.size));
    case "list":
      return [];
    case "struct":
      return containsItself(field.plan) ? null : zeroOf(field.plan);
    default:
      return 0;
  }
}

function within<N extends number | bigint>(
  value: N,
  [least, greatest]: readonly [N, N],
  type: Type,
  path: Path,
): void {
  if (value < least || value > greatest) refuse(path, `${value} is no ${type.kind}`, "range");
}

function refuse(path: Path, message: string, code: JsonIssueCode = "type"): never {
  throw new JsonError([{ code, message, path: [...path], pointer: pointerOf(path) }], "write");
}
