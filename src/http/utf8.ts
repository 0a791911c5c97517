/**
 * UTF-8 without views of the bytes, which cost as much as a small text: what Node's `Buffer` can do,
 * on the runtimes that have it. On the hot path.
 *
 * @module
 */

/** The part of `Buffer` that is used. */
interface FastText {
  utf8Slice?(this: Uint8Array, start: number, end: number): string;
  utf8Write?(this: Uint8Array, text: string, offset: number, length: number): number;
}

const fast: FastText = (globalThis as { Buffer?: { prototype: FastText } }).Buffer?.prototype ?? {};
const { utf8Slice, utf8Write } = fast;
const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** Longer texts Deno decodes faster than it slices them; Bun and Node do not. */
const SLICE_MAX_BYTES: number = "Deno" in globalThis ? 256 : Infinity;

/** The text of the bytes from `start` to `end`, as a `TextDecoder` reads it: without a mark of byte order. */
export function utf8Text(bytes: Uint8Array, start: number, end: number): string {
  if (utf8Slice === undefined || end - start > SLICE_MAX_BYTES) {
    return decoder.decode(bytes.subarray(start, end));
  }
  const text = utf8Slice.call(bytes, start, end);
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

/** Writes as much of a text as takes no more than `length` bytes, from `at` on; answers how many it took. */
export const writeUtf8: (bytes: Uint8Array, at: number, text: string, length: number) => number =
  utf8Write === undefined
    ? (bytes, at, text, length) => encoder.encodeInto(text, bytes.subarray(at, at + length)).written
    : (bytes, at, text, length) => utf8Write.call(bytes, text, at, length);
