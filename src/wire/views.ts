/**
 * Reading: `Message`, `StructView`, `ListView`. One file, because views make each other.
 *
 * Reading never throws and never leaves the message; whatever does not fit reads as zero
 * (spec: wire.md, "Objects").
 */

import { EMPTY } from "../base/bytes.ts";
import { HEADER_SIZE } from "./format.ts";
import {
  getF32,
  getF64,
  getI16,
  getI32,
  getI64,
  getI8,
  getU16,
  getU32,
  getU64,
} from "./get_scalars.ts";
import { ElementIndex } from "./element_index.ts";
import { checkHeader, messageSize } from "./header.ts";
import { readText } from "./text.ts";

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
  declare readonly data: Uint8Array;

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
    const size = checkHeader(bytes);
    return new Message(size === bytes.length ? bytes : bytes.subarray(0, size));
  }

  /** Format version, 1 or 2. */
  version(): number {
    return this.data[4]!;
  }

  /** The header's flags; the high byte is the transport's message type. */
  flags(): number {
    return getU16(this.data, 6);
  }

  /** Length of the message in bytes. */
  size(): number {
    return this.data.length;
  }

  /** The root object; a null view if there is none, or if its offset lands in the header. */
  root(): StructView {
    const offset = getU32(this.data, 8);
    return new StructView(this.data, offset < HEADER_SIZE ? 0 : offset);
  }
}

/** Whether a slot of `width` bytes of the object at `object` lies in the message. */
function fits(data: Uint8Array, object: number, at: number, width: number): boolean {
  return object !== 0 && at >= HEADER_SIZE && at + width <= data.length;
}

/**
 * A view of any class. Its place has names that no field can have: a class made for a struct has a
 * getter for each field, and one named `data` or `text` stands before what `StructView` has.
 */
export interface AnyView {
  /** The whole message. */
  readonly $data: Uint8Array;
  /** Where the object begins in the message; 0 is the null object. */
  readonly $offset: number;
}

/** Where a struct or list slot points; 0 is null, or not inside the message's body. */
function pointer(data: Uint8Array, at: number): number {
  const relative = getI32(data, at);
  const target = at + relative;
  return relative === 0 || target < HEADER_SIZE || target >= data.length ? 0 : target;
}

/**
 * An object in a message. Every getter takes the byte offset of a slot in the object, and answers
 * the type's zero value for a slot or a pointer that does not fit.
 */
export class StructView {
  /** @internal `data`, under a name that no field can have. */
  declare readonly $data: Uint8Array;
  /** @internal `offset`, under a name that no field can have. */
  declare readonly $offset: number;

  /** Views the object at `offset` of a message's bytes. */
  constructor(data: Uint8Array, offset: number) {
    this.$data = data;
    this.$offset = offset;
  }

  /** The whole message. */
  get data(): Uint8Array {
    return this.$data;
  }

  /** Where the object begins in the message; 0 is the null object. */
  get offset(): number {
    return this.$offset;
  }

  /** Whether this is the null object. */
  isNull(): boolean {
    return this.$offset === 0;
  }

  /** A bool slot (1 byte, any non-zero value is true). */
  bool(offset: number): boolean {
    const { $data: data, $offset: object } = this;
    const at = object + offset;
    return fits(data, object, at, 1) && data[at] !== 0;
  }

  /** A u8 slot, an unsigned 8-bit integer; 0 if it does not fit. */
  u8(offset: number): number {
    const { $data: data, $offset: object } = this;
    const at = object + offset;
    return fits(data, object, at, 1) ? data[at]! : 0;
  }

  /** An i8 slot, a signed 8-bit integer; 0 if it does not fit. */
  i8(offset: number): number {
    const { $data: data, $offset: object } = this;
    const at = object + offset;
    return fits(data, object, at, 1) ? getI8(data, at) : 0;
  }

  /** A u16 slot, an unsigned 16-bit integer; 0 if it does not fit. */
  u16(offset: number): number {
    const { $data: data, $offset: object } = this;
    const at = object + offset;
    return fits(data, object, at, 2) ? getU16(data, at) : 0;
  }

