import { compact } from "../compact.ts";
import { type Invalid, invalid, type Issue, mistyped } from "../issue.ts";
import type { JsonSchema } from "../standard_schema.ts";
import { assertKnownOptions } from "../../base/options.ts";
import { Type } from "./type.ts";

/** What a text must be, and what is done to it first. */
export interface TextOptions {
  /** Characters (code points) at least. */
  readonly min?: number;
  /** Characters (code points) at most. */
  readonly max?: number;
  /** What it must match, anywhere unless anchored. */
  readonly pattern?: RegExp | string;
  /** Cuts white space at both ends before the checks. */
  readonly trim?: boolean;
  /** Turns it into lower case before the checks. */
  readonly lower?: boolean;
  /** Turns it into upper case before the checks. */
  readonly upper?: boolean;
}

/**
 * A text.
 *
 * @param options Lengths, pattern, and what is done to it first.
 * @returns The type.
 * @throws {TypeError} For an option that is not known, or `lower` with `upper`.
 */
export function textType(options: TextOptions = {}): Type<string> {
  assertKnownOptions(options, [
    "min",
    "max",
    "pattern",
    "trim",
    "lower",
    "upper",
  ], "text()");
  if (options.lower && options.upper) {
    throw new TypeError("Cannot make text() both lower and upper");
  }
  return new TextType(options);
}

/** A text; `format`s and conventions build on it. */
export class TextType extends Type<string> {
  /** The options it was made with. */
  readonly options: TextOptions;
  readonly #pattern: RegExp | undefined;
  readonly #plain: boolean;

  /** @param options Lengths, pattern, and what is done to it first. */
  constructor(options: TextOptions) {
    super();
    this.options = options;
    // A sticky or global pattern keeps state between requests: it is used without those flags.
    this.#pattern = typeof options.pattern === "string"
      ? new RegExp(options.pattern, "u")
      : options.pattern &&
        new RegExp(
          options.pattern.source,
          options.pattern.flags.replace(/[gy]/g, ""),
        );
    this.#plain = Object.keys(options).length === 0;
  }

  override readText(input: string, issues: Issue[]): string | Invalid {
    return this.#plain ? input : this.#check(input, issues);
  }

  override readJson(value: unknown, issues: Issue[]): string | Invalid {
    if (typeof value === "string") {
      return this.#plain ? value : this.#check(value, issues);
    }
    return mistyped(issues, "string_type", "Input should be a valid string", value);
  }

  #check(input: string, issues: Issue[]): string | Invalid {
    const { min, max, trim, lower, upper } = this.options;
    let value = trim ? input.trim() : input;
    if (lower) value = value.toLowerCase();
    else if (upper) value = value.toUpperCase();
    if (
      min !== undefined && (value.length < min || codePoints(value, min) < min)
    ) {
      return invalid(
        issues,
        "string_too_short",
        `String should have at least ${min} character${min === 1 ? "" : "s"}`,
        input,
      );
    }
    if (
      max !== undefined && value.length > max &&
      codePoints(value, max + 1) > max
    ) {
      return invalid(
        issues,
        "string_too_long",
        `String should have at most ${max} character${max === 1 ? "" : "s"}`,
        input,
      );
    }
    if (this.#pattern !== undefined && !this.#pattern.test(value)) {
      return invalid(
        issues,
        "string_pattern_mismatch",
        `String should match pattern '${this.#pattern.source}'`,
        input,
      );
    }
    return value;
  }

  override jsonSchema(): JsonSchema {
    const { min, max } = this.options;
    return compact({
      type: "string",
      minLength: min,
      maxLength: max,
      pattern: this.#pattern?.source,
    });
  }
}

/** Code points of a text, counted no further than `enough`. */
function codePoints(value: string, enough: number): number {
  let count = 0;
  for (let at = 0; at < value.length && count < enough; count++) {
    at += value.codePointAt(at)! > 0xffff ? 2 : 1;
  }
  return count;
}
