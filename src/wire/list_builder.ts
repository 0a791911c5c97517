/** Writing one list of a message. */

import type { BuilderMemory } from "./builder_memory.ts";
import { putU64 } from "./put_u64.ts";

/** Appends one list's elements. */
export class ListBuilder {
  readonly #memory: BuilderMemory;
  readonly #offset: number;
  #count = 0;

  /** @internal Made by `Builder.startList`. */
  constructor(memory: BuilderMemory, offset: number) {
    this.#memory = memory;
    this.#offset = offset;
  }

  /** Number of elements so far. */
  len(): number {
    return this.#count;
  }

  /** Appends a u8 to a packed list. */
  addU8(value: number): void {
    const at = this.#memory.reserve(1);
    this.#memory.view.setUint8(this.#memory.base + at, value);
    this.#count++;
  }

  /** Appends a u32 to a packed list. */
  addU32(value: number): void {
    const at = this.#memory.reserve(4);
    this.#memory.view.setUint32(this.#memory.base + at, value, true);
    this.#count++;
  }

  /** Appends a u64 to a packed list. */
  addU64(value: bigint): void {
    const at = this.#memory.reserve(8);
    putU64(this.#memory.view, this.#memory.base + at, value);
    this.#count++;
  }

  /** Appends a variable element: its length, then its bytes. */
  addObjectBytes(bytes: Uint8Array): void {
    const at = this.#memory.reserve(4);
    this.#memory.view.setUint32(this.#memory.base + at, bytes.length, true);
    this.#memory.append(bytes);
    this.#count++;
  }

  /** Appends a text element, as UTF-8: what `addObjectBytes` does with its bytes, without making them. */
  addText(text: string): void {
    this.#memory.appendElement(text);
    this.#count++;
  }

  /** Where the list begins in the message, for `setList`. */
  finishOffset(): number {
    return this.#offset;
  }
}
