/** Calls by name with JSON, where a schema describes the method. */

import type { Interface, Method, Schema } from "../schema/model.ts";
import { nearestName } from "../base/options.ts";
import { JsonError } from "../schema/json_error.ts";
import { structsOf } from "../schema/from_schema.ts";
import { ZapParseError } from "../wire/parse_error.ts";

/** How one method's JSON becomes bytes, and its answer JSON. */
export interface TypedMethod {
  /** Its ordinal. */
  readonly ordinal: number;
  /** Bytes of the parameter. @throws {TypeError} If it does not fit the schema; all problems are named. */
  encode(json: string | undefined): Uint8Array;
  /**
   * The answer as JSON; `undefined` if the method answers nothing.
   *
   * @throws {TypeError} If it is not what the schema says, or holds a number that JSON does not have.
   */
  decode(body: Uint8Array): Record<string, unknown> | undefined;
}

/**
 * Finds a method by `Interface.method`, or by `method` where only one interface has it.
 *
 * @throws {TypeError} If there is none, or several; the message names the candidates.
 */
export function findMethod(schema: Schema, name: string): TypedMethod {
  const all = schema.interfaces.flatMap((owner) =>
    owner.methods.map((method) => ({ full: fullName(owner, method), method }))
  );
  const found = all.filter(({ full, method }) => full === name || method.name === name);
  const names = all.map(({ full }) => full);
  if (found.length > 1) {
    const several = found.map(({ full }) => full).join(", ");
    throw new TypeError(`method "${name}" is in several interfaces: write one of ${several}`);
  }
  if (found.length === 0) {
    const near = nearestName(name, [...names, ...all.map(({ method }) => method.name)]);
    throw new TypeError(
      `the schema has no method "${name}"` +
        (near ? `: did you mean "${near}"?` : `: it has ${names.join(", ") || "none"}`),
    );
  }
  const { method, full } = found[0]!;
  const structs = structsOf(schema);
  const param = method.param && structs.get(method.param.struct)!;
  const result = method.result && structs.get(method.result.struct)!;
  return {
    ordinal: method.ordinal,
    encode(json) {
      if (!param) {
        if (json !== undefined) throw new TypeError(`${full} takes no payload`);
        return new Uint8Array(0);
      }
      const value = parse(json ?? "{}", full);
      try {
        return param.encode(param.fromJson(value));
      } catch (error) {
        if (!(error instanceof JsonError)) throw error;
        const faults = error.issues.map(({ pointer, message }) =>
          `  ${pointer || "the value"}: ${message}`
        );
        throw new TypeError(`the payload of ${full} does not fit:\n${faults.join("\n")}`);
      }
    },
    decode(body) {
      try {
        return result?.toJson(result.decode(body));
      } catch (error) {
        const isBody = error instanceof JsonError || error instanceof ZapParseError;
        if (!isBody) throw error;
        throw new TypeError(`the answer of ${full} is not what the schema says: ${error.message}`);
      }
    },
  };
}

function fullName(owner: Interface, method: Method): string {
  return `${owner.name}.${method.name}`;
}

function parse(json: string, full: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new TypeError(`the payload of ${full} is not JSON: ${(error as Error).message}`);
  }
}
