/**
 * Hot path: what the readers of all places share. A reader is a closure over its parameters' names
 * and types; nothing is looked up by place or kind at run time, and nothing is made for a request
 * but its result.
 *
 * @module
 */

import type { MatchedParams, RouteContext } from "./context.ts";
import { INVALID, type Issue, prefixIssues } from "./issue.ts";
import type { Param, ParamSet } from "./param_set.ts";
import { PendingValue } from "./types/pending.ts";
import type { AnyType } from "./types/type.ts";

/** Reads one place's input. */
export type Reader = (
  c: RouteContext,
  issues: Issue[],
  match: MatchedParams,
) => unknown;

/** How one place's parameters are had from a request. */
export interface ParamSource<S> {
  /** What the request has at the place, looked at once. */
  readonly open: (c: RouteContext, match: MatchedParams) => S;
  /** A parameter's value, or `INVALID`. */
  readonly read: (source: S, param: Param, index: number, issues: Issue[]) => unknown;
}

/** Puts the values together in declared order; where one is `undefined`, its key is there all the same, so that all results have one shape. */
export function paramReader<S>(
  { params, whole }: ParamSet,
  place: string,
  { open, read }: ParamSource<S>,
): Reader {
  const count = params.length;
  return (c, issues, match) => {
    const before = issues.length;
    const source = open(c, match);
    const out: Record<string, unknown> = {};
    for (let i = 0; i < count; i++) {
      const param = params[i]!;
      const start = issues.length;
      const value = read(source, param, i, issues);
      if (value === INVALID) prefixIssues(issues, start, place, param.name);
      else if (value instanceof PendingValue) {
        (c.pending ??= []).push({ into: out, key: param.key, value, loc: [place, param.name] });
      } else if (whole === undefined || value !== undefined) {
        out[param.key] = value;
      }
    }
    return whole === undefined || issues.length > before
      ? out
      : readWhole(c, whole, out, issues, place);
  };
}

/** Reads a place by one schema. */
export function readWhole(
  c: RouteContext,
  whole: AnyType,
  given: unknown,
  issues: Issue[],
  place: string,
): unknown {
  const start = issues.length;
  const value = whole.readJson(given, issues);
  if (value === INVALID) prefixIssues(issues, start, place);
  if (!(value instanceof PendingValue)) return value;
  const box: Record<string, unknown> = {};
  (c.pending ??= []).push({ into: box, key: "value", value, loc: [place] });
  return new LateWhole(box);
}

/** Stands for a place's input until an asynchronous schema has checked it. */
class LateWhole {
  /** Where the value will be, under `value`. */
  readonly box: Record<string, unknown>;

  constructor(box: Record<string, unknown>) {
    this.box = box;
  }
}

/** When the issues of a place are told. */
function rank({ loc: [place] }: Issue): number {
  return ["path", "query", "header", "cookie"].indexOf(place as string);
}

/** Waits for the schemas that check asynchronously. */
export async function settlePending(c: RouteContext, issues: Issue[]): Promise<void> {
  for (const { into, key, value, loc } of c.pending ?? []) {
    const start = issues.length;
    const settled = await value.settle(issues);
    if (settled !== INVALID) into[key] = settled;
    prefixIssues(issues, start, ...loc);
  }
  c.pending = undefined;
  // Those that were noted late are not told last.
  issues.sort((a, b) => rank(a) - rank(b));
  for (const place of ["path", "query", "headers", "cookies"] as const) {
    const late = c[place];
    if (late instanceof LateWhole) c[place] = late.box["value"];
  }
}
