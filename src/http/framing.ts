/**
 * The fields that decide where a request ends and whom it is for (RFC 9112 §3.2, §6, §9.3): read
 * line by line while the head is parsed, judged when it is complete. Strict: a request on whose end
 * two readers could disagree is refused.
 *
 * @module
 */

import { CHARS, DIGIT, equalsFolded, latin1, LOWER, TOKEN } from "./chars.ts";
import type { FaultCode } from "./faults.ts";
import { isHost } from "./host.ts";
import { FLAG } from "./request_head.ts";

/** What the framing fields of one head say so far. */
export class Framing {
  /** -1 without a Content-Length. */
  contentLength = -1;
  /** Offsets of Host's value; -1 without. */
  hostStart = -1;
  hostEnd = -1;
  #chunked = false;
  #close = false;
  #keepAlive = false;
  #connectionUpgrade = false;
  #upgrade = false;
  #expect = false;
  #contentType = false;

  /** Begins another head. */
  reset(): void {
    this.contentLength = -1;
    this.hostStart = -1;
    this.hostEnd = -1;
    this.#chunked = false;
    this.#close = false;
    this.#keepAlive = false;
    this.#connectionUpgrade = false;
    this.#upgrade = false;
    this.#expect = false;
    this.#contentType = false;
  }

  /** Takes one field line; offsets are in `bytes`, those of Host are kept relative to `base`. */
  field(
    bytes: Uint8Array,
    base: number,
    nameStart: number,
    nameEnd: number,
    valueStart: number,
    valueEnd: number,
  ): FaultCode | undefined {
    // By length first: most fields are none of these, and cost one comparison.
    switch (nameEnd - nameStart) {
      case 4:
        if (equalsFolded(bytes, nameStart, nameEnd, "host")) {
          if (this.hostStart >= 0) return "header_repeated";
          if (!isHost(bytes, valueStart, valueEnd)) return "host_malformed";
          this.hostStart = valueStart - base;
          this.hostEnd = valueEnd - base;
        }
        return undefined;
      case 6:
        if (equalsFolded(bytes, nameStart, nameEnd, "expect")) {
          if (!equalsFolded(bytes, valueStart, valueEnd, "100-continue")) {
            return "expectation_unknown";
          }
          this.#expect = true;
        }
        return undefined;
      case 7:
        if (equalsFolded(bytes, nameStart, nameEnd, "upgrade")) this.#upgrade = true;
        return undefined;
      case 10:
        if (equalsFolded(bytes, nameStart, nameEnd, "connection")) {
          this.#connection(bytes, valueStart, valueEnd);
        }
        return undefined;
      case 12:
        if (equalsFolded(bytes, nameStart, nameEnd, "content-type")) {
          if (this.#contentType) return "header_repeated";
          this.#contentType = true;
        }
        return undefined;
      case 14:
        if (equalsFolded(bytes, nameStart, nameEnd, "content-length")) {
          return this.#length(bytes, valueStart, valueEnd);
        }
        if (equalsFolded(bytes, nameStart, nameEnd, "content_length")) return "header_alias";
        return undefined;
      case 17:
        if (equalsFolded(bytes, nameStart, nameEnd, "transfer-encoding")) {
          return this.#transferEncoding(bytes, valueStart, valueEnd);
        }
        if (equalsFolded(bytes, nameStart, nameEnd, "transfer_encoding")) return "header_alias";
        return undefined;
      default:
        return undefined;
    }
  }

  /** Judges a complete head: a fault, or its flags. */
  finish(http10: boolean): FaultCode | number {
    if (this.hostStart < 0 && !http10) return "host_missing";
    if (this.#chunked) {
      if (http10) return "transfer_encoding_version";
      if (this.contentLength >= 0) return "length_conflict";
    }
    let flags = http10 ? FLAG.http10 : 0;
    if (this.#chunked) flags |= FLAG.chunked;
    if (!this.#close && (!http10 || this.#keepAlive)) flags |= FLAG.keepAlive;
    if (!http10) {
      if (this.#expect && (this.#chunked || this.contentLength > 0)) flags |= FLAG.expectContinue;
      if (this.#upgrade && this.#connectionUpgrade) flags |= FLAG.upgrade;
    }
    return flags;
  }

  /** RFC 9110 §8.6: digits, once. No leading zero: some readers take it for octal. */
  #length(bytes: Uint8Array, start: number, end: number): FaultCode | undefined {
    if (this.contentLength >= 0) return "content_length_repeated";
    const digits = end - start;
    if (digits === 0 || digits > 16) return "content_length_malformed";
    if (digits > 1 && bytes[start] === 48) return "content_length_malformed";
    let value = 0;
    for (let i = start; i < end; i++) {
      if (!(CHARS[bytes[i]!]! & DIGIT)) return "content_length_malformed";
      value = value * 10 + bytes[i]! - 48;
    }
    if (value > Number.MAX_SAFE_INTEGER) return "content_length_malformed";
    this.contentLength = value;
    return undefined;
  }

  #transferEncoding(bytes: Uint8Array, start: number, end: number): FaultCode | undefined {
    if (this.#chunked) return "transfer_encoding_malformed";
    if (equalsFolded(bytes, start, end, "chunked")) {
      this.#chunked = true;
      return undefined;
    }
    if (start === end || equalsFolded(bytes, start, end, "identity")) {
      return "transfer_encoding_malformed";
    }
    for (let i = start; i < end; i++) {
      if (!(CHARS[bytes[i]!]! & TOKEN)) return "transfer_encoding_malformed";
    }
    return "transfer_encoding_unsupported";
  }

  /** RFC 9112 §9.3: a list of tokens in any case; what is not known is none of our business. */
  #connection(bytes: Uint8Array, start: number, end: number): void {
    const first = LOWER[bytes[start]!];
    if (first === 107 && equalsFolded(bytes, start, end, "keep-alive")) this.#keepAlive = true;
    else if (first === 99 && equalsFolded(bytes, start, end, "close")) this.#close = true;
    else {
      for (const part of latin1(bytes, start, end).toLowerCase().split(",")) {
        const token = part.trim();
        if (token === "close") this.#close = true;
        else if (token === "keep-alive") this.#keepAlive = true;
        else if (token === "upgrade") this.#connectionUpgrade = true;
      }
    }
  }
}
