/**
 * `multipart/form-data` (RFC 7578, RFC 2046 §5.1) as it comes: a part's body can be read while the
 * rest is still on its way, and no more than a chunk and a delimiter is kept.
 *
 * @module
 */

import { HttpError } from "./http_error.ts";
import type { ApiLimits } from "./limits.ts";

/** A body that is no multipart; answered with 422. */
export class MultipartError extends HttpError {
  override readonly name: string = "MultipartError";

  /** @param reason What is wrong with it. */
  constructor(reason: string) {
    const msg = `Form cannot be read: ${reason}`;
    super(422, { detail: [{ type: "form_invalid", loc: ["body"], msg }] });
  }
}

/** A part of a form. Its body must be read, or is skipped, before the next part comes. */
export interface FormPart {
  /** The field's name. */
  readonly name: string;
  /** The file's name, without folders; `undefined` for a part that is no file. */
  readonly filename: string | undefined;
  /** The content type; `text/plain` if the part says none. */
  readonly type: string;
  /** The body as it comes. */
  readonly chunks: AsyncIterable<Uint8Array<ArrayBuffer>>;
  /** The whole body, 413 above the limit. Default limit: that of the app for one file. */
  bytes(limit?: number): Promise<Uint8Array<ArrayBuffer>>;
  /** The whole body as UTF-8 text. */
  text(limit?: number): Promise<string>;
}

/**
 * The boundary of a multipart form.
 *
 * @param contentType The request's content type.
 * @returns The boundary; `undefined` if it is no form or names none (RFC 2046: 1 to 70 characters).
 */
export function boundaryOf(contentType: string | null): string | undefined {
  const match = /^multipart\/form-data[ \t]*;(.*)$/is.exec(contentType ?? "");
  if (match === null) return undefined;
  const boundary = /(?:^|;)[ \t]*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))[ \t]*(?:;|$)/i
    .exec(
      match[1]!,
    );
  return boundary === null ? undefined : boundary[1] ?? boundary[2];
}

/**
 * The parts of a multipart body, in order.
 *
 * @param body The body.
 * @param boundary Its boundary.
 * @param limits Bytes and parts.
 * @throws {MultipartError} For what is no multipart.
 * @throws {HttpError} 413 above a limit.
 */
export async function* multipartParts(
  body: ReadableStream<Uint8Array>,
  boundary: string,
  limits: ApiLimits,
): AsyncGenerator<FormPart, void, void> {
  const source = new Source(body, limits.maxFormBytes);
  const delimiter = new TextEncoder().encode(`\r\n--${boundary}`);
  try {
    // The first delimiter needs no line end before it; one is put there, so that all are alike.
    source.unread(CRLF);
    await source.until(delimiter).skip();
    for (let count = 1; !await isLast(source); count++) {
      if (count > limits.maxFormParts) {
        throw new HttpError(413, {
          detail: `Form has more than ${limits.maxFormParts} parts`,
        });
      }
      const headers = await readHeaders(source, limits.maxPartHeaderBytes);
      const chunks = source.until(delimiter);
      yield makePart(headers, chunks, limits);
      await chunks.skip();
    }
  } finally {
    source.cancel();
  }
}

const CRLF: Uint8Array<ArrayBuffer> = new Uint8Array([13, 10]);

/** Reads what follows a delimiter: `--` at the end, else white space and a line end. */
async function isLast(source: Source): Promise<boolean> {
  const line = await source.line(256);
  if (line.startsWith("--")) return true;
  if (line.trim() !== "") {
    throw new MultipartError("a delimiter is followed by other text");
  }
  return false;
}

async function readHeaders(
  source: Source,
  limit: number,
): Promise<Map<string, string>> {
  const headers = new Map<string, string>();
  for (let left = limit;;) {
    const line = await source.line(left);
    if (line === "") return headers;
    left -= line.length + 2;
    const colon = line.indexOf(":");
    if (colon < 1) throw new MultipartError("a part's header has no colon");
    headers.set(
      line.slice(0, colon).trim().toLowerCase(),
      line.slice(colon + 1).trim(),
    );
  }
}

function makePart(
  headers: ReadonlyMap<string, string>,
  chunks: PartBody,
  limits: ApiLimits,
): FormPart {
  const parameters = dispositionParameters(
    headers.get("content-disposition") ?? "",
  );
  const name = parameters.get("name");
  if (name === undefined) throw new MultipartError("a part has no name");
  const bytes = (limit: number = limits.maxFileBytes) => collect(chunks, limit, name);
  return {
    name,
    filename: filenameOf(parameters),
    type: headers.get("content-type") ?? "text/plain",
    chunks,
    bytes,
    async text(limit = limits.maxBodyBytes) {
      try {
        return UTF8.decode(await bytes(limit));
      } catch (error) {
        if (error instanceof HttpError) throw error;
        throw new MultipartError(`field "${name}" is not UTF-8`);
      }
    },
  };
}

const UTF8: TextDecoder = new TextDecoder("utf-8", {
  fatal: true,
  ignoreBOM: true,
});

async function collect(
  chunks: AsyncIterable<Uint8Array>,
  limit: number,
  name: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > limit) {
      throw new HttpError(413, {
        detail: `Field "${name}" is larger than ${limit} bytes`,
      });
    }
    parts.push(chunk);
  }
  const all = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** The parameters of `form-data; name="a;b"; filename*=UTF-8''x`; quoted ones may hold `;` and `\"`. */
function dispositionParameters(value: string): Map<string, string> {
  const out = new Map<string, string>();
  if (!/^form-data[ \t]*(?:;|$)/i.test(value)) return out;
  for (const [, name, quoted, token] of value.matchAll(PARAMETER)) {
    const text = quoted === undefined ? token! : quoted.replace(/\\(["\\])/g, "$1");
    const key = name!.toLowerCase();
    if (!out.has(key)) {
      out.set(key, text.replace(/%(22|0[dD]|0[aA])/g, decodeURIComponent));
    }
  }
  return out;
}

const PARAMETER = /;[ \t]*([A-Za-z0-9_*-]+)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]*))/gs;

/** RFC 6266 §4.3: `filename*` goes before `filename`, and no name brings its folders along. */
function filenameOf(
  parameters: ReadonlyMap<string, string>,
): string | undefined {
  const extended = /^utf-8'[^']*'(.*)$/i.exec(
    parameters.get("filename*") ?? "",
  );
  let name = parameters.get("filename");
  if (extended !== null) {
    try {
      name = decodeURIComponent(extended[1]!);
    } catch {
      throw new MultipartError("a filename* is not percent-encoded UTF-8");
    }
  }
  return name?.replace(/^.*[\\/]/s, "");
}

/** The body's bytes, with what is read ahead. */
class Source {
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
    const all = new Uint8Array(this.#buffer.length + value.length);
    all.set(this.#buffer);
    all.set(value, this.#buffer.length);
    this.#buffer = all;
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
class PartBody implements AsyncIterable<Uint8Array<ArrayBuffer>> {
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
