/** One connection's bytes on their way out. On the hot path. @module */

import type { AnswerSink } from "./answer.ts";
import { bodySlabs } from "./body_slabs.ts";
import type { ConnectionState } from "./connection_state.ts";

/** Sends what the connection has written. */
export class ConnectionWriter implements AnswerSink {
  /** Bytes handed to the socket. */
  bytesOut = 0;
  /** Whether the socket's queue is full. */
  backed = false;
  readonly #state: ConnectionState;
  /** Slabs that the socket has not taken whole, and `bytesOut` at the end of each. */
  #slabs: Uint8Array<ArrayBuffer>[] = [];
  #slabEnds: number[] = [];
  #sentMark = 0;
  #sentAt = 0;

  /** Writes to the connection's socket. */
  constructor(state: ConnectionState) {
    this.#state = state;
  }

  sendBytes(bytes: Uint8Array): void {
    this.flush();
    this.#write(bytes);
  }

  sendSlab(bytes: Uint8Array<ArrayBuffer>): void {
    const head = this.#state.server.output.take(this);
    if (head !== undefined && head.length <= bytes.byteOffset) {
      const { buffer, byteOffset, length } = bytes;
      bytes = new Uint8Array(buffer, byteOffset - head.length, head.length + length);
      bytes.set(head);
    } else if (head !== undefined) this.#write(head);
    this.#slabs.push(bytes);
    this.#slabEnds.push(this.bytesOut + bytes.length);
    this.#write(bytes);
  }

  flush(): void {
    const { socket, server: { output } } = this.#state;
    const bytes = output.take(this);
    if (bytes === undefined) return;
    this.#write(bytes);
    if (socket.bufferedBytes === 0) output.giveBack(bytes); // the system has it
  }

  /**
   * Gives slabs back that the socket has taken. Only while it lives: a dropped one says that nothing
   * waits, and may yet send what was under way; those slabs are the collector's.
   */
  giveBackSlabs(): void {
    const taken = this.bytesOut - this.#state.socket.bufferedBytes;
    while (this.#slabs.length > 0 && this.#slabEnds[0]! <= taken) {
      this.#slabEnds.shift();
      bodySlabs.giveBack(this.#slabs.shift()!);
    }
  }

  /** Whether the client has taken nothing for too long; to be asked now and then. */
  stalled(now: number): boolean {
    const { socket, server } = this.#state;
    const queued = socket.bufferedBytes;
    const sent = this.bytesOut - queued;
    if (queued === 0 || sent !== this.#sentMark) {
      this.#sentMark = sent;
      this.#sentAt = now;
      return false;
    }
    return now - this.#sentAt >= server.limits.writeTimeoutMs;
  }

  #write(bytes: Uint8Array): void {
    const { server, socket } = this.#state;
    this.bytesOut += bytes.length;
    server.stats.bytesOut += bytes.length;
    if (!socket.write(bytes)) this.backed = true;
    else if (this.#slabs.length > 0) this.giveBackSlabs();
  }
}
