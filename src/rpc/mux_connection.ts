/**
 * Mux framing (spec: rpc.md, "Transport B"): frames begin with `dir u8`; answers are found by promise
 * id; streams share the connection. A hot path: frames are encoded and read in place.
 */

import { EMPTY } from "../base/bytes.ts";
import { Connection, fields } from "./connection.ts";
import type { ConnectionSettings, LinkInfo } from "./connection_settings.ts";
import {
  readRequest,
  readResponse,
  REQUEST_HEAD,
  RESPONSE_HEAD,
  writeRequest,
  writeResponse,
} from "./envelope_layout.ts";
import type { StreamOptions } from "./handlers.ts";
import type { Link } from "./outbox.ts";
import { RpcError } from "./rpc_error.ts";
import { Status } from "./status.ts";
import type { RpcStream } from "./stream.ts";
import { type StreamFrames, Streams } from "./streams.ts";

const DIR_REQUEST = 1;
const DIR_RESPONSE = 2;
const DIR_OPEN = 3;
const DIR_DATA = 4;
const DIR_END = 5;
/** Length word, dir. */
const HEAD = 5;

/** See the file's comment. */
export class MuxConnection extends Connection implements StreamFrames {
  protected readonly keyedByPromise = true;
  readonly #streams: Streams;

  /** Over a link; begins with `reads`, then `start`. */
  constructor(link: Link, info: LinkInfo, settings: ConnectionSettings) {
    super(link, info, settings);
    this.#streams = new Streams(this, this, settings, this.pending);
  }

  /** No handshake: ready at once. */
  protected override greet(): void {
    this.becomeReady();
  }

  /** Streams that are open. */
  get openStreams(): number {
    return this.#streams.size;
  }

  protected get streamsFull(): boolean {
    return this.#streams.full;
  }

  /** Whether new streams are refused. */
  get draining(): boolean {
    return this.callee.draining;
  }

  /** Whether no more may be queued for a peer that does not read. */
  get overfull(): boolean {
    return this.outbox.blockedBytes > this.settings.maxQueuedBytes;
  }

  protected override writeCall(
    _id: number,
    method: number,
    promiseID: number,
    target: number,
    cap: Uint8Array,
    payload: Uint8Array,
  ): boolean {
    return this.#writeRequest(DIR_REQUEST, method, promiseID, target, cap, payload);
  }

