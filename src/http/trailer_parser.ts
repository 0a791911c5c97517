/**
 * The trailer section of a chunked body (RFC 9112 §7.1.2, RFC 9110 §6.5): bounded, as strict as the
 * head, and never a field that says how to frame, route, authenticate or read the message.
 *
 * @module
 */

import { CHARS, COLON, CR, LF, TOKEN, VALUE, withoutOuterSpace } from "./chars.ts";
import type { ParserLimits } from "./defaults.ts";
import type { FaultCode } from "./faults.ts";

/** RFC 9110 §6.5.1: what a trailer must not say, and what proxies are known to trust. */
const FORBIDDEN: ReadonlySet<string> = new Set(
  ("transfer-encoding content-length transfer_encoding content_length host trailer te connection " +
    "keep-alive proxy-connection upgrade expect content-encoding content-type content-range " +
    "content-location authorization proxy-authorization proxy-authenticate www-authenticate " +
    "cookie set-cookie cache-control max-forwards pragma range if-match if-none-match " +
    "if-modified-since if-unmodified-since if-range age date expires location retry-after vary " +
    "warning forwarded via x-forwarded-for x-forwarded-host x-forwarded-proto x-forwarded-port " +
    "x-real-ip x-request-id origin referer").split(" "),
);

const LINE_START = 0;
const NAME = 1;
const VALUE_BYTES = 2;
const VALUE_LF = 3;
const END_LF = 4;

/** Takes one trailer section apart. */
export class TrailerParser {
  /** What is wrong, after "fault". */
  fault: FaultCode = "trailer_malformed";
  /** Where the unread bytes begin. */
  position = 0;
  /** Name (lower case) and value of each field, in order. */
  readonly fields: (readonly [string, string])[] = [];
  readonly #limits: ParserLimits;
  #state = LINE_START;
  #bytes = 0;
  #name = "";
  #value = "";

  /** A parser for one section. */
  constructor(limits: ParserLimits) {
    this.#limits = limits;
  }

  /** Goes on with the bytes from `i` to `end`. */
  parse(bytes: Uint8Array, i: number, end: number): "more" | "end" | "fault" {
    while (i < end) {
      const c = bytes[i++]!;
      if (this.#state === END_LF) {
        this.position = i;
        return c === LF ? "end" : this.#refuse("line_end");
      }
      const fault = this.#byte(c);
      if (fault !== undefined) return this.#refuse(fault);
    }
    this.position = i;
    return "more";
  }

  #refuse(fault: FaultCode): "fault" {
    this.fault = fault;
    return "fault";
  }

  #byte(c: number): FaultCode | undefined {
    if (this.#state === LINE_START && c === CR) {
      this.#state = END_LF;
      return undefined;
    }
    if (++this.#bytes > this.#limits.maxTrailerBytes) return "trailers_too_large";
    if (this.#state === LINE_START) {
      if (this.fields.length === this.#limits.maxTrailers) return "trailers_too_many";
      this.#name = "";
      this.#value = "";
      this.#state = NAME;
    }
    switch (this.#state) {
      case NAME:
        if (CHARS[c]! & TOKEN) {
          this.#name += String.fromCharCode(c);
          return undefined;
        }
        if (c !== COLON || this.#name === "") return c === LF ? "line_end" : "trailer_malformed";
        this.#name = this.#name.toLowerCase();
        if (FORBIDDEN.has(this.#name)) return "trailer_forbidden";
        this.#state = VALUE_BYTES;
        return undefined;
      case VALUE_BYTES:
        if (CHARS[c]! & VALUE) {
          this.#value += String.fromCharCode(c);
          return undefined;
        }
        if (c !== CR) return c === LF ? "line_end" : "trailer_malformed";
        this.#state = VALUE_LF;
        return undefined;
      default:
        if (c !== LF) return "line_end";
        this.fields.push([this.#name, withoutOuterSpace(this.#value)]);
        this.#state = LINE_START;
        return undefined;
    }
  }
}
