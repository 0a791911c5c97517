/**
 * Mux framing (spec: rpc.md, "Transport B"): frames begin with `dir u8`; answers are found by promise
 * id; streams share the connection. A hot path: frames are encoded and read in place.
 *
 * A stream that is refused or fails is answered with a response envelope that carries its id.
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
} from "./envelope.ts";
import { report, type StreamOptions } from "./handlers.ts";
import { RpcError, statusError } from "./rpc_error.ts";
import { Status } from "./status.ts";
import { RpcStream, type StreamPort } from "./stream.ts";

const DIR_REQUEST = 1;
const DIR_RESPONSE = 2;
const DIR_OPEN = 3;
const DIR_DATA = 4;
const DIR_END = 5;
/** Length word, dir. */
const HEAD = 5;

/** See the file's comment. */
export class MuxConnection extends Connection implements StreamPort {
  protected readonly keyedByPromise = true;
  readonly #streams: Map<number, RpcStream> = new Map();
  readonly #full: Set<RpcStream> = new Set();

  /** No handshake: ready at once. */
  protected override greet(): void {
    this.becomeReady();
  }

  /** Streams that are open. */
  get openStreams(): number {
    return this.#streams.size;
  }

  protected get streamsFull(): boolean {
    return this.#full.size > 0;
  }

  /** Largest message of a stream. */
  get maxMessageBytes(): number {
    return this.settings.limits.maxMuxFrameBytes - 5;
  }

  /** Bytes a stream may hold unread. */
  get streamBufferBytes(): number {
    return this.settings.limits.streamBufferBytes;
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
    if (length > this.settings.limits.maxMuxFrameBytes) return false;
    const outbox = this.outbox;
    const at = outbox.reserve(4 + length);
    outbox.view.setUint32(at, length, true);
    outbox.bytes[at + 4] = dir;
    writeRequest(outbox.bytes, outbox.view, at + HEAD, method, promiseID, target, cap, payload);
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
    const stream = this.#streams.get(promiseID);
    if (stream !== undefined && status !== Status.OK) {
      stream.fail(statusError(stream.method, status, new Uint8Array(buffer, bodyAt, bodyLength)));
    }
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
    this.callee.request(0, { method, promiseID, target, cap, payload });
  }

  #open(buffer: ArrayBuffer, view: DataView, start: number, end: number): void {
    if (!readRequest(view, start, end, fields)) {
      this.broken("malformed stream opening");
      return;
    }
    const { code: method, promiseID: id, capAt, capLength, bodyAt, bodyLength } = fields;
    const { handlers, limits } = this.settings;
    if (handlers.stream === undefined) {
      return this.#refuseStream(id, Status.NotFound);
    }
    if (id === 0 || this.#streams.has(id)) {
      return this.#refuseStream(id, Status.BadRequest);
    }
    if (this.#streams.size >= limits.maxStreams) {
      return this.#refuseStream(id, Status.TooManyInFlight);
    }
    const cap = capLength === 0 ? EMPTY : new Uint8Array(buffer, capAt, capLength);
    const stream = new RpcStream(this, id, method, cap);
    this.#streams.set(id, stream);
    if (bodyLength > 0) {
      this.#receive(stream, new Uint8Array(buffer, bodyAt, bodyLength));
    }
    this.#serve(stream).catch((error) => {
      report(handlers, error, this);
      this.#endStream(stream, Status.Internal);
    });
  }

  async #serve(stream: RpcStream): Promise<void> {
    const { guard, stream: handler } = this.settings.handlers;
    const verdict = guard === undefined ? Status.OK : await guard(stream, this);
    if (verdict !== Status.OK) return this.#endStream(stream, verdict);
    await handler!(stream, this);
    stream.finish();
  }

  #endStream(stream: RpcStream, status: number): void {
    // After a failure the connection may be gone, or the stream ended: then nobody is to be told.
    if (this.#streams.get(stream.id) !== stream) return;
    this.#refuseStream(stream.id, status);
    stream.fail(statusError(stream.method, status, EMPTY));
  }

  #refuseStream(id: number, status: number): void {
    this.writeAnswer(0, status, id, EMPTY);
    this.queued();
  }

  #streamFrame(buffer: ArrayBuffer, view: DataView, start: number, end: number): boolean {
    if (end - start < 5) return this.broken("a stream frame has no stream id");
    const stream = this.#streams.get(view.getUint32(start + 1, true));
    // Unknown: it has failed or ended here while the frame was under way.
    if (stream === undefined) return true;
    if (view.getUint8(start) === DIR_END) stream.ended();
    else {this.#receive(
        stream,
        new Uint8Array(buffer, start + 5, end - start - 5),
      );}
    return !this.streamsFull;
  }

  #receive(stream: RpcStream, bytes: Uint8Array): void {
    stream.received(bytes);
    if (stream.full) this.#full.add(stream);
  }

  /** Opens a stream; see `RpcClient.stream`. */
  override stream(method: number, options: StreamOptions = {}): RpcStream {
    const { settings } = this;
    if (!this.open) {
      throw new RpcError("closed", "Cannot open stream: not connected", { method });
    }
    if (this.#streams.size >= settings.limits.maxStreams) {
      const why = `Cannot open stream: ${this.#streams.size} are open`;
      throw new RpcError("busy", why, { method, status: Status.TooManyInFlight });
    }
    const { cap = settings.cap, payload = EMPTY, signal } = options;
    if (signal?.aborted) throw aborted(method, signal);
    const id = this.pending.nextID();
    if (!this.#writeRequest(DIR_OPEN, method, id, 0, cap, payload)) {
      throw new RpcError(
        "too_large",
        "Cannot open stream: its first data is larger than a frame",
        {
          method,
          status: Status.TooLarge,
        },
      );
    }
    const stream = new RpcStream(this, id, method, cap);
    this.#streams.set(id, stream);
    if (signal !== undefined) {
      const abort = (): void => {
        stream.end();
        stream.fail(aborted(method, signal));
      };
      signal.addEventListener("abort", abort);
      stream.onOver = () => signal.removeEventListener("abort", abort);
    }
    this.queued();
    return stream;
  }

  /** Whether no more may be queued for a peer that does not read. */
  get overfull(): boolean {
    return this.outbox.blockedBytes > this.settings.maxQueuedBytes;
  }

  /** Sends data of a stream. */
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

  #streamHead(dir: number, id: number, length: number): number {
    const at = this.outbox.reserve(9 + length);
    const { bytes, view } = this.outbox;
    view.setUint32(at, 5 + length, true);
    bytes[at + 4] = dir;
    view.setUint32(at + 5, id, true);
    return at + 9;
  }

  /** A stream has room again. */
  consumed(stream: RpcStream): void {
    if (this.#full.delete(stream)) this.goOn();
  }

  /** Both halves of a stream are over. */
  forget(id: number): void {
    const stream = this.#streams.get(id);
    if (stream === undefined) return;
    this.#streams.delete(id);
    stream.onOver?.();
    // What it still holds is its reader's; it grows no more.
    this.consumed(stream);
  }

  /** Mux framing has no one-way messages. */
  override send(): Promise<void> {
    return Promise.reject(
      new TypeError(
        'Cannot send message: mux framing has none; connect with framing "node"',
      ),
    );
  }

  protected override failStreams(error: RpcError): void {
    for (const stream of [...this.#streams.values()]) stream.fail(error);
  }
}

function aborted(method: number, signal: AbortSignal): RpcError {
  return new RpcError("aborted", `Stream of method ${method} was aborted`, {
    method,
    cause: signal.reason,
  });
}
