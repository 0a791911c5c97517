/**
 * The memory that one message is built in, which its `Builder`, objects and lists share. A hot path:
 * see bench/codec.ts.
 *
 * An object's text and bytes belong behind whatever is appended before the object is finished. They are
 * written at the cursor at once, because most often nothing else comes: then finishing moves only the
 * cursor. Whoever appends while they wait there moves them out of the way first.
 */

import { ALIGNMENT, HEADER_SIZE, MAGIC } from "./format.ts";
import { SLAB_MESSAGE_BYTES } from "./limits.ts";
import { putCopy, putPart, putZeros } from "./memory.ts";
import { copyOf, giveBack, type Piece, slab, slabBuffer, slabView, takeSlab } from "./slab.ts";
import { encodeText, textBound, writeText } from "./text.ts";

/** Largest message that the header's u32 size can name. */
const MAX_MESSAGE_SIZE = 0xffffffff;

/** Text and bytes of an object that is not finished. */
export interface Waiting {
  /** Slot and length of the first; a length of 0 is none. */
  slot: number;
  length: number;
  /** Those of the others, in turn. */
  others: number[] | undefined;
  /** Copies of those whose place was needed; the rest stands at the cursor. */
  kept: Piece[] | undefined;
}

/** Grows by itself; positions count from where the message begins. */
export class BuilderMemory {
  /** The buffer as it is now, which may hold other messages; growing replaces it. */
  declare bytes: Uint8Array<ArrayBuffer>;
  /** A view of the same. */
  declare view: DataView;
  /** Where the message begins in them. */
  declare base: number;
  /** The cursor. */
  declare at: number;
  /** End of the memory that is this message's. */
  declare limit: number;
  /** What waits at the cursor. */
  declare waiting: Waiting | undefined;
  /** Where that ends. */
  declare end: number;
  /** Where the root begins; 0 is none. */
  declare root: number;

  /** Takes `capacity` bytes, at least a header. */
  constructor(capacity: number) {
    const limit = Math.max(capacity, HEADER_SIZE) || HEADER_SIZE; // also for NaN
    if (limit <= SLAB_MESSAGE_BYTES) {
      this.base = takeSlab(limit);
      this.bytes = slab;
      this.view = slabView;
    } else {
      this.base = 0;
      this.bytes = new Uint8Array(limit);
      this.view = new DataView(this.bytes.buffer);
    }
    this.limit = limit;
    this.at = HEADER_SIZE;
    this.waiting = undefined;
    this.end = HEADER_SIZE;
    this.root = 0;
  }

  /** Appends `length` bytes of anything; answers where they begin. */
  reserve(length: number): number {
    if (this.waiting !== undefined) this.moveWaiting();
    const at = this.at;
    const end = at + length;
    if (end > this.limit) this.grow(end, at);
    this.at = end;
    return at;
  }

  /** Appends bytes; answers where they begin. */
  append(bytes: Uint8Array): number {
    const at = this.reserve(lengthOf(bytes));
    putCopy(this.bytes, this.base + at, bytes);
    return at;
  }

  /** Appends a text behind its length. */
  appendElement(text: string): void {
    if (typeof text !== "string") refuseLength();
    const at = this.reserve(4 + textBound(text.length));
    const start = this.base + at;
    const end = writeText(this.bytes, start + 4, text);
    this.view.setUint32(start, end - start - 4, true);
    this.at = end - this.base;
  }

  /** Pads with zeros to a multiple of 8. */
  align(): void {
    const rest = this.at & (ALIGNMENT - 1);
    if (rest === 0) return;
    const at = this.reserve(ALIGNMENT - rest);
    putZeros(this.view, this.base + at, this.base + this.at);
  }

  /** Writes a text that waits; answers its length in bytes. */
  putWaitingText(waiting: Waiting, text: string): number {
    const start = this.waitingEnd(waiting);
    if (typeof text !== "string" || start + textBound(text.length) > this.limit) {
      return this.putWaiting(waiting, encodeText(text));
    }
    const end = writeText(this.bytes, this.base + start, text) - this.base;
    this.end = end;
    return end - start;
  }

