/**
 * The streams of one mux connection, opened by either end: served, fed, refused, ended.
 *
 * A stream that is refused or fails is answered with a response envelope that carries its id.
 */

import { copyBytes, EMPTY } from "../base/bytes.ts";
import type { ConnectionSettings } from "./connection_settings.ts";
import { type Peer, report, type StreamOptions } from "./handlers.ts";
import type { PendingTable } from "./pending.ts";
import { badOrdinal, isBytes, isOrdinal } from "./refusal.ts";
import { RpcError, statusError } from "./rpc_error.ts";
import { SignalWatch } from "./signals.ts";
import { Status } from "./status.ts";
import { RpcStream, type StreamPort } from "./stream.ts";

/** How what streams say leaves, and what they keep their connection from. */
export interface StreamFrames {
  /** Whether new streams are refused. */
  readonly draining: boolean;
  /** Whether no more may be queued for a peer that does not read. */
  readonly overfull: boolean;
  /** Encodes the opening; `false` if its first data is larger than a frame. */
  writeOpening(id: number, method: number, cap: Uint8Array, payload: Uint8Array): boolean;
  /** Sends a message of a stream. */
  sendData(id: number, bytes: Uint8Array): void;
  /** Ends our half of a stream. */
  sendEnd(id: number): void;
  /** Fails the peer's stream. */
  sendFailure(id: number, status: number): void;
  /** Resolves when the connection takes more; `undefined` if it does now. */
  room(): Promise<void> | undefined;
  /** Reading may be possible again, or ending. */
  goOn(): void;
}

/** See the file's comment. */
export class Streams implements StreamPort {
  readonly #frames: StreamFrames;
  readonly #peer: Peer;
  readonly #settings: ConnectionSettings;
  readonly #ids: PendingTable;
  readonly #open: Map<number, RpcStream> = new Map();
  readonly #full: Set<RpcStream> = new Set();
  /** Handlers that run, also those of streams that the peer has failed meanwhile. */
  #serving = 0;
  /** Bytes of their capabilities. */
  #capBytes = 0;

  /** Streams of `peer`; their ids are kept out of the calls' in `ids`. */
  constructor(
    frames: StreamFrames,
    peer: Peer,
    settings: ConnectionSettings,
    ids: PendingTable,
  ) {
    this.#frames = frames;
    this.#peer = peer;
    this.#settings = settings;
    this.#ids = ids;
  }

  /** Streams that are open. */
  get size(): number {
    return this.#open.size;
  }

  /** Whether a stream holds as much unread as it may. */
  get full(): boolean {
    return this.#full.size > 0;
  }

  /** Largest message of a stream. */
  get maxMessageBytes(): number {
    return this.#settings.limits.maxMuxFrameBytes - 5;
  }

  /** Bytes a stream may hold unread. */
  get streamBufferBytes(): number {
    return this.#settings.limits.streamBufferBytes;
  }

  /** Whether no more may be queued for a peer that does not read. */
  get overfull(): boolean {
    return this.#frames.overfull;
  }

  /** Opens a stream; see `RpcClient.stream`. */
  open(method: number, options: StreamOptions): RpcStream {
    const { limits, cap: ownCap } = this.#settings;
    if (this.#open.size >= limits.maxStreams) {
      const why = `Cannot open stream: ${this.#open.size} are open`;
      throw new RpcError("busy", why, { method, status: Status.TooManyInFlight });
    }
    const { cap = ownCap, payload = EMPTY, signal } = options;
    if (signal?.aborted) {
      const why = "Cannot open stream: the signal has fired";
      throw new RpcError("aborted", why, { method, cause: signal.reason });
    }
    if (!isOrdinal(method)) throw badOrdinal(method);
    if (!isBytes(payload) || !isBytes(cap)) {
      throw new TypeError("Cannot open stream: payload and cap must be Uint8Arrays");
    }
    const id = this.#ids.nextID();
    if (!this.#frames.writeOpening(id, method, cap, payload)) {
      const why = "Cannot open stream: its first data is larger than a frame";
      throw new RpcError("too_large", why, { method, status: Status.TooLarge });
    }
    const stream = this.#add(id, method, cap);
    if (signal !== undefined) {
      const watch = SignalWatch.of(signal);
      const aborted = { aborted: (reason: unknown) => stream.abandon(reason) };
      watch.add(aborted);
      stream.onOver = () => watch.delete(aborted);
    }
    return stream;
  }

