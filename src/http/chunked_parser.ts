/**
 * Chunked bodies (RFC 9112 §7.1), byte by byte: extensions are checked and dropped, trailers are
 * checked and kept. Like the head's automaton it stops at any byte and goes on there.
 *
 * @module
 */

import {
  BACKSLASH,
  CHARS,
  CR,
  EQUALS,
  HEX_VALUE,
  LF,
  QUOTE,
  SEMICOLON,
  SPACE,
  TAB,
  TOKEN,
  VALUE,
} from "./chars.ts";
import {
  CHUNK_FRAMING_FLOOR_BYTES,
  MAX_CHUNK_FRAMING_SHARE,
  MAX_CHUNK_SIZE_DIGITS,
  type ParserLimits,
} from "./defaults.ts";
import type { FaultCode } from "./faults.ts";
import { TrailerParser } from "./trailer_parser.ts";

const SIZE_START = 0;
const SIZE = 1;
const SIZE_SPACE = 2;
const EXTENSION_NAME_START = 3;
const EXTENSION_NAME = 4;
const EXTENSION_NAME_SPACE = 5;
const EXTENSION_VALUE_START = 6;
const EXTENSION_VALUE = 7;
const EXTENSION_QUOTED = 8;
const EXTENSION_ESCAPE = 9;
const EXTENSION_VALUE_END = 10;
const EXTENSION_SPACE = 11;
const SIZE_LF = 12;
const DATA = 13;
const DATA_CR = 14;
const DATA_LF = 15;
const TRAILERS = 16;

/** Takes one chunked body apart. */
export class ChunkedParser {
  /** What is wrong, after "fault". */
  fault: FaultCode = "chunk_size_malformed";
  /** Where the unread bytes begin. */
  position = 0;
  /** The piece of data, after "data". */
  dataStart = 0;
  dataEnd = 0;
  /** Body bytes so far. */
  received = 0;
  /** Name and value of each trailer, in order; names in lower case. */
  get trailers(): readonly (readonly [string, string])[] {
    return this.#trailers?.fields ?? [];
  }
  readonly #limits: ParserLimits;
  readonly #maxBodyBytes: number;
  #state = SIZE_START;
  #digits = 0;
  #size = 0;
  #extensionBytes = 0;
  #framingBytes = 0;
  #trailers: TrailerParser | undefined;

  /** A parser for one body. */
  constructor(limits: ParserLimits, maxBodyBytes: number) {
    this.#limits = limits;
    this.#maxBodyBytes = maxBodyBytes;
  }

