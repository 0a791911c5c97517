import { INVALID, type Invalid, type Issue, prefixIssues } from "../issue.ts";

/** The outcome of a schema that checks asynchronously, or of what has such a schema in it. */
export class PendingValue {
  /** Resolves to the value, or to `INVALID` with the issues noted. */
  readonly settle: (issues: Issue[]) => Promise<unknown>;

  /** @param settle See there. */
  constructor(settle: (issues: Issue[]) => Promise<unknown>) {
    this.settle = settle;
  }
}

/** Parts of an object or a list that are still being checked, by key or index. */
export type PendingParts = Map<string | number, PendingValue>;

/**
 * What stands for an object or a list of which parts are still being checked.
 *
 * @param out The object or list; the parts are put in when they are there.
 * @param parts Those parts.
 * @param own What is wrong with the others.
 * @returns The whole, once it is checked.
 */
export function pendingWhole(out: object, parts: PendingParts, own: Issue[]): Invalid {
  const whole = new PendingValue(async (issues) => {
    const before = issues.length;
    issues.push(...own);
    for (const [key, part] of parts) {
      const start = issues.length;
      const value = await part.settle(issues);
      if (value === INVALID) prefixIssues(issues, start, key);
      else (out as Record<string | number, unknown>)[key] = value;
    }
    return issues.length === before ? out : INVALID;
  });
  // To the types' callers it is one more thing that is no value.
  return whole as never;
}
