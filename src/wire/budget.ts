/**
 * What one `decode` may still cost. Pointers of a hostile message may share and circle, so the bytes
 * read are charged against the message's length, and nesting against a depth. Beyond either,
 * everything reads as the zero value.
 */

import { MAX_DEPTH, READ_FACTOR, READ_FLOOR } from "./limits.ts";

// In an object, because V8 boxes a number in a module's variable at every change, and reaches an
// object's property in fewer steps than a typed array's element.
const budget: { left: number; depth: number } = { left: 0, depth: 0 };

/** Starts a decode of a message of `size` bytes. */
export function startBudget(size: number): void {
  budget.left = size * READ_FACTOR + READ_FLOOR;
  budget.depth = 0;
}

/** Takes the cost of reading `size` bytes; `false` if they can no longer be read. */
export function charge(size: number): boolean {
  return (budget.left -= size) >= 0;
}

/** Goes one struct deeper; `false`, and no deeper, if that is too deep. Needs a `leave` if `true`. */
export function enter(): boolean {
  if (budget.depth >= MAX_DEPTH) return false;
  budget.depth++;
  return true;
}

/** Comes back from `enter`. */
export function leave(): void {
  budget.depth--;
}
