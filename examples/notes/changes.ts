/** Changes of notes as a sequence to wait for: what `watch` sends. */

import { type Change, LIMITS, type Notes } from "./domain.ts";

/**
 * The changes from now on, until `signal` fires or so many wait to be taken that the watcher cannot
 * keep up.
 */
export function changesOf(notes: Notes, signal: AbortSignal): AsyncIterable<Change> {
  const waiting: Change[] = [];
  let overrun = false;
  let wake = (): void => {};
  // Now, and not when the first change is asked for: none may be missed in between.
  const stop = notes.watch((change) => {
    if (waiting.length < LIMITS.watchBacklog) waiting.push(change);
    else overrun = true;
    wake();
  });
  signal.addEventListener("abort", () => {
    stop();
    wake();
  }, { once: true });
  return (async function* () {
    try {
      while (!signal.aborted && !overrun) {
        const change = waiting.shift();
        if (change) yield change;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      stop();
    }
  })();
}
