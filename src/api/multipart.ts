/**
 * `multipart/form-data` (RFC 7578, RFC 2046 §5.1) as it comes: a part's body can be read while the
 * rest is still on its way, and no more than a chunk and a delimiter is kept.
 *
 * @module
 */

import { concatBytes } from "../base/bytes.ts";
import { dispositionParameters, filenameOf } from "./disposition.ts";
import { HttpError } from "./http_error.ts";
import type { ApiLimits } from "./limits.ts";
import { MultipartError } from "./multipart_error.ts";
import { CRLF, type PartBody, PartSource, UTF8 } from "./part_source.ts";

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
  const source = new PartSource(body, limits.maxFormBytes);
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

/** Reads what follows a delimiter: `--` at the end, else white space and a line end. */
async function isLast(source: PartSource): Promise<boolean> {
  const line = await source.line(256);
  if (line.startsWith("--")) return true;
  if (line.trim() !== "") {
    throw new MultipartError("a delimiter is followed by other text");
  }
  return false;
}

async function readHeaders(
  source: PartSource,
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
  return concatBytes(parts);
}