  /** An i16 slot, a signed 16-bit integer; 0 if it does not fit. */
  i16(offset: number): number {
    const { $data: data, $offset: object } = this;
    const at = object + offset;
    return fits(data, object, at, 2) ? getI16(data, at) : 0;
  }

  /** A u32 slot, an unsigned 32-bit integer; 0 if it does not fit. */
  u32(offset: number): number {
    const { $data: data, $offset: object } = this;
    const at = object + offset;
    return fits(data, object, at, 4) ? getU32(data, at) : 0;
  }

  /** An i32 slot, a signed 32-bit integer; 0 if it does not fit. */
  i32(offset: number): number {
    const { $data: data, $offset: object } = this;
    const at = object + offset;
    return fits(data, object, at, 4) ? getI32(data, at) : 0;
  }

  /** A u64 slot, an unsigned 64-bit integer; `0n` if it does not fit. */
  u64(offset: number): bigint {
    const { $data: data, $offset: object } = this;
    const at = object + offset;
    return fits(data, object, at, 8) ? getU64(data, at) : 0n;
  }

  /** An i64 slot, a signed 64-bit integer; `0n` if it does not fit. */
  i64(offset: number): bigint {
    const { $data: data, $offset: object } = this;
    const at = object + offset;
    return fits(data, object, at, 8) ? getI64(data, at) : 0n;
  }

  /** An f32 slot, IEEE 754 single precision; 0 if it does not fit. */
  f32(offset: number): number {
    const { $data: data, $offset: object } = this;
    const at = object + offset;
    return fits(data, object, at, 4) ? getF32(data, at) : 0;
  }

  /** An f64 slot, IEEE 754 double precision; 0 if it does not fit. */
  f64(offset: number): number {
    const { $data: data, $offset: object } = this;
    const at = object + offset;
    return fits(data, object, at, 8) ? getF64(data, at) : 0;
  }

  /** A bytes_fixed slot of `length` bytes, not copied; empty if it does not fit. */
  bytesFixed(offset: number, length: number): Uint8Array {
    const { $data: data, $offset: object } = this;
    const at = object + offset;
    return length > 0 && fits(data, object, at, length) ? data.subarray(at, at + length) : EMPTY;
  }

  /** A bytes slot, not copied; empty if it is absent or does not fit. */
  bytes(offset: number): Uint8Array {
    const { $data: data, $offset: object } = this;
    const at = object + offset;
    if (!fits(data, object, at, 8)) return EMPTY;
    const start = at + getU32(data, at);
    const end = start + getU32(data, at + 4);
    return start === at || end > data.length ? EMPTY : data.subarray(start, end);
  }

  /** A text slot; malformed UTF-8 reads as U+FFFD, an absent one or one that does not fit as `""`. */
  text(offset: number): string {
    const { $data: data, $offset: object } = this;
    const at = object + offset;
    if (!fits(data, object, at, 8)) return "";
    const start = at + getU32(data, at);
    const end = start + getU32(data, at + 4);
    return start === at || end > data.length ? "" : readText(data, start, end);
  }

  /** The object that a struct slot points at; the null object if it is absent or does not fit. */
  object(offset: number): StructView {
    const { $data: data, $offset: object } = this;
    const at = object + offset;
    return new StructView(data, fits(data, object, at, 4) ? pointer(data, at) : 0);
  }

  /** The list that a list slot points at; the null list if it is absent or does not fit. */
  list(offset: number): ListView {
    return listAt(this, offset);
  }
}

/** `StructView` as the base of a class that has members of its own in place of some of its. */
export type ViewWithout<Keys extends keyof StructView> = {
  /** Views the object at `offset` of a message's bytes. */
  new (data: Uint8Array, offset: number): Omit<StructView, Keys>;
};

/** The list that a list slot of a view of any class points at, as `StructView.list`. */
export function listAt(view: AnyView, offset: number): ListView {
  const { $data: data, $offset: object } = view;
  const at = object + offset;
  const start = fits(data, object, at, 8) ? pointer(data, at) : 0;
  const count = start === 0 ? 0 : getU32(data, at + 4);
  return count > data.length ? new ListView(data, 0, 0) : new ListView(data, start, count);
}

