/** Call envelopes as values (spec: rpc.md, "Envelope"); their bytes are in `envelope_layout.ts`. */

import { EMPTY } from "../base/bytes.ts";
import { Message } from "../wire/views.ts";
import {
  EnvelopeFields,
  readRequest,
  readResponse,
  REQUEST_HEAD,
  RESPONSE_HEAD,
  writeRequest,
  writeResponse,
} from "./envelope_layout.ts";

/** A request envelope's fields. */
export interface Call {
  /** Method ordinal, from 1. */
  readonly method: number;
  /** The id that this call's answer resolves to; 0 is none. */
  readonly promiseID: number;
  /** The promise whose answer becomes this call's payload; 0 is none. */
  readonly target: number;
  /** Capability, opaque here; may be empty. */
  readonly cap: Uint8Array;
  /** Encoded parameters. */
  readonly payload: Uint8Array;
}

/** A response envelope's fields. */
export interface Response {
  /** 200, or why not. */
  readonly status: number;
  /** The request's promise id. */
  readonly promiseID: number;
  /** Encoded result. */
  readonly body: Uint8Array;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * Encodes a call as a request envelope.
 *
 * @param call Its fields; numbers are taken modulo 2^32.
 * @returns A message of its own memory.
 *
 * @example
 * ```ts
 * import { buildRequest, NO_TARGET, parseRequest } from "@zap-proto/edge";
 *
 * const none = new Uint8Array(0);
 * const bytes = buildRequest({ method: 1, promiseID: 1, target: NO_TARGET, cap: none, payload: none });
 * console.log(parseRequest(bytes).method); // 1
 * ```
 */
export function buildRequest(call: Call): Uint8Array<ArrayBuffer> {
  const { method, promiseID, target, cap, payload } = call;
  const bytes = new Uint8Array(REQUEST_HEAD + cap.length + payload.length);
  writeRequest(bytes, viewOf(bytes), 0, method, promiseID, target, cap, payload);
  return bytes;
}

/**
 * Encodes an answer as a response envelope.
 *
 * @param status See `Status`.
 * @param promiseID The request's.
 * @param body The encoded result; may be empty.
 * @returns A message of its own memory.
 */
export function buildResponse(
  status: number,
  promiseID: number,
  body: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(RESPONSE_HEAD + body.length);
  writeResponse(bytes, viewOf(bytes), 0, status, promiseID, body);
  return bytes;
}

const fields: EnvelopeFields = new EnvelopeFields();

function part(bytes: Uint8Array, at: number, length: number): Uint8Array {
  return length === 0 ? EMPTY : bytes.subarray(at, at + length);
}

/**
 * Decodes a request envelope. Capability and payload share the given memory.
 *
 * @param bytes A message; what does not fit reads as zero or empty.
 * @throws {ZapParseError} If the bytes are no message.
 */
export function parseRequest(bytes: Uint8Array): Call {
  if (!readRequest(viewOf(bytes), 0, bytes.length, fields)) {
    Message.parse(bytes);
  }
  return {
    method: fields.code,
    promiseID: fields.promiseID,
    target: fields.target,
    cap: part(bytes, fields.capAt, fields.capLength),
    payload: part(bytes, fields.bodyAt, fields.bodyLength),
  };
}

/**
 * Decodes a response envelope. The body shares the given memory.
 *
 * @param bytes A message; what does not fit reads as zero or empty.
 * @throws {ZapParseError} If the bytes are no message.
 */
export function parseResponse(bytes: Uint8Array): Response {
  if (!readResponse(viewOf(bytes), 0, bytes.length, fields)) {
    Message.parse(bytes);
  }
  return {
    status: fields.code,
    promiseID: fields.promiseID,
    body: part(bytes, fields.bodyAt, fields.bodyLength),
  };
}
