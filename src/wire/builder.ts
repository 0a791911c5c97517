/** Writing a message (spec: wire.md, "Building"): it is appended to; nothing is moved once written. */

import { BuilderMemory } from "./builder_memory.ts";
import { VERSION_1 } from "./format.ts";
import { ListBuilder } from "./list_builder.ts";
import { putZeros } from "./memory.ts";
import { StructBuilder } from "./struct_builder.ts";

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
  readonly #memory: BuilderMemory;
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
    this.#memory = new BuilderMemory(capacity);
    this.#version = version;
  }

  /**
   * Starts an object with a fixed section of `size` bytes, zeroed.
   *
   * @throws {RangeError} If the size is not a whole number from 0 to 2^32 - 1.
   */
  startObject(size: number): StructBuilder {
    if (size >>> 0 !== size) throw new RangeError(`Cannot start object: size ${size} is none`);
    const memory = this.#memory;
    memory.align();
    const offset = memory.reserve(size);
    const start = memory.base + offset;
    putZeros(memory.view, start, start + size);
    return new StructBuilder(memory, offset, size);
  }

  /** Starts a list; its elements are appended until another object or list is started. */
  startList(): ListBuilder {
    const memory = this.#memory;
    memory.align();
    return new ListBuilder(memory, memory.at);
  }

  /** The message, without flags. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.#memory.finish(this.#version, 0);
  }

  /** The message with `flags` (u16) in its header. The builder's memory is the result's. */
  finishWithFlags(flags: number): Uint8Array<ArrayBuffer> {
    return this.#memory.finish(this.#version, flags);
  }
}
