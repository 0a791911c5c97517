/**
 * One connection on Bun. On the hot path of everything above: no promise, closure or copy is made
 * per read or write.
 *
 * @module
 */

import type { SocketError } from "../base/socket_error.ts";
import { socketAddress } from "./address.ts";
import type { BunApiHandlers, BunApiSocket } from "./bun_api.ts";
import { handlerFault, toSocketError } from "./errors.ts";
import { HIGH_WATER_BYTES, KEEP_ALIVE_MS } from "./limits.ts";
import { plainBytes } from "./plain_bytes.ts";
import type { Accept, Socket, SocketAddress, SocketHandlers, TlsState } from "./types.ts";
import { WriteQueue } from "./write_queue.ts";

/** A Bun connection behind the port. */
export class BunSocket implements Socket {
  readonly localAddress: SocketAddress;
  readonly remoteAddress: SocketAddress;
  readonly tls: TlsState | undefined = undefined;
  #socket: BunApiSocket<BunSocket | undefined>;
  #handlers!: SocketHandlers;
  #queue: WriteQueue = new WriteQueue();
  /** What Bun did not take of the chunk under way. */
  #sending: Uint8Array | undefined;
  #awaitsDrain = false;
  #ended = false;
  #peerEnded = false;
  #gone = false;

  /** Takes over an open Bun socket. */
  constructor(
    socket: BunApiSocket<BunSocket | undefined>,
    path: string | undefined,
  ) {
    this.#socket = socket;
    this.localAddress = socketAddress(path, socket.localAddress, socket.localPort);
    this.remoteAddress = socketAddress(path, socket.remoteAddress, socket.remotePort);
    if (path !== undefined) return;
    socket.setNoDelay(true);
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
  }

  get bufferedBytes(): number {
    return this.#queue.bytes + (this.#sending?.length ?? 0);
  }

  /** Asks the room above what to do with the events, and lets them come. */
  open(opened: Accept): void {
    this.#socket.data = this;
    try {
      this.#handlers = opened(this);
    } catch (error) {
      this.#gone = true;
      this.#socket.data = undefined;
      this.#socket.terminate();
      throw handlerFault(error);
    }
  }

  write(bytes: Uint8Array): boolean {
    if (this.#ended || this.#gone) return false;
    if (this.#sending === undefined) {
      const taken = Math.max(0, this.#socket.write(bytes));
      if (taken === bytes.length) return true;
      this.#sending = taken === 0 ? bytes : bytes.subarray(taken);
    } else {
      this.#queue.push(bytes);
    }
    if (this.bufferedBytes < HIGH_WATER_BYTES) return true;
    this.#awaitsDrain = true;
    return false;
  }

  end(): void {
    if (this.#ended || this.#gone) return;
    this.#ended = true;
    if (this.#sending === undefined) this.#finish();
  }

  pause(): void {
    if (!this.#gone) this.#socket.pause();
  }

  resume(): void {
    if (!this.#gone) this.#socket.resume();
  }

  destroy(): void {
    this.#drop(undefined);
  }

  /** Bun's `data`. */
  onData(chunk: Uint8Array): void {
    if (this.#gone) return;
    try {
      this.#handlers.data(plainBytes(chunk));
    } catch (error) {
      this.#drop(handlerFault(error));
    }
  }

  /** Bun's `drain`. */
  onDrain(): void {
    if (this.#gone) return;
    let next = this.#sending ?? this.#queue.take();
    while (next !== undefined) {
      const taken = Math.max(0, this.#socket.write(next));
      if (taken < next.length) {
        this.#sending = taken === 0 ? next : next.subarray(taken);
        return;
      }
      next = this.#queue.take();
    }
    this.#sending = undefined;
    if (this.#awaitsDrain) {
      this.#awaitsDrain = false;
      try {
        this.#handlers.drain();
      } catch (error) {
        return this.#drop(handlerFault(error));
      }
    }
    if (this.#ended && this.#sending === undefined && !this.#gone) this.#finish();
  }

  /** Bun's `end`. */
  onEnd(): void {
    if (this.#gone || this.#peerEnded) return;
    this.#peerEnded = true;
    try {
      this.#handlers.end();
    } catch (error) {
      this.#drop(handlerFault(error));
    }
  }

  /** Bun's `close`: the peer's doing, or the end of both halves. */
  onClose(cause: Error | undefined): void {
    if (this.#gone) return;
    // Bun leaves `end` out when this half had ended before.
    if (!cause) this.onEnd();
    this.#drop(cause ? toSocketError(cause, "Lost the connection") : undefined);
  }

  #finish(): void {
    if (this.#peerEnded) this.#socket.end();
    else this.#socket.shutdown();
  }

  #drop(error: SocketError | undefined): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#queue.clear();
    this.#sending = undefined;
    this.#socket.terminate();
    queueMicrotask(() => {
      try {
        this.#handlers.close(error);
      } catch {
        // Nobody is left to tell: `close` is the last word.
      }
    });
  }
}

/** Bun's handlers, shared by all sockets that are open. */
export const OPEN_HANDLERS: BunApiHandlers<BunSocket | undefined> = {
  binaryType: "uint8array",
  data: (socket, chunk) => socket.data?.onData(chunk),
  drain: (socket) => socket.data?.onDrain(),
  end: (socket) => socket.data?.onEnd(),
  close: (socket, error) => socket.data?.onClose(error),
  error: (socket, error) => socket.data?.onClose(error),
};
