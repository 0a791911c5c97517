/**
 * The texts of an object, read at once. A hot path: see bench/codec.ts. A call into the runtime costs
 * 25 to 50 ns and a part of a text 5 to 10, so that an object with several short texts is read by one
 * call, as Latin-1, which has a character for each byte; a text is the part at its place if it is
 * ASCII, and is read by itself if it is not.
 *
 * A run belongs to the `decode` that goes on; positions are absolute in its bytes.
 */

import { charge } from "./budget.ts";
import { JAVASCRIPT_CORE } from "./engine.ts";
import { TEXT_RUN_BYTES } from "./limits.ts";
import { latin1Text, readText, readUnicode } from "./text.ts";

/** Set in the bytes that are not ASCII. */
const HIGH_BITS = 0x80808080 | 0;

/** The text, where its bytes begin and end, and up to where all are ASCII; none while `to` is 0. */
const run: { text: string; from: number; to: number; ascii: number } = {
  text: "",
  from: 0,
  to: 0,
  ascii: 0,
};

/** Forgets the run: what is read next are other bytes. */
export function closeRun(): void {
  run.to = 0;
  run.ascii = 0;
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
    run.ascii = asciiEnd(bytes, view, from, stop);
    return;
  }
}

/** Where the first byte that is not ASCII stands, or `stop`. */
function asciiEnd(bytes: Uint8Array, view: DataView, start: number, stop: number): number {
  let i = start;
  // The high bits of eight bytes at once.
  while (
    i + 8 <= stop && ((view.getInt32(i, true) | view.getInt32(i + 4, true)) & HIGH_BITS) === 0
  ) i += 8;
  while (i < stop && bytes[i]! < 0x80) i++;
  return i;
}

/** Text of the UTF-8 bytes from `start` to `stop`, which must be inside `bytes`; `view` is of these. */
export function readFromRun(
  bytes: Uint8Array,
  view: DataView,
  start: number,
  stop: number,
): string {
  const { from } = run;
  if (start >= from && stop <= run.ascii) return run.text.substring(start - from, stop - from);
  if (start < from || stop > run.to) return readAlone(bytes, view, start, stop);
  return asciiEnd(bytes, view, start, stop) === stop
    ? run.text.substring(start - from, stop - from)
    : readUnicode(bytes, start, stop);
}

/** A text of no run. On JavaScriptCore one of 8 to 16 bytes is checked by words, 4 ns less than by bytes. */
const readAlone: typeof readFromRun = JAVASCRIPT_CORE && latin1Text
  ? ((latin1: typeof readText): typeof readFromRun => (bytes, view, start, stop) => {
    const length = stop - start;
    if (length < 8 || length > 16) return readText(bytes, start, stop);
    const bits = view.getInt32(start, true) | view.getInt32(start + 4, true) |
      view.getInt32(stop - 8, true) | view.getInt32(stop - 4, true);
    return ((bits & HIGH_BITS) === 0 ? latin1 : readUnicode)(bytes, start, stop);
  })(latin1Text)
  : (bytes, _view, start, stop) => readText(bytes, start, stop);
