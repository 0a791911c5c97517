/**
 * The texts of an object, read at once. A hot path: see bench/codec.ts. A call into the runtime costs
 * 25 to 50 ns and a part of a text 5 to 10, so that an object with several short texts is read by one
 * call, as Latin-1, which has a character for each byte; a text is the part at its place if it is
 * ASCII, and is read by itself if it is not.
 *
 * A run belongs to the `decode` that goes on; positions are absolute in its bytes.
 */

import { charge } from "./budget.ts";
import { TEXT_RUN_BYTES } from "./limits.ts";
import { latin1Text, readLongText, readText } from "./text.ts";

/** The text, and where its bytes begin and end; none while `to` is 0. */
const run: { text: string; from: number; to: number } = { text: "", from: 0, to: 0 };

/** Forgets the run: what is read next are other bytes. */
export function closeRun(): void {
  run.to = 0;
}

/**
 * Reads what lies between an object's fixed section and the end of its last text, if it is short.
 *
 * @param texts The section's size; then the offset of each text slot, the last one first.
 */
export function openTexts(
  bytes: Uint8Array,
  view: DataView,
  end: number,
  at: number,
  texts: readonly number[],
): void {
  if (latin1Text === undefined) return;
  for (let i = 1; i < texts.length; i++) {
    const slot = at + texts[i]!;
    const relative = view.getInt32(slot, true);
    if (relative === 0) continue;
    const from = at + texts[0]!;
    const length = view.getInt32(slot + 4, true);
    const stop = slot + relative + length;
    if (relative < 0 || length < 0 || stop > end || stop - from > TEXT_RUN_BYTES || stop <= from) {
      return;
    }
    if ((from >= run.from && stop <= run.to) || !charge(stop - from)) return;
    run.text = latin1Text(bytes, from, stop);
    run.from = from;
    run.to = stop;
    return;
  }
}

/** Text of the UTF-8 bytes from `start` to `stop`, which must be inside `bytes`. */
export function readFromRun(bytes: Uint8Array, start: number, stop: number): string {
  const { from, to } = run;
  if (start < from || stop > to) return readText(bytes, start, stop);
  let bits = 0;
  let i = start;
  for (; i + 4 <= stop; i += 4) bits |= bytes[i]! | bytes[i + 1]! | bytes[i + 2]! | bytes[i + 3]!;
  for (; i < stop; i++) bits |= bytes[i]!;
  return bits > 0x7f
    ? readLongText(bytes, start, stop)
    : run.text.substring(start - from, stop - from);
}
