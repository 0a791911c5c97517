/** From JSON to a struct's value, strictly; all faults at once. */

import { decodeBase64 } from "./base64.ts";
import { JsonError, type JsonIssue, type JsonIssueCode, pointerOf } from "./json_error.ts";
import { MAX_JSON_DEPTH, MAX_JSON_ISSUES, MAX_KEY_ECHO } from "./json_limits.ts";
import { containsItself } from "./json_recursion.ts";
import { BIGINT_RANGES, DECIMAL, fitsF32, INTEGER_RANGES } from "./json_scalars.ts";
import { describe, nameOf } from "./json_words.ts";
import type { Type } from "./model.ts";
import type { Plan } from "./plan.ts";
import type { PlannedField, Value } from "./plan_fields.ts";

/** What a check gives: the value, or what is wrong with it. */
export type Checked<T> = { readonly value: T } | { readonly issues: readonly JsonIssue[] };

/** Reads the JSON form of a struct. */
export function checkJson<T>(plan: Plan, json: unknown): Checked<T> {
  return new Reader(false).read(plan, json) as Checked<T>;
}

/** Reads the JSON form, or a value as `encode` takes it: bigints, byte arrays and null structs too. */
export function checkValue<T>(plan: Plan, value: unknown): Checked<T> {
  return new Reader(true).read(plan, value) as Checked<T>;
}

/**
 * Reads the JSON form of a struct.
 *
 * @throws {JsonError} With every fault, up to a bound.
 */
export function readJson<T>(plan: Plan, json: unknown): T {
  const result = checkJson<T>(plan, json);
  if ("issues" in result) throw new JsonError(result.issues);
  return result.value;
}

/** What is taken beside the JSON form, where values are taken. */
const NATIVE: Readonly<Partial<Record<Type["kind"], string>>> = {
  u64: "a bigint or ",
  i64: "a bigint or ",
  bytes: "a Uint8Array or ",
  bytes_fixed: "a Uint8Array or ",
};

class Reader {
  readonly #issues: JsonIssue[] = [];
  readonly #path: (string | number)[] = [];
  /** Whether values beside JSON are taken. */
  readonly #native: boolean;
  #depth = 0;

  constructor(native: boolean) {
    this.#native = native;
  }

  read(plan: Plan, json: unknown): Checked<Value> {
    const value = this.#struct(plan, json);
    return this.#issues.length > 0 ? { issues: this.#issues } : { value };
  }

  /** Notes a fault; what it answers is never seen. */
  #fail(code: JsonIssueCode, message: string): never {
    if (this.#issues.length < MAX_JSON_ISSUES) {
      const path = [...this.#path];
      this.#issues.push({ code, message, path, pointer: pointerOf(path) });
    }
    return undefined as never;
  }

