/**
 * Where encoded messages go: memory of the caller's, or a slab of ours (docs: wire.md, "Results").
 */

import { copyBytes } from "../base/bytes.ts";
import { JAVASCRIPT_CORE } from "./engine.ts";
import { OWNED_MESSAGE_BYTES, SCRATCH_BYTES, SLAB_MESSAGE_BYTES } from "./limits.ts";
import { giveBack, slab, slabBuffer, slabView, takeSlab } from "./slab.ts";

/**
 * Writes a whole message at `base`, header included; answers where it ends. The memory from `base`
 * has room for the value's bound, and holds anything.
 */
export type WriteMessage<T> = (bytes: Uint8Array, view: DataView, base: number, value: T) => number;

/** Up to this estimate a message has memory of its own. */
const OWNED_MAX: number = JAVASCRIPT_CORE ? OWNED_MESSAGE_BYTES : -1;

let scratch: Uint8Array<ArrayBuffer> = new Uint8Array(0);
let scratchView: DataView = new DataView(scratch.buffer);
let scratchBusy = false;

let target: Uint8Array = scratch;
let targetView: DataView = scratchView;

/**
 * Encodes a value into memory of ours. A small message shares its `ArrayBuffer` with other messages.
 *
 * @param bound At least the bytes that `write` needs.
 * @throws {TypeError} If the bound is no number of bytes: the value is not of the types it should be.
 */
export function encode<T>(
  bound: number,
  write: WriteMessage<T>,
  value: T,
): Uint8Array<ArrayBuffer> {
  // A value of wrong types may have a bound below zero or NaN, which would move the slab's cursor back.
  if (!(bound >= 0 && bound <= SLAB_MESSAGE_BYTES)) return encodeLarge(bound, write, value);
  const start = takeSlab(bound);
  // After `write` the slab may be another one: a value's getters may encode.
  const bytes = slab;
  const buffer = slabBuffer;
  const end = write(bytes, slabView, start, value);
  if (bound <= OWNED_MAX) {
    giveBack(bytes, start + bound, start);
    return bytes.slice(start, end);
  }
  giveBack(bytes, start + bound, end);
  return new Uint8Array(buffer, start, end - start);
}

function encodeLarge<T>(
  bound: number,
  write: WriteMessage<T>,
  value: T,
): Uint8Array<ArrayBuffer> {
  if (!(bound >= 0)) {
    throw new TypeError(
      "Cannot encode message: what should be text, bytes or a list has no length",
    );
  }
  if (bound > SCRATCH_BYTES || scratchBusy) {
    const bytes = new Uint8Array(bound);
    return bytes.slice(0, write(bytes, new DataView(bytes.buffer), 0, value));
  }
  if (bound > scratch.length) {
    scratch = new Uint8Array(Math.min(SCRATCH_BYTES, bound * 2));
    scratchView = new DataView(scratch.buffer);
  }
  scratchBusy = true;
  try {
    // Not `slice`, which on V8 zeroes the memory first.
    return copyBytes(scratch.subarray(0, write(scratch, scratchView, 0, value)));
  } finally {
    scratchBusy = false;
  }
}

/**
 * Encodes a value into the caller's memory; answers the number of bytes written.
 *
 * @param bound At least the bytes that `write` needs.
 * @throws {RangeError} If the message does not fit behind `offset`; then nothing is written there.
 */
export function encodeInto<T>(
  bound: number,
  write: WriteMessage<T>,
  value: T,
  buffer: Uint8Array,
  offset: number,
): number {
  if (offset >>> 0 !== offset) {
    throw new RangeError(`Cannot encode message: offset ${offset} is not a position`);
  }
  if (!(bound >= 0 && offset + bound <= buffer.length)) {
    const message = encode(bound, write, value);
    if (offset + message.length > buffer.length) {
      throw new RangeError(
        `Cannot encode message: ${message.length} bytes at ${offset} exceed the buffer's ${buffer.length}`,
      );
    }
    buffer.set(message, offset);
    return message.length;
  }
  if (buffer !== target || targetView.byteLength !== buffer.length) {
    target = buffer;
    targetView = new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  }
  return write(buffer, targetView, offset, value) - offset;
}
