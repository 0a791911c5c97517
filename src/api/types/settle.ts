import { INVALID, type Invalid, invalid, type Issue, missing } from "../issue.ts";
import type { StandardIssue, StandardResult } from "../standard_schema.ts";

/** A vendor's outcome as ours: its value, or `INVALID` with its issues noted. */
export function settle(
  result: StandardResult<unknown>,
  input: unknown,
  issues: Issue[],
): unknown | Invalid {
  if (result.issues === undefined) return result.value;
  noteIssues(result.issues, input, issues);
  return INVALID;
}

/** Notes a vendor's issues, each with the part of the input that it is about. */
export function noteIssues(
  found: readonly StandardIssue[],
  input: unknown,
  issues: Issue[],
): void {
  for (const issue of found) {
    const loc = (issue.path ?? []).map((step) => {
      const key = typeof step === "object" ? step.key : step;
      return typeof key === "number" ? key : String(key);
    });
    const code = (issue as { readonly code?: unknown }).code;
    const type = typeof code === "string" ? code : "value_error";
    const at = lookUp(input, loc);
    if (at === undefined && loc.length > 0) missing(issues);
    else invalid(issues, type, issue.message, at);
    issues.at(-1)!.loc.push(...loc);
  }
}

function lookUp(value: unknown, path: readonly (string | number)[]): unknown {
  for (const key of path) {
    if (
      typeof value !== "object" || value === null || !Object.hasOwn(value, key)
    ) return undefined;
    value = (value as Record<string | number, unknown>)[key];
  }
  return value;
}
