/**
 * Cuts a byte stream into frames of `length u32` and that many bytes. A hot path: frames are handed
 * on as positions in the chunk they came in, and nothing is copied but a frame that spans chunks.
 *
 * Work is linear in the bytes received however they are cut, and memory is at most twice what has
 * arrived of one frame: a declared length alone reserves nothing.
 */

/** What is done with frames. */
export interface FrameSink {
  /**
   * One frame: its bytes are those of `buffer` from `start` to `end`; `view` covers the buffer.
   * `false` stops the decoder until `resume`.
   */
  frame(buffer: ArrayBuffer, view: DataView, start: number, end: number): boolean;
  /** The declared length is out of bounds; no more frames come. */
  badLength(length: number): void;
}

/** What turns received bytes into frames. */
export interface Decoder {
  /** Whether the sink has stopped it. */
  readonly stopped: boolean;
  /** Whether it is in the middle of a frame. */
  readonly partial: boolean;
  /** Decodes bytes, or keeps them if stopped. */
  push(bytes: Uint8Array): void;
  /** Goes on after a stop, with what was kept. */
  resume(): void;
  /** From here on a frame's length must be within these. */
  bound(min: number, max: number): void;
  /** Forgets everything; nothing is decoded any more. */
  destroy(): void;
}

/** First reservation for a frame that spans chunks. */
const MIN_PARTIAL_BYTES = 4096;

/** The state between two chunks of one stream. */
export class FrameDecoder implements Decoder {
  readonly #sink: FrameSink;
  #min: number;
  #max: number;
  /** The frame that spans chunks: its first `#have` bytes, length word included. */
  #partial: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  #have = 0;
  /** Chunks that came while stopped, the first from `#heldAt`. */
  readonly #held: Uint8Array[] = [];
  #heldAt = 0;
  #stopped = false;
  #dead = false;

  /** A frame's length must be within `min` and `max`. */
  constructor(sink: FrameSink, min: number, max: number) {
    this.#sink = sink;
    this.#min = min;
    this.#max = max;
  }

  /** From here on a frame's length must be within these. */
  bound(min: number, max: number): void {
    this.#min = min;
    this.#max = max;
  }

  /** Whether the sink has stopped the decoder. */
  get stopped(): boolean {
    return this.#stopped;
  }

  /** Whether it is in the middle of a frame. */
  get partial(): boolean {
    return this.#have > 0;
  }

  /** Decodes a chunk, or keeps it if stopped. */
  push(chunk: Uint8Array): void {
    if (this.#dead) return;
    if (this.#stopped) this.#held.push(chunk);
    else this.#decode(chunk, 0);
  }

  /** Goes on after a stop, with what was kept. */
  resume(): void {
    this.#stopped = false;
    while (this.#held.length > 0 && !this.#stopped && !this.#dead) {
      const at = this.#heldAt;
      this.#heldAt = 0;
      this.#decode(this.#held.shift()!, at);
    }
  }

  /** Forgets everything; nothing is decoded any more. */
  destroy(): void {
    this.#dead = true;
    this.#held.length = 0;
    this.#partial = new Uint8Array(0);
    this.#have = 0;
  }

  #decode(chunk: Uint8Array, from: number): void {
    // A Node Buffer's own subarray would make Buffers: positions in the memory are used instead.
    const buffer = chunk.buffer as ArrayBuffer;
    const sink = this.#sink;
    const end = chunk.byteOffset + chunk.length;
    let at = chunk.byteOffset + from;
    if (this.#have > 0) {
      at += this.#complete(chunk, from);
      if (this.#stopped && at < end) this.#hold(chunk, at - chunk.byteOffset);
      if (this.#stopped || this.#dead || at >= end) return;
    }
    const view = new DataView(buffer);
    while (end - at >= 4) {
      const length = view.getUint32(at, true);
      if (length < this.#min || length > this.#max) return this.#fail(length);
      const next = at + 4 + length;
      if (next > end) break;
      const goOn = sink.frame(buffer, view, at + 4, next);
      at = next;
      if (this.#dead) return;
      if (!goOn) {
        this.#stopped = true;
        if (at < end) this.#hold(chunk, at - chunk.byteOffset);
        return;
      }
    }
    if (at < end) this.#begin(buffer, at, end);
  }

  #hold(chunk: Uint8Array, at: number): void {
    this.#held.unshift(chunk);
    this.#heldAt = at;
  }

  /** Keeps the first bytes of a frame that goes on in the next chunk. */
  #begin(buffer: ArrayBuffer, at: number, end: number): void {
    const have = end - at;
    this.#reserve(have, have >= 4 ? 4 + new DataView(buffer).getUint32(at, true) : 4);
    this.#partial.set(new Uint8Array(buffer, at, have));
    this.#have = have;
  }

  /** Memory for at least `have` bytes, at most `total`, doubling in between. */
  #reserve(have: number, total: number): void {
    if (this.#partial.length >= Math.max(have, Math.min(total, MIN_PARTIAL_BYTES))) return;
    const size = Math.max(have, Math.min(total, Math.max(MIN_PARTIAL_BYTES, 2 * have)));
    const grown = new Uint8Array(size);
    grown.set(this.#partial.subarray(0, this.#have));
    this.#partial = grown;
  }

  /** Adds to the frame that spans chunks; answers how many bytes of the chunk that took. */
  #complete(chunk: Uint8Array, from: number): number {
    let at = from;
    while (this.#have < 4) {
      if (at === chunk.length) return at - from;
      this.#reserve(this.#have + 1, 4);
      this.#partial[this.#have++] = chunk[at++]!;
    }
    const view = new DataView(this.#partial.buffer);
    const length = view.getUint32(0, true);
    if (length < this.#min || length > this.#max) {
      this.#fail(length);
      return at - from;
    }
    const take = Math.min(4 + length - this.#have, chunk.length - at);
    this.#reserve(this.#have + take, 4 + length);
    this.#partial.set(
      new Uint8Array(chunk.buffer as ArrayBuffer, chunk.byteOffset + at, take),
      this.#have,
    );
    this.#have += take;
    at += take;
    if (this.#have === 4 + length) {
      // What was read from this memory is the receiver's from here on.
      const buffer = this.#partial.buffer;
      this.#partial = new Uint8Array(0);
      this.#have = 0;
      if (!this.#sink.frame(buffer, new DataView(buffer), 4, 4 + length)) {
        this.#stopped = true;
      }
    }
    return at - from;
  }

  #fail(length: number): void {
    this.destroy();
    this.#sink.badLength(length);
  }
}
