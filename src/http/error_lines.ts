/** What a handler or a hook threw, on standard error: with the request's id, and never a flood. @module */

import type { Clock } from "../base/clock.ts";
import { MAX_ERROR_CHARS, MAX_ERROR_LINES } from "./defaults.ts";
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

/**
 * What was thrown, as text of bounded length; whatever it is, this does not throw. A message may
 * repeat what a client sent: lines after the first are indented, so that none can pass for another
 * entry of the log, and what a terminal would obey is escaped.
 */
export function textOf(error: unknown): string {
  let text: string;
  try {
    text = error instanceof Error ? error.stack ?? error.message : String(error);
  } catch {
    return "what was thrown has no text";
  }
  if (text.length > MAX_ERROR_CHARS) text = text.slice(0, MAX_ERROR_CHARS) + "…";
  return text.replace(LINE_START, "\n    ").replace(CONTROL, escape);
}

/** A line's end and the next one's indentation, whoever indented it. */
const LINE_START = /[\r\n\u2028\u2029]+ */g;

/** C0 but for the line feed, DEL, C1. */
// deno-lint-ignore no-control-regex -- they are what is looked for
const CONTROL = /[\x00-\x09\x0b-\x1f\x7f-\x9f]/g;

function escape(char: string): string {
  return "\\x" + char.charCodeAt(0).toString(16).padStart(2, "0");
}
