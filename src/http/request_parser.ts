/**
 * A connection's bytes as requests: bytes are pushed, events are pulled. It knows no socket and no
 * clock. After "fault" nothing on the connection means anything any more.
 *
 * @module
 */

import { concatBytes, EMPTY } from "../base/bytes.ts";
import { ChunkedParser } from "./chunked_parser.ts";
import type { ParserLimits } from "./defaults.ts";
import type { FaultCode } from "./faults.ts";
import { HeadParser } from "./head_parser.ts";
import { FLAG, type RequestHead } from "./request_head.ts";

/**
 * What `next` found: "head" (`head` holds it), "data" (`takeData`), "end" of a body (only after a
 * head that `hasBody`), "more" bytes are needed, or a "fault" (`fault` names it).
 */
export type ParserEvent = "head" | "data" | "end" | "more" | "fault";

/** Smallest buffer for a head that came in pieces: most heads without cookies fit. */
const CARRY_MIN_BYTES = 512;

/** Parses a connection's requests. */
export class RequestParser {
  /** The last request's head. */
  head!: RequestHead;
  /** What is wrong, after "fault". */
  fault: FaultCode = "request_line_malformed";
  /** Limit of the body that begins; may be set after "head", before the next call. */
  maxBodyBytes: number;
  readonly #limits: ParserLimits;
  readonly #heads: HeadParser;
  #bytes: Uint8Array = EMPTY;
  #at = 0;
  #end = 0;
  /** A head in pieces: its bytes so far; the head parser goes on in here. */
  #carry: Uint8Array | undefined;
  #carried = 0;
  /** Bytes of a body of known length that are to come. */
  #remaining = 0;
  #chunked: ChunkedParser | undefined;
  #inBody = false;
  /** Whether a head that was given out stands in `#bytes`. */
  #holdsHead = false;
  /** Pieces of bodies that were given out, stand in `#bytes` and have not been given back. */
  #pieces = 0;
  #last: RequestHead | undefined;

  /** A parser for one connection. `methods` are `limits.methods`, as a set. */
  constructor(limits: ParserLimits, methods: ReadonlySet<string> = new Set(limits.methods)) {
    this.#limits = limits;
    this.#heads = new HeadParser(limits, methods);
    this.maxBodyBytes = limits.maxBodyBytes;
  }

  /** Whether nothing of a next request has come. */
  get idle(): boolean {
    return !this.#inBody && this.#carry === undefined && this.#at === this.#end &&
      this.#heads.idle;
  }

  /** Whether pushed bytes wait to be looked at. */
  get hasUnread(): boolean {
    return this.#at < this.#end;
  }

  /** Whether the bytes of the last `push` are of no more use to the parser and to what it gave out. */
  get done(): boolean {
    return this.#at === this.#end && !this.#holdsHead && this.#pieces === 0;
  }

  /** Whether a head has been announced and its body has not ended. */
  get inBody(): boolean {
    return this.#inBody;
  }

  /** Bytes of the current body that are still to come; Infinity for a chunked one. */
  get remainingBody(): number {
    return !this.#inBody ? 0 : this.#head.contentLength < 0 ? Infinity : this.#remaining;
  }

  /** Trailers of the chunked body that has just ended. */
  get trailers(): readonly (readonly [string, string])[] {
    return this.#chunked?.trailers ?? [];
  }

