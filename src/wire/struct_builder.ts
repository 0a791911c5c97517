/** Writing one object of a message. A hot path: see bench/codec.ts. */

import { type BuilderMemory, lengthOf, type Waiting } from "./builder_memory.ts";
import { putCopy } from "./memory.ts";
import { putU64 } from "./put_u64.ts";

/** Writes one object's slots. Offsets are in bytes from the object's start. */
export class StructBuilder {
  readonly #memory: BuilderMemory;
  readonly #offset: number;
  readonly #size: number;
  /** Text and bytes that wait until the object is finished. */
  #waiting: Waiting | undefined;

  /** @internal Made by `Builder.startObject`. */
  constructor(memory: BuilderMemory, offset: number, size: number) {
    this.#memory = memory;
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
    return this.#memory.base + this.slot(offset, width);
  }

  /** Sets a bool slot. */
  setBool(offset: number, value: boolean): void {
    this.#memory.view.setUint8(this.place(offset, 1), value ? 1 : 0);
  }

  /** Sets a u8 slot. */
  setU8(offset: number, value: number): void {
    this.#memory.view.setUint8(this.place(offset, 1), value);
  }

  /** Sets an i8 slot. */
  setI8(offset: number, value: number): void {
    this.#memory.view.setInt8(this.place(offset, 1), value);
  }

  /** Sets a u16 slot. */
  setU16(offset: number, value: number): void {
    this.#memory.view.setUint16(this.place(offset, 2), value, true);
  }

  /** Sets an i16 slot. */
  setI16(offset: number, value: number): void {
    this.#memory.view.setInt16(this.place(offset, 2), value, true);
  }

  /** Sets a u32 slot. */
  setU32(offset: number, value: number): void {
    this.#memory.view.setUint32(this.place(offset, 4), value, true);
  }

  /** Sets an i32 slot. */
  setI32(offset: number, value: number): void {
    this.#memory.view.setInt32(this.place(offset, 4), value, true);
  }

  /** Sets a u64 slot. */
  setU64(offset: number, value: bigint): void {
    putU64(this.#memory.view, this.place(offset, 8), value);
  }

  /** Sets an i64 slot. */
  setI64(offset: number, value: bigint): void {
    putU64(this.#memory.view, this.place(offset, 8), value);
  }

  /** Sets an f32 slot. */
  setF32(offset: number, value: number): void {
    this.#memory.view.setFloat32(this.place(offset, 4), value, true);
  }

  /** Sets an f64 slot. */
  setF64(offset: number, value: number): void {
    this.#memory.view.setFloat64(this.place(offset, 8), value, true);
  }

  /** Sets a bytes_fixed slot; nothing happens for an empty value. */
  setBytesFixed(offset: number, bytes: Uint8Array): void {
    const length = lengthOf(bytes);
    const memory = this.#memory;
    if (length > 0) putCopy(memory.bytes, memory.base + this.slot(offset, length), bytes);
  }

  /** Sets a bytes slot; empty is null. The bytes are copied now and appended when the object is finished. */
  setBytes(offset: number, bytes: Uint8Array): void {
    const slot = this.slot(offset, 8);
    const waiting = this.#waiting ??= newWaiting();
    this.wait(waiting, slot, this.#memory.putWaiting(waiting, bytes));
  }

  /** Sets a text slot, as UTF-8; a lone surrogate becomes U+FFFD. */
  setText(offset: number, text: string): void {
    const slot = this.slot(offset, 8);
    const waiting = this.#waiting ??= newWaiting();
    this.wait(waiting, slot, this.#memory.putWaitingText(waiting, text));
  }

  /** @internal Writes the length now; where the data is, when the object is finished. */
  wait(waiting: Waiting, slot: number, length: number): void {
    const { view, base } = this.#memory;
    view.setUint32(base + slot, 0, true);
    view.setUint32(base + slot + 4, length, true);
    if (length === 0) return;
    if (waiting.length > 0) {
      (waiting.others ??= []).push(slot, length);
    } else {
      waiting.slot = slot;
      waiting.length = length;
    }
  }

  /** Points a struct slot at a finished object; 0 is null. */
  setObject(offset: number, objectOffset: number): void {
    const at = this.slot(offset, 4);
    const { view, base } = this.#memory;
    const relative = objectOffset === 0 ? 0 : objectOffset - at;
    view.setInt32(base + at, relative, true);
  }

  /** Points a list slot at a finished list of `count` elements; a count of 0 is null. */
  setList(offset: number, listOffset: number, count: number): void {
    const at = this.slot(offset, 8);
    const { view, base } = this.#memory;
    const relative = count === 0 ? 0 : listOffset - at;
    view.setInt32(base + at, relative, true);
    view.setUint32(base + at + 4, count, true);
  }

  /** Appends the deferred text and bytes; answers the object's offset. */
  finish(): number {
    const waiting = this.#waiting;
    if (waiting !== undefined) {
      this.#waiting = undefined;
      this.#memory.appendWaiting(waiting);
    }
    return this.#offset;
  }

  /** Finishes the object and makes it the message's root. */
  finishAsRoot(): number {
    this.#memory.root = this.#offset;
    return this.finish();
  }
}

function newWaiting(): Waiting {
  return { slot: 0, length: 0, others: undefined, kept: undefined };
}

function refuseSlot(offset: number, width: number, size: number): never {
  throw new RangeError(
    `Cannot set slot: bytes ${offset} to ${offset + width} are outside the object's ${size}`,
  );
}
