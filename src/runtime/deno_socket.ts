/**
 * One connection on Deno. On the hot path of everything above: a read is one promise (Deno has no
 * other way), the rest is free of closures and copies.
 *
 * @module
 */

import type { SocketError } from "../base/socket_error.ts";
import { socketAddress } from "./address.ts";
import type { DenoApiConn } from "./deno_api.ts";
import { handlerFault, toSocketError } from "./errors.ts";
import { HIGH_WATER_BYTES } from "./limits.ts";
import { ReadBuffer } from "./read_buffer.ts";
import type { Accept, Socket, SocketAddress, SocketHandlers, TlsState } from "./types.ts";
import { WriteQueue } from "./write_queue.ts";

/** A Deno connection behind the port. */
export class DenoSocket implements Socket {
  readonly localAddress: SocketAddress;
  readonly remoteAddress: SocketAddress;
  readonly tls: TlsState | undefined = undefined;
  #conn: DenoApiConn;
  #handlers!: SocketHandlers;
  #buffer: ReadBuffer = new ReadBuffer();
  #queue: WriteQueue = new WriteQueue();
  #sending: Uint8Array | undefined;
  #reading = false;
  #paused = false;
  /** What a read brought that was under way when `pause` came; `null` is the peer's end. */
  #held: Uint8Array | null | undefined;
  #awaitsDrain = false;
  #ended = false;
  #finished = false;
  #peerEnded = false;
  #gone = false;

  /** Takes over an open Deno connection. */
  constructor(conn: DenoApiConn, path: string | undefined) {
    this.#conn = conn;
    this.localAddress = socketAddress(path, conn.localAddr.hostname, conn.localAddr.port);
    this.remoteAddress = socketAddress(path, conn.remoteAddr.hostname, conn.remoteAddr.port);
    conn.setNoDelay?.(true);
    conn.setKeepAlive?.(true);
  }

  get bufferedBytes(): number {
    return this.#queue.bytes + (this.#sending?.length ?? 0);
  }

  /** Asks the room above what to do with the events, and lets them come. */
  open(opened: Accept): void {
    try {
      this.#handlers = opened(this);
    } catch (error) {
      if (!this.#gone) this.#conn.close();
      this.#gone = true;
      throw handlerFault(error);
    }
    this.#read();
  }

  write(bytes: Uint8Array): boolean {
    if (this.#ended || this.#gone) return false;
    if (bytes.length > 0) {
      if (this.#sending === undefined) this.#send(bytes);
      else this.#queue.push(bytes);
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
    this.#paused = true;
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    if (this.#held === undefined) this.#read();
    else queueMicrotask(this.#deliverHeld);
  }

  destroy(): void {
    this.#drop(undefined);
  }

  #read(): void {
    if (this.#reading || this.#paused || this.#peerEnded || this.#gone) return;
    this.#reading = true;
    this.#conn.read(this.#buffer.space()).then(this.#onRead, this.#onFault);
  }

  readonly #onRead = (length: number | null): void => {
    this.#reading = false;
    if (this.#gone) return;
    const got = length === null ? null : this.#buffer.take(length);
    if (this.#paused) this.#held = got;
    else this.#deliver(got);
  };

  readonly #deliverHeld = (): void => {
    if (this.#held === undefined || this.#paused || this.#gone) return;
    const held = this.#held;
    this.#held = undefined;
    this.#deliver(held);
  };

  #deliver(got: Uint8Array | null): void {
    try {
      if (got === null) {
        this.#peerEnded = true;
        this.#handlers.end();
        if (this.#finished) this.#drop(undefined);
      } else {
        const unkept = this.#handlers.data(got);
        if (unkept === true && !this.#reading) this.#buffer.giveBack();
        this.#read();
      }
    } catch (error) {
      this.#drop(handlerFault(error));
    }
  }

  #send(bytes: Uint8Array): void {
    this.#sending = bytes;
    this.#conn.write(bytes).then(this.#onSent, this.#onFault);
  }

  readonly #onSent = (length: number): void => {
    if (this.#gone) return;
    const sending = this.#sending!;
    const next = length < sending.length ? sending.subarray(length) : this.#queue.take();
    if (next !== undefined) return this.#send(next);
    this.#sending = undefined;
    if (this.#awaitsDrain) {
      this.#awaitsDrain = false;
      try {
        this.#handlers.drain();
      } catch (error) {
        return this.#drop(handlerFault(error));
      }
    }
    if (this.#ended && this.#sending === undefined) this.#finish();
  };

  #finish(): void {
    this.#conn.closeWrite().then(this.#onFinished, this.#onFault);
  }

  readonly #onFinished = (): void => {
    this.#finished = true;
    if (this.#peerEnded) this.#drop(undefined);
  };

  readonly #onFault = (cause: unknown): void => {
    this.#drop(toSocketError(cause, "Lost the connection"));
  };

  #drop(error: SocketError | undefined): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#queue.clear();
    this.#sending = undefined;
    this.#held = undefined;
    this.#conn.close();
    queueMicrotask(() => {
      try {
        this.#handlers.close(error);
      } catch {
        // Nobody is left to tell: `close` is the last word.
      }
    });
  }
}
