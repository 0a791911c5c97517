/** What can be wrong with a JSON value. */
export type JsonIssueCode =
  | "type" // another JSON type
  | "missing" // a field is not there
  | "unknown" // a field that the struct does not have
  | "range" // a number outside the type's range, or not an integer, or NaN
  | "format" // text that is not what the type asks for: decimal, base64, well-formed
  | "length" // bytes of another length than declared
  | "depth"; // nested deeper than allowed

/** One fault of a JSON value. */
export interface JsonIssue {
  /** Which of the closed list of faults this is. */
  readonly code: JsonIssueCode;
  /** What was expected and what was found. */
  readonly message: string;
  /** Where, as a JSON pointer (RFC 6901); `""` is the whole value. */
  readonly pointer: string;
  /** Where, as property names and indexes. */
  readonly path: readonly (string | number)[];
}

/** A value that does not have a struct's JSON form. All faults at once, up to a bound. */
export class JsonError extends Error {
  /** Always `"JsonError"`. */
  override readonly name = "JsonError";
  /** The faults, in the order of the struct's fields. */
  readonly issues: readonly JsonIssue[];

  /** Makes an error of at least one fault; `doing` is for its message. */
  constructor(issues: readonly JsonIssue[], doing: "read" | "write" = "read") {
    const first = issues[0]!;
    const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : "";
    super(`Cannot ${doing} JSON: ${first.pointer || "the value"}: ${first.message}${more}`);
    this.issues = issues;
  }
}

/** A JSON pointer (RFC 6901 §3). */
export function pointerOf(path: readonly (string | number)[]): string {
  let pointer = "";
  for (const step of path) {
    pointer += `/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`;
  }
  return pointer;
}
