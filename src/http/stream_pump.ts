/**
 * A body of unknown content on its way to a socket: one piece is asked of the stream when the one
 * before has been taken, so a slow client holds up the producer and not the memory.
 *
 * @module
 */

import type { AnswerSink, PendingBody } from "./answer.ts";
import { JOIN_BODY_BYTES } from "./defaults.ts";
import type { Output } from "./output.ts";

/** What a pump writes to. */
export interface PumpSink extends AnswerSink {
  /** Whether the socket asks to wait. */
  readonly backed: boolean;
}

/** What a pump tells. */
export interface PumpOwner {
  /** The whole body has been handed over. */
  pumped(): void;
  /** The stream failed, or is not as long as was said: the answer cannot be completed. */
  pumpFailed(error: unknown): void;
  /** Body bytes were handed over. */
  pumpedBytes(length: number): void;
}

/** Sends one body. */
export class StreamPump {
  readonly #out: Output;
  readonly #sink: PumpSink;
  readonly #pending: PendingBody;
  readonly #owner: PumpOwner;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  #sent = 0;
  #waiting = false;
  #over = false;

  /** Sends `pending`, whose head has been written. */
  constructor(out: Output, sink: PumpSink, pending: PendingBody, owner: PumpOwner) {
    this.#out = out;
    this.#sink = sink;
    this.#pending = pending;
    this.#owner = owner;
    this.#reader = pending.reader;
  }

  /** Begins; also goes on after the socket has asked to wait. */
  go(): void {
    if (this.#waiting || this.#over) return;
    this.#waiting = true;
    this.#reader.read().then(this.#onPiece, this.#onFault);
  }

  /**
   * Sends something that means nothing, if there is such a thing: a leading zero of the next chunk's
   * size (RFC 9112 §7.1). A client that is gone answers it with a reset.
   */
  probe(): void {
    if (!this.#pending.chunked || this.#over) return;
    this.#out.open(this.#sink, 1);
    this.#out.writeLatin1("0");
    this.#sink.flush();
  }

  /** The client has gone, or the answer is given up. */
  cancel(reason: unknown): void {
    if (this.#over) return;
    this.#over = true;
    this.#reader.cancel(reason).catch(() => {});
  }

  readonly #onPiece = (result: ReadableStreamReadResult<Uint8Array>): void => {
    this.#waiting = false;
    if (this.#over) return;
    if (result.done) return this.#end();
    const piece = result.value;
    if (!(piece instanceof Uint8Array)) {
      this.#over = true;
      this.#reader.cancel().catch(() => {});
      return this.#owner.pumpFailed(new TypeError("Cannot answer: a body's piece is not bytes"));
    }
    if (piece.length > 0) this.#write(piece);
    if (!this.#over && !this.#sink.backed) this.go();
  };

  readonly #onFault = (error: unknown): void => {
    this.#waiting = false;
    if (this.#over) return;
    this.#over = true;
    this.#owner.pumpFailed(error);
  };

  #write(piece: Uint8Array): void {
    const { length } = piece;
    this.#sent += length;
    if (this.#pending.length >= 0 && this.#sent > this.#pending.length) {
      this.cancel(undefined);
      return this.#owner.pumpFailed(new TypeError("Cannot answer: the body is longer than said"));
    }
    const out = this.#out;
    const joined = length <= JOIN_BODY_BYTES;
    out.open(this.#sink, (joined ? length : 0) + 24);
    if (this.#pending.chunked) {
      out.writeLatin1(length.toString(16));
      out.writeLatin1("\r\n");
    }
    if (joined) out.write(piece);
    else this.#sink.sendBytes(piece);
    if (this.#pending.chunked) {
      out.open(this.#sink, 2);
      out.writeLatin1("\r\n");
    }
    this.#owner.pumpedBytes(length);
    this.#sink.flush();
  }

  #end(): void {
    this.#over = true;
    if (this.#pending.length >= 0 && this.#sent < this.#pending.length) {
      return this.#owner.pumpFailed(new TypeError("Cannot answer: the body is shorter than said"));
    }
    if (this.#pending.chunked) {
      this.#out.open(this.#sink, 8);
      this.#out.writeLatin1("0\r\n\r\n");
    }
    this.#owner.pumped();
  }
}