  #writeRequest(
    dir: number,
    method: number,
    promiseID: number,
    target: number,
    cap: Uint8Array,
    payload: Uint8Array,
  ): boolean {
    const length = 1 + REQUEST_HEAD + cap.length + payload.length;
    if (!(length <= this.settings.limits.maxMuxFrameBytes)) return false;
    const outbox = this.outbox;
    const at = outbox.reserve(4 + length);
    outbox.view.setUint32(at, length, true);
    outbox.bytes[at + 4] = dir;
    writeRequest(
      outbox.bytes,
      outbox.view,
      at + HEAD,
      method,
      promiseID,
      target,
      cap,
      payload,
    );
    return true;
  }

  override writeAnswer(_tag: number, status: number, promiseID: number, body: Uint8Array): number {
    const length = 1 + RESPONSE_HEAD + body.length;
    if (length > this.settings.limits.maxMuxFrameBytes) {
      this.writeAnswer(0, Status.TooLarge, promiseID, EMPTY);
      return -1;
    }
    const outbox = this.outbox;
    const at = outbox.reserve(4 + length);
    outbox.view.setUint32(at, length, true);
    outbox.bytes[at + 4] = DIR_RESPONSE;
    writeResponse(outbox.bytes, outbox.view, at + HEAD, status, promiseID, body);
    return at + HEAD + RESPONSE_HEAD;
  }

  override frame(buffer: ArrayBuffer, view: DataView, start: number, end: number): boolean {
    switch (view.getUint8(start)) {
      case DIR_RESPONSE:
        return this.#response(buffer, view, start + 1, end);
      case DIR_REQUEST:
        this.#request(buffer, view, start + 1, end);
        return this.gate;
      case DIR_OPEN:
        this.#open(buffer, view, start + 1, end);
        return this.gate;
      case DIR_DATA:
      case DIR_END:
        return this.#streamFrame(buffer, view, start, end);
      default:
        return this.broken(`a frame has dir ${view.getUint8(start)}`);
    }
  }

  #response(buffer: ArrayBuffer, view: DataView, start: number, end: number): boolean {
    if (!readResponse(view, start, end, fields)) {
      return this.broken("malformed response");
    }
    const { code: status, promiseID, bodyAt, bodyLength } = fields;
    const call = this.pending.takeByPromise(promiseID);
    if (call !== undefined) {
      const body = bodyLength === 0 ? EMPTY : new Uint8Array(buffer, bodyAt, bodyLength);
      call.answer({ status, promiseID, body });
      return true;
    }
    this.#streams.failed(promiseID, status, new Uint8Array(buffer, bodyAt, bodyLength));
    return true;
  }

  #request(buffer: ArrayBuffer, view: DataView, start: number, end: number): void {
    if (!readRequest(view, start, end, fields)) {
      // Without an envelope there is no id to answer with.
      this.broken("malformed request");
      return;
    }
    const { code: method, promiseID, target, capAt, capLength, bodyAt, bodyLength } = fields;
    if (this.callee.full) {
      return this.callee.refuse(0, Status.TooManyInFlight, promiseID);
    }
    const cap = capLength === 0 ? EMPTY : new Uint8Array(buffer, capAt, capLength);
    const payload = bodyLength === 0 ? EMPTY : new Uint8Array(buffer, bodyAt, bodyLength);
    // The frame's bytes, not those of its parts: a part keeps the memory of the whole.
    this.callee.request(0, { method, promiseID, target, cap, payload }, end - start);
  }

  #open(buffer: ArrayBuffer, view: DataView, start: number, end: number): void {
    if (!readRequest(view, start, end, fields)) {
      this.broken("malformed stream opening");
      return;
    }
    const { code: method, promiseID: id, capAt, capLength, bodyAt, bodyLength } = fields;
    const cap = capLength === 0 ? EMPTY : new Uint8Array(buffer, capAt, capLength);
    const payload = bodyLength === 0 ? EMPTY : new Uint8Array(buffer, bodyAt, bodyLength);
    this.#streams.opened(id, method, cap, payload);
  }

  #streamFrame(buffer: ArrayBuffer, view: DataView, start: number, end: number): boolean {
    if (end - start < 5) return this.broken("a stream frame has no stream id");
    const id = view.getUint32(start + 1, true);
    if (view.getUint8(start) === DIR_DATA) {
      return this.#streams.data(id, new Uint8Array(buffer, start + 5, end - start - 5));
    }
    this.#streams.ended(id);
    return true;
  }

  /** Opens a stream; see `RpcClient.stream`. */
  override stream(method: number, options: StreamOptions = {}): RpcStream {
    if (!this.open) {
      throw new RpcError("closed", "Cannot open stream: not connected", { method });
    }
    const stream = this.#streams.open(method, options);
    this.queued();
    return stream;
  }

  /** Encodes a stream's opening. */
  writeOpening(id: number, method: number, cap: Uint8Array, payload: Uint8Array): boolean {
    return this.#writeRequest(DIR_OPEN, method, id, 0, cap, payload);
  }

  /** Sends a message of a stream. */
  sendData(id: number, bytes: Uint8Array): void {
    const at = this.#streamHead(DIR_DATA, id, bytes.length);
    this.outbox.bytes.set(bytes, at);
    this.queued();
  }

  /** Ends our half of a stream. */
  sendEnd(id: number): void {
    this.#streamHead(DIR_END, id, 0);
    this.queued();
  }

  /** Fails the peer's stream. */
  sendFailure(id: number, status: number): void {
    this.writeAnswer(0, status, id, EMPTY);
    this.queued();
  }

  #streamHead(dir: number, id: number, length: number): number {
    const at = this.outbox.reserve(9 + length);
    const { bytes, view } = this.outbox;
    view.setUint32(at, 5 + length, true);
    bytes[at + 4] = dir;
    view.setUint32(at + 5, id, true);
    return at + 9;
  }

  /** Mux framing has no one-way messages. */
  override send(): Promise<void> {
    const why = 'Cannot send message: mux framing has none; connect with framing "node"';
    return Promise.reject(new TypeError(why));
  }

  protected override failStreams(error: RpcError, onlyOpen: boolean): void {
    this.#streams.failAll(error, onlyOpen);
  }
}