  /** Writes bytes that wait; answers their length. */
  putWaiting(waiting: Waiting, bytes: Uint8Array): number {
    const length = lengthOf(bytes);
    const start = this.waitingEnd(waiting);
    const end = start + length;
    if (end > this.limit) this.grow(end, start);
    putCopy(this.bytes, this.base + start, bytes);
    this.end = end;
    return length;
  }

  /** Appends what has waited, and points its slots at it. */
  appendWaiting(waiting: Waiting): void {
    const { others, kept } = waiting;
    let start = this.at;
    if (kept !== undefined) {
      this.appendKept(waiting, kept);
    } else if (this.waiting === waiting) {
      this.at = this.end;
      this.waiting = undefined;
    }
    if (waiting.length === 0) return;
    const { view, base } = this;
    view.setUint32(base + waiting.slot, start - waiting.slot, true);
    if (others === undefined) return;
    start += waiting.length;
    for (let i = 0; i < others.length; i += 2) {
      const slot = others[i]!;
      view.setUint32(base + slot, start - slot, true);
      start += others[i + 1]!;
    }
  }

  /** The message; what is not used of the memory goes back. */
  finish(version: number, flags: number): Uint8Array<ArrayBuffer> {
    if (this.waiting !== undefined) this.moveWaiting();
    const { bytes, view, base, at } = this;
    view.setUint32(base, MAGIC, true);
    view.setUint16(base + 4, version, true);
    view.setUint16(base + 6, flags, true);
    view.setUint32(base + 8, this.root, true);
    view.setUint32(base + 12, at, true);
    giveBack(bytes, base + this.limit, base + at);
    // Building on after this grows into other memory.
    this.limit = at;
    return new Uint8Array(bytes === slab ? slabBuffer : bytes.buffer, base, at);
  }

  /** Where more of what waits goes. */
  waitingEnd(waiting: Waiting): number {
    if (this.waiting === waiting) return this.end;
    if (this.waiting !== undefined) this.moveWaiting();
    this.waiting = waiting;
    this.end = this.at;
    return this.at;
  }

  /** Appends what was kept, before what still waits at the cursor. */
  appendKept(waiting: Waiting, kept: readonly Piece[]): void {
    let end = this.at;
    if (this.waiting === waiting) end = this.end;
    else if (this.waiting !== undefined) this.moveWaiting();
    this.waiting = undefined;
    let length = 0;
    for (const piece of kept) length += piece.end - piece.start;
    if (end + length > this.limit) this.grow(end + length, end);
    const { bytes, base } = this;
    let at = base + this.at;
    putPart(bytes, at + length, bytes, at, base + end);
    for (const piece of kept) {
      putPart(bytes, at, piece.bytes, piece.start, piece.end);
      at += piece.end - piece.start;
    }
    this.at = end + length;
  }

  /** Makes room at the cursor. */
  moveWaiting(): void {
    const { waiting, bytes, base, at, end } = this;
    this.waiting = undefined;
    if (end > at) (waiting!.kept ??= []).push(copyOf(bytes, base + at, base + end));
  }

  /** Moves to memory for at least `needed` bytes, with the first `used` of the message. */
  grow(needed: number, used: number): void {
    if (needed > MAX_MESSAGE_SIZE) {
      throw new RangeError(`Cannot build message: ${needed} bytes exceed ${MAX_MESSAGE_SIZE}`);
    }
    const before = this.bytes.subarray(this.base, this.base + used);
    const limit = Math.min(MAX_MESSAGE_SIZE, Math.max(needed, this.limit * 2));
    if (limit <= SLAB_MESSAGE_BYTES) {
      this.base = takeSlab(limit);
      this.bytes = slab;
      this.view = slabView;
    } else {
      this.base = 0;
      this.bytes = new Uint8Array(limit);
      this.view = new DataView(this.bytes.buffer);
    }
    this.bytes.set(before, this.base);
    this.limit = limit;
  }
}

/**
 * The length of bytes. Two lengths that differ are no bytes': as many might be written as the one
 * does not say, over another message, or by an object whose getters finish this one meanwhile.
 */
export function lengthOf(bytes: Uint8Array): number {
  const { length } = bytes;
  if (length < 0 || length !== Math.floor(length) || length !== bytes.byteLength) refuseLength();
  return length;
}

/** For what should be text or bytes and has no length. */
function refuseLength(): never {
  throw new TypeError("Cannot build message: what should be text or bytes has no length");
}
