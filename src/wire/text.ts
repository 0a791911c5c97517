/**
 * UTF-8 in both directions, in place: malformed bytes read as U+FFFD, a leading U+FEFF is kept, lone
 * surrogates are written as U+FFFD (spec: wire.md, "Objects").
 *
 * A hot path: see bench/codec.ts. Short ASCII goes through a loop, because each call into the runtime
 * costs more than the characters; the rest goes to the fastest converter that this machine has.
 */

import { JAVASCRIPT_CORE } from "./engine.ts";
import { shortLatin1 } from "./latin1_text.ts";
import { SHORT_TEXT, shortText } from "./short_text.ts";

/** The part of Node's `Buffer` that converts without an allocation, where there is one. */
interface FastText {
  utf8Write?(this: Uint8Array, text: string, offset: number, length: number): number;
  utf8Slice?(this: Uint8Array, start: number, end: number): string;
  latin1Slice?(this: Uint8Array, start: number, end: number): string;
}

const fast: FastText = (globalThis as { Buffer?: { prototype: FastText } }).Buffer?.prototype ?? {};
const { utf8Write, utf8Slice, latin1Slice } = fast;

// ignoreBOM keeps a leading U+FEFF, which the default decoder would drop.
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const encoder = new TextEncoder();

/** Up to this many characters the loop beats the call. */
const LOOP_MAX: number = JAVASCRIPT_CORE ? 24 : 36;
/** Up to this many bytes `latin1Slice` behind a check beats `utf8Slice`, where native calls are cheap. */
const LATIN1_MAX = 16;

/** Largest number of UTF-8 bytes that a text of `length` UTF-16 units can take. */
export function textBound(length: number): number {
  return length * 3;
}

/**
 * Writes a text as UTF-8 at `at`; answers where it ends.
 *
 * @param bytes Must have room for `textBound(text.length)` bytes at `at`.
 */
export function writeText(bytes: Uint8Array, at: number, text: string): number {
  const length = text.length;
  if (length > LOOP_MAX) return writeLongText(bytes, at, text);
  let i = 0;
  // Four at a time, which halves a character's cost.
  for (; i + 4 <= length; i += 4) {
    const a = text.charCodeAt(i);
    const b = text.charCodeAt(i + 1);
    const c = text.charCodeAt(i + 2);
    const d = text.charCodeAt(i + 3);
    if ((a | b | c | d) > 0x7f) return writeUnits(bytes, at, text, i);
    bytes[at + i] = a;
    bytes[at + i + 1] = b;
    bytes[at + i + 2] = c;
    bytes[at + i + 3] = d;
  }
  for (; i < length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 0x7f) return writeUnits(bytes, at, text, i);
    bytes[at + i] = unit;
  }
  return at + length;
}

/** Goes on with a short text whose first `i` characters are written and are ASCII. */
function writeUnits(bytes: Uint8Array, at: number, text: string, i: number): number {
  let end = at + i;
  for (; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) {
      bytes[end++] = unit;
    } else if (unit < 0x800) {
      bytes[end] = 0xc0 | (unit >> 6);
      bytes[end + 1] = 0x80 | (unit & 0x3f);
      end += 2;
    } else if ((unit & 0xf800) !== 0xd800) {
      bytes[end] = 0xe0 | (unit >> 12);
      bytes[end + 1] = 0x80 | ((unit >> 6) & 0x3f);
      bytes[end + 2] = 0x80 | (unit & 0x3f);
      end += 3;
    } else {
      return writeLongText(bytes, at, text); // surrogates, paired or not
    }
  }
  return end;
}

const writeLongText: (bytes: Uint8Array, at: number, text: string) => number = utf8Write
  ? (bytes, at, text) => at + utf8Write.call(bytes, text, at, bytes.length - at)
  : (bytes, at, text) => at + encoder.encodeInto(text, bytes.subarray(at)).written;

/** A character for each byte from `start` to `end`, where one call does that. */
export const latin1Text: ((bytes: Uint8Array, start: number, end: number) => string) | undefined =
  latin1Slice && ((bytes, start, end) => latin1Slice.call(bytes, start, end));

const readLongText: (bytes: Uint8Array, start: number, end: number) => string = utf8Slice
  ? (bytes, start, end) => utf8Slice.call(bytes, start, end)
  : (bytes, start, end) => decoder.decode(bytes.subarray(start, end));

/** As `readText`, for what is long or not ASCII. */
export const readUnicode: (bytes: Uint8Array, start: number, end: number) => string =
  JAVASCRIPT_CORE
    ? readLongText
    : (bytes, start, end) =>
      end - start <= 2 * SHORT_TEXT
        ? shortLatin1(bytes, start, end) ?? readLongText(bytes, start, end)
        : readLongText(bytes, start, end);

/** Text of the UTF-8 bytes from `start` to `end`, which must be inside `bytes`. */
export const readText: (bytes: Uint8Array, start: number, end: number) => string =
  JAVASCRIPT_CORE && utf8Slice && latin1Slice
    ? (bytes, start, end) => {
      if (start === end) return "";
      if (end - start > LATIN1_MAX) return utf8Slice.call(bytes, start, end);
      let bits = 0;
      for (let i = start; i < end; i++) bits |= bytes[i]!;
      return (bits > 0x7f ? utf8Slice : latin1Slice).call(bytes, start, end);
    }
    : (bytes, start, end) => {
      const length = end - start;
      if (length === 0) return "";
      if (length <= SHORT_TEXT) {
        const text = shortText(bytes, start, length, 0x7f);
        if (text !== undefined) return text;
      }
      return readUnicode(bytes, start, end);
    };

/** Text of UTF-8 bytes. */
export function decodeText(bytes: Uint8Array): string {
  return readText(bytes, 0, bytes.length);
}

/** UTF-8 bytes of a text. */
export function encodeText(text: string): Uint8Array {
  return encoder.encode(text);
}
