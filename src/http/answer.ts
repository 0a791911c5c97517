/**
 * One answer as bytes (RFC 9112 §6, RFC 9110 §6.4): how its body is framed, and what of it leaves
 * at once. On the hot path.
 *
 * @module
 */

import { bodySlabs } from "./body_slabs.ts";
import { CONTENT_LENGTH_BYTES, type EncodedHead, type ResponseHeads } from "./response_head.ts";
import { JOIN_BODY_BYTES, LOOP_TEXT_CHARS } from "./defaults.ts";
import type { LightBody } from "./light_body.ts";
import type { ResponseParts } from "./light_response.ts";
import type { Output, OutputOwner } from "./output.ts";
import { writeUtf8 } from "./utf8.ts";

/** Where an answer goes. */
export interface AnswerSink extends OutputOwner {
  /** Sends bytes that are not copied, after all that was written. */
  sendBytes(bytes: Uint8Array): void;
  /** The same, together with what was written; then the slab goes back to its pool. */
  sendSlab(bytes: Uint8Array<ArrayBuffer>): void;
}

/** What an answer goes to. */
export interface AnswerTarget {
  /** Whether the request's method was HEAD. */
  readonly headOnly: boolean;
  /** Whether the client speaks HTTP/1.0. */
  readonly http10: boolean;
  /** Whether the connection ends after this answer; `announce` says so in the head. */
  readonly last: boolean;
  /** Whether the client must be told that the connection stays (HTTP/1.0). */
  readonly keepAlive: boolean;
}

/** A body that is still to be sent. */
export interface PendingBody {
  readonly reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>;
  /** `-1`: unknown; then chunked, or until the end of the connection. */
  readonly length: number;
  readonly chunked: boolean;
}

const END = latin1Bytes("\r\n\r\n");
const CLOSE_END = latin1Bytes("\r\nConnection: close\r\n\r\n");
const KEEP_END = latin1Bytes("\r\nConnection: keep-alive\r\n\r\n");
const UPGRADE_END = latin1Bytes("Connection: Upgrade\r\n\r\n");
const CHUNKED = latin1Bytes("Transfer-Encoding: chunked");
/** Room for everything behind an encoded head but the body. */
const TAIL_BYTES = 96;

/** The longest character in UTF-8; part of `TAIL_BYTES`' room. */
const CHAR_MAX_BYTES = 4;

const encoder = new TextEncoder();

/**
 * Writes an answer, all of it if its body is known.
 *
 * @returns What is left to send; if nothing is, how many bytes of body were written.
 * @throws {TypeError} If it cannot be sent; then nothing has been written.
 */
export function writeAnswer(
  out: Output,
  sink: AnswerSink,
  encoded: EncodedHead,
  body: LightBody | undefined,
  target: AnswerTarget,
): PendingBody | number {
  const { status } = encoded;
  if (status === 204 || status === 304) {
    if (status === 204 && (encoded.contentLength > 0 || encoded.chunked)) {
      throw new TypeError("Cannot answer: 204 has no body");
    }
    writeBodyless(out, sink, encoded, target, status === 304 ? encoded.contentLength : -1);
    return 0;
  }
  const pooled = body !== undefined && body.pooled;
  const known = body === undefined ? "" : body.takeKnown();
  if (known === undefined) return writeStreamHead(out, sink, encoded, body!, target);
  if (encoded.chunked && !target.headOnly) {
    throw new TypeError("Cannot answer: Transfer-Encoding is set, and the body's length is known");
  }
  if (target.headOnly) {
    const own = typeof known === "string" ? utf8Length(known) : known.length;
    if (own > 0 && encoded.contentLength >= 0) checkLength(encoded, own);
    const { contentLength } = encoded;
    // No body tells nothing of what GET's would be (RFC 9110 §8.6): frameworks drop it for HEAD.
    const length = body === undefined ? contentLength : own > 0 ? own : Math.max(0, contentLength);
    writeBodyless(out, sink, encoded, target, length);
    return 0;
  }
  return typeof known === "string"
    ? writeText(out, sink, encoded, known, target)
    : writeBytes(out, sink, encoded, known, target, pooled);
}

/** Writes a head that changes the protocol. */
export function writeUpgrade(out: Output, sink: AnswerSink, encoded: EncodedHead): void {
  const length = encoded.bytes.length - CONTENT_LENGTH_BYTES;
  out.open(sink, length + TAIL_BYTES);
  out.write(encoded.bytes.subarray(0, length));
  out.write(UPGRADE_END);
}

/** The parts of one of the runtime's own responses. */
export function partsOfNative(
  response: Response,
  makeBody: (stream: ReadableStream<Uint8Array<ArrayBuffer>>) => LightBody,
): ResponseParts {
  if (response.bodyUsed) throw new TypeError("Cannot answer: the response's body has been read");
  const headers: string[] = [];
  for (const [name, value] of response.headers) headers.push(name, value);
  const { status, statusText, body } = response;
  if (status < 200 || status > 599) { // `Response.error()`, or a 101 without a protocol behind it
    throw new TypeError(`Cannot answer: status ${status} is not 200 to 599`);
  }
  return {
    status,
    statusText,
    headers,
    body: body === null ? undefined : makeBody(body as ReadableStream<Uint8Array<ArrayBuffer>>),
    takeOver: undefined,
  };
}

