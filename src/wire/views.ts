/**
 * Reading: `Message`, `StructView`, `ListView`. One file, because views make each other.
 *
 * Reading never throws and never leaves the message; whatever does not fit reads as zero
 * (spec: wire.md, "Objects").
 */

import { EMPTY } from "../base/bytes.ts";
import { HEADER_SIZE, VERSION_1, VERSION_2 } from "./format.ts";
import { ZapParseError } from "./parse_error.ts";
import { decodeText } from "./text.ts";

const scratch = new DataView(new ArrayBuffer(8));

function u32At(data: Uint8Array, at: number): number {
  return (data[at]! | (data[at + 1]! << 8) | (data[at + 2]! << 16) | (data[at + 3]! << 24)) >>> 0;
}

function i32At(data: Uint8Array, at: number): number {
  return data[at]! | (data[at + 1]! << 8) | (data[at + 2]! << 16) | (data[at + 3]! << 24);
}

function u64At(data: Uint8Array, at: number): bigint {
  return (BigInt(u32At(data, at + 4)) << 32n) | BigInt(u32At(data, at));
}

/**
 * A received message whose header has been checked. Nothing is copied.
 *
 * @example
 * ```ts
 * import { Builder, Message } from "@zap-proto/edge";
 *
 * const builder = new Builder();
 * const note = builder.startObject(16);
 * note.setU64(0, 7n);
 * note.setText(8, "hello");
 * note.finishAsRoot();
 *
 * const root = Message.parse(builder.finish()).root();
 * console.log(root.u64(0), root.text(8)); // 7n hello
 * ```
 */
export class Message {
  /** The message's bytes: the caller's memory, without what followed the message. */
  readonly data: Uint8Array;

  private constructor(data: Uint8Array) {
    this.data = data;
  }

  /**
   * Checks the header and wraps the bytes.
   *
   * @param bytes A message; bytes after its declared size are ignored.
   * @throws {ZapParseError} `too_short`, `bad_magic`, `bad_version` or `bad_size`, in this order of checks.
   */
  static parse(bytes: Uint8Array): Message {
    const length = bytes.length;
    if (length < HEADER_SIZE) {
      throw new ZapParseError(
        "too_short",
        `Cannot parse message: ${length} bytes is shorter than the ${HEADER_SIZE}-byte header`,
      );
    }
    if (i32At(bytes, 0) !== 0x0050415a) {
      throw new ZapParseError("bad_magic", `Cannot parse message: it does not begin with "ZAP\\0"`);
    }
    const version = bytes[4]! | (bytes[5]! << 8);
    if (version !== VERSION_1 && version !== VERSION_2) {
      throw new ZapParseError(
        "bad_version",
        `Cannot parse message: version ${version} is neither 1 nor 2`,
      );
    }
    const size = u32At(bytes, 12);
    if (size < HEADER_SIZE || size > length) {
      throw new ZapParseError(
        "bad_size",
        `Cannot parse message: declared size ${size} is not within ${HEADER_SIZE} to ${length}`,
      );
    }
    return new Message(size === length ? bytes : bytes.subarray(0, size));
  }

  /** Format version, 1 or 2. */
  version(): number {
    return this.data[4]!;
  }

  /** The header's flags; the high byte is the transport's message type. */
  flags(): number {
    return this.data[6]! | (this.data[7]! << 8);
  }

  /** Length of the message in bytes. */
  size(): number {
    return this.data.length;
  }

  /** The root object; a null view if there is none, or if its offset lands in the header. */
  root(): StructView {
    const offset = u32At(this.data, 8);
    return new StructView(this.data, offset < HEADER_SIZE ? 0 : offset);
  }
}

/**
 * An object in a message. Every getter takes the byte offset of a slot in the object, and answers
 * the type's zero value for a slot or a pointer that does not fit.
 */
export class StructView {
  /** The whole message. */
  readonly data: Uint8Array;
  /** Where the object begins in the message; 0 is the null object. */
  readonly offset: number;

  /** Views the object at `offset` of a message's bytes. */
  constructor(data: Uint8Array, offset: number) {
    this.data = data;
    this.offset = offset;
  }

  /** Whether this is the null object. */
  isNull(): boolean {
    return this.offset === 0;
  }

