/** What a handler or a hook threw, on standard error: with the request's id, and never a flood. @module */

import type { Clock } from "../base/clock.ts";
import { MAX_ERROR_LINES } from "./defaults.ts";
import type { RequestRecord } from "./events.ts";

/** Writes lines. */
export type WriteLine = (line: string) => void;

/** Writes at most `MAX_ERROR_LINES` lines a second, and says how many it left out. */
export function limitedLines(clock: Clock, write: WriteLine = console.error): WriteLine {
  let second = -Infinity;
  let written = 0;
  let dropped = 0;
  return (line) => {
    const now = clock.now();
    if (now - second >= 1000) {
      if (dropped > 0) write(`${dropped} more errors were not written`);
      [second, written, dropped] = [now, 0, 0];
    }
    if (written++ >= MAX_ERROR_LINES) dropped++;
    else write(line);
  };
}

/** Writes what handlers threw. */
export function errorLines(write: WriteLine): (error: unknown, request: RequestRecord) => void {
  return (error, { requestId, method }) =>
    write(`Request ${requestId} (${method}) failed: ${textOf(error)}`);
}

/** What was thrown, as text; whatever it is, this does not throw. */
export function textOf(error: unknown): string {
  try {
    return error instanceof Error ? error.stack ?? error.message : String(error);
  } catch {
    return "what was thrown has no text";
  }
}
