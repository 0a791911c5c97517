/**
 * The bytes of a multipart body as they come, cut at delimiters and line ends; no more than a chunk
 * and a delimiter is kept.
 *
 * @module
 */

import { concatBytes } from "../base/bytes.ts";
import { HttpError } from "./http_error.ts";
import { MultipartError } from "./multipart_error.ts";

/** The end of a line. */
export const CRLF: Uint8Array<ArrayBuffer> = new Uint8Array([13, 10]);

/** UTF-8 as it is: what is none throws, and a byte order mark stays. */
export const UTF8: TextDecoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The body's bytes, with what is read ahead. */
export class PartSource {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #limit: number;
  #buffer: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  #total = 0;

  constructor(body: ReadableStream<Uint8Array>, limit: number) {
    this.#reader = body.getReader();
    this.#limit = limit;
  }

  unread(bytes: Uint8Array<ArrayBuffer>): void {
    this.#buffer = bytes;
  }

  cancel(): void {
    this.#reader.cancel().catch(() => {});
  }

  /** Appends what comes next; what is kept before is never more than a delimiter or a header line. */
  async #fill(): Promise<void> {
    const { done, value } = await this.#reader.read();
    if (done) throw new MultipartError("it ends before its last delimiter");
    this.#total += value.length;
    if (this.#total > this.#limit) {
      throw new HttpError(413, {
        detail: `Form is larger than ${this.#limit} bytes`,
      });
    }
    this.#buffer = concatBytes([this.#buffer, value]);
  }

  /** A line without its end; UTF-8. */
  async line(limit: number): Promise<string> {
    for (let from = 0;;) {
      const end = indexOfBytes(this.#buffer, CRLF, from);
      if (end !== -1 && end <= limit) {
        const bytes = this.#buffer.subarray(0, end);
        this.#buffer = this.#buffer.subarray(end + 2);
        try {
          return UTF8.decode(bytes);
        } catch {
          throw new MultipartError("a part's header is not UTF-8");
        }
      }
      if (end !== -1 || this.#buffer.length > limit + 1) {
        throw new MultipartError("a part's header is too long");
      }
      // `--` after the last delimiter need not be followed by a line end.
      if (
        from === 0 && this.#buffer.length >= 2 && this.#buffer[0] === 45 &&
        this.#buffer[1] === 45
      ) {
        return "--";
      }
      from = Math.max(0, this.#buffer.length - 1);
      await this.#fill();
    }
  }

  /** What stands before the delimiter, as it comes; the delimiter is read too. */
  until(delimiter: Uint8Array): PartBody {
    return new PartBody(() => this.#next(delimiter));
  }

  async #next(
    delimiter: Uint8Array,
  ): Promise<{ chunk: Uint8Array<ArrayBuffer>; last: boolean }> {
    for (;;) {
      const at = indexOfBytes(this.#buffer, delimiter, 0);
      if (at !== -1) {
        const chunk = this.#buffer.subarray(0, at);
        this.#buffer = this.#buffer.subarray(at + delimiter.length);
        return { chunk, last: true };
      }
      const safe = this.#buffer.length - delimiter.length + 1;
      if (safe > 0) {
        const chunk = this.#buffer.subarray(0, safe);
        this.#buffer = this.#buffer.slice(safe);
        return { chunk, last: false };
      }
      await this.#fill();
    }
  }
}

/** A part's body. Leaving a loop over it early does not end it: what was not read is skipped later. */
export class PartBody implements AsyncIterable<Uint8Array<ArrayBuffer>> {
  readonly #read: () => Promise<
    { chunk: Uint8Array<ArrayBuffer>; last: boolean }
  >;
  #ended = false;

  constructor(
    read: () => Promise<{ chunk: Uint8Array<ArrayBuffer>; last: boolean }>,
  ) {
    this.#read = read;
  }

  async next(): Promise<IteratorResult<Uint8Array<ArrayBuffer>, void>> {
    while (!this.#ended) {
      const { chunk, last } = await this.#read();
      this.#ended = last;
      if (chunk.length > 0) return { value: chunk, done: false };
    }
    return { value: undefined, done: true };
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array<ArrayBuffer>, void, void> {
    return { next: () => this.next() };
  }

  /** Reads on to the end. */
  async skip(): Promise<void> {
    while (!(await this.next()).done);
  }
}

/** Where `wanted` begins; its first byte, a CR, is rare in what is sent, so the native search does the work. */
function indexOfBytes(
  bytes: Uint8Array,
  wanted: Uint8Array,
  from: number,
): number {
  const last = bytes.length - wanted.length;
  for (let at = bytes.indexOf(wanted[0]!, from); at !== -1 && at <= last;) {
    let i = 1;
    while (i < wanted.length && bytes[at + i] === wanted[i]) i++;
    if (i === wanted.length) return at;
    at = bytes.indexOf(wanted[0]!, at + 1);
  }
  return -1;
}
