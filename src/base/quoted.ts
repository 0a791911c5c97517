/**
 * JSON of what a stranger says, for a terminal: without anything that a terminal obeys or that turns
 * text around, which `JSON.stringify` leaves as it is beyond ASCII. It reads as the same value.
 *
 * @param value What to show.
 * @param indent As `JSON.stringify` takes it; default none.
 *
 * @example
 * ```ts
 * import { quoted } from "./quoted.ts";
 *
 * console.log(quoted("\u009b31m")); // "\u009b31m", in ASCII
 * ```
 */
export function quoted(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(
    /[\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
