/**
 * A request's body while it comes in: what the connection has received and nobody has read yet.
 * Either everything is asked for at once (`json()`), or piece by piece (a stream). What nobody asks
 * for stops at `BODY_BUFFER_BYTES`, and the client feels it.
 *
 * @module
 */

import { concatBytes, EMPTY } from "../base/bytes.ts";
import { type Deferred, deferred } from "./deferred.ts";
import { BODY_BUFFER_BYTES, SMALL_PIECE_BYTES } from "./defaults.ts";

/** What the connection is told by its body. */
export interface BodyDemand {
  /** Somebody reads for the first time, or reads on after the buffer was full. */
  wanted(): void;
}

/** A body on its way. */
export class IncomingBody {
  /** Bytes received, read or not. */
  received = 0;
  readonly #demand: BodyDemand;
  #pieces: Uint8Array[] = [];
  #buffered = 0;
  /** The last piece is this buffer's, and has room left: small pieces are gathered there. */
  #gather: Uint8Array | undefined;
  #gathered = 0;
  #wanted = false;
  #ended = false;
  #fault: Error | undefined;
  #all: Deferred<Uint8Array> | undefined;
  #next: Deferred<Uint8Array | undefined> | undefined;

  /** A body whose reader's wishes go to `demand`. */
  constructor(demand: BodyDemand) {
    this.#demand = demand;
  }

  /** Whether all of it is here. */
  get complete(): boolean {
    return this.#ended;
  }

  /** Whether nothing more should be read from the client for now. */
  get full(): boolean {
    return this.#buffered >= BODY_BUFFER_BYTES && this.#all === undefined;
  }

  /** Whether somebody has asked for bytes. */
  get wanted(): boolean {
    return this.#wanted;
  }

  /** Takes a piece: `bytes` from `start` to `end`, which is the body's to keep. */
  push(bytes: Uint8Array, start: number, end: number): void {
    const length = end - start;
    this.received += length;
    if (length >= SMALL_PIECE_BYTES || (this.#buffered === 0 && !this.#gather)) {
      this.#add(bytes.subarray(start, end));
    } else this.#addSmall(bytes, start, end);
    this.#serveNext();
  }

  /** All of it has come. */
  end(): void {
    this.#ended = true;
    this.#all?.resolve(this.#takeAll());
    this.#serveNext();
  }

  /** The rest will not come. */
  fail(fault: Error): void {
    if (this.#ended || this.#fault) return;
    this.#fault = fault;
    this.#pieces = [];
    this.#buffered = 0;
    this.#all?.reject(fault);
    this.#next?.reject(fault);
    this.#next = undefined;
  }

  /** Everything, if it is here already; then it is gone from here. */
  takeComplete(): Uint8Array | undefined {
    return this.#ended ? this.#takeAll() : undefined;
  }

  /** Everything, when it has come. */
  readAll(): Promise<Uint8Array> {
    if (this.#fault) return Promise.reject(this.#fault);
    if (this.#ended) return Promise.resolve(this.#takeAll());
    this.#all = deferred();
    this.#want();
    return this.#all.promise;
  }

  /** The next piece; `undefined` at the end. */
  read(): Promise<Uint8Array | undefined> {
    if (this.#fault) return Promise.reject(this.#fault);
    const next = this.#next = deferred();
    this.#serveNext();
    if (this.#next) this.#want();
    return next.promise;
  }

  /** A stream of it. */
  stream(): ReadableStream<Uint8Array<ArrayBuffer>> {
    return new ReadableStream({
      type: "bytes",
      pull: async (controller) => {
        const piece = await this.read();
        if (piece !== undefined) return controller.enqueue(transferable(piece));
        controller.close();
        controller.byobRequest?.respond(0);
      },
    }, { highWaterMark: 0 });
  }

  #want(): void {
    this.#wanted = true;
    this.#demand.wanted();
  }

  #serveNext(): void {
    const next = this.#next;
    if (next === undefined) return;
    if (this.#buffered > 0) {
      this.#next = undefined;
      this.#seal();
      const piece = this.#pieces.shift()!;
      this.#buffered -= piece.length;
      next.resolve(piece);
    } else if (this.#ended) {
      this.#next = undefined;
      next.resolve(undefined);
    }
  }

  #add(piece: Uint8Array): void {
    this.#seal();
    this.#pieces.push(piece);
    this.#buffered += piece.length;
  }

  /** A million one-byte chunks must not become a million arrays. */
  #addSmall(bytes: Uint8Array, start: number, end: number): void {
    if (this.#gather && this.#gather.length - this.#gathered < end - start) this.#seal();
    if (!this.#gather) {
      this.#gather = new Uint8Array(SMALL_PIECE_BYTES * 16);
      this.#gathered = 0;
    }
    const length = end - start;
    for (let i = 0; i < length; i++) this.#gather[this.#gathered + i] = bytes[start + i]!;
    this.#gathered += length;
    this.#buffered += length;
  }

  #seal(): void {
    if (!this.#gather) return;
    this.#pieces.push(this.#gather.subarray(0, this.#gathered));
    this.#gather = undefined;
  }

  #takeAll(): Uint8Array {
    this.#seal();
    const pieces = this.#pieces;
    this.#pieces = [];
    this.#buffered = 0;
    return pieces.length === 1 ? pieces[0]! : pieces.length === 0 ? EMPTY : concatBytes(pieces);
  }
}

/**
 * A byte stream takes the whole `ArrayBuffer` away from whoever else sees it: a head, the next
 * request, the socket's read under way. So only a piece that is alone in its buffer goes uncopied.
 */
function transferable(piece: Uint8Array): Uint8Array<ArrayBuffer> {
  const alone = piece.length === piece.buffer.byteLength;
  return (alone ? piece : new Uint8Array(piece)) as Uint8Array<ArrayBuffer>;
}
