/**
 * The head of a request (RFC 9112 §2 to §5), byte by byte: an automaton that stops at any byte and
 * goes on there, so that it costs linear work however the bytes come, and its verdict does not
 * depend on how they were split.
 *
 * On the hot path, and one function for that reason: `bench/http_parser.ts` shows what it costs.
 * The states of a well-formed head fall through from one to the next.
 *
 * @module
 */

import {
  CHARS,
  COLON,
  CR,
  DOT,
  latin1,
  LF,
  PERCENT,
  SPACE,
  TAB,
  TARGET,
  TOKEN,
  UNUSUAL,
  VALUE,
} from "./chars.ts";
import {
  HEAD_APART_BYTES,
  MAX_BLANK_LINES,
  MAX_METHOD_BYTES,
  type ParserLimits,
} from "./defaults.ts";
import type { FaultCode } from "./faults.ts";
import { Framing } from "./framing.ts";
import { equalAuthorities, hasSaneEscapes, parseAbsoluteForm } from "./host.ts";
import { FLAG, RequestHead } from "./request_head.ts";

const START = 0;
const BLANK_LF = 1;
const METHOD = 2;
const TARGET_BYTES = 3;
const VERSION = 4;
const REQUEST_LINE_LF = 5;
const LINE_START = 6;
const NAME = 7;
const VALUE_START = 8;
const VALUE_BYTES = 9;
const VALUE_LF = 10;
const END_LF = 11;

/** `HTTP/`. */
const HTTP = [72, 84, 84, 80, 47];

/** Parses one head after another. */
export class HeadParser {
  /** What is wrong, after `parse` has answered "fault". */
  fault: FaultCode = "request_line_malformed";
  /** The head, after `parse` has answered "head". */
  head: RequestHead | undefined;
  /** Where the head ends, after "head"; where the unread bytes begin, after "more". */
  position = 0;
  /** Where the head began: what stands before it may be forgotten. Meaningful after "more". */
  base = 0;
  readonly #limits: ParserLimits;
  readonly #methods: ReadonlySet<string>;
  readonly #framing: Framing = new Framing();
  #state = START;
  /** Whether nothing has come yet on this connection. */
  #first = true;
  #blankLines = 0;
  /** All offsets from here on are relative to `base`, so that the bytes may be moved. */
  #scan = 0;
  #mark = 0;
  #nameEnd = 0;
  #valueStart = 0;
  #limitAt = 0;
  #methodEnd = 0;
  #method = "";
  #targetEnd = 0;
  #targetSeen = 0;
  #major = 0;
  #minor = 0;
  #headersStart = 0;
  #count = 0;

  /** A parser for one connection. */
  constructor(limits: ParserLimits, methods: ReadonlySet<string>) {
    this.#limits = limits;
    this.#methods = methods;
  }

  /** Whether nothing of a next request has come, but empty lines. */
  get idle(): boolean {
    return this.#state === START;
  }

  /** Whether a head may begin here without its being parsed: empty lines before it are counted. */
  get fresh(): boolean {
    return this.#state === START && this.#blankLines === 0;
  }

