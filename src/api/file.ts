import { getMimeType } from "hono/utils/mime";
import { assertKnownOptions } from "../base/options.ts";
import type { RouteContext } from "./context.ts";
import { HttpError } from "./http_error.ts";
import { type ByteRange, parseRange } from "./range.ts";
import { Reply } from "./reply.ts";

/** A file that is open for reading. */
export interface OpenFile {
  /** Its length when it was opened, in bytes. */
  readonly size: number;
  /** When it was changed last, in milliseconds since 1970. */
  readonly modifiedMs: number;
  /** Reads at most `length` bytes from `at`; none at the end. */
  read(at: number, length: number): Promise<Uint8Array<ArrayBuffer>>;
  /** Closes it. */
  close(): Promise<void>;
}

/** Where files come from: the machine's file system, or a store of one's own. */
export interface FileSource {
  /** Opens a file below `root`, if one is given; `undefined` if there is none. */
  open(path: string, root: string | undefined): Promise<OpenFile | undefined>;
}

/** How a file is sent. */
export interface FileOptions {
  /** The folder that the path is in and must not leave, by `..` or by symbolic links. Without it the path is trusted. */
  readonly root?: string;
  /** The name that a browser saves it under: adds `Content-Disposition: attachment`. */
  readonly filename?: string;
  /** The kind of ETag, made of size and time of change; `false` for none. Default `strong`. */
  readonly etag?: "strong" | "weak" | false;
  /** Whether parts may be asked for. Default `true`. */
  readonly range?: boolean;
  /** Seconds that it may be cached: adds `Cache-Control: public, max-age=…`. */
  readonly maxAge?: number;
  /** Whether it never changes under its URL: adds `immutable`. */
  readonly immutable?: boolean;
  /** The content type. Default by the path's extension, else `application/octet-stream`. */
  readonly type?: string;
}

const FILE_OPTION_KEYS: readonly string[] = [
  "root",
  "filename",
  "etag",
  "range",
  "maxAge",
  "immutable",
  "type",
];

/** Answers with a file: {@linkcode fileHelper} makes it. */
export type FileHelper = (path: string, options?: FileOptions) => Reply;

/**
 * Makes a `file` helper for a source of files.
 *
 * @param source Where files come from.
 * @returns The helper.
 */
export function fileHelper(source: FileSource): FileHelper {
  return (path, options = {}) => {
    assertKnownOptions(options, FILE_OPTION_KEYS, "file()");
    return new FileReply(source, path, options);
  };
}

class FileReply extends Reply {
  readonly #source: FileSource;
  readonly #path: string;
  readonly #options: FileOptions;

  constructor(source: FileSource, path: string, options: FileOptions) {
    super();
    this.#source = source;
    this.#path = path;
    this.#options = options;
  }

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
    const ranges = this.#ranges(
      c.request,
      etag,
      modified,
      size,
      c.host.limits.maxRanges,
    );
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
    request: Request,
    etag: string | undefined,
    modified: number,
    size: number,
    maxRanges: number,
  ): readonly ByteRange[] | "unsatisfiable" | undefined {
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
    return parseRange(field, size, maxRanges);
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

type Part = ByteRange | { readonly text: string };

function lengthOf(range: ByteRange): number {
  return range.last - range.first + 1;
}

async function readExactly(
  file: OpenFile,
  at: number,
  length: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await file.read(at, length);
  if (bytes.length === length) return bytes;
  const all = new Uint8Array(length);
  all.set(bytes);
  for (let have = bytes.length; have < length;) {
    const more = await file.read(at + have, length - have);
    if (more.length === 0) {
      throw new Error("Cannot send file: it became shorter while it was sent");
    }
    all.set(more, have);
    have += more.length;
  }
  return all;
}

/** The parts as a stream that opens the file when it is first read, and closes it whatever happens. */
function streamParts(
  open: () => Promise<OpenFile>,
  parts: readonly Part[],
  chunk: number,
): {
  readonly stream: ReadableStream<Uint8Array>;
  readonly sent: Promise<void>;
} {
  let file: OpenFile | undefined;
  let index = 0;
  let at = -1;
  let ended = () => {};
  const sent = new Promise<void>((resolve) => (ended = resolve));
  const finish = async () => {
    await file?.close();
    ended();
  };
  const next = async (): Promise<Uint8Array<ArrayBuffer> | undefined> => {
    file ??= await open();
    const part = parts[index];
    if (part === undefined) return undefined;
    if ("text" in part) {
      index++;
      return new TextEncoder().encode(part.text);
    }
    if (at < part.first) at = part.first;
    const bytes = await readExactly(
      file,
      at,
      Math.min(chunk, part.last - at + 1),
    );
    at += bytes.length;
    if (at > part.last) [index, at] = [index + 1, -1];
    return bytes;
  };
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const bytes = await next();
        if (bytes !== undefined) return controller.enqueue(bytes);
      } catch (error) {
        await finish();
        throw error;
      }
      await finish();
      controller.close();
    },
    cancel: finish,
  }, { highWaterMark: 0 });
  return { stream, sent };
}

/** RFC 9110 §14.6. */
function multipart(
  ranges: readonly ByteRange[],
  boundary: string,
  type: string,
  size: number,
): Part[] {
  const parts = ranges.flatMap((range, i): Part[] => [
    {
      text: `${i === 0 ? "" : "\r\n"}--${boundary}\r\ncontent-type: ${type}\r\n` +
        `content-range: bytes ${range.first}-${range.last}/${size}\r\n\r\n`,
    },
    range,
  ]);
  return [...parts, { text: `\r\n--${boundary}--\r\n` }];
}

/** RFC 9110 §13.2.2, steps 3 and 4. */
function isNotModified(
  request: Request,
  etag: string | undefined,
  modified: number,
): boolean {
  if (request.method !== "GET" && request.method !== "HEAD") return false;
  const noneMatch = request.headers.get("if-none-match");
  if (noneMatch !== null) {
    if (noneMatch.trim() === "*") return true;
    const opaque = etag?.replace(/^W\//, "");
    return noneMatch.split(",").some((each) => each.trim().replace(/^W\//, "") === opaque);
  }
  const since = request.headers.get("if-modified-since");
  return since !== null && modified <= Date.parse(since);
}

/** RFC 6266, with RFC 8187's `filename*` for what is not plain ASCII. */
function contentDisposition(filename: string): string {
  const name = filename.replace(/^.*[\\/]/, "");
  const ascii = name.replace(/[^\x20-\x7e]|["\\%]/g, "_");
  const plain = `attachment; filename="${ascii}"`;
  if (ascii === name) return plain;
  const encoded = encodeURIComponent(name.replace(/\p{Surrogate}/gu, "\ufffd")).replace(
    /['()*]/g,
    (char) => "%" + char.charCodeAt(0).toString(16).toUpperCase(),
  );
  return `${plain}; filename*=UTF-8''${encoded}`;
}