/** The encoded head of an answer that the server itself gives. */
export function ownHead(heads: ResponseHeads, status: number): EncodedHead {
  return heads.get(status, "", status === 503 ? RETRY_AFTER : NO_HEADERS);
}

const NO_HEADERS: readonly string[] = [];
/** A second: overload is either over by then, or worth another refusal. */
const RETRY_AFTER: readonly string[] = ["retry-after", "1"];

function writeText(
  out: Output,
  sink: AnswerSink,
  encoded: EncodedHead,
  text: string,
  target: AnswerTarget,
): number {
  const { length } = text;
  if (length > JOIN_BODY_BYTES) {
    const slab = bodySlabs.encode(text);
    return writeBytes(out, sink, encoded, slab ?? encode(text), target, slab !== undefined);
  }
  out.open(sink, encoded.bytes.length + TAIL_BYTES + length);
  const start = out.at;
  out.write(encoded.bytes);
  out.writeNumber(length);
  out.write(target.last ? CLOSE_END : target.keepAlive ? KEEP_END : END);
  if (writeAscii(out, text)) {
    if (encoded.contentLength >= 0) checkLength(encoded, length, out, start);
    return length;
  }
  out.at = start; // not ASCII: the length was wrong
  return writeBytes(out, sink, encoded, encode(text), target, false);
}

/** Appends a text that turns out to be ASCII; else answers `false`. */
function writeAscii(out: Output, text: string): boolean {
  const { bytes, at } = out;
  const { length } = text;
  if (length > LOOP_TEXT_CHARS) {
    // Room for one character more: whatever is not ASCII takes more bytes than `length`.
    const written = writeUtf8(bytes, at, text, length + CHAR_MAX_BYTES);
    if (written !== length) return false;
  } else {
    for (let i = 0; i < length; i++) {
      const c = text.charCodeAt(i);
      if (c > 127) return false;
      bytes[at + i] = c;
    }
  }
  out.at = at + length;
  return true;
}

function writeBytes(
  out: Output,
  sink: AnswerSink,
  encoded: EncodedHead,
  body: Uint8Array<ArrayBuffer>,
  target: AnswerTarget,
  pooled: boolean,
): number {
  const { length } = body;
  if (encoded.contentLength >= 0) checkLength(encoded, length);
  // A small segment of its own makes the client's system keep its window small (Linux).
  const joined = pooled ? 0 : Math.min(length, JOIN_BODY_BYTES);
  out.open(sink, encoded.bytes.length + TAIL_BYTES + joined);
  out.write(encoded.bytes);
  out.writeNumber(length);
  out.write(target.last ? CLOSE_END : target.keepAlive ? KEEP_END : END);
  if (pooled) sink.sendSlab(body);
  else if (joined === length) out.write(body);
  else {
    out.write(body.subarray(0, joined));
    sink.sendBytes(body.subarray(joined));
  }
  return length;
}

/** Writes a head alone; `length` -1 leaves the Content-Length out. */
function writeBodyless(
  out: Output,
  sink: AnswerSink,
  encoded: EncodedHead,
  target: AnswerTarget,
  length: number,
): void {
  out.open(sink, encoded.bytes.length + TAIL_BYTES);
  out.write(encoded.bytes);
  if (length >= 0) out.writeNumber(length);
  else out.at -= CONTENT_LENGTH_BYTES + 2; // with the line end before it
  out.write(target.last ? CLOSE_END : target.keepAlive ? KEEP_END : END);
}

function writeStreamHead(
  out: Output,
  sink: AnswerSink,
  encoded: EncodedHead,
  body: LightBody,
  target: AnswerTarget,
): PendingBody | number {
  if (body.used) throw new TypeError("Cannot answer: the response's body has been read");
  const { size } = body;
  if (size >= 0 && encoded.contentLength >= 0) checkLength(encoded, size);
  const length = Math.max(size, encoded.contentLength);
  // Before a byte is written: somebody else may hold the stream.
  const reader = target.headOnly ? undefined : body.nativeStream.getReader();
  const chunked = length < 0 && !target.http10;
  out.open(sink, encoded.bytes.length + TAIL_BYTES);
  out.write(encoded.bytes);
  if (length >= 0) out.writeNumber(length);
  else {
    out.at -= CONTENT_LENGTH_BYTES + (chunked ? 0 : 2);
    if (chunked) out.write(CHUNKED);
  }
  const last = target.last || (reader !== undefined && length < 0 && !chunked);
  out.write(last ? CLOSE_END : target.keepAlive ? KEEP_END : END);
  if (reader !== undefined) return { reader, length, chunked };
  body.discard();
  return 0;
}

function checkLength(encoded: EncodedHead, length: number, out?: Output, start?: number): void {
  if (encoded.contentLength === length) return;
  if (out) out.at = start!;
  throw new TypeError(
    `Cannot answer: Content-Length is ${encoded.contentLength}, the body has ${length} bytes`,
  );
}

function encode(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text);
}

function utf8Length(text: string): number {
  return encoder.encode(text).length;
}

function latin1Bytes(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}
