/**
 * Node framing (spec: rpc.md, "Transport A"): a handshake each way, then frames that begin with
 * `reqID u32, mark u32`; a frame without a mark is a one-way message. A hot path: frames are encoded
 * and read in place.
 */

import { EMPTY } from "../base/bytes.ts";
import { Connection, fields } from "./connection.ts";
import {
  readRequest,
  readResponse,
  REQUEST_HEAD,
  RESPONSE_HEAD,
  writeRequest,
  writeResponse,
} from "./envelope_layout.ts";
import { buildHandshake, HANDSHAKE_SIZE, parseHandshake } from "./handshake.ts";
import { type MessageHandler, report } from "./handlers.ts";
import { isBytes } from "./refusal.ts";
import { RpcError } from "./rpc_error.ts";
import { MSG_TYPE_ROUTER_BASE, Status } from "./status.ts";
import type { RpcStream } from "./stream.ts";
import { HEADER_SIZE } from "../wire/format.ts";

const MARK_REQUEST = 1;
const MARK_RESPONSE = 2;
/** Length word, reqID, mark. */
const HEAD = 12;

/** See the file's comment. */
export class NodeConnection extends Connection {
  #greeted = false;
  /** Node framing has no streams. */
  readonly openStreams = 0;
  protected readonly keyedByPromise = false;
  protected readonly streamsFull = false;

  /** The side that connected speaks first. */
  protected override greet(): void {
    if (!this.settings.accepted) this.#sendHandshake();
  }

