import { getMimeType } from "hono/utils/mime";
import type { RouteContext } from "./context.ts";
import type { FileOptions } from "./file_options.ts";
import { contentDisposition, isNotModified } from "./file_fields.ts";
import { lengthOf, multipart, type Part, readExactly, streamParts } from "./file_parts.ts";
import type { FileSource, OpenFile } from "./file_source.ts";
import { HttpError } from "./http_error.ts";
import { type ByteRange, parseRange } from "./range.ts";

/** Answers one request with a file. Loaded when the first file is asked for. */
export class FileAnswer {
  readonly #source: FileSource;
  readonly #path: string;
  readonly #options: FileOptions;

  /**
   * @param source Where it comes from.
   * @param path Its path.
   * @param options How it is sent.
   */
  constructor(source: FileSource, path: string, options: FileOptions) {
    this.#source = source;
    this.#path = path;
    this.#options = options;
  }

  /** The response; 404 without such a file. */
  async toResponse(c: RouteContext): Promise<Response> {
    const file = await this.#source.open(this.#path, this.#options.root);
    if (file === undefined) throw new HttpError(404);
    try {
      return await this.#respond(c, file);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  async #respond(c: RouteContext, file: OpenFile): Promise<Response> {
    const { size } = file;
    // Dates in HTTP have no milliseconds, and one in the future would never change (RFC 9110 §8.8.2.1).
    const modified = Math.floor(Math.min(file.modifiedMs, Date.now()) / 1000) *
      1000;
    const etag = this.#etag(file);
    const headers: Record<string, string> = this.#headers(modified, etag);
    if (isNotModified(c.request, etag, modified)) {
      await file.close();
      return c.respond(null, 304, headers);
    }
    const type = this.#options.type ?? getMimeType(this.#path) ??
      "application/octet-stream";
    const ranges = this.#ranges(c, etag, modified, size);
    if (ranges === "unsatisfiable") {
      await file.close();
      headers["content-range"] = `bytes */${size}`;
      return c.respond(null, 416, headers);
    }
    headers["content-type"] = type;
    const isHead = c.request.method === "HEAD";
    if (ranges === undefined) {
      headers["content-length"] = String(size);
      return await this.#send(
        c,
        file,
        undefined,
        headers,
        isHead || size === 0 ? [] : [
          { first: 0, last: size - 1 },
        ],
      );
    }
    if (ranges.length === 1) {
      const { first, last } = ranges[0]!;
      headers["content-range"] = `bytes ${first}-${last}/${size}`;
      headers["content-length"] = String(last - first + 1);
      return await this.#send(c, file, 206, headers, ranges);
    }
    const boundary = crypto.randomUUID();
    const parts = multipart(ranges, boundary, type, size);
    headers["content-type"] = `multipart/byteranges; boundary=${boundary}`;
    headers["content-length"] = String(
      parts.reduce(
        (sum, part) => sum + ("text" in part ? part.text.length : lengthOf(part)),
        0,
      ),
    );
    return await this.#send(c, file, 206, headers, parts);
  }

  /** The file again, when it is read: a response that somebody drops unread (Hono's `etag` does) must not keep it open. */
  async #reopen(before: OpenFile): Promise<OpenFile> {
    const file = await this.#source.open(this.#path, this.#options.root);
    if (file?.size === before.size && file.modifiedMs === before.modifiedMs) {
      return file;
    }
    await file?.close();
    throw new Error(`Cannot send ${this.#path}: it changed while it was sent`);
  }

  #etag(file: OpenFile): string | undefined {
    const kind = this.#options.etag ?? "strong";
    if (kind === false) return undefined;
    const tag = `"${file.size.toString(16)}-${Math.floor(file.modifiedMs * 1000).toString(16)}"`;
    return kind === "weak" ? `W/${tag}` : tag;
  }

  #headers(modified: number, etag: string | undefined): Record<string, string> {
    const { filename, maxAge, immutable, range = true } = this.#options;
    const cache = [
      maxAge === undefined ? [] : ["public", `max-age=${maxAge}`],
      immutable === true ? "immutable" : [],
    ].flat().join(", ");
    return {
      "last-modified": new Date(modified).toUTCString(),
      ...(etag === undefined ? {} : { etag }),
      ...(range ? { "accept-ranges": "bytes" } : {}),
      ...(cache === "" ? {} : { "cache-control": cache }),
      ...(filename === undefined ? {} : { "content-disposition": contentDisposition(filename) }),
    };
  }

  #ranges(
    c: RouteContext,
    etag: string | undefined,
    modified: number,
    size: number,
  ): readonly ByteRange[] | "unsatisfiable" | undefined {
    const { request } = c;
    const field = request.headers.get("range");
    // RFC 9110 §14.2: only GET has ranges.
    if (
      field === null || this.#options.range === false ||
      request.method !== "GET"
    ) {
      return undefined;
    }
    const condition = request.headers.get("if-range");
    if (condition !== null) {
      // §13.1.5: strong comparison; a date must be the very one.
      const same = condition.startsWith('"')
        ? condition === etag
        : Date.parse(condition) === modified && !condition.startsWith("W/");
      if (!same) return undefined;
    }
    return parseRange(field, size, c.host.limits.maxRanges);
  }

  async #send(
    c: RouteContext,
    file: OpenFile,
    status: number | undefined,
    headers: Record<string, string>,
    parts: readonly Part[],
  ): Promise<Response> {
    const [only] = parts;
    const chunk = c.host.limits.fileChunkBytes;
    // A small file is read at once: no stream, no second turn.
    if (
      only === undefined ||
      (parts.length === 1 && !("text" in only) && lengthOf(only) <= chunk)
    ) {
      const bytes = only === undefined || "text" in only
        ? null
        : await readExactly(file, only.first, lengthOf(only));
      await file.close();
      return c.respond(bytes, status, headers);
    }
    await file.close();
    const { stream, sent } = streamParts(
      () => this.#reopen(file),
      parts,
      chunk,
    );
    c.bodySent = sent;
    return c.respond(stream, status, headers);
  }
}
