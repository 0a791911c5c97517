/** Calls an application's handlers, and stands what they throw. @module */

import { SYSTEM_CLOCK } from "../../base/clock.ts";
import { limitedLines, textOf } from "../error_lines.ts";

const complain = limitedLines(SYSTEM_CLOCK, (line) => console.error(line));

/** Runs a handler; what it throws or rejects with goes to `failed`. */
export function callHandler(fn: () => unknown, failed: (error: unknown) => void): void {
  try {
    const result = fn();
    if (isThenable(result)) result.then(undefined, failed);
  } catch (error) {
    failed(error);
  }
}

/** Runs a handler with nothing left to close: its failure is told on standard error, and no more. */
export function tellHandler(fn: () => unknown): void {
  callHandler(fn, (error) => complain(`A WebSocket handler failed: ${textOf(error)}`));
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | undefined)?.then === "function";
}
