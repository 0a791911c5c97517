/**
 * The bytes of call envelopes (spec: rpc.md, "Envelope"). A hot path: the layout is fixed, so it is
 * written and read straight through, in place in a larger buffer, without a builder or views.
 *
 * Bench: scripts/bench_rpc.ts; a builder per envelope cost four fifths of the calls per second.
 */

import { HEADER_SIZE } from "../wire/format.ts";

/** Bytes of a request envelope before its capability and payload. */
export const REQUEST_HEAD: number = HEADER_SIZE + 28;
/** Bytes of a response envelope before its body. */
export const RESPONSE_HEAD: number = HEADER_SIZE + 20;

const MAGIC = 0x0050415a; // "ZAP\0", little-endian
const VERSION_AND_FLAGS = 0xc8000002; // version 2; flags 200 << 8
// Below this a loop over bytes beats the call into TypedArray.set on all three runtimes.
const SHORT_COPY = 24;

/** Writes a request envelope at `at`; it takes `REQUEST_HEAD + cap.length + payload.length` bytes. */
export function writeRequest(
  bytes: Uint8Array,
  view: DataView,
  at: number,
  method: number,
  promiseID: number,
  target: number,
  cap: Uint8Array,
  payload: Uint8Array,
): void {
  const capLength = cap.length;
  const length = payload.length;
  view.setUint32(at, MAGIC, true);
  view.setUint32(at + 4, VERSION_AND_FLAGS, true);
  view.setUint32(at + 8, HEADER_SIZE, true);
  view.setUint32(at + 12, REQUEST_HEAD + capLength + length, true);
  view.setUint32(at + 16, method, true);
  view.setUint32(at + 20, promiseID, true);
  view.setUint32(at + 24, target, true);
  // The slots stand at 28 and 36, the data from 44; a null slot is two zero words. Worked out before
  // the calls: a choice among a setter's arguments keeps V8 11 from compiling it in line.
  const capOffset = capLength === 0 ? 0 : 16;
  const payloadOffset = length === 0 ? 0 : 8 + capLength;
  view.setUint32(at + 28, capOffset, true);
  view.setUint32(at + 32, capLength, true);
  view.setUint32(at + 36, payloadOffset, true);
  view.setUint32(at + 40, length, true);
  if (capLength !== 0) copyInto(bytes, at + REQUEST_HEAD, cap, capLength);
  if (length !== 0) {
    copyInto(bytes, at + REQUEST_HEAD + capLength, payload, length);
  }
}

/** Writes a response envelope at `at`; it takes `RESPONSE_HEAD + body.length` bytes. */
export function writeResponse(
  bytes: Uint8Array,
  view: DataView,
  at: number,
  status: number,
  promiseID: number,
  body: Uint8Array,
): void {
  const length = body.length;
  const bodyOffset = length === 0 ? 0 : 8;
  view.setUint32(at, MAGIC, true);
  view.setUint32(at + 4, VERSION_AND_FLAGS, true);
  view.setUint32(at + 8, HEADER_SIZE, true);
  view.setUint32(at + 12, RESPONSE_HEAD + length, true);
  view.setUint32(at + 16, status, true);
  view.setUint32(at + 20, promiseID, true);
  // Bytes 24 to 27 belong to no slot.
  view.setUint32(at + 24, 0, true);
  view.setUint32(at + 28, bodyOffset, true);
  view.setUint32(at + 32, length, true);
  if (length !== 0) copyInto(bytes, at + RESPONSE_HEAD, body, length);
}

function copyInto(bytes: Uint8Array, at: number, from: Uint8Array, length: number): void {
  if (length <= SHORT_COPY) {
    for (let i = 0; i < length; i++) bytes[at + i] = from[i]!;
  } else {
    bytes.set(from, at);
  }
}

/**
 * Where an envelope's parts are in a buffer. One is reused for all frames, so its values hold only
 * until the next read.
 */
export class EnvelopeFields {
  /** Message type: the high byte of the header's flags. */
  type = 0;
  /** Method of a request, status of a response. */
  code = 0;
  /** Promise id. */
  promiseID = 0;
  /** Target of a request. */
  target = 0;
  /** Where the capability begins, and its length. */
  capAt = 0;
  /** Length of the capability. */
  capLength = 0;
  /** Where the payload or body begins. */
  bodyAt = 0;
  /** Length of the payload or body. */
  bodyLength = 0;
}

/** Checks a message's header; answers the end of the message, or -1 if it is none. */
function messageEnd(view: DataView, start: number, end: number): number {
  if (end - start < HEADER_SIZE || view.getUint32(start, true) !== MAGIC) {
    return -1;
  }
  const version = view.getUint16(start + 4, true);
  if (version !== 1 && version !== 2) return -1;
  const size = view.getUint32(start + 12, true);
  return size < HEADER_SIZE || size > end - start ? -1 : start + size;
}

/** The object's position, or `limit` (where no slot fits) if its offset is in the header. */
function rootAt(view: DataView, start: number, limit: number): number {
  const root = view.getUint32(start + 8, true);
  return root < HEADER_SIZE ? limit : start + root;
}

function word(view: DataView, at: number, limit: number): number {
  return at + 4 <= limit ? view.getUint32(at, true) : 0;
}

/** A bytes slot's start, or 0 for null, out of bounds, or out of the message (wire.md, "Objects"). */
function bytesAt(view: DataView, at: number, limit: number): number {
  if (at + 8 > limit) return 0;
  const relative = view.getUint32(at, true);
  if (relative === 0) return 0;
  return at + relative + view.getUint32(at + 4, true) > limit ? 0 : at + relative;
}

/** Reads the request envelope between two positions; `false` if the bytes are no message. */
export function readRequest(
  view: DataView,
  start: number,
  end: number,
  into: EnvelopeFields,
): boolean {
  const limit = messageEnd(view, start, end);
  if (limit < 0) return false;
  const at = rootAt(view, start, limit);
  into.type = view.getUint8(start + 7);
  into.code = word(view, at, limit);
  into.promiseID = word(view, at + 4, limit);
  into.target = word(view, at + 8, limit);
  into.capAt = bytesAt(view, at + 12, limit);
  into.capLength = into.capAt === 0 ? 0 : view.getUint32(at + 16, true);
  into.bodyAt = bytesAt(view, at + 20, limit);
  into.bodyLength = into.bodyAt === 0 ? 0 : view.getUint32(at + 24, true);
  return true;
}

/** Reads the response envelope between two positions; `false` if the bytes are no message. */
export function readResponse(
  view: DataView,
  start: number,
  end: number,
  into: EnvelopeFields,
): boolean {
  const limit = messageEnd(view, start, end);
  if (limit < 0) return false;
  const at = rootAt(view, start, limit);
  into.type = view.getUint8(start + 7);
  into.code = word(view, at, limit);
  into.promiseID = word(view, at + 4, limit);
  into.bodyAt = bytesAt(view, at + 12, limit);
  into.bodyLength = into.bodyAt === 0 ? 0 : view.getUint32(at + 16, true);
  return true;
}
