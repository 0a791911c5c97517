/**
 * Heads of answers, encoded and checked, kept for the next answer with the same ones. On the hot
 * path.
 *
 * @module
 */

import type { DateLine } from "./date.ts";
import { CACHED_HEADS } from "./defaults.ts";
import { reasonOf } from "./status.ts";

/** An encoded head, without the fields that frame the body, and what the handler said of those. */
export interface EncodedHead {
  readonly status: number;
  readonly statusText: string;
  readonly headers: readonly string[];
  /** Which second its `Date` is of. */
  readonly dateVersion: number;
  /** Status line, `Date`, the handler's fields, and `Content-Length: ` (16 bytes). */
  readonly bytes: Uint8Array;
  /** The handler's own Content-Length; -1 without. */
  readonly contentLength: number;
  /** Whether the handler said `Transfer-Encoding: chunked`. */
  readonly chunked: boolean;
  /** Whether the handler said `Connection: close`. */
  readonly close: boolean;
}

/** `Content-Length: `, at the end of every encoded head. */
export const CONTENT_LENGTH_BYTES = 16;

/** Recently used heads. */
export class ResponseHeads {
  readonly #date: DateLine;
  readonly #entries: EncodedHead[] = [];
  #next = 0;

  /** Heads with the date of `date`. */
  constructor(date: DateLine) {
    this.#date = date;
  }

  /**
   * The encoded head. `headers` are names and values, alternating.
   *
   * @throws {TypeError} If it cannot be sent, or contradicts itself.
   */
  get(status: number, statusText: string, headers: readonly string[]): EncodedHead {
    const { version } = this.#date;
    for (const entry of this.#entries) {
      if (
        entry.status === status && entry.dateVersion === version &&
        entry.statusText === statusText && equalLists(entry.headers, headers)
      ) return entry;
    }
    const entry = encodeHead(status, statusText, headers.slice(), this.#date);
    this.#entries[this.#next] = entry;
    this.#next = (this.#next + 1) % CACHED_HEADS;
    return entry;
  }
}

function equalLists(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

function encodeHead(
  status: number,
  statusText: string,
  headers: readonly string[],
  date: DateLine,
): EncodedHead {
  let fields = "";
  let ownDate = false;
  let contentLength = -1;
  let chunked = false;
  let close = false;
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i]!;
    const value = headers[i + 1]!;
    assertSendable(name, value);
    switch (name) {
      case "content-length":
        if (contentLength >= 0 || !/^(0|[1-9]\d{0,15})$/.test(value)) {
          throw new TypeError(`Cannot answer: Content-Length "${value}" is not one length`);
        }
        contentLength = Number(value);
        continue;
      case "transfer-encoding":
        if (value.toLowerCase() !== "chunked" || chunked) {
          throw new TypeError(`Cannot answer: Transfer-Encoding "${value}" is not "chunked"`);
        }
        chunked = true;
        continue;
      case "connection":
        // What else it says is about the connection, which is the server's.
        if (hasToken(value, "close")) close = true;
        if (hasToken(value, "upgrade")) fields += "connection: Upgrade\r\n"; // beside `Upgrade`
        continue;
      case "keep-alive":
        continue;
      case "date":
        ownDate = true;
        break;
    }
    fields += `${name}: ${value}\r\n`;
  }
  if (!VALUE.test(statusText)) throw new TypeError("Cannot answer: statusText cannot be sent");
  if (chunked && contentLength >= 0) {
    throw new TypeError("Cannot answer: both Content-Length and Transfer-Encoding are set");
  }
  const text = `HTTP/1.1 ${status} ${statusText || reasonOf(status)}\r\n` +
    (ownDate ? "" : date.line) + fields + "Content-Length: ";
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  const dateVersion = date.version;
  return { status, statusText, headers, dateVersion, bytes, contentLength, chunked, close };
}

function hasToken(value: string, token: string): boolean {
  return value.toLowerCase().split(",").some((each) => each.trim() === token);
}

const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const VALUE = /^[^\0\r\n\u0100-\uffff]*$/;

/** `Headers` has checked this already; what is sent is checked here again, whoever made it. */
function assertSendable(name: string, value: string): void {
  if (!NAME.test(name) || !VALUE.test(value)) {
    throw new TypeError(`Cannot answer: header "${name}" cannot be sent`);
  }
}