  get #head(): RequestHead {
    return this.head;
  }

  /** Takes bytes, which are the parser's and its heads' to keep. */
  push(chunk: Uint8Array): void {
    if (this.#at < this.#end) {
      chunk = concatBytes([this.#bytes.subarray(this.#at, this.#end), chunk]);
    }
    this.#bytes = chunk;
    this.#at = 0;
    this.#end = chunk.length;
    this.#holdsHead = false;
    this.#pieces = 0;
  }

  /** The bytes of the piece of body that "data" announced: a view. */
  takeData(): Uint8Array {
    return this.#bytes.subarray(this.dataStart, this.dataEnd);
  }
  /** Where the piece stands in `dataBytes`. */
  dataStart = 0;
  dataEnd = 0;
  /** Whether nobody but who is given the piece will see those bytes again. */
  dataAlone = false;
  /** The bytes that hold the piece. */
  get dataBytes(): Uint8Array {
    return this.#bytes;
  }

  /** Nobody looks any more at the piece that was given out last, if it is of the last `push`. */
  giveBack(): void {
    if (this.#pieces > 0) this.#pieces--;
  }

  /** Takes all bytes that have not been looked at, for another protocol. */
  takeUnread(): Uint8Array {
    if (this.#at === this.#end) return EMPTY;
    const rest = this.#bytes.subarray(this.#at, this.#end);
    this.#at = this.#end;
    return rest;
  }

  /** Lets go of what only makes the next request cheaper. */
  forget(): void {
    this.#last = undefined;
    if (this.#at === this.#end) {
      this.#bytes = EMPTY;
      this.#at = this.#end = 0;
    }
  }

  /** The next event in the bytes that have been pushed. */
  next(): ParserEvent {
    if (this.#inBody) return this.#nextOfBody();
    if (this.#at === this.#end) return "more";
    if (this.#carry !== undefined) return this.#continueHead();
    const last = this.#last;
    if (last !== undefined && this.#heads.fresh && this.#repeats(last)) {
      this.#at += last.length;
      return this.#begin(last);
    }
    const outcome = this.#heads.parse(this.#bytes, this.#at, this.#end);
    if (outcome === "head") {
      this.#at = this.#heads.position;
      this.#holdsHead ||= this.#heads.head!.bytes === this.#bytes;
      return this.#begin(this.#heads.head!);
    }
    if (outcome === "fault") return this.#refuse(this.#heads.fault);
    this.#at = this.#heads.base;
    if (this.#at < this.#end) this.#keep();
    return "more";
  }

  /** Whether the same head comes again, byte for byte: then it means the same, and need not be parsed. */
  #repeats(last: RequestHead): boolean {
    const { length, bytes: lastBytes, base } = last;
    if (this.#end - this.#at < length) return false;
    const bytes = this.#bytes;
    const at = this.#at;
    for (let i = 0; i < length; i++) if (bytes[at + i] !== lastBytes[base + i]) return false;
    return true;
  }

  #begin(head: RequestHead): "head" {
    this.head = head;
    this.#last = head;
    this.maxBodyBytes = this.#limits.maxBodyBytes;
    if (head.hasBody) {
      this.#inBody = true;
      this.#remaining = head.contentLength;
    }
    this.#chunked = undefined;
    return "head";
  }

  /** Copies the beginning of a head away, so that the chunk it came in can go. */
  #keep(): void {
    const length = this.#end - this.#at;
    const carry = new Uint8Array(this.#roomFor(length));
    carry.set(this.#bytes.subarray(this.#at, this.#end));
    this.#carry = carry;
    this.#carried = length;
    this.#at = this.#end = 0;
    this.#bytes = EMPTY;
  }

  /** The head parser refuses before a head can be this long: what comes behind it is no head. */
  get #maxHeadBytes(): number {
    return this.#limits.maxRequestLineBytes + this.#limits.maxHeaderBytes + 64;
  }

  #continueHead(): ParserEvent {
    const taken = Math.min(this.#maxHeadBytes - this.#carried, this.#end - this.#at);
    const before = this.#carried;
    this.#append(taken);
    const carry = this.#carry!;
    const outcome = this.#heads.parse(carry, 0, before + taken);
    if (outcome === "fault") return this.#refuse(this.#heads.fault);
    if (outcome === "more") {
      this.#at += taken;
      return "more";
    }
    this.#at += this.#heads.position - before;
    this.#carry = undefined;
    return this.#begin(this.#heads.head!);
  }

  /** Twice of what has come, so that a head in many pieces costs linear work, and no more than one may have. */
  #roomFor(length: number): number {
    return Math.max(CARRY_MIN_BYTES, length, Math.min(length * 2, this.#maxHeadBytes));
  }

  #append(length: number): void {
    const needed = this.#carried + length;
    if (needed > this.#carry!.length) {
      const larger = new Uint8Array(this.#roomFor(needed));
      larger.set(this.#carry!.subarray(0, this.#carried));
      this.#carry = larger;
    }
    this.#carry!.set(this.#bytes.subarray(this.#at, this.#at + length), this.#carried);
    this.#carried = needed;
  }

  #nextOfBody(): ParserEvent {
    const { contentLength, flags } = this.head;
    if (contentLength >= 0) {
      if (contentLength > this.maxBodyBytes) return this.#refuse("body_too_large");
      if (this.#remaining === 0) return this.#endBody();
      if (this.#at === this.#end) return "more";
      this.dataStart = this.#at;
      this.#at = this.dataEnd = Math.min(this.#end, this.#at + this.#remaining);
      this.#remaining -= this.dataEnd - this.dataStart;
      return this.#data();
    }
    if (!(flags & FLAG.chunked)) return this.#endBody();
    const chunked = this.#chunked ??= new ChunkedParser(this.#limits, this.maxBodyBytes);
    const outcome = chunked.parse(this.#bytes, this.#at, this.#end);
    if (outcome === "fault") return this.#refuse(chunked.fault);
    this.#at = chunked.position;
    if (outcome === "data") {
      this.dataStart = chunked.dataStart;
      this.dataEnd = chunked.dataEnd;
      return this.#data();
    }
    return outcome === "end" ? this.#endBody() : "more";
  }

  #data(): "data" {
    this.dataAlone = this.done;
    this.#pieces++;
    return "data";
  }

  #endBody(): "end" {
    this.#inBody = false;
    return "end";
  }

  #refuse(fault: FaultCode): "fault" {
    this.fault = fault;
    this.#at = this.#end;
    return "fault";
  }
}
