/** One stream of mux framing: a pair of halves, each ended by its sender. */

import { Inbox } from "./inbox.ts";
import { isBytes } from "./refusal.ts";
import { RpcError } from "./rpc_error.ts";

/** What a stream needs of its connection. */
export interface StreamPort {
  /** Largest message of a stream, in bytes. */
  readonly maxMessageBytes: number;
  /** Bytes a stream may hold unread. */
  readonly streamBufferBytes: number;
  /** Whether no more may be queued for a peer that does not read. */
  readonly overfull: boolean;
  /** Sends data. */
  sendData(id: number, bytes: Uint8Array): void;
  /** Ends our half. */
  sendEnd(id: number): void;
  /** Tells the peer that the stream has failed. */
  sendFailure(id: number): void;
  /** Resolves when the connection takes more; `undefined` if it does now. */
  room(): Promise<void> | undefined;
  /** Unread bytes have become fewer. */
  consumed(stream: RpcStream): void;
  /** The stream is over. */
  forget(stream: RpcStream): void;
}

/**
 * A stream of messages both ways. Backpressure is the connection's: a stream that is not read stops
 * the reading of all that share its connection, answers to calls included, so read what you open or
 * cancel it, or give it a connection of its own.
 *
 * @example
 * ```ts ignore
 * const stream = client.stream(7);
 * await stream.write(new Uint8Array([1, 2, 3]));
 * stream.end();
 * for await (const message of stream) console.log(message);
 * ```
 */
export class RpcStream implements AsyncIterable<Uint8Array> {
  /** The stream's id on its connection. */
  readonly id: number;
  /** Method it was opened with. */
  readonly method: number;
  /** Capability it was opened with. */
  readonly cap: Uint8Array;
  /** Messages from the peer; each shares memory with what arrived with it. */
  readonly readable: ReadableStream<Uint8Array>;
  /** Messages to the peer; closing it ends our half. */
  readonly writable: WritableStream<Uint8Array>;
  /** @internal Called once, when both halves are over. */
  onOver: (() => void) | undefined = undefined;
  readonly #port: StreamPort;
  readonly #inbox: Inbox;
  #sink!: WritableStreamDefaultController;
  #localEnded = false;
  #error: RpcError | undefined;

  /** @internal Made by `stream()` and for stream handlers. */
  constructor(port: StreamPort, id: number, method: number, cap: Uint8Array) {
    this.#port = port;
    this.id = id;
    this.method = method;
    this.cap = cap;
    this.#inbox = new Inbox(port.streamBufferBytes, () => port.consumed(this));
    this.readable = this.#inbox.readable;
    this.writable = new WritableStream<Uint8Array>({
      start: (controller) => {
        this.#sink = controller;
      },
      write: (bytes) => this.#send(bytes),
      close: () => this.end(),
      abort: (reason) => this.abandon(reason),
    });
  }

  /** @internal Whether the peer has ended its half. */
  get peerEnded(): boolean {
    return this.#inbox.ended;
  }

  /** @internal Whether unread messages fill its share of memory. */
  get full(): boolean {
    return this.#inbox.full;
  }

  /**
   * Sends one message; the bytes are copied at once.
   *
   * @returns Resolves when the connection takes more.
   * @throws {RpcError} If our half has ended, the stream has failed, the message is too large, or too
   * much waits already (`busy`).
   * @throws {TypeError} If the message is not a `Uint8Array`.
   */
  async write(message: Uint8Array): Promise<void> {
    await this.#send(message);
  }

  /** Ends our half; the peer may go on. Nothing happens if it has ended. */
  end(): void {
    if (this.#localEnded) return;
    this.#localEnded = true;
    if (this.#error === undefined) this.#port.sendEnd(this.id);
    this.#over();
  }

  /** The peer's messages in order, until it ends its half; throws {@link RpcError} if the stream fails. */
  async *[Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    const reader = this.readable.getReader();
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        yield value;
      }
    } finally {
      await reader.cancel().catch(() => {});
    }
  }

  /** @internal A message came. */
  received(message: Uint8Array): void {
    this.#inbox.receive(message);
  }

  /** @internal The peer has ended its half. */
  ended(): void {
    if (this.#inbox.ended) return;
    this.#inbox.end();
    this.#over();
  }

  /** @internal Its handler has returned: our half ends, and what is unread, or still to come, is dropped. */
  finish(): void {
    this.end();
    this.#inbox.close();
    this.#port.forget(this);
  }

  /** @internal This end gives it up: the peer must not take what it has for all there was. */
  abandon(cause: unknown): void {
    if (this.#error !== undefined || (this.#localEnded && this.#inbox.ended)) return;
    this.#port.sendFailure(this.id);
    // A peer that does not know of failures from this side sees at least an end.
    if (!this.#localEnded) this.#port.sendEnd(this.id);
    const why = `Stream of method ${this.method} was aborted`;
    const error = new RpcError("aborted", why, { method: this.method, cause });
    this.fail(error);
    this.#inbox.fail(error);
  }

  /** @internal It cannot go on. What the peer had sent and ended is all there was, and is read. */
  fail(error: RpcError): void {
    if (this.#error !== undefined || (this.#localEnded && this.#inbox.ended)) return;
    this.#error = error;
    if (!this.#localEnded) this.#sink.error(error);
    this.#localEnded = true;
    if (!this.#inbox.ended) this.#inbox.fail(error);
    this.#port.forget(this);
  }

  #send(message: Uint8Array): Promise<void> | void {
    if (this.#error !== undefined) throw this.#error;
    if (this.#localEnded) {
      throw new RpcError(
        "closed",
        "Cannot write to stream: its half has ended",
        {
          method: this.method,
        },
      );
    }
    if (!isBytes(message)) {
      throw new TypeError("Cannot write to stream: a message must be a Uint8Array");
    }
    if (message.length > this.#port.maxMessageBytes) {
      throw new RpcError(
        "too_large",
        `Cannot write to stream: ${message.length} bytes exceed ${this.#port.maxMessageBytes}`,
        { method: this.method, status: 413 },
      );
    }
    if (this.#port.overfull) {
      throw new RpcError(
        "busy",
        "Cannot write to stream: wait for what was written before",
        {
          method: this.method,
          status: 429,
        },
      );
    }
    this.#port.sendData(this.id, message);
    return this.#port.room();
  }

  #over(): void {
    if (this.#localEnded && this.#inbox.ended) this.#port.forget(this);
  }
}
