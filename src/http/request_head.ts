/**
 * The head of one request, as the parser leaves it: bytes that are known to be well formed, and
 * offsets. Strings are made when they are asked for, and kept. On the hot path: a head may be
 * shared by requests whose bytes are the same, so it never changes.
 *
 * @module
 */

import { COLON, CR, DOT, latin1, LOWER, PERCENT, SPACE, TAB, UNUSUAL } from "./chars.ts";

/** What the request says about its connection and body; bits of `flags`. */
export const FLAG = {
  /** `Transfer-Encoding: chunked`. */
  chunked: 1,
  /** The connection may stay open after this request. */
  keepAlive: 2,
  /** `Expect: 100-continue`, of an HTTP/1.1 client. */
  expectContinue: 4,
  /** `Connection: upgrade` and an `Upgrade` header, of an HTTP/1.1 client. */
  upgrade: 8,
  /** `OPTIONS *`. */
  asterisk: 16,
  /** HTTP/1.0. */
  http10: 32,
} as const;

/** A parsed head. */
export class RequestHead {
  /** The bytes that hold it, beginning at `base`. */
  readonly bytes: Uint8Array;
  /** Where the method begins in `bytes`. */
  readonly base: number;
  /** Bytes from the method to the empty line, both included. */
  readonly length: number;
  /** The method. */
  readonly method: string;
  /** Bits of `FLAG`. */
  readonly flags: number;
  /** Length of the body: -1 without a Content-Length. */
  readonly contentLength: number;
  readonly #targetStart: number;
  readonly #targetEnd: number;
  readonly #pathStart: number;
  readonly #targetSeen: number;
  readonly #headersStart: number;
  readonly #hostStart: number;
  readonly #hostEnd: number;
  #target: string | undefined;
  #path: string | undefined;
  #host: string | undefined;
  #fields: number[] | undefined;
  #names: string[] | undefined;
  #values: (string | undefined)[] | undefined;
  /** The request's URL, kept by the request that built it first. */
  url: string | undefined;
  /** What `StaticRoutes` found for it: `null` is nothing, `undefined` not looked for yet. */
  route: object | null | undefined;

  /** Offsets are in `bytes`; `host` is -1 where there is none. */
  constructor(
    bytes: Uint8Array,
    base: number,
    length: number,
    method: string,
    flags: number,
    contentLength: number,
    targetStart: number,
    targetEnd: number,
    pathStart: number,
    targetSeen: number,
    headersStart: number,
    hostStart: number,
    hostEnd: number,
  ) {
    this.bytes = bytes;
    this.base = base;
    this.length = length;
    this.method = method;
    this.flags = flags;
    this.contentLength = contentLength;
    this.#targetStart = targetStart;
    this.#targetEnd = targetEnd;
    this.#pathStart = pathStart;
    this.#targetSeen = targetSeen;
    this.#headersStart = headersStart;
    this.#hostStart = hostStart;
    this.#hostEnd = hostEnd;
    this.#target = undefined;
    this.#path = undefined;
    this.#host = undefined;
    this.#fields = undefined;
    this.#names = undefined;
    this.#values = undefined;
    this.url = undefined;
    this.route = undefined;
  }

  /** Whether a body follows. */
  get hasBody(): boolean {
    return this.contentLength > 0 || (this.flags & FLAG.chunked) !== 0;
  }

  /** The target as it stood. */
  get target(): string {
    return this.#target ??= latin1(this.bytes, this.#targetStart, this.#targetEnd);
  }

  /** The target from its path on: what is left of an absolute form without scheme and authority. */
  get path(): string {
    if (this.#path === undefined) {
      const path = latin1(this.bytes, this.#pathStart, this.#targetEnd);
      this.#path = path.charCodeAt(0) === 47 || (this.flags & FLAG.asterisk) ? path : "/" + path;
    }
    return this.#path;
  }

  /** The value of `Host`, or the authority of an absolute form without it; `undefined` without both. */
  get host(): string | undefined {
    if (this.#hostStart < 0) return undefined;
    return this.#host ??= latin1(this.bytes, this.#hostStart, this.#hostEnd);
  }

  /** Whether a URL's parser would leave `path` as it is. */
  get hasPlainPath(): boolean {
    if (this.#targetSeen & UNUSUAL) return false;
    return !(this.#targetSeen & (DOT | PERCENT)) || !DOT_SEGMENT.test(this.path);
  }

  /** Number of field lines. */
  get fieldCount(): number {
    return (this.#fields ??= this.#index()).length / 4;
  }

  /** Lower-case name of the field line at `index`. */
  name(index: number): string {
    this.#fields ??= this.#index();
    this.#names ??= new Array<string>(this.#fields.length / 4);
    return this.#names[index] ??= latin1(
      this.bytes,
      this.#fields[index * 4]!,
      this.#fields[index * 4 + 1]!,
    ).toLowerCase();
  }

  /** Value of the field line at `index`, trimmed, as Latin-1. */
  value(index: number): string {
    const fields = this.#fields ??= this.#index();
    this.#values ??= new Array<string | undefined>(fields.length / 4);
    return this.#values[index] ??= latin1(
      this.bytes,
      fields[index * 4 + 2]!,
      fields[index * 4 + 3]!,
    );
  }

  /** First field line at or after `from` with the lower-case `name`; -1 without one. */
  find(name: string, from: number): number {
    const fields = this.#fields ??= this.#index();
    const { bytes } = this;
    const { length } = name;
    next: for (let at = from * 4; at < fields.length; at += 4) {
      const start = fields[at]!;
      if (fields[at + 1]! - start !== length) continue;
      for (let i = 0; i < length; i++) {
        if (LOWER[bytes[start + i]!] !== name.charCodeAt(i)) continue next;
      }
      return at / 4;
    }
    return -1;
  }

  /** The value of all field lines of the lower-case `name`, joined with `, `; `undefined` without one. */
  get(name: string): string | undefined {
    const first = this.find(name, 0);
    if (first < 0) return undefined;
    let all = this.value(first);
    for (let at = this.find(name, first + 1); at >= 0; at = this.find(name, at + 1)) {
      all += ", " + this.value(at);
    }
    return all;
  }

  /** Offsets of each field line: name start and end, value start and end. The bytes have been checked. */
  #index(): number[] {
    const { bytes } = this;
    const fields: number[] = [];
    let i = this.#headersStart;
    while (bytes[i] !== CR) {
      const start = i;
      while (bytes[i] !== COLON) i++;
      const nameEnd = i++;
      while (bytes[i] === SPACE || bytes[i] === TAB) i++;
      const valueStart = i;
      while (bytes[i] !== CR) i++;
      let valueEnd = i;
      while (
        valueEnd > valueStart && (bytes[valueEnd - 1] === SPACE || bytes[valueEnd - 1] === TAB)
      ) {
        valueEnd--;
      }
      fields.push(start, nameEnd, valueStart, valueEnd);
      i += 2;
    }
    return fields;
  }
}

/** `.` or `..` as a path segment, also escaped; a match in the query only costs the slow path. */
const DOT_SEGMENT = /(?:^|[/\\])(?:\.|%2e){1,2}(?:[/\\?]|$)/i;
