/**
 * Where answers are put together before they leave: one buffer for all connections of a server,
 * used by one at a time. What a connection has written leaves in one piece when its turn ends, or
 * when another begins to write. A sent piece's memory is used again only where the system has taken it
 * at once. On the hot path.
 *
 * @module
 */

import { OUTPUT_SLAB_BYTES } from "./defaults.ts";
import { unsetBytes } from "./unset_bytes.ts";

/** Whoever writes: sends what `take` gives when it is told to. */
export interface OutputOwner {
  /** Sends what has been written. */
  flush(): void;
}

/** The buffer. */
export class Output {
  /** Bytes to write into, from `at` on, after `open`. */
  bytes: Uint8Array = unsetBytes(OUTPUT_SLAB_BYTES);
  /** Where the next byte goes. */
  at = 0;
  #start = 0;
  #owner: OutputOwner | undefined;
  #lent: Uint8Array | undefined;
  #taken: Uint8Array | undefined;

  /** Gives `owner` room for `length` bytes, at most `OUTPUT_SLAB_BYTES`. */
  open(owner: OutputOwner, length: number): void {
    if (this.#owner !== owner) {
      this.#owner?.flush();
      this.#owner = owner;
    }
    const lent = this.#lent;
    if (lent !== undefined) { // it does not leave alone
      this.#lent = undefined;
      this.open(owner, lent.length);
      this.write(lent);
    }
    if (this.at + length <= this.bytes.length) return;
    if (this.at > this.#start) owner.flush();
    this.#owner = owner;
    this.bytes = unsetBytes(OUTPUT_SLAB_BYTES);
    this.#start = this.at = 0;
  }

  /** Appends bytes that never change: alone in their piece they leave uncopied. At most `OUTPUT_SLAB_BYTES`. */
  lend(owner: OutputOwner, bytes: Uint8Array): void {
    if (this.#owner !== owner) {
      this.#owner?.flush();
      this.#owner = owner;
      this.#lent = bytes;
    } else {
      this.open(owner, bytes.length);
      this.write(bytes);
    }
  }

  /** What `owner` has written and not sent; from here on it is the socket's. */
  take(owner: OutputOwner): Uint8Array | undefined {
    if (this.#owner !== owner) return undefined;
    this.#owner = undefined;
    const lent = this.#lent;
    if (lent !== undefined) {
      this.#lent = undefined;
      return lent;
    }
    if (this.at === this.#start) return undefined;
    this.#taken = this.bytes.subarray(this.#start, this.at);
    this.#start = this.at;
    return this.#taken;
  }

  /** Takes the memory back of what `take` has just given: nobody looks at it any more. */
  giveBack(piece: Uint8Array): void {
    if (piece !== this.#taken || this.at !== this.#start) return;
    this.#taken = undefined;
    this.at = this.#start = piece.byteOffset;
  }

  /** Appends bytes; the room is there. */
  write(bytes: Uint8Array): void {
    this.bytes.set(bytes, this.at);
    this.at += bytes.length;
  }

  /** Appends a text of Latin-1; the room is there. */
  writeLatin1(text: string): void {
    const { bytes } = this;
    let { at } = this;
    for (let i = 0; i < text.length; i++) bytes[at++] = text.charCodeAt(i);
    this.at = at;
  }

  /** Appends a whole number of at least 0 in decimal; the room is there. */
  writeNumber(value: number): void {
    const { bytes } = this;
    let digits = 1;
    for (let rest = value; rest >= 10; rest = Math.floor(rest / 10)) digits++;
    let rest = value;
    for (let i = this.at + digits - 1; i >= this.at; i--) {
      const next = Math.floor(rest / 10);
      bytes[i] = 48 + rest - next * 10;
      rest = next;
    }
    this.at += digits;
  }
}
