import { quoted } from "../../base/quoted.ts";
import { PARSER_LIMITS } from "./limits.ts";

/** What kind of mistake a problem is. */
export type SchemaProblemCode =
  | "syntax" // the text does not follow the grammar
  | "unterminated" // a block without its closing brace
  | "unknown_type" // a name that nothing declares
  | "duplicate" // two declarations whose names are, or generate, the same
  | "reserved_name" // a name that means something else
  | "overlap" // two fields share bytes
  | "empty_struct" // a struct without fields
  | "recursion" // a type that contains itself by value
  | "nested_list" // a list in a list, which has no layout
  | "size" // an offset or a size outside its range
  | "not_a_struct"; // a parameter or a result of another type

/** One mistake in a `.zap` file. */
export interface SchemaProblem {
  /** What kind of mistake. */
  readonly code: SchemaProblemCode;
  /** Line, from 1. */
  readonly line: number;
  /** Column, from 1, in UTF-16 units, as editors count. */
  readonly column: number;
  /** What was expected, what was found, and the name of the offending thing. */
  readonly message: string;
}

/** A place in a file, both from 1. */
export interface Position {
  /** Line, from 1. */
  readonly line: number;
  /** Column, from 1. */
  readonly column: number;
}

/**
 * A `.zap` file that cannot be used. Its message has one line a problem, each beginning with
 * `file:line:column`.
 *
 * @example
 * ```ts
 * import { parseSchema, SchemaError } from "@zap-proto/edge";
 *
 * try {
 *   parseSchema("package notes\nstruct Note {\n  Id u65 @0\n}\n", { file: "notes.zap" });
 * } catch (error) {
 *   if (error instanceof SchemaError) console.log(error.message);
 *   // notes.zap:3:6: Unknown type "u65" of field "Id": did you mean "u64"?
 * }
 * ```
 */
export class SchemaError extends Error {
  /** Always `"SchemaError"`. */
  override readonly name = "SchemaError";
  /** The file's name, as given to the parser. */
  readonly file: string;
  /** All problems, in order of position. */
  readonly problems: readonly SchemaProblem[];

  /** Makes an error of all problems of a file. */
  constructor(file: string, problems: readonly SchemaProblem[]) {
    super(problems.map((problem) => formatProblem(file, problem)).join("\n"));
    this.file = file;
    this.problems = problems;
  }
}

/** `file:line:column: message`, the form that editors and terminals make a link of. */
export function formatProblem(file: string, problem: SchemaProblem): string {
  return `${file}:${problem.line}:${problem.column}: ${problem.message}`;
}

/** Thrown by `Problems.add` when no more are wanted; never leaves the parser. */
export const ENOUGH: unique symbol = Symbol("enough problems");

/** Collects problems, up to `PARSER_LIMITS.problems` of them. */
export class Problems {
  readonly #list: SchemaProblem[] = [];

  /** Adds a problem; throws `ENOUGH` after the last one that is wanted. */
  add(code: SchemaProblemCode, at: Position, message: string): void {
    this.#list.push({ code, line: at.line, column: at.column, message });
    if (this.#list.length >= PARSER_LIMITS.problems) throw ENOUGH;
  }

  /** How many were kept. */
  get size(): number {
    return this.#list.length;
  }

  /** The problems in order of position. */
  sorted(): SchemaProblem[] {
    return this.#list.sort((a, b) => a.line - b.line || a.column - b.column);
  }
}

/** A text as a message quotes it: what a terminal obeys is escaped, long ones are cut. */
export function quote(text: string): string {
  const limit = PARSER_LIMITS.quotedCharacters;
  return quoted(text.length > limit ? text.slice(0, limit) + "…" : text);
}
