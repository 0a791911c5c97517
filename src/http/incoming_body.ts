/**
 * A request's body while it comes in: what the connection has received and nobody has read yet.
 * Either everything is asked for at once (`json()`), or piece by piece (a stream). What nobody asks
 * for stops at `BODY_BUFFER_BYTES`, and the client feels it.
 *
 * @module
 */

import { EMPTY } from "../base/bytes.ts";
import { type Deferred, deferred } from "./deferred.ts";
import {
  BODY_BUFFER_BYTES,
  BODY_TRUST_FACTOR,
  SMALL_PIECE_BYTES,
  WHOLE_MIN_BYTES,
} from "./defaults.ts";
import { unsetBytes } from "./unset_bytes.ts";
import { utf8Text } from "./utf8.ts";

/** What the connection is told by its body. */
export interface BodyDemand {
  /** Somebody reads for the first time, or reads on after the buffer was full. */
  wanted(): void;
}

/** No pieces. */
const NONE: Uint8Array[] = [];

/** A body on its way. */
export class IncomingBody {
  /** Bytes received, read or not. */
  received = 0;
  readonly #demand: BodyDemand;
  /** Its length in bytes if that was announced, else -1. */
  readonly #length: number;
  /** The first piece, from `#firstStart` to `#firstEnd`, as long as it is the only one: most bodies are never more. */
  #first: Uint8Array | undefined;
  #firstStart = 0;
  #firstEnd = 0;
  #pieces: Uint8Array[] = NONE;
  /** What holds pieces and is seen by nobody else. */
  #alone: Uint8Array[] = NONE;
  #buffered = 0;
  /** The last piece is this buffer's, and has room left: small pieces are gathered there. */
  #gather: Uint8Array | undefined;
  #gathered = 0;
  /** Where the whole body is put together, once enough of it has come; `#pieces` is empty then. */
  #whole: Uint8Array<ArrayBuffer> | undefined;
  #copied = false;
  #wanted = false;
  #ended = false;
  #fault: Error | undefined;
  #all: Deferred<Uint8Array> | undefined;
  #next: Deferred<Uint8Array | undefined> | undefined;

  /** A body whose reader's wishes go to `demand`; `length` is -1 if it was not announced. */
  constructor(demand: BodyDemand, length: number = -1) {
    this.#demand = demand;
    this.#length = length;
  }

  /** Whether all of it is here. */
  get complete(): boolean {
    return this.#ended;
  }

  /** Whether nothing more should be read from the client for now. */
  get full(): boolean {
    return this.#buffered >= BODY_BUFFER_BYTES && this.#all === undefined;
  }

  /** Whether its only piece has been read as a text or as a copy, so that nothing of it is left. */
  get copied(): boolean {
    return this.#copied;
  }

  /** Whether somebody has asked for bytes. */
  get wanted(): boolean {
    return this.#wanted;
  }