  /** The slot's absolute position, or -1 if its `width` bytes are not in the message. */
  #slot(offset: number, width: number): number {
    const at = this.offset + offset;
    return this.offset !== 0 && at >= HEADER_SIZE && at + width <= this.data.length ? at : -1;
  }

  /** A bool slot (1 byte, any non-zero value is true). */
  bool(offset: number): boolean {
    return this.u8(offset) !== 0;
  }

  /** A u8 slot. */
  u8(offset: number): number {
    const at = this.#slot(offset, 1);
    return at < 0 ? 0 : this.data[at]!;
  }

  /** An i8 slot. */
  i8(offset: number): number {
    return (this.u8(offset) << 24) >> 24;
  }

  /** A u16 slot. */
  u16(offset: number): number {
    const at = this.#slot(offset, 2);
    return at < 0 ? 0 : this.data[at]! | (this.data[at + 1]! << 8);
  }

  /** An i16 slot. */
  i16(offset: number): number {
    return (this.u16(offset) << 16) >> 16;
  }

  /** A u32 slot. */
  u32(offset: number): number {
    const at = this.#slot(offset, 4);
    return at < 0 ? 0 : u32At(this.data, at);
  }

  /** An i32 slot. */
  i32(offset: number): number {
    const at = this.#slot(offset, 4);
    return at < 0 ? 0 : i32At(this.data, at);
  }

  /** A u64 slot. */
  u64(offset: number): bigint {
    const at = this.#slot(offset, 8);
    return at < 0 ? 0n : u64At(this.data, at);
  }

  /** An i64 slot. */
  i64(offset: number): bigint {
    return BigInt.asIntN(64, this.u64(offset));
  }

  /** An f32 slot. */
  f32(offset: number): number {
    const at = this.#slot(offset, 4);
    if (at < 0) return 0;
    scratch.setInt32(0, i32At(this.data, at), true);
    return scratch.getFloat32(0, true);
  }

  /** An f64 slot. */
  f64(offset: number): number {
    const at = this.#slot(offset, 8);
    if (at < 0) return 0;
    scratch.setInt32(0, i32At(this.data, at), true);
    scratch.setInt32(4, i32At(this.data, at + 4), true);
    return scratch.getFloat64(0, true);
  }

  /** A bytes_fixed slot of `length` bytes, not copied; empty if it does not fit. */
  bytesFixed(offset: number, length: number): Uint8Array {
    const at = length > 0 ? this.#slot(offset, length) : -1;
    return at < 0 ? EMPTY : this.data.subarray(at, at + length);
  }

  /** A bytes slot, not copied. */
  bytes(offset: number): Uint8Array {
    const at = this.#slot(offset, 8);
    if (at < 0) return EMPTY;
    const relative = u32At(this.data, at);
    if (relative === 0) return EMPTY;
    const start = at + relative;
    const end = start + u32At(this.data, at + 4);
    return start < HEADER_SIZE || end > this.data.length ? EMPTY : this.data.subarray(start, end);
  }

  /** A text slot; malformed UTF-8 reads as U+FFFD. */
  text(offset: number): string {
    return decodeText(this.bytes(offset));
  }

  /** A struct slot. */
  object(offset: number): StructView {
    const at = this.#slot(offset, 4);
    return new StructView(this.data, at < 0 ? 0 : this.#target(at));
  }

  /** A list slot. */
  list(offset: number): ListView {
    const at = this.#slot(offset, 8);
    const start = at < 0 ? 0 : this.#target(at);
    const count = start === 0 ? 0 : u32At(this.data, at + 4);
    return count > this.data.length
      ? new ListView(this.data, 0, 0)
      : new ListView(this.data, start, count);
  }

  /** Where the signed pointer at `at` leads; 0 (null) if that is not inside the message's body. */
  #target(at: number): number {
    const relative = i32At(this.data, at);
    const target = at + relative;
    return relative === 0 || target < HEADER_SIZE || target >= this.data.length ? 0 : target;
  }
}

/**
 * A list in a message: packed scalars (`u8`, `u32`, `u64` …) or variable elements (`bytesAt`,
 * `textAt`, `objectAt`). Walking n variable elements is one pass, by iteration and by index.
 */
export class ListView implements Iterable<Uint8Array> {
  /** The whole message. */
  readonly data: Uint8Array;
  /** Where the first element begins; 0 is the null list. */
  readonly offset: number;
  readonly #count: number;
  /** Positions of the variable elements found so far: random access never walks twice. */
  #positions: number[] | undefined;
  /** Where the walk stands: the position of element `#positions.length`. */
  #next: number;

  /** Views `count` elements at `offset` of a message's bytes. */
  constructor(data: Uint8Array, offset: number, count: number) {
    this.data = data;
    this.offset = offset;
    this.#count = count;
    this.#next = offset;
  }

  /** Number of elements, as the message declares it; at most the message's size. */
  len(): number {
    return this.#count;
  }

  /** Whether this is the null list. */
  isNull(): boolean {
    return this.offset === 0;
  }

  #element(i: number, width: number): number {
    if (!(i >= 0 && i < this.#count)) return -1;
    const at = this.offset + i * width;
    return at + width <= this.data.length ? at : -1;
  }

  /** Element i of a packed u8 list. */
  u8(i: number): number {
    const at = this.#element(i, 1);
    return at < 0 ? 0 : this.data[at]!;
  }

  /** Element i of a packed u32 list. */
  u32(i: number): number {
    const at = this.#element(i, 4);
    return at < 0 ? 0 : u32At(this.data, at);
  }

  /** Element i of a packed u64 list. */
  u64(i: number): bigint {
    const at = this.#element(i, 8);
    return at < 0 ? 0n : u64At(this.data, at);
  }

  /** Element i of a list of bytes, not copied. */
  bytesAt(i: number): Uint8Array {
    if (!(i >= 0 && i < this.#count)) return EMPTY;
    const positions = (this.#positions ??= []);
    const data = this.data;
    while (positions.length <= i) {
      const at = this.#next;
      if (at + 4 > data.length) return EMPTY;
      const end = at + 4 + u32At(data, at);
      if (end > data.length) return EMPTY;
      positions.push(at);
      this.#next = end;
    }
    const at = positions[i]!;
    return data.subarray(at + 4, at + 4 + u32At(data, at));
  }

  /** Element i of a list of text. */
  textAt(i: number): string {
    return decodeText(this.bytesAt(i));
  }

  /** Element i of a list of structs; a null view if it is not a message. */
  objectAt(i: number): StructView {
    const bytes = this.bytesAt(i);
    try {
      return Message.parse(bytes).root();
    } catch {
      return new StructView(EMPTY, 0);
    }
  }

  /** The elements of a list of bytes, up to the first that does not fit. */
  *[Symbol.iterator](): Iterator<Uint8Array> {
    const data = this.data;
    let at = this.offset;
    for (let i = 0; i < this.#count; i++) {
      if (at + 4 > data.length) return;
      const end = at + 4 + u32At(data, at);
      if (end > data.length) return;
      yield data.subarray(at + 4, end);
      at = end;
    }
  }

  /** The elements of a list of text, up to the first that does not fit. */
  toStringArray(): string[] {
    return Array.from(this, decodeText);
  }
}
