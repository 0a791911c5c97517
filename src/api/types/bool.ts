import { type Invalid, invalid, type Issue, mistyped } from "../issue.ts";
import type { JsonSchema } from "../standard_schema.ts";
import { Type } from "./type.ts";

/**
 * A boolean. From text, in any case: `1 true on yes` and `0 false off no`.
 *
 * @returns The type.
 */
export function bool(): Type<boolean> {
  return BOOL;
}

class BoolType extends Type<boolean> {
  readText(text: string, issues: Issue[]): boolean | Invalid {
    if (text === "true") return true;
    if (text === "false") return false;
    const value = text.length <= 5 ? WORDS.get(text.toLowerCase()) : undefined;
    return value ??
      invalid(
        issues,
        "bool_parsing",
        "Input should be a valid boolean, unable to interpret input",
        text,
      );
  }

  readJson(value: unknown, issues: Issue[]): boolean | Invalid {
    if (typeof value === "boolean") return value;
    return mistyped(issues, "bool_type", "Input should be a valid boolean", value);
  }

  jsonSchema(): JsonSchema {
    return { type: "boolean" };
  }
}

const WORDS: ReadonlyMap<string, boolean> = new Map([
  ["1", true],
  ["true", true],
  ["on", true],
  ["yes", true],
  ["0", false],
  ["false", false],
  ["off", false],
  ["no", false],
]);

const BOOL: Type<boolean> = new BoolType();