  /** The peer opens a stream. */
  opened(id: number, method: number, cap: Uint8Array, payload: Uint8Array): void {
    const { handlers, limits } = this.#settings;
    const refuse = (status: number): void => this.#frames.sendFailure(id, status);
    if (this.#frames.draining) return refuse(Status.ShuttingDown);
    if (handlers.stream === undefined) return refuse(Status.NotFound);
    if (id === 0 || this.#open.has(id)) return refuse(Status.BadRequest);
    if (
      Math.max(this.#open.size, this.#serving) >= limits.maxStreams ||
      this.#capBytes + cap.length > limits.maxInFlightBytes
    ) return refuse(Status.TooManyInFlight);
    // A copy: the view would keep the whole frame as long as the stream is open.
    const stream = this.#add(id, method, copyBytes(cap));
    if (payload.length > 0) this.#receive(stream, payload);
    this.#serving++;
    this.#capBytes += stream.cap.length;
    this.#serve(stream).catch((error) => {
      report(handlers, error, this.#peer);
      this.#end(stream, Status.Internal);
    }).finally(() => {
      this.#serving--;
      this.#capBytes -= stream.cap.length;
    });
  }

  /** A message of a stream; answers whether reading may go on. One of an unknown stream is late. */
  data(id: number, bytes: Uint8Array): boolean {
    const stream = this.#open.get(id);
    if (stream !== undefined) this.#receive(stream, bytes);
    return this.#full.size === 0;
  }

  /** The peer has ended its half of a stream. */
  ended(id: number): void {
    this.#open.get(id)?.ended();
  }

  /** The peer refuses a stream, or fails it. */
  failed(id: number, status: number, body: Uint8Array): void {
    const stream = this.#open.get(id);
    if (stream !== undefined && status !== Status.OK) {
      stream.fail(statusError(stream.method, status, body));
    }
  }

  /** Fails all streams, or only those whose other half has not ended. */
  failAll(error: RpcError, onlyOpen: boolean): void {
    for (const stream of [...this.#open.values()]) {
      if (!onlyOpen || !stream.peerEnded) stream.fail(error);
    }
  }

  /** Sends a message of a stream. */
  sendData(id: number, bytes: Uint8Array): void {
    this.#frames.sendData(id, bytes);
  }

  /** Ends our half of a stream. */
  sendEnd(id: number): void {
    this.#frames.sendEnd(id);
  }

  /** Tells the peer that a stream has failed. */
  sendFailure(id: number): void {
    this.#frames.sendFailure(id, Status.Internal);
  }

  /** Resolves when the connection takes more. */
  room(): Promise<void> | undefined {
    return this.#frames.room();
  }

  /** A stream has room again. */
  consumed(stream: RpcStream): void {
    if (this.#full.delete(stream)) this.#frames.goOn();
  }

  /** A stream is over. */
  forget(stream: RpcStream): void {
    if (this.#open.get(stream.id) !== stream) return;
    this.#open.delete(stream.id);
    this.#ids.unreserve(stream.id);
    stream.onOver?.();
    // What it still holds is its reader's; it grows no more.
    this.#full.delete(stream);
    this.#frames.goOn();
  }

  #add(id: number, method: number, cap: Uint8Array): RpcStream {
    const stream = new RpcStream(this, id, method, cap);
    this.#open.set(id, stream);
    this.#ids.reserve(id);
    return stream;
  }

  #receive(stream: RpcStream, bytes: Uint8Array): void {
    stream.received(bytes);
    if (stream.full) this.#full.add(stream);
  }

  async #serve(stream: RpcStream): Promise<void> {
    const { guard, stream: handler } = this.#settings.handlers;
    const verdict = guard === undefined ? Status.OK : await guard(stream, this.#peer);
    if (verdict !== Status.OK) return this.#end(stream, verdict);
    // The peer, or the connection, may have gone while the guard was asked.
    if (this.#open.get(stream.id) !== stream) return;
    await handler!(stream, this.#peer);
    stream.finish();
  }

  #end(stream: RpcStream, status: number): void {
    // After a failure the connection may be gone, or the stream ended: then nobody is to be told.
    if (this.#open.get(stream.id) !== stream) return;
    this.#frames.sendFailure(stream.id, status);
    stream.fail(statusError(stream.method, status, EMPTY));
  }
}