  /** Goes on with the bytes from `i` to `end`. */
  parse(bytes: Uint8Array, i: number, end: number): "data" | "more" | "end" | "fault" {
    while (i < end) {
      if (this.#state === DATA) {
        this.dataStart = i;
        this.dataEnd = this.position = Math.min(end, i + this.#size);
        const length = this.dataEnd - i;
        this.#size -= length;
        this.received += length;
        if (this.#size === 0) this.#state = DATA_CR;
        return "data";
      }
      if (this.#state === TRAILERS) {
        const outcome = this.#trailers!.parse(bytes, i, end);
        this.position = this.#trailers!.position;
        if (outcome === "fault") this.fault = this.#trailers!.fault;
        return outcome;
      }
      const fault = this.#framing(bytes[i++]!);
      if (fault !== undefined) {
        this.fault = fault;
        return "fault";
      }
    }
    this.position = i;
    return "more";
  }

  /** One byte of a chunk's framing. */
  #framing(c: number): FaultCode | undefined {
    const allowed = CHUNK_FRAMING_FLOOR_BYTES + this.received * MAX_CHUNK_FRAMING_SHARE;
    if (++this.#framingBytes > allowed) return "chunk_framing_too_large";
    switch (this.#state) {
      case SIZE_START:
      case SIZE: {
        const digit = HEX_VALUE[c]!;
        if (digit < 16) {
          if (++this.#digits > MAX_CHUNK_SIZE_DIGITS) return "chunk_size_malformed";
          this.#size = this.#size * 16 + digit;
          this.#state = SIZE;
          return this.received + this.#size > this.#maxBodyBytes ? "body_too_large" : undefined;
        }
        if (this.#digits === 0) return c === LF ? "line_end" : "chunk_size_malformed";
        if (c === CR) return this.#to(SIZE_LF);
        if (c === SEMICOLON) return this.#extension(EXTENSION_NAME_START);
        if (c === SPACE || c === TAB) return this.#extension(SIZE_SPACE);
        return c === LF ? "line_end" : "chunk_size_malformed";
      }
      case SIZE_LF:
        if (c !== LF) return "line_end";
        if (this.#size > 0) return this.#to(DATA);
        this.#trailers = new TrailerParser(this.#limits);
        return this.#to(TRAILERS);
      case DATA_CR:
        return c === CR ? this.#to(DATA_LF) : "chunk_data_malformed";
      case DATA_LF:
        if (c !== LF) return "chunk_data_malformed";
        this.#digits = 0;
        this.#size = 0;
        return this.#to(SIZE_START);
      default:
        return this.#extensionByte(c);
    }
  }

  /** One byte of `*( BWS ";" BWS name [ BWS "=" BWS value ] )`; white space must lead somewhere. */
  #extensionByte(c: number): FaultCode | undefined {
    const space = c === SPACE || c === TAB;
    const token = CHARS[c]! & TOKEN;
    switch (this.#state) {
      case SIZE_SPACE:
        if (space) return this.#extension(SIZE_SPACE);
        return c === SEMICOLON ? this.#extension(EXTENSION_NAME_START) : "chunk_size_malformed";
      case EXTENSION_NAME_START:
        if (space) return this.#extension(EXTENSION_NAME_START);
        if (token) return this.#extension(EXTENSION_NAME);
        break;
      case EXTENSION_NAME:
        if (token) return this.#extension(EXTENSION_NAME);
        if (c === CR) return this.#to(SIZE_LF);
        return this.#afterName(c);
      case EXTENSION_NAME_SPACE:
        return this.#afterName(c);
      case EXTENSION_VALUE_START:
        if (space) return this.#extension(EXTENSION_VALUE_START);
        if (c === QUOTE) return this.#extension(EXTENSION_QUOTED);
        if (token) return this.#extension(EXTENSION_VALUE);
        break;
      case EXTENSION_QUOTED:
        if (c === QUOTE) return this.#extension(EXTENSION_VALUE_END);
        if (c === BACKSLASH) return this.#extension(EXTENSION_ESCAPE);
        if (CHARS[c]! & VALUE) return this.#extension(EXTENSION_QUOTED);
        break;
      case EXTENSION_ESCAPE:
        if (CHARS[c]! & VALUE) return this.#extension(EXTENSION_QUOTED);
        break;
      case EXTENSION_VALUE:
        if (token) return this.#extension(EXTENSION_VALUE);
        if (c === CR) return this.#to(SIZE_LF);
        return this.#afterValue(c);
      case EXTENSION_VALUE_END:
        if (c === CR) return this.#to(SIZE_LF);
        return this.#afterValue(c);
      case EXTENSION_SPACE:
        return this.#afterValue(c);
    }
    return malformedExtension(c);
  }

  #afterName(c: number): FaultCode | undefined {
    if (c === SPACE || c === TAB) return this.#extension(EXTENSION_NAME_SPACE);
    if (c === EQUALS) return this.#extension(EXTENSION_VALUE_START);
    return c === SEMICOLON ? this.#extension(EXTENSION_NAME_START) : malformedExtension(c);
  }

  #afterValue(c: number): FaultCode | undefined {
    if (c === SPACE || c === TAB) return this.#extension(EXTENSION_SPACE);
    return c === SEMICOLON ? this.#extension(EXTENSION_NAME_START) : malformedExtension(c);
  }

  #to(state: number): undefined {
    this.#state = state;
  }

  #extension(state: number): FaultCode | undefined {
    this.#state = state;
    return ++this.#extensionBytes > this.#limits.maxChunkExtensionBytes
      ? "chunk_extensions_too_large"
      : undefined;
  }
}

function malformedExtension(c: number): FaultCode {
  return c === LF ? "line_end" : "chunk_extension_malformed";
}
