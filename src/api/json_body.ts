/** Hot path: a route's JSON body, from its bytes to the value of its type. @module */

import { EMPTY } from "../base/bytes.ts";
import { isJson, parseJson, readBody, tooLarge, unreadRequest } from "./body.ts";
import type { RouteContext } from "./context.ts";
import { INVALID, invalid, type Issue, prefixIssues } from "./issue.ts";
import { PendingValue } from "./types/pending.ts";
import type { AnyType } from "./types/type.ts";

/** Reads one route's bodies. */
export class JsonBody {
  /** The body's type. */
  readonly type: AnyType;
  readonly #limit: number;

  /**
   * @param type The body's type.
   * @param limit Bytes it may have.
   */
  constructor(type: AnyType, limit: number) {
    this.type = type;
    this.#limit = limit;
  }

  /** The body's bytes; not promised where there is no body. */
  bytes(c: RouteContext): Promise<Uint8Array> | Uint8Array {
    if (!isJson(c.request)) return EMPTY;
    const request = unreadRequest(c);
    return request instanceof Promise
      ? request.then((each) => readBody(each, this.#limit))
      : readBody(request, this.#limit);
  }

  /** Reads the bytes into `c.body`; answers a promise only for a schema that checks asynchronously. */
  take(c: RouteContext, bytes: Uint8Array, issues: Issue[]): Promise<void> | undefined {
    if (bytes.length > this.#limit) throw tooLarge(this.#limit);
    const start = issues.length;
    const json = bytes.length === 0 ? undefined : parseJson(bytes, issues);
    if (json === INVALID) return undefined;
    try {
      const value = json === undefined
        ? this.type.readAbsent(issues)
        : this.type.readJson(json, issues);
      if (value instanceof PendingValue) return settle(c, value, issues, start);
      keep(c, value, issues, start);
    } catch (error) {
      keepTooDeep(c, error, issues, start);
    }
    return undefined;
  }
}

async function settle(
  c: RouteContext,
  value: PendingValue,
  issues: Issue[],
  start: number,
): Promise<void> {
  try {
    keep(c, await value.settle(issues), issues, start);
  } catch (error) {
    keepTooDeep(c, error, issues, start);
  }
}

function keep(c: RouteContext, value: unknown, issues: Issue[], start: number): void {
  if (value === INVALID) prefixIssues(issues, start, "body");
  c.body = value;
}

/** A recursive schema of another vendor runs out of stack on a body nested deep enough. */
function keepTooDeep(c: RouteContext, error: unknown, issues: Issue[], start: number): void {
  if (!(error instanceof RangeError)) throw error;
  keep(c, invalid(issues, "json_invalid", "Body is nested too deep"), issues, start);
}
