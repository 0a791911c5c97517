/**
 * Writing: `Builder`, `StructBuilder`, `ListBuilder`. One file, because they share one buffer.
 *
 * A builder appends; nothing is moved once written (spec: wire.md, "Building").
 */

import { ALIGNMENT, HEADER_SIZE, MAGIC, VERSION_1 } from "./format.ts";
import { SLAB_MESSAGE_BYTES } from "./limits.ts";
import { putCopy, putZeros } from "./memory.ts";
import { copyOf, giveBack, slab, slabBuffer, slabView, takeSlab } from "./slab.ts";
import { encodeText, shortTextLength, textBound, writeText } from "./text.ts";

/** Largest message that the header's u32 size can name. */
const MAX_MESSAGE_SIZE = 0xffffffff;

/**
 * Builds one message.
 *
 * @example
 * ```ts
 * import { Builder } from "@zap-proto/edge";
 *
 * const builder = new Builder();
 * const tags = builder.startList();
 * tags.addObjectBytes(new TextEncoder().encode("red"));
 * const offset = tags.finishOffset();
 * const note = builder.startObject(16);
 * note.setList(0, offset, 1);
 * note.setText(8, "hello");
 * note.finishAsRoot();
 * const bytes = builder.finish();
 * ```
 */
export class Builder {
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView;
  /** Where the message begins in `#bytes`; everything else counts from there. */
  #base: number;
  #at: number = HEADER_SIZE;
  /** End of the memory that is this message's. */
  #limit: number;
  #root = 0;
  readonly #version: number;

  /**
   * Begins a message.
   *
   * @param capacity Bytes to reserve; the buffer grows by itself. Default 256.
   * @param version Format version in the header, 1 (default) or 2.
   * @throws {RangeError} If the version is neither 1 nor 2.
   */
  constructor(capacity = 256, version: number = VERSION_1) {
    if (version !== 1 && version !== 2) {
      throw new RangeError(`Cannot build message: version ${version} is neither 1 nor 2`);
    }
    const limit = Math.max(capacity, HEADER_SIZE) || HEADER_SIZE; // also for NaN
    if (limit <= SLAB_MESSAGE_BYTES) {
      this.#base = takeSlab(limit);
      this.#bytes = slab;
      this.#view = slabView;
    } else {
      this.#base = 0;
      this.#bytes = new Uint8Array(limit);
      this.#view = new DataView(this.#bytes.buffer);
    }
    this.#limit = limit;
    this.#version = version;
  }

