import { READ_MAX_BYTES, READ_MIN_BYTES } from "./limits.ts";

/**
 * Memory for reads, which is used again only where it was given back: reads carve a slab from front
 * to back, and the next slab is four times larger when a read filled the last, half as large when
 * traffic went quiet.
 */
export class ReadBuffer {
  #slab: Uint8Array = new Uint8Array(0);
  #at = 0;
  /** The slab from `#spaceAt` on. */
  #space: Uint8Array = this.#slab;
  #spaceAt = 0;
  #size: number = READ_MIN_BYTES;
  #quiet = 0;
  #last = 0;

  /** Where the next read should put its bytes. */
  space(): Uint8Array {
    // Less room than the last read took would cut the next one in two; what is given back again and
    // again would otherwise stay as large as it once was.
    const { length } = this.#slab;
    if (length - this.#at < Math.max(READ_MIN_BYTES / 4, this.#last) || length > this.#size) {
      this.#slab = this.#space = new Uint8Array(this.#size);
      this.#at = this.#spaceAt = 0;
    } else if (this.#spaceAt !== this.#at) {
      this.#space = this.#slab.subarray(this.#at);
      this.#spaceAt = this.#at;
    }
    return this.#space;
  }

  /** Takes the `length` bytes that a read has put into `space`. */
  take(length: number): Uint8Array {
    const start = this.#at;
    const left = this.#slab.length - start;
    this.#at += length;
    this.#last = length;
    if (length === left) {
      this.#size = Math.min(READ_MAX_BYTES, this.#size * 4);
      this.#quiet = 0;
    } else if (length * 8 < this.#size && ++this.#quiet === 16) {
      this.#size = Math.max(READ_MIN_BYTES, this.#size / 2);
      this.#quiet = 0;
    }
    return this.#slab.subarray(start, this.#at);
  }

  /** Gives back what the last `take` gave out: nobody looks at it any more. Before the next `space`. */
  giveBack(): void {
    this.#at -= this.#last;
  }
}
