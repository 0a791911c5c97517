/** The half of a stream that its peer sends: what has come and is not read yet. */

import { copyBytes } from "../base/bytes.ts";
import type { RpcError } from "./rpc_error.ts";

/** Memory of a queued message beside its bytes, so that empty messages count too. */
const MESSAGE_OVERHEAD = 128;

/** See the file's comment. */
export class Inbox {
  /** The messages, in order. */
  readonly readable: ReadableStream<Uint8Array>;
  /** Whether the peer has ended its half, or never will. */
  ended = false;
  readonly #maxBytes: number;
  readonly #consumed: () => void;
  readonly #queue: Uint8Array[] = [];
  #queuedBytes = 0;
  #controller!: ReadableStreamDefaultController<Uint8Array>;
  #wanted: (() => void) | undefined;
  /** Nobody reads any more. */
  #over = false;

  /** `consumed` is called when less is held than `maxBytes`. */
  constructor(maxBytes: number, consumed: () => void) {
    this.#maxBytes = maxBytes;
    this.#consumed = consumed;
    this.readable = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#controller = controller;
      },
      pull: () => this.#pull(),
      cancel: () => this.#stop(),
    }, { highWaterMark: 0 });
  }

  /** Whether as much is held as may be. */
  get full(): boolean {
    return this.#queuedBytes >= this.#maxBytes;
  }

  /** A message came. */
  receive(message: Uint8Array): void {
    if (this.#over || this.ended) return;
    // A few bytes that wait would hold the whole chunk they came in, which no bound counts.
    const copies = this.#wanted === undefined && 2 * message.length < message.buffer.byteLength;
    this.#queue.push(copies ? copyBytes(message) : message);
    this.#queuedBytes += message.length + MESSAGE_OVERHEAD;
    this.#deliver();
  }

  /** No more comes; what is held is still read. */
  end(): void {
    this.ended = true;
    this.#deliver();
  }

  /** What is unread, or still to come, is dropped. */
  close(): void {
    if (this.#over) return;
    this.#controller.close();
    this.#stop();
  }

  /** Who reads is told why there is no more; what is unread is dropped. */
  fail(error: RpcError): void {
    this.ended = true;
    if (this.#over) return;
    this.#over = true;
    this.#drop();
    this.#controller.error(error);
    this.#release();
  }

  #pull(): Promise<void> | void {
    if (this.#deliverOne()) return;
    return new Promise((resolve) => this.#wanted = resolve);
  }

  #deliver(): void {
    if (this.#wanted === undefined || !this.#deliverOne()) return;
    this.#release();
  }

  #release(): void {
    const wanted = this.#wanted;
    this.#wanted = undefined;
    wanted?.();
  }

  /** Answers a pull, if there is something to answer with. */
  #deliverOne(): boolean {
    const message = this.#queue.shift();
    if (message !== undefined) {
      this.#queuedBytes -= message.length + MESSAGE_OVERHEAD;
      this.#controller.enqueue(message);
      if (!this.full) this.#consumed();
      return true;
    }
    if (!this.ended || this.#over) return this.#over;
    this.#over = true;
    this.#controller.close();
    return true;
  }

  #stop(): void {
    if (this.#over) return;
    this.#over = true;
    this.#drop();
    this.#release();
    this.#consumed();
  }

  #drop(): void {
    this.#queue.length = 0;
    this.#queuedBytes = 0;
  }
}
