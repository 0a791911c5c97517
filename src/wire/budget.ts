/**
 * What one `decode` may still cost. Pointers of a hostile message may share and circle, so the bytes
 * read are charged against the message's length, and nesting against a depth. Beyond either,
 * everything reads as the zero value.
 */

import { MAX_DEPTH, READ_FACTOR, READ_FLOOR } from "./limits.ts";

// In typed arrays, because V8 boxes a number in a module's variable at every change.
const left: Float64Array = new Float64Array(1);
const depth: Int32Array = new Int32Array(1);

/** Starts a decode of a message of `size` bytes. */
export function startBudget(size: number): void {
  left[0] = size * READ_FACTOR + READ_FLOOR;
  depth[0] = 0;
}

/** Takes the cost of reading `size` bytes; `false` if they can no longer be read. */
export function charge(size: number): boolean {
  return (left[0]! -= size) >= 0;
}

/** Goes one struct deeper; `false`, and no deeper, if that is too deep. Needs a `leave` if `true`. */
export function enter(): boolean {
  if (depth[0]! >= MAX_DEPTH) return false;
  depth[0]!++;
  return true;
}

/** Comes back from `enter`. */
export function leave(): void {
  depth[0]!--;
}