/**
 * A list in a message: packed scalars (`u8`, `u32`, `u64` …) or variable elements (`bytesAt`,
 * `textAt`, `objectAt`). Walking n variable elements is one pass, by iteration and by index.
 */
export class ListView implements Iterable<Uint8Array> {
  /** The whole message. */
  declare readonly data: Uint8Array;
  /** Where the first element begins; 0 is the null list. */
  declare readonly offset: number;
  readonly #count: number;
  /** Made by the first access to a variable element. */
  #index: ElementIndex | undefined;

  /** Views `count` elements at `offset` of a message's bytes. */
  constructor(data: Uint8Array, offset: number, count: number) {
    this.data = data;
    this.offset = offset;
    this.#count = count;
  }

  /** Number of elements, as the message declares it; at most the message's size. */
  len(): number {
    return this.#count;
  }

  /** Whether this is the null list. */
  isNull(): boolean {
    return this.offset === 0;
  }

  /** Where packed element i of `width` bytes stands, or -1 if it does not fit. */
  packedAt(i: number, width: number): number {
    const at = this.offset + i * width;
    return i >= 0 && i < this.#count && at + width <= this.data.length ? at : -1;
  }

  /** Where variable element i stands (its length word), or -1 if it does not fit. */
  elementAt(i: number): number {
    if (!(i >= 0 && i < this.#count)) return -1;
    return (this.#index ??= new ElementIndex(this.data, this.offset)).position(i);
  }

  /** Element i of a packed u8 list; 0 if there is none. */
  u8(i: number): number {
    const at = this.packedAt(i, 1);
    return at < 0 ? 0 : this.data[at]!;
  }

  /** Element i of a packed u32 list; 0 if there is none. */
  u32(i: number): number {
    const at = this.packedAt(i, 4);
    return at < 0 ? 0 : getU32(this.data, at);
  }

  /** Element i of a packed u64 list; `0n` if there is none. */
  u64(i: number): bigint {
    const at = this.packedAt(i, 8);
    return at < 0 ? 0n : getU64(this.data, at);
  }

  /** Element i of a list of bytes, not copied; empty if there is none. */
  bytesAt(i: number): Uint8Array {
    const at = this.elementAt(i);
    return at < 0 ? EMPTY : this.data.subarray(at + 4, at + 4 + getU32(this.data, at));
  }

  /** Element i of a list of text; `""` if there is none. */
  textAt(i: number): string {
    const at = this.elementAt(i);
    return at < 0 ? "" : readText(this.data, at + 4, at + 4 + getU32(this.data, at));
  }

  /** Element i of a list of structs; a null view if it is not a message. */
  objectAt(i: number): StructView {
    return rootOf(this.bytesAt(i));
  }

  /** The elements of a list of bytes, up to the first that does not fit. */
  *[Symbol.iterator](): Iterator<Uint8Array> {
    const data = this.data;
    let at = this.offset;
    for (let i = 0; i < this.#count && at + 4 <= data.length; i++) {
      const end = at + 4 + getU32(data, at);
      if (end > data.length) return;
      yield data.subarray(at + 4, end);
      at = end;
    }
  }

  /** The elements of a list of text, up to the first that does not fit. */
  toStringArray(): string[] {
    const data = this.data;
    const texts: string[] = [];
    let at = this.offset;
    for (let i = 0; i < this.#count && at + 4 <= data.length; i++) {
      const end = at + 4 + getU32(data, at);
      if (end > data.length) break;
      texts.push(readText(data, at + 4, end));
      at = end;
    }
    return texts;
  }
}

/** The root of a message that may be none: then a null view. */
export function rootOf(bytes: Uint8Array): StructView {
  const size = messageSize(bytes);
  if (size < 0) return new StructView(EMPTY, 0);
  const root = getU32(bytes, 8);
  return new StructView(
    size === bytes.length ? bytes : bytes.subarray(0, size),
    root < HEADER_SIZE ? 0 : root,
  );
}