  /**
   * Takes a piece: `bytes` from `start` to `end`, which is the body's to keep. `alone` says that
   * nobody else will look at `bytes` any more.
   */
  push(bytes: Uint8Array, start: number, end: number, alone: boolean = false): void {
    const length = end - start;
    const at = this.received;
    this.received += length;
    const mayGo = alone && canLetGo(bytes);
    if (this.#whole !== undefined) {
      this.#whole.set(bytes.subarray(start, end), at);
      if (mayGo) letGo(bytes);
      return;
    }
    if (at === 0 && !mayGo) {
      this.#first = bytes;
      this.#firstStart = start;
      this.#firstEnd = end;
      this.#buffered = length;
    } else this.#keep(bytes, start, end, mayGo);
    if (this.#all !== undefined && !mayGo) this.#beginWhole();
    this.#serveNext();
  }

  #keep(bytes: Uint8Array, start: number, end: number, mayGo: boolean): void {
    const length = end - start;
    if (mayGo) {
      if (this.#alone === NONE) this.#alone = [];
      this.#alone.push(bytes);
    }
    this.#unfold();
    if (length >= SMALL_PIECE_BYTES || (this.#buffered === 0 && !this.#gather)) {
      this.#add(bytes.subarray(start, end));
    } else this.#addSmall(bytes, start, end);
  }

  /** Makes a piece like the others of the first. */
  #unfold(): void {
    if (this.#pieces === NONE) this.#pieces = [];
    const first = this.#first;
    if (first === undefined) return;
    this.#first = undefined;
    this.#pieces.push(first.subarray(this.#firstStart, this.#firstEnd));
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
    this.#first = this.#gather = undefined;
    this.#pieces = NONE;
    this.#whole = undefined;
    this.#buffered = 0;
    this.#all?.reject(fault);
    this.#next?.reject(fault);
    this.#next = undefined;
  }

  /** Everything, if it is here already; then it is gone from here. */
  takeComplete(): Uint8Array | undefined {
    return this.#ended ? this.#takeAll() : undefined;
  }

  /** The same as a text, where it came in one piece. */
  takeText(): string | undefined {
    const first = this.#takeFirst();
    return first && utf8Text(first, this.#firstStart, this.#firstEnd);
  }

  /** A copy of it, where it came in one piece of something larger. */
  takeCopy(): Uint8Array<ArrayBuffer> | undefined {
    const first = this.#takeFirst();
    return first && new Uint8Array(first.subarray(this.#firstStart, this.#firstEnd));
  }

  #takeFirst(): Uint8Array | undefined {
    const first = this.#first;
    if (!this.#ended || first === undefined) return undefined;
    this.#first = undefined;
    this.#buffered = 0;
    this.#copied = true;
    return first;
  }

  /** Everything, when it has come. */
  readAll(): Promise<Uint8Array> {
    if (this.#fault) return Promise.reject(this.#fault);
    if (this.#ended) return Promise.resolve(this.#takeAll());
    this.#all = deferred();
    this.ask();
    return this.#all.promise;
  }

  /** The next piece; `undefined` at the end. */
  read(): Promise<Uint8Array | undefined> {
    if (this.#fault) return Promise.reject(this.#fault);
    const next = this.#next = deferred();
    this.#serveNext();
    if (this.#next) this.ask();
    return next.promise;
  }

  /** A stream of it. */
  stream(): ReadableStream<Uint8Array<ArrayBuffer>> {
    return new ReadableStream({
      type: "bytes",
      pull: async (controller) => {
        const piece = await this.read();
        if (piece !== undefined) return controller.enqueue(aloneInBuffer(piece));
        controller.close();
        controller.byobRequest?.respond(0);
      },
    }, { highWaterMark: 0 });
  }

  /** Somebody is about to read: the client may be told to send it. */
  ask(): void {
    this.#wanted = true;
    this.#demand.wanted();
  }

  #serveNext(): void {
    const next = this.#next;
    if (next === undefined) return;
    if (this.#buffered > 0) {
      this.#next = undefined;
      this.#unfold();
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

  /**
   * Everything is asked for and its length is known: what comes is copied straight to where it will
   * be read. Not before a share of it has come, or announcing a body would cost the server its memory.
   */
  #beginWhole(): void {
    if (this.#length < WHOLE_MIN_BYTES || this.received * BODY_TRUST_FACTOR < this.#length) return;
    this.#unfold();
    this.#seal();
    this.#whole = this.#join(this.#length);
  }

  /** All pieces in memory for `length` bytes; where they were may be used again at once. */
  #join(length: number): Uint8Array<ArrayBuffer> {
    const joined = unsetBytes(length);
    let at = 0;
    for (const piece of this.#pieces) {
      joined.set(piece, at);
      at += piece.length;
    }
    for (const bytes of this.#alone) letGo(bytes);
    this.#pieces = NONE;
    this.#alone = NONE;
    return joined;
  }

  #seal(): void {
    if (!this.#gather) return;
    this.#pieces.push(this.#gather.subarray(0, this.#gathered));
    this.#gather = undefined;
  }

  #takeAll(): Uint8Array {
    const whole = this.#whole;
    this.#whole = undefined;
    if (whole !== undefined) return whole;
    const length = this.#buffered;
    this.#buffered = 0;
    const first = this.#first;
    if (first !== undefined) {
      this.#first = undefined;
      return first.subarray(this.#firstStart, this.#firstEnd);
    }
    this.#seal();
    if (this.#pieces.length > 1) return this.#join(length);
    const [piece = EMPTY] = this.#pieces;
    this.#pieces = NONE;
    this.#alone = NONE;
    return piece;
  }
}

type Transferable = ArrayBuffer & { transfer?(length: number): unknown };

/** Whether giving these bytes' memory back is possible, and worth it. */
function canLetGo(bytes: Uint8Array): boolean {
  if (bytes.length < WHOLE_MIN_BYTES) return false; // before `buffer`, which JavaScriptCore only makes when it is asked for
  const buffer = bytes.buffer as Transferable;
  return bytes.length === buffer.byteLength && buffer.transfer !== undefined;
}

/** Gives memory back at once: collectors are late to see what is outside of their heap. */
function letGo(bytes: Uint8Array): void {
  (bytes.buffer as Transferable).transfer!(0);
}

/**
 * Bytes that may be given away with their whole `ArrayBuffer`, as a byte stream and `arrayBuffer()`
 * do: where somebody else sees it (a head, the next request, the socket's read under way), a copy.
 */
export function aloneInBuffer(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const alone = bytes.length === bytes.buffer.byteLength && bytes.length > 0;
  return (alone ? bytes : new Uint8Array(bytes)) as Uint8Array<ArrayBuffer>;
}