  #struct(plan: Plan, json: unknown): Value {
    if (typeof json !== "object" || json === null || Array.isArray(json)) {
      return this.#fail("type", `expected an object, got ${nameOf(json)}`);
    }
    if (this.#depth >= MAX_JSON_DEPTH) {
      return this.#fail("depth", `nested deeper than ${MAX_JSON_DEPTH} structs`);
    }
    this.#depth++;
    const value: Value = {};
    for (const field of plan.fields) {
      this.#path.push(field.key);
      if (Object.hasOwn(json, field.key)) {
        value[field.key] = this.#field(field, (json as Value)[field.key]);
      } else {
        this.#fail("missing", `expected ${describe(field.type)}, but the field is missing`);
      }
      this.#path.pop();
    }
    this.#refuseUnknown(plan, json);
    this.#depth--;
    return value;
  }

  #refuseUnknown(plan: Plan, json: object): void {
    const keys = Object.keys(json);
    if (keys.length === plan.fields.length && this.#issues.length === 0) return;
    const known = plan.keys;
    for (const key of keys) {
      if (known.has(key)) continue;
      const echo = key.length > MAX_KEY_ECHO ? `${key.slice(0, MAX_KEY_ECHO)}…` : key;
      this.#path.push(echo);
      this.#fail("unknown", `${plan.struct.name} has no field "${echo}"`);
      this.#path.pop();
    }
  }

  #field(field: PlannedField<Plan>, json: unknown): unknown {
    const { type } = field;
    if (type.kind !== "list") return this.#value(type, field, json);
    if (!Array.isArray(json)) {
      return this.#fail("type", `expected an array, got ${nameOf(json)}`);
    }
    const values: unknown[] = [];
    for (let i = 0; i < json.length; i++) {
      this.#path.push(i);
      values.push(this.#value(type.of, field, json[i]));
      this.#path.pop();
    }
    return values;
  }

  #value(type: Type, field: PlannedField<Plan>, json: unknown): unknown {
    switch (type.kind) {
      case "bool":
        return typeof json === "boolean" ? json : this.#expected(type, json);
      case "u64":
      case "i64":
        return this.#bigint(type.kind, json);
      case "f32":
      case "f64":
        if (typeof json !== "number") return this.#expected(type, json);
        if (type.kind === "f32" ? fitsF32(json) : Number.isFinite(json)) return json;
        return this.#fail("range", `expected ${describe(type)}, got ${json}`);
      case "text":
        if (typeof json !== "string") return this.#expected(type, json);
        if (!/\p{Surrogate}/u.test(json)) return json;
        return this.#fail("format", "expected well-formed text, got a lone surrogate");
      case "bytes":
      case "bytes_fixed":
        return this.#bytes(type, json);
      case "struct": {
        if (json === null && field.type.kind === "struct") {
          if (this.#native || containsItself(field.plan)) return null;
        }
        return this.#struct(field.plan, json);
      }
      case "list":
        return this.#expected(type, json);
      default:
        return this.#integer(type, json);
    }
  }

  #integer(type: Type, json: unknown): number {
    if (typeof json !== "number") return this.#expected(type, json);
    const [least, greatest] = INTEGER_RANGES[type.kind as "u8"]!;
    if (Number.isInteger(json) && json >= least && json <= greatest) return json + 0;
    return this.#fail("range", `expected ${describe(type)}, got ${json}`);
  }

  #bigint(kind: "u64" | "i64", json: unknown): bigint {
    const type: Type = { kind };
    let value: bigint;
    if (typeof json === "string") {
      if (!DECIMAL.test(json)) {
        return this.#fail("format", `expected ${describe(type)}, got another string`);
      }
      value = BigInt(json);
    } else if (typeof json === "number") {
      if (!Number.isSafeInteger(json)) {
        return this.#fail("range", `expected ${describe(type)}; ${json} is not exact as a number`);
      }
      value = BigInt(json);
    } else if (typeof json === "bigint" && this.#native) {
      value = json;
    } else {
      return this.#expected(type, json);
    }
    const [least, greatest] = BIGINT_RANGES[kind];
    if (value >= least && value <= greatest) return value;
    return this.#fail("range", `expected ${describe(type)}, got ${value}`);
  }

  #bytes(type: Type, json: unknown): Uint8Array {
    let value: Uint8Array | undefined;
    if (typeof json === "string") {
      value = decodeBase64(json);
      if (value === undefined) {
        return this.#fail("format", `expected ${describe(type)}, got another string`);
      }
    } else if (this.#native && json instanceof Uint8Array) {
      value = json;
    } else {
      return this.#expected(type, json);
    }
    const inherited = this.#native && value.length === 0;
    if (type.kind === "bytes_fixed" && value.length !== type.size && !inherited) {
      return this.#fail("length", `expected ${type.size} bytes, got ${value.length}`);
    }
    return value;
  }

  #expected(type: Type, json: unknown): never {
    const native = this.#native ? NATIVE[type.kind] ?? "" : "";
    return this.#fail("type", `expected ${native}${describe(type)}, got ${nameOf(json)}`);
  }
}
