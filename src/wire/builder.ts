/**
 * Writing: `Builder`, `StructBuilder`, `ListBuilder`. One file, because they share one buffer.
 *
 * A builder appends; nothing is moved once written (spec: wire.md, "Building").
 */

import { ALIGNMENT, HEADER_SIZE, VERSION_1 } from "./format.ts";
import { encodeText } from "./text.ts";

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
  #at: number = HEADER_SIZE;
  #root = 0;
  readonly #version: number;

  /**
   * @param capacity Bytes to reserve; the buffer grows by itself. Default 256.
   * @param version Format version in the header, 1 (default) or 2.
   * @throws {RangeError} If the version is neither 1 nor 2.
   */
  constructor(capacity = 256, version: number = VERSION_1) {
    if (version !== 1 && version !== 2) {
      throw new RangeError(`Cannot build message: version ${version} is neither 1 nor 2`);
    }
    this.#bytes = new Uint8Array(Math.max(capacity, HEADER_SIZE));
    this.#view = new DataView(this.#bytes.buffer);
    this.#version = version;
  }

  /** Starts an object with a fixed section of `size` bytes, zeroed. */
  startObject(size: number): StructBuilder {
    this.#align();
    const offset = this.#at;
    this.reserve(size);
    return new StructBuilder(this, offset, size);
  }

  /** Starts a list; its elements are appended until another object or list is started. */
  startList(): ListBuilder {
    this.#align();
    return new ListBuilder(this, this.#at);
  }

  /** The message, without flags. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.finishWithFlags(0);
  }

  /** The message with `flags` (u16) in its header. The builder's memory is the result's. */
  finishWithFlags(flags: number): Uint8Array<ArrayBuffer> {
    const view = this.#view;
    view.setUint32(0, 0x5a415000);
    view.setUint16(4, this.#version, true);
    view.setUint16(6, flags, true);
    view.setUint32(8, this.#root, true);
    view.setUint32(12, this.#at, true);
    return this.#bytes.subarray(0, this.#at);
  }

  /** @internal Appends `length` zero bytes; answers where they begin. */
  reserve(length: number): number {
    const at = this.#at;
    const end = at + length;
    if (end > this.#bytes.length) this.#grow(end);
    this.#at = end;
    return at;
  }

  /** @internal Appends bytes; answers where they begin. */
  append(bytes: Uint8Array): number {
    const at = this.reserve(bytes.length);
    this.#bytes.set(bytes, at);
    return at;
  }

  /** @internal The buffer as it is now; growing replaces it. */
  get view(): DataView {
    return this.#view;
  }

  /** @internal Copies bytes to a reserved place. */
  place(at: number, bytes: Uint8Array): void {
    this.#bytes.set(bytes, at);
  }

  /** @internal Where the next byte goes. */
  get position(): number {
    return this.#at;
  }

  /** @internal Makes the object at `offset` the root. */
  setRoot(offset: number): void {
    this.#root = offset;
  }

  #align(): void {
    const rest = this.#at % ALIGNMENT;
    if (rest !== 0) this.reserve(ALIGNMENT - rest);
  }

  #grow(needed: number): void {
    if (needed > MAX_MESSAGE_SIZE) {
      throw new RangeError(`Cannot build message: ${needed} bytes exceed ${MAX_MESSAGE_SIZE}`);
    }
    const bytes = new Uint8Array(
      Math.min(MAX_MESSAGE_SIZE, Math.max(needed, this.#bytes.length * 2)),
    );
    bytes.set(this.#bytes.subarray(0, this.#at));
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
  }
}

/** Writes one object's slots. Offsets are in bytes from the object's start. */
export class StructBuilder {
  readonly #builder: Builder;
  readonly #offset: number;
  readonly #size: number;
  /** Text and bytes wait here until the object is finished: slot position and data, in turn. */
  readonly #deferred: (number | Uint8Array)[] = [];

  /** @internal Made by `Builder.startObject`. */
  constructor(builder: Builder, offset: number, size: number) {
    this.#builder = builder;
    this.#offset = offset;
    this.#size = size;
  }

  #slot(offset: number, width: number): number {
    if (!(offset >= 0 && offset + width <= this.#size)) {
      throw new RangeError(
        `Cannot set slot: bytes ${offset} to ${
          offset + width
        } are outside the object's ${this.#size}`,
      );
    }
    return this.#offset + offset;
  }

  /** Sets a bool slot. */
  setBool(offset: number, value: boolean): void {
    this.#builder.view.setUint8(this.#slot(offset, 1), value ? 1 : 0);
  }

  /** Sets a u8 slot. */
  setU8(offset: number, value: number): void {
    this.#builder.view.setUint8(this.#slot(offset, 1), value);
  }

  /** Sets an i8 slot. */
  setI8(offset: number, value: number): void {
    this.#builder.view.setInt8(this.#slot(offset, 1), value);
  }

  /** Sets a u16 slot. */
  setU16(offset: number, value: number): void {
    this.#builder.view.setUint16(this.#slot(offset, 2), value, true);
  }

  /** Sets an i16 slot. */
  setI16(offset: number, value: number): void {
    this.#builder.view.setInt16(this.#slot(offset, 2), value, true);
  }

  /** Sets a u32 slot. */
  setU32(offset: number, value: number): void {
    this.#builder.view.setUint32(this.#slot(offset, 4), value, true);
  }

  /** Sets an i32 slot. */
  setI32(offset: number, value: number): void {
    this.#builder.view.setInt32(this.#slot(offset, 4), value, true);
  }

  /** Sets a u64 slot. */
  setU64(offset: number, value: bigint): void {
    this.#builder.view.setBigUint64(this.#slot(offset, 8), value, true);
  }

  /** Sets an i64 slot. */
  setI64(offset: number, value: bigint): void {
    this.#builder.view.setBigInt64(this.#slot(offset, 8), value, true);
  }

  /** Sets an f32 slot. */
  setF32(offset: number, value: number): void {
    this.#builder.view.setFloat32(this.#slot(offset, 4), value, true);
  }

  /** Sets an f64 slot. */
  setF64(offset: number, value: number): void {
    this.#builder.view.setFloat64(this.#slot(offset, 8), value, true);
  }

  /** Sets a bytes_fixed slot; nothing happens for an empty value. */
  setBytesFixed(offset: number, bytes: Uint8Array): void {
    if (bytes.length > 0) this.#builder.place(this.#slot(offset, bytes.length), bytes);
  }

  /** Sets a bytes slot; empty is null. The bytes are copied now and appended when the object is finished. */
  setBytes(offset: number, bytes: Uint8Array): void {
    this.#defer(offset, bytes.slice());
  }

  #defer(offset: number, bytes: Uint8Array): void {
    const at = this.#slot(offset, 8);
    const view = this.#builder.view;
    view.setUint32(at, 0, true);
    view.setUint32(at + 4, bytes.length, true);
    if (bytes.length > 0) this.#deferred.push(at, bytes);
  }

  /** Sets a text slot, as UTF-8; a lone surrogate becomes U+FFFD. */
  setText(offset: number, text: string): void {
    this.#defer(offset, encodeText(text));
  }

  /** Points a struct slot at a finished object; 0 is null. */
  setObject(offset: number, objectOffset: number): void {
    const at = this.#slot(offset, 4);
    this.#builder.view.setInt32(at, objectOffset === 0 ? 0 : objectOffset - at, true);
  }

  /** Points a list slot at a finished list of `count` elements; a count of 0 is null. */
  setList(offset: number, listOffset: number, count: number): void {
    const at = this.#slot(offset, 8);
    this.#builder.view.setInt32(at, count === 0 ? 0 : listOffset - at, true);
    this.#builder.view.setUint32(at + 4, count, true);
  }

  /** Appends the deferred text and bytes; answers the object's offset. */
  finish(): number {
    const deferred = this.#deferred;
    for (let i = 0; i < deferred.length; i += 2) {
      const at = deferred[i] as number;
      const start = this.#builder.append(deferred[i + 1] as Uint8Array);
      this.#builder.view.setUint32(at, start - at, true);
    }
    deferred.length = 0;
    return this.#offset;
  }

  /** Finishes the object and makes it the message's root. */
  finishAsRoot(): number {
    this.#builder.setRoot(this.#offset);
    return this.finish();
  }
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
    this.#builder.view.setUint8(at, value);
    this.#count++;
  }

  /** Appends a u32 to a packed list. */
  addU32(value: number): void {
    const at = this.#builder.reserve(4);
    this.#builder.view.setUint32(at, value, true);
    this.#count++;
  }

  /** Appends a u64 to a packed list. */
  addU64(value: bigint): void {
    const at = this.#builder.reserve(8);
    this.#builder.view.setBigUint64(at, value, true);
    this.#count++;
  }

  /** Appends a variable element: its length, then its bytes. */
  addObjectBytes(bytes: Uint8Array): void {
    const at = this.#builder.reserve(4);
    this.#builder.view.setUint32(at, bytes.length, true);
    this.#builder.append(bytes);
    this.#count++;
  }

  /** Where the list begins in the message, for `setList`. */
  finishOffset(): number {
    return this.#offset;
  }
}
