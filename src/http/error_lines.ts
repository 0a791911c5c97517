/** What a handler threw, on standard error: with the request's id, and never a flood. @module */

import type { Clock } from "../base/clock.ts";
import { MAX_ERROR_LINES } from "./defaults.ts";
import type { RequestRecord } from "./events.ts";

/** Writes at most `MAX_ERROR_LINES` errors a second, and says how many it left out. */
export function errorLines(
  clock: Clock,
  write: (line: string) => void = console.error,
): (error: unknown, request: RequestRecord) => void {
  let second = -Infinity;
  let written = 0;
  let dropped = 0;
  return (error, request) => {
    const now = clock.now();
    if (now - second >= 1000) {
      if (dropped > 0) write(`${dropped} more errors of handlers were not written`);
      [second, written, dropped] = [now, 0, 0];
    }
    if (written++ >= MAX_ERROR_LINES) dropped++;
    else write(`Request ${request.requestId} (${request.method}) failed: ${textOf(error)}`);
  };
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.stack ?? error.message : String(error);
}
