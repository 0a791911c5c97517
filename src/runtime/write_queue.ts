import { JOIN_MAX_BYTES } from "./limits.ts";

/** Bytes that the operating system has not taken yet, in order. Small chunks leave joined. */
export class WriteQueue {
  /** Bytes in the queue. */
  bytes = 0;
  #chunks: Uint8Array[] = [];
  #head = 0;

  /** Appends a chunk. */
  push(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.bytes += chunk.length;
  }

  /** Removes what the next write should carry: a large chunk as it is, or small ones joined. */
  take(): Uint8Array | undefined {
    const first = this.#chunks[this.#head];
    if (first === undefined) return undefined;
    let end = this.#head + 1;
    let length = first.length;
    while (end < this.#chunks.length && length < JOIN_MAX_BYTES / 2) {
      const next = this.#chunks[end]!.length;
      if (length + next > JOIN_MAX_BYTES) break;
      length += next;
      end++;
    }
    const joined = end === this.#head + 1 ? first : this.#join(end, length);
    this.bytes -= length;
    this.#drop(end);
    return joined;
  }

  /** Forgets everything. */
  clear(): void {
    this.#chunks = [];
    this.#head = 0;
    this.bytes = 0;
  }

  #join(end: number, length: number): Uint8Array {
    const joined = new Uint8Array(length);
    let at = 0;
    for (let i = this.#head; i < end; i++) {
      const chunk = this.#chunks[i]!;
      joined.set(chunk, at);
      at += chunk.length;
    }
    return joined;
  }

  /** Forgets the chunks before `end`. The array is cut when half of it is done, so that a long queue costs linear work. */
  #drop(end: number): void {
    this.#head = end;
    if (this.#head === this.#chunks.length) {
      this.#chunks.length = 0;
      this.#head = 0;
    } else if (this.#head > 1024 && this.#head * 2 > this.#chunks.length) {
      this.#chunks.splice(0, this.#head);
      this.#head = 0;
    }
  }
}
