import { compact } from "../compact.ts";
import { type Invalid, invalid, type Issue, mistyped } from "../issue.ts";
import type { JsonSchema } from "../standard_schema.ts";
import { assertKnownOptions } from "../../base/options.ts";
import { Type } from "./type.ts";

/** Bounds of a number. */
export interface IntOptions {
  /** The number must be greater than this. Default: no bound. */
  readonly gt?: number;
  /** The number must be this or greater. Default: no bound. */
  readonly ge?: number;
  /** The number must be less than this. Default: no bound. */
  readonly lt?: number;
  /** The number must be this or less. Default: no bound. */
  readonly le?: number;
  /** The number must be a multiple of this, which is above 0. Default: any number. */
  readonly multipleOf?: number;
}

/** Bounds of a float, and whether infinities and NaN are allowed. */
export interface FloatOptions extends IntOptions {
  /** Whether `inf`, `-inf` and `nan` are read from text. Default `false`. */
  readonly allowInfNan?: boolean;
}

const INT_KEYS: readonly string[] = ["gt", "ge", "lt", "le", "multipleOf"];

/**
 * An integer within ±(2^53−1). From text: an optional sign, then ASCII digits, nothing else.
 *
 * @param options Bounds.
 * @returns The type.
 * @throws {TypeError} For an option that is not known.
 * @example
 * ```ts
 * import { int } from "@zap-proto/edge/api";
 *
 * const limit = int({ ge: 1, le: 100 }).default(20);
 * ```
 */
export function int(options: IntOptions = {}): Type<number> {
  assertKnownOptions(options, INT_KEYS, "int()");
  return new IntType(options);
}

/**
 * A double. From text: a decimal literal as in JSON, also with a leading `+`, `.5` or `5.`.
 *
 * @param options Bounds; `allowInfNan`.
 * @returns The type.
 * @throws {TypeError} For an option that is not known.
 */
export function float(options: FloatOptions = {}): Type<number> {
  assertKnownOptions(options, [...INT_KEYS, "allowInfNan"], "float()");
  return new FloatType(options);
}

class IntType extends Type<number> {
  readonly #bounds: IntOptions;
  readonly #bounded: boolean;

  constructor(bounds: IntOptions) {
    super();
    this.#bounds = bounds;
    this.#bounded = Object.keys(bounds).length > 0;
  }

  readText(text: string, issues: Issue[]): number | Invalid {
    const value = parseInteger(text);
    if (value !== value) {
      return invalid(
        issues,
        "int_parsing",
        "Input should be a valid integer, unable to parse string as an integer",
        text,
      );
    }
    if (value > Number.MAX_SAFE_INTEGER || value < Number.MIN_SAFE_INTEGER) {
      return invalid(issues, "int_parsing_size", SIZE_MESSAGE, text);
    }
    return this.#bounded ? checkBounds(value, this.#bounds, issues) : value;
  }

  readJson(value: unknown, issues: Issue[]): number | Invalid {
    if (typeof value !== "number") {
      return mistyped(issues, "int_type", "Input should be a valid integer", value);
    }
    if (!Number.isSafeInteger(value)) {
      return Number.isInteger(value) || !Number.isFinite(value)
        ? invalid(issues, "int_parsing_size", SIZE_MESSAGE, value)
        : invalid(
          issues,
          "int_from_float",
          "Input should be a valid integer, got a number with a fractional part",
          value,
        );
    }
    return this.#bounded ? checkBounds(value + 0, this.#bounds, issues) : value + 0;
  }

  jsonSchema(): JsonSchema {
    return { type: "integer", ...boundsSchema(this.#bounds) };
  }
}

const SIZE_MESSAGE = "Input should be an integer within ±(2^53−1)";

/** The integer that a text spells; NaN if it spells none. Beyond 2^53 it is only known to be beyond. */
function parseInteger(text: string): number {
  const length = text.length;
  const first = text.charCodeAt(0);
  let at = first === 0x2d || first === 0x2b ? 1 : 0;
  if (at === length) return NaN;
  let value = 0;
  for (; at < length; at++) {
    const digit = text.charCodeAt(at) - 0x30;
    if (digit < 0 || digit > 9) return NaN;
    value = value * 10 + digit;
  }
  return first === 0x2d ? 0 - value : value;
}

class FloatType extends Type<number> {
  readonly #options: FloatOptions;

  constructor(options: FloatOptions) {
    super();
    this.#options = options;
  }

  readText(text: string, issues: Issue[]): number | Invalid {
    if (FLOAT.test(text)) return this.#check(Number(text), issues);
    const named = INF_NAN.exec(text);
    if (named === null) {
      return invalid(
        issues,
        "float_parsing",
        "Input should be a valid number, unable to parse string as a number",
        text,
      );
    }
    const infinite = named[2]!.toLowerCase() !== "nan";
    return this.#check(
      infinite ? (named[1] === "-" ? -Infinity : Infinity) : NaN,
      issues,
    );
  }

  readJson(value: unknown, issues: Issue[]): number | Invalid {
    if (typeof value === "number") return this.#check(value, issues);
    return mistyped(issues, "float_type", "Input should be a valid number", value);
  }

  #check(value: number, issues: Issue[]): number | Invalid {
    if (!Number.isFinite(value) && this.#options.allowInfNan !== true) {
      return invalid(
        issues,
        "finite_number",
        "Input should be a finite number",
        value,
      );
    }
    return checkBounds(value, this.#options, issues);
  }

  jsonSchema(): JsonSchema {
    return { type: "number", ...boundsSchema(this.#options) };
  }
}

// No two adjacent quantifiers can match the same digit, so a long input costs linear time.
const FLOAT = /^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/;
const INF_NAN = /^([+-]?)(inf|infinity|nan)$/i;

function checkBounds(
  value: number,
  bounds: IntOptions,
  issues: Issue[],
): number | Invalid {
  const { gt, ge, lt, le, multipleOf } = bounds;
  if (gt !== undefined && !(value > gt)) {
    return invalid(
      issues,
      "greater_than",
      `Input should be greater than ${gt}`,
      value,
    );
  }
  if (ge !== undefined && !(value >= ge)) {
    return invalid(
      issues,
      "greater_than_equal",
      `Input should be greater than or equal to ${ge}`,
      value,
    );
  }
  if (lt !== undefined && !(value < lt)) {
    return invalid(
      issues,
      "less_than",
      `Input should be less than ${lt}`,
      value,
    );
  }
  if (le !== undefined && !(value <= le)) {
    return invalid(
      issues,
      "less_than_equal",
      `Input should be less than or equal to ${le}`,
      value,
    );
  }
  if (multipleOf !== undefined && !isMultiple(value, multipleOf)) {
    return invalid(
      issues,
      "multiple_of",
      `Input should be a multiple of ${multipleOf}`,
      value,
    );
  }
  return value;
}

/** 0.3 is a multiple of 0.1, though 0.3 / 0.1 is 2.9999999999999996. */
function isMultiple(value: number, of: number): boolean {
  const quotient = value / of;
  const nearest = Math.round(quotient);
  return Math.abs(quotient - nearest) <=
    Number.EPSILON * Math.max(1, Math.abs(quotient));
}

function boundsSchema({ gt, ge, lt, le, multipleOf }: IntOptions): JsonSchema {
  return compact({
    exclusiveMinimum: gt,
    minimum: ge,
    exclusiveMaximum: lt,
    maximum: le,
    multipleOf,
  });
}
