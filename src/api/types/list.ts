import { compact } from "../compact.ts";
import { INVALID, type Invalid, invalid, type Issue, mistyped, prefixIssues } from "../issue.ts";
import { ERROR_LIMITS } from "../limits.ts";
import type { AnySchema, InferInput, InferOutput, JsonSchema } from "../standard_schema.ts";
import { assertKnownOptions } from "../../base/options.ts";
import type { FormsOf } from "./struct.ts";
import { type AnyType, type Forms, jsonForm, Type } from "./type.ts";
import { type PendingParts, PendingValue, pendingWhole } from "./pending.ts";
import { toType } from "./to_type.ts";

/** How long a list may be. */
export interface ListOptions {
  /** Fewest elements. Default 0. */
  readonly min?: number;
  /** Most elements. Default: as many as the request's own limits let in. */
  readonly max?: number;
}

/** The forms of a list's elements, in lists. */
export interface ListForms<F extends Forms> {
  /** What a handler answers. */
  readonly answer: readonly F["answer"][];
  /** What a caller sends. */
  readonly sent: F["sent"][];
  /** What a caller receives. */
  readonly received: F["received"][];
}

/**
 * A list. In a query, the values of a repeated key; in a header, the comma-separated ones.
 *
 * @param of The type of each element.
 * @param options How many there may be.
 * @returns The type.
 * @throws {TypeError} For an option that is not known.
 */
export function list<S extends AnySchema>(
  of: S,
  options: ListOptions = {},
): Type<InferOutput<S>[], InferInput<S>[], ListForms<FormsOf<S>>> {
  assertKnownOptions(options, ["min", "max"], "list()");
  return new ListType<InferOutput<S>, InferInput<S>>(toType(of), options) as never;
}

class ListType<Output, Input> extends Type<Output[], Input[]> {
  readonly #of: AnyType;
  readonly #options: ListOptions;
  /** Whether an element may be checked asynchronously: one of another vendor's. */
  readonly #mayWait: boolean;

  constructor(of: AnyType, options: ListOptions) {
    super();
    this.#of = of;
    this.#options = options;
    this.#mayWait = !of.projects;
  }

  readText(text: string, issues: Issue[]): Output[] | Invalid {
    return this.readTexts([text], issues);
  }

  override readTexts(
    texts: readonly string[],
    issues: Issue[],
  ): Output[] | Invalid {
    return this.#each(texts, issues, "readText");
  }

  readJson(value: unknown, issues: Issue[]): Output[] | Invalid {
    return this.#each(value, issues, "readJson");
  }

  override writeJson(value: unknown, issues: Issue[]): unknown | Invalid {
    return this.#each(jsonForm(value), issues, "writeJson");
  }

  #each(
    value: unknown,
    issues: Issue[],
    how: "readText" | "readJson" | "writeJson",
  ): Output[] | Invalid {
    if (!Array.isArray(value)) {
      return mistyped(issues, "list_type", "Input should be a valid list", value);
    }
    const before = issues.length;
    if (this.#refuseLength(value.length, issues)) return INVALID;
    const out: Output[] = [];
    let late: PendingParts | undefined;
    for (let i = 0; i < value.length; i++) {
      const start = issues.length;
      const read = this.#of[how](value[i], issues) as Output | Invalid;
      if (read === INVALID) {
        if (this.#note(issues, start, i)) break;
        continue;
      }
      // What is wrong before it makes the list no value, wherever this one is put then.
      if (this.#mayWait && read instanceof PendingValue) (late ??= new Map()).set(i, read);
      out.push(read);
    }
    if (late !== undefined) return pendingWhole(out, late, issues.splice(before));
    return issues.length === before ? out : INVALID;
  }

  /** Says where the new issues are; `true` if there are enough of them. */
  #note(issues: Issue[], start: number, index: number): boolean {
    prefixIssues(issues, start, index);
    return issues.length >= ERROR_LIMITS.maxIssues;
  }

  #refuseLength(length: number, issues: Issue[]): boolean {
    const { min, max } = this.#options;
    if (min !== undefined && length < min) {
      invalid(
        issues,
        "too_short",
        `List should have at least ${min} item${min === 1 ? "" : "s"}, not ${length}`,
      );
    } else if (max !== undefined && length > max) {
      invalid(
        issues,
        "too_long",
        `List should have at most ${max} item${max === 1 ? "" : "s"}, not ${length}`,
      );
    } else return false;
    return true;
  }

  override project(given: unknown): unknown {
    const value = jsonForm(given);
    return Array.isArray(value) ? value.map((each) => this.#of.project(each)) : value;
  }

  override get projects(): boolean {
    return this.#of.projects;
  }

  override get fileLimit(): number | undefined {
    return this.#of.fileLimit;
  }

  override get repeats(): boolean {
    return true;
  }

  jsonSchema(): JsonSchema {
    const { min, max } = this.#options;
    return compact({
      type: "array",
      items: this.#of.jsonSchema(),
      minItems: min,
      maxItems: max,
    });
  }
}
