import { ERROR_LIMITS } from "./limits.ts";

/** One thing that is wrong with a request, as it stands in a 422's `detail`. */
export interface Issue {
  /** What kind of error, from a closed list for our own types: `int_parsing`, `missing`, … */
  readonly type: string;
  /** Where: `["query", "limit"]`, `["body", "tags", 3]`. */
  readonly loc: (string | number)[];
  /** What is wrong, for a person. */
  readonly msg: string;
  /** What was given, where it is short enough to repeat. */
  readonly input?: unknown;
}

/** What a type answers instead of a value; the reasons are in the list of issues. */
export const INVALID: unique symbol = Symbol("invalid");

/** The type of {@linkcode INVALID}. */
export type Invalid = typeof INVALID;

/** Notes an issue at the place itself (the callers above prefix where that is) and answers {@linkcode INVALID}. */
export function invalid(
  issues: Issue[],
  type: string,
  msg: string,
  input?: unknown,
): Invalid {
  issues.push(
    input === undefined ? { type, loc: [], msg } : { type, loc: [], msg, input: echo(input) },
  );
  return INVALID;
}

/** Notes that a required value is not there. */
export function missing(issues: Issue[]): Invalid {
  return invalid(issues, "missing", "Field required");
}

/** Notes that a value is of another type, or not there. */
export function mistyped(issues: Issue[], type: string, msg: string, value: unknown): Invalid {
  return value === undefined ? missing(issues) : invalid(issues, type, msg, value);
}

/** Puts `keys` before the place of every issue from index `from` on. */
export function prefixIssues(
  issues: Issue[],
  from: number,
  ...keys: (string | number)[]
): void {
  for (let i = from; i < issues.length; i++) issues[i]!.loc.unshift(...keys);
}

/** What an error may repeat of an input: scalars, and texts cut to the limit. Never a structure: it may be deep or huge. */
function echo(input: unknown): unknown {
  switch (typeof input) {
    case "string":
      return input.length > ERROR_LIMITS.maxInputEcho
        ? input.slice(0, ERROR_LIMITS.maxInputEcho) + "…"
        : input;
    case "number":
      return Number.isFinite(input) ? input : String(input);
    case "boolean":
      return input;
    case "bigint":
      return String(input);
    default:
      return input === null ? null : Array.isArray(input) ? "[…]" : "{…}";
  }
}