  /**
   * Goes on with the bytes from `base` to `end`. After "more", the next call must give the same
   * bytes again from `base` on, wherever they stand now, and more behind them.
   */
  parse(bytes: Uint8Array, base: number, end: number): "head" | "more" | "fault" {
    const limits = this.#limits;
    let state = this.#state;
    let i = base;
    if (state > BLANK_LF) i += this.#scan;
    for (;;) {
      if (state === START) {
        if (i === end) return this.#more(START, i, i);
        const c = bytes[i]!;
        if (c === CR) {
          if (this.#blankLines === MAX_BLANK_LINES) return this.#refuse("blank_lines");
          this.#first = false;
          state = BLANK_LF;
          i++;
          continue;
        }
        if (c === LF) return this.#refuse("line_end");
        if (c === 22 && this.#first) return this.#refuse("tls_on_plain");
        this.#first = false;
        this.#blankLines = 0;
        base = i;
        this.#framing.reset();
        this.#count = 0;
        this.#limitAt = limits.maxRequestLineBytes;
        state = METHOD;
      }
      if (state === METHOD) {
        while (i < end && CHARS[bytes[i]!]! & TOKEN) i++;
        if (i - base > MAX_METHOD_BYTES) return this.#refuse("method_malformed");
        if (i === end) return this.#more(METHOD, base, i);
        if (bytes[i] !== SPACE || i === base) {
          return this.#refuse(
            isLineEnd(bytes[i]!) ? "request_line_malformed" : "method_malformed",
          );
        }
        this.#methodEnd = i - base;
        this.#targetSeen = 0;
        i++;
        state = TARGET_BYTES;
      }
      if (state === TARGET_BYTES) {
        let seen = this.#targetSeen;
        let classes = 0;
        while (i < end && (classes = CHARS[bytes[i]!]!) & TARGET) {
          seen |= classes;
          i++;
        }
        this.#targetSeen = seen;
        if (i - base > this.#limitAt) return this.#refuse("request_line_too_long");
        if (i === end) return this.#more(TARGET_BYTES, base, i);
        if (bytes[i] !== SPACE) {
          return this.#refuse(isLineEnd(bytes[i]!) ? "version_malformed" : "target_malformed");
        }
        if (i - base === this.#methodEnd + 1) return this.#refuse("request_line_malformed");
        if (i - base + 9 > this.#limitAt) return this.#refuse("request_line_too_long");
        this.#targetEnd = i - base;
        i++;
        state = VERSION;
      }
      if (state === VERSION) {
        const start = base + this.#targetEnd + 1;
        for (; i < end && i < start + 9; i++) {
          const c = bytes[i]!;
          const at = i - start;
          if (at < 5 ? c !== HTTP[at] : at === 6 ? c !== 46 : at === 8 ? c !== CR : !isDigit(c)) {
            return this.#refuse(c === LF ? "line_end" : "version_malformed");
          }
          if (at === 5) this.#major = c - 48;
          if (at === 7) this.#minor = c - 48;
        }
        if (i < start + 9) return this.#more(VERSION, base, i);
        state = REQUEST_LINE_LF;
      }
      if (state === REQUEST_LINE_LF) {
        if (i === end) return this.#more(REQUEST_LINE_LF, base, i);
        if (bytes[i] !== LF) return this.#refuse("line_end");
        i++;
        const fault = this.#judgeRequestLine(bytes, base);
        if (fault !== undefined) return this.#refuse(fault);
        this.#headersStart = i - base;
        state = LINE_START;
      }
      if (state === LINE_START) {
        if (i === end) return this.#more(LINE_START, base, i);
        if (bytes[i] === CR) {
          i++;
          state = END_LF;
          continue;
        }
        if (this.#count === limits.maxHeaders) return this.#refuse("headers_too_many");
        this.#count++;
        this.#mark = i - base;
        this.#limitAt = Math.min(
          this.#mark + limits.maxHeaderLineBytes,
          this.#headersStart + limits.maxHeaderBytes - 2,
        );
        state = NAME;
      }
      if (state === NAME) {
        while (i < end && CHARS[bytes[i]!]! & TOKEN) i++;
        if (i - base > this.#limitAt) return this.#tooLarge();
        if (i === end) return this.#more(NAME, base, i);
        if (bytes[i] !== COLON || i - base === this.#mark) {
          return this.#refuse(bytes[i] === LF ? "line_end" : "header_malformed");
        }
        this.#nameEnd = i - base;
        i++;
        state = VALUE_START;
      }
      if (state === VALUE_START) {
        while (i < end && (bytes[i] === SPACE || bytes[i] === TAB)) i++;
        if (i - base > this.#limitAt) return this.#tooLarge();
        if (i === end) return this.#more(VALUE_START, base, i);
        this.#valueStart = i - base;
        state = VALUE_BYTES;
      }
      if (state === VALUE_BYTES) {
        while (i < end && CHARS[bytes[i]!]! & VALUE) i++;
        if (i - base > this.#limitAt) return this.#tooLarge();
        if (i === end) return this.#more(VALUE_BYTES, base, i);
        if (bytes[i] !== CR) {
          return this.#refuse(bytes[i] === LF ? "line_end" : "header_malformed");
        }
        i++;
        state = VALUE_LF;
      }
      if (state === VALUE_LF) {
        if (i === end) return this.#more(VALUE_LF, base, i);
        if (bytes[i] !== LF) return this.#refuse("line_end");
        let valueEnd = i - 1;
        const valueStart = base + this.#valueStart;
        while (
          valueEnd > valueStart && (bytes[valueEnd - 1] === SPACE || bytes[valueEnd - 1] === TAB)
        ) valueEnd--;
        i++;
        const fault = this.#framing.field(
          bytes,
          base,
          base + this.#mark,
          base + this.#nameEnd,
          valueStart,
          valueEnd,
        );
        if (fault !== undefined) return this.#refuse(fault);
        state = LINE_START;
        continue;
      }
      if (state === END_LF) {
        if (i === end) return this.#more(END_LF, base, i);
        if (bytes[i] !== LF) return this.#refuse("line_end");
        i++;
        const fault = this.#finish(bytes, base, i, end);
        if (fault !== undefined) return this.#refuse(fault);
        this.#state = START;
        this.position = i;
        return "head";
      }
      if (state === BLANK_LF) {
        if (i === end) return this.#more(BLANK_LF, i, i);
        if (bytes[i] !== LF) return this.#refuse("line_end");
        this.#blankLines++;
        i++;
        state = START;
        continue;
      }
    }
  }

  #more(state: number, base: number, i: number): "more" {
    this.#state = state;
    this.#scan = i - base;
    this.base = base;
    this.position = i;
    return "more";
  }

  #refuse(fault: FaultCode): "fault" {
    this.fault = fault;
    return "fault";
  }

  #tooLarge(): "fault" {
    const line = this.#limitAt === this.#mark + this.#limits.maxHeaderLineBytes;
    return this.#refuse(line ? "header_line_too_long" : "headers_too_large");
  }

  #judgeRequestLine(bytes: Uint8Array, base: number): FaultCode | undefined {
    if (this.#major !== 1) return "version_unsupported";
    this.#method = methodOf(bytes, base, this.#methodEnd);
    return this.#methods.has(this.#method) ? undefined : "method_unsupported";
  }

  /** The rules that need the whole head. */
  #finish(bytes: Uint8Array, base: number, end: number, all: number): FaultCode | undefined {
    const framing = this.#framing;
    const http10 = this.#minor === 0;
    let flags = framing.finish(http10);
    if (typeof flags === "string") return flags;
    const targetStart = base + this.#methodEnd + 1;
    const targetEnd = base + this.#targetEnd;
    if (this.#targetSeen & PERCENT && this.#limits.strictEscapes) {
      if (!hasSaneEscapes(bytes, targetStart, targetEnd)) return "target_escape";
    }
    let pathStart = targetStart;
    let hostStart = framing.hostStart < 0 ? -1 : base + framing.hostStart;
    let hostEnd = base + framing.hostEnd;
    if (bytes[targetStart] !== 47) {
      if (targetEnd - targetStart === 1 && bytes[targetStart] === 42) {
        if (this.#method !== "OPTIONS") return "target_malformed";
        flags |= FLAG.asterisk;
      } else {
        const form = parseAbsoluteForm(bytes, targetStart, targetEnd);
        if (typeof form === "string") return form;
        const { authorityStart, authorityEnd } = form;
        if (hostStart < 0) [hostStart, hostEnd] = [authorityStart, authorityEnd];
        else if (!equalAuthorities(bytes, hostStart, hostEnd, authorityStart, authorityEnd)) {
          return "host_mismatch";
        }
        pathStart = form.pathStart;
      }
    }
    const { contentLength } = framing;
    let shift = 0;
    if (all - end >= HEAD_APART_BYTES && (contentLength > 0 || flags & FLAG.chunked)) {
      bytes = new Uint8Array(bytes.subarray(base, end));
      shift = base;
    }
    this.head = new RequestHead(
      bytes,
      base - shift,
      end - base,
      this.#method,
      flags,
      contentLength,
      targetStart - shift,
      targetEnd - shift,
      pathStart - shift,
      this.#targetSeen & (UNUSUAL | PERCENT | DOT),
      base + this.#headersStart - shift,
      hostStart < 0 ? -1 : hostStart - shift,
      hostEnd - shift,
    );
    return undefined;
  }
}

function methodOf(bytes: Uint8Array, base: number, length: number): string {
  if (length === 3 && bytes[base] === 71 && bytes[base + 1] === 69 && bytes[base + 2] === 84) {
    return "GET";
  }
  return latin1(bytes, base, base + length);
}

function isDigit(c: number): boolean {
  return c >= 48 && c <= 57;
}

function isLineEnd(c: number): boolean {
  return c === CR || c === LF;
}