  #sendHandshake(): void {
    this.#writeFrame(buildHandshake(this.settings.nodeID));
  }

  protected override writeCall(
    id: number,
    method: number,
    promiseID: number,
    target: number,
    cap: Uint8Array,
    payload: Uint8Array,
  ): boolean {
    const length = 8 + REQUEST_HEAD + cap.length + payload.length;
    if (!(length <= this.settings.limits.maxNodeFrameBytes)) return false;
    const outbox = this.outbox;
    const at = outbox.reserve(4 + length);
    const view = outbox.view;
    view.setUint32(at, length, true);
    view.setUint32(at + 4, id, true);
    view.setUint32(at + 8, MARK_REQUEST, true);
    writeRequest(outbox.bytes, view, at + HEAD, method, promiseID, target, cap, payload);
    return true;
  }

  override writeAnswer(tag: number, status: number, promiseID: number, body: Uint8Array): number {
    const length = 8 + RESPONSE_HEAD + body.length;
    if (length > this.settings.limits.maxNodeFrameBytes) {
      this.writeAnswer(tag, Status.TooLarge, promiseID, EMPTY);
      return -1;
    }
    const outbox = this.outbox;
    const at = outbox.reserve(4 + length);
    const view = outbox.view;
    view.setUint32(at, length, true);
    view.setUint32(at + 4, tag, true);
    view.setUint32(at + 8, MARK_RESPONSE, true);
    writeResponse(outbox.bytes, view, at + HEAD, status, promiseID, body);
    return at + HEAD + RESPONSE_HEAD;
  }

  /**
   * Encodes a whole message as the answer to `tag`.
   *
   * @throws {TypeError} If it is none: the other end would take it for a broken peer, and hang up.
   */
  writeMessage(tag: number, message: Uint8Array): void {
    if (!isMessage(message)) throw new TypeError("Cannot send answer: it is no message");
    const length = 8 + message.length;
    if (length > this.settings.limits.maxNodeFrameBytes) {
      this.writeAnswer(tag, Status.TooLarge, 0, EMPTY);
      return;
    }
    const at = this.outbox.reserve(4 + length);
    const { view, bytes } = this.outbox;
    view.setUint32(at, length, true);
    view.setUint32(at + 4, tag, true);
    view.setUint32(at + 8, MARK_RESPONSE, true);
    bytes.set(message, at + HEAD);
  }

  override frame(buffer: ArrayBuffer, view: DataView, start: number, end: number): boolean {
    if (!this.#greeted) return this.#handshake(buffer, start, end);
    const mark = view.getUint32(start + 4, true);
    if (mark === MARK_RESPONSE) {
      if (!readResponse(view, start + 8, end, fields)) {
        return this.broken("malformed response");
      }
      const call = this.pending.take(view.getUint32(start, true));
      // Answered already, or given up: not an error of the peer.
      if (call === undefined) return true;
      const { code: status, promiseID, bodyAt, bodyLength } = fields;
      const body = bodyLength === 0 ? EMPTY : new Uint8Array(buffer, bodyAt, bodyLength);
      call.answer({ status, promiseID, body });
      return true;
    }
    if (mark === MARK_REQUEST) {
      this.#request(buffer, view, start, end);
    } else if (end - start < HEADER_SIZE || !readRequest(view, start, end, fields)) {
      return this.broken("a frame is neither a call, an answer nor a message");
    } else {
      this.#oneWay(fields.type, buffer, start, end);
    }
    return this.gate;
  }

  #oneWay(type: number, buffer: ArrayBuffer, start: number, end: number): void {
    const { handlers } = this.settings;
    const handler = handlers.messages?.[type];
    if (handler === undefined) return;
    if (!this.callee.full) {
      return this.#message(-1, handler, new Uint8Array(buffer, start, end - start));
    }
    // Reading goes on for the answers of calls of our own; there is nobody to refuse a message to.
    const why = `Message of type ${type} was dropped: as many handlers run as may`;
    report(handlers, new RpcError("busy", why, { status: Status.TooManyInFlight }), this);
  }

  #request(buffer: ArrayBuffer, view: DataView, start: number, end: number): void {
    const reqID = view.getUint32(start, true);
    if (!readRequest(view, start + 8, end, fields)) {
      return this.callee.refuse(reqID, Status.BadRequest, 0);
    }
    const { type, code: method, promiseID, target, capAt, capLength, bodyAt, bodyLength } = fields;
    const handler = this.settings.handlers.messages?.[type];
    if (this.callee.full) {
      return this.callee.refuse(reqID, Status.TooManyInFlight, promiseID);
    }
    if (handler !== undefined) {
      return this.#message(reqID, handler, new Uint8Array(buffer, start + 8, end - start - 8));
    }
    if (type !== MSG_TYPE_ROUTER_BASE) {
      return this.callee.refuse(reqID, Status.NotFound, promiseID);
    }
    const cap = capLength === 0 ? EMPTY : new Uint8Array(buffer, capAt, capLength);
    const payload = bodyLength === 0 ? EMPTY : new Uint8Array(buffer, bodyAt, bodyLength);
    // The frame's bytes, not those of its parts: a part keeps the memory of the whole.
    this.callee.request(reqID, { method, promiseID, target, cap, payload }, end - start);
  }

  #message(tag: number, handler: MessageHandler, message: Uint8Array): void {
    this.callee.message(
      tag,
      message.length,
      () => handler(message, this),
      (answer) => this.writeMessage(tag, answer),
    );
  }

  #handshake(buffer: ArrayBuffer, start: number, end: number): boolean {
    const nodeID = parseHandshake(new Uint8Array(buffer, start, end - start));
    if (nodeID === undefined) return this.broken("malformed handshake");
    this.nodeID = nodeID;
    this.#greeted = true;
    this.bound(8, this.settings.limits.maxNodeFrameBytes);
    if (this.settings.accepted) this.#sendHandshake();
    this.becomeReady();
    return true;
  }

  /** Bounds for the first frame: a handshake, nothing else. */
  static readonly firstFrame: { readonly min: number; readonly max: number } = {
    min: HANDSHAKE_SIZE,
    max: HANDSHAKE_SIZE,
  };

  /** Sends a one-way message; resolves when the link takes more. */
  override send(message: Uint8Array): Promise<void> {
    if (!this.open) {
      return Promise.reject(new RpcError("closed", "Cannot send: not connected"));
    }
    if (!isBytes(message) || !isMessage(message)) {
      return Promise.reject(new TypeError("Cannot send message: it is no message"));
    }
    // Version and flags stand where a mark would.
    if (message[6] === 0 && message[7] === 0) {
      return Promise.reject(new TypeError("Cannot send message: its message type is 0"));
    }
    if (this.outbox.blockedBytes > this.settings.maxQueuedBytes) {
      const why = "Cannot send message: wait for what was sent before";
      return Promise.reject(new RpcError("busy", why, { status: Status.TooManyInFlight }));
    }
    if (message.length > this.settings.limits.maxNodeFrameBytes) {
      const why = `Cannot send message: ${message.length} bytes is more than a frame may have`;
      return Promise.reject(new RpcError("too_large", why, { status: Status.TooLarge }));
    }
    this.#writeFrame(message);
    this.queued();
    return this.room() ?? Promise.resolve();
  }

  #writeFrame(message: Uint8Array): void {
    const at = this.outbox.reserve(4 + message.length);
    this.outbox.view.setUint32(at, message.length, true);
    this.outbox.bytes.set(message, at + 4);
  }

  /** Node framing has no streams. */
  override stream(): RpcStream {
    throw new TypeError(
      'Cannot open stream: node framing has none; connect with framing "mux"',
    );
  }

  protected override failStreams(): void {}
}

/** Whether bytes are a message, as far as the other end looks. */
function isMessage(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return readResponse(view, 0, bytes.length, fields);
}