  /**
   * Starts an object with a fixed section of `size` bytes, zeroed.
   *
   * @throws {RangeError} If the size is not a whole number from 0 to 2^32 - 1.
   */
  startObject(size: number): StructBuilder {
    if (size >>> 0 !== size) throw new RangeError(`Cannot start object: size ${size} is none`);
    this.align();
    const offset = this.reserve(size);
    putZeros(this.#view, this.#base + offset, this.#base + offset + size);
    return new StructBuilder(this, offset, size);
  }

  /** Starts a list; its elements are appended until another object or list is started. */
  startList(): ListBuilder {
    this.align();
    return new ListBuilder(this, this.#at);
  }

  /** The message, without flags. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.finishWithFlags(0);
  }

  /** The message with `flags` (u16) in its header. The builder's memory is the result's. */
  finishWithFlags(flags: number): Uint8Array<ArrayBuffer> {
    const view = this.#view;
    const base = this.#base;
    view.setUint32(base, MAGIC, true);
    view.setUint16(base + 4, this.#version, true);
    view.setUint16(base + 6, flags, true);
    view.setUint32(base + 8, this.#root, true);
    view.setUint32(base + 12, this.#at, true);
    // What is not used goes back; building on after this grows into other memory.
    giveBack(this.#bytes, base + this.#limit, base + this.#at);
    this.#limit = this.#at;
    const buffer = this.#bytes === slab ? slabBuffer : this.#bytes.buffer;
    return new Uint8Array(buffer, base, this.#at);
  }

  /** @internal Appends `length` bytes of anything; answers where they begin. */
  reserve(length: number): number {
    const at = this.#at;
    const end = at + length;
    // Also for NaN, the end of what has no length.
    if (!(end <= this.#limit)) this.grow(end);
    this.#at = end;
    return at;
  }

  /** @internal Appends bytes; answers where they begin. */
  append(bytes: Uint8Array): number {
    const at = this.reserve(bytes.length);
    putCopy(this.#bytes, this.#base + at, bytes);
    return at;
  }

  /** @internal Appends a short ASCII text; answers where it begins. */
  appendAscii(text: string): number {
    const at = this.reserve(text.length);
    writeText(this.#bytes, this.#base + at, text);
    return at;
  }

  /** @internal Appends a text behind its length; answers where the length stands. */
  appendElement(text: string): number {
    const at = this.reserve(4 + textBound(text.length));
    const start = this.#base + at;
    const end = writeText(this.#bytes, start + 4, text);
    this.#view.setUint32(start, end - start - 4, true);
    this.#at = end - this.#base;
    return at;
  }

  /** @internal The buffer as it is now; growing replaces it. */
  get view(): DataView {
    return this.#view;
  }

  /** @internal Where the message begins in the view. */
  get base(): number {
    return this.#base;
  }

  /** @internal Copies bytes to a reserved place. */
  place(at: number, bytes: Uint8Array): void {
    putCopy(this.#bytes, this.#base + at, bytes);
  }

  /** @internal Makes the object at `offset` the root. */
  setRoot(offset: number): void {
    this.#root = offset;
  }

  /** @internal Pads with zeros to a multiple of 8. */
  align(): void {
    const rest = this.#at & (ALIGNMENT - 1);
    if (rest === 0) return;
    const at = this.reserve(ALIGNMENT - rest);
    putZeros(this.#view, this.#base + at, this.#base + this.#at);
  }

  /** @internal Moves to memory for at least `needed` bytes. */
  grow(needed: number): void {
    if (Number.isNaN(needed)) refuseLength();
    if (needed > MAX_MESSAGE_SIZE) {
      throw new RangeError(`Cannot build message: ${needed} bytes exceed ${MAX_MESSAGE_SIZE}`);
    }
    const used = this.#bytes.subarray(this.#base, this.#base + this.#at);
    const limit = Math.min(MAX_MESSAGE_SIZE, Math.max(needed, this.#limit * 2));
    if (limit <= SLAB_MESSAGE_BYTES) {
      this.#base = takeSlab(limit);
      this.#bytes = slab;
      this.#view = slabView;
    } else {
      this.#base = 0;
      this.#bytes = new Uint8Array(limit);
      this.#view = new DataView(this.#bytes.buffer);
    }
    this.#bytes.set(used, this.#base);
    this.#limit = limit;
  }
}

/** Writes one object's slots. Offsets are in bytes from the object's start. */
export class StructBuilder {
  readonly #builder: Builder;
  readonly #offset: number;
  readonly #size: number;
  /** Text and bytes wait here until the object is finished: slot and data, in turn. */
  #deferred: (number | string | Uint8Array)[] | undefined;

  /** @internal Made by `Builder.startObject`. */
  constructor(builder: Builder, offset: number, size: number) {
    this.#builder = builder;
    this.#offset = offset;
    this.#size = size;
  }

  /** @internal A slot's place in the message. */
  slot(offset: number, width: number): number {
    if (!(offset >= 0 && offset + width <= this.#size)) refuseSlot(offset, width, this.#size);
    return this.#offset + offset;
  }

  /** @internal A slot's place in the builder's view. */
  place(offset: number, width: number): number {
    return this.#builder.base + this.slot(offset, width);
  }

  /** Sets a bool slot. */
  setBool(offset: number, value: boolean): void {
    this.#builder.view.setUint8(this.place(offset, 1), value ? 1 : 0);
  }

  /** Sets a u8 slot. */
  setU8(offset: number, value: number): void {
    this.#builder.view.setUint8(this.place(offset, 1), value);
  }

  /** Sets an i8 slot. */
  setI8(offset: number, value: number): void {
    this.#builder.view.setInt8(this.place(offset, 1), value);
  }

  /** Sets a u16 slot. */
  setU16(offset: number, value: number): void {
    this.#builder.view.setUint16(this.place(offset, 2), value, true);
  }

  /** Sets an i16 slot. */
  setI16(offset: number, value: number): void {
    this.#builder.view.setInt16(this.place(offset, 2), value, true);
  }

  /** Sets a u32 slot. */
  setU32(offset: number, value: number): void {
    this.#builder.view.setUint32(this.place(offset, 4), value, true);
  }

  /** Sets an i32 slot. */
  setI32(offset: number, value: number): void {
    this.#builder.view.setInt32(this.place(offset, 4), value, true);
  }

  /** Sets a u64 slot. */
  setU64(offset: number, value: bigint): void {
    this.#builder.view.setBigUint64(this.place(offset, 8), value, true);
  }

  /** Sets an i64 slot. */
  setI64(offset: number, value: bigint): void {
    this.#builder.view.setBigInt64(this.place(offset, 8), value, true);
  }

  /** Sets an f32 slot. */
  setF32(offset: number, value: number): void {
    this.#builder.view.setFloat32(this.place(offset, 4), value, true);
  }

  /** Sets an f64 slot. */
  setF64(offset: number, value: number): void {
    this.#builder.view.setFloat64(this.place(offset, 8), value, true);
  }

  /** Sets a bytes_fixed slot; nothing happens for an empty value. */
  setBytesFixed(offset: number, bytes: Uint8Array): void {
    if (bytes.length === undefined) refuseLength();
    if (bytes.length > 0) this.#builder.place(this.slot(offset, bytes.length), bytes);
  }

  /** Sets a bytes slot; empty is null. The bytes are copied now and appended when the object is finished. */
  setBytes(offset: number, bytes: Uint8Array): void {
    if (bytes.length === undefined) refuseLength();
    this.defer(offset, bytes.length, bytes.length === 0 ? bytes : copyOf(bytes));
  }

  /** Sets a text slot, as UTF-8; a lone surrogate becomes U+FFFD. */
  setText(offset: number, text: string): void {
    const length = shortTextLength(text);
    if (length >= 0) return this.defer(offset, length, text);
    const bytes = encodeText(text);
    this.defer(offset, bytes.length, bytes);
  }

  /** @internal Writes the length now; the data waits. */
  defer(offset: number, length: number, data: string | Uint8Array): void {
    const at = this.place(offset, 8);
    const view = this.#builder.view;
    view.setUint32(at, 0, true);
    view.setUint32(at + 4, length, true);
    if (length > 0) (this.#deferred ??= []).push(this.#offset + offset, data);
  }

  /** Points a struct slot at a finished object; 0 is null. */
  setObject(offset: number, objectOffset: number): void {
    const at = this.slot(offset, 4);
    const { view, base } = this.#builder;
    const relative = objectOffset === 0 ? 0 : objectOffset - at;
    view.setInt32(base + at, relative, true);
  }

  /** Points a list slot at a finished list of `count` elements; a count of 0 is null. */
  setList(offset: number, listOffset: number, count: number): void {
    const at = this.slot(offset, 8);
    const { view, base } = this.#builder;
    const relative = count === 0 ? 0 : listOffset - at;
    view.setInt32(base + at, relative, true);
    view.setUint32(base + at + 4, count, true);
  }

  /** Appends the deferred text and bytes; answers the object's offset. */
  finish(): number {
    const deferred = this.#deferred;
    if (deferred === undefined) return this.#offset;
    this.#deferred = undefined;
    const builder = this.#builder;
    for (let i = 0; i < deferred.length; i += 2) {
      const at = deferred[i] as number;
      const data = deferred[i + 1] as string | Uint8Array;
      const start = typeof data === "string" ? builder.appendAscii(data) : builder.append(data);
      builder.view.setUint32(builder.base + at, start - at, true);
    }
    return this.#offset;
  }

  /** Finishes the object and makes it the message's root. */
  finishAsRoot(): number {
    this.#builder.setRoot(this.#offset);
    return this.finish();
  }
}

function refuseSlot(offset: number, width: number, size: number): never {
  throw new RangeError(
    `Cannot set slot: bytes ${offset} to ${offset + width} are outside the object's ${size}`,
  );
}

/** For an `ArrayBuffer` and the like, which would move the slab's cursor to nowhere. */
function refuseLength(): never {
  throw new TypeError("Cannot build message: what should be text or bytes has no length");
}

/** Appends one list's elements. */
export class ListBuilder {
  readonly #builder: Builder;
  readonly #offset: number;
  #count = 0;

  /** @internal Made by `Builder.startList`. */
  constructor(builder: Builder, offset: number) {
    this.#builder = builder;
    this.#offset = offset;
  }

  /** Number of elements so far. */
  len(): number {
    return this.#count;
  }

  /** Appends a u8 to a packed list. */
  addU8(value: number): void {
    const at = this.#builder.reserve(1);
    this.#builder.view.setUint8(this.#builder.base + at, value);
    this.#count++;
  }

  /** Appends a u32 to a packed list. */
  addU32(value: number): void {
    const at = this.#builder.reserve(4);
    this.#builder.view.setUint32(this.#builder.base + at, value, true);
    this.#count++;
  }

  /** Appends a u64 to a packed list. */
  addU64(value: bigint): void {
    const at = this.#builder.reserve(8);
    this.#builder.view.setBigUint64(this.#builder.base + at, value, true);
    this.#count++;
  }

  /** Appends a variable element: its length, then its bytes. */
  addObjectBytes(bytes: Uint8Array): void {
    const at = this.#builder.reserve(4);
    this.#builder.view.setUint32(this.#builder.base + at, bytes.length, true);
    this.#builder.append(bytes);
    this.#count++;
  }

  /** Appends a text element, as UTF-8: what `addObjectBytes` does with its bytes, without making them. */
  addText(text: string): void {
    this.#builder.appendElement(text);
    this.#count++;
  }

  /** Where the list begins in the message, for `setList`. */
  finishOffset(): number {
    return this.#offset;
  }
}
