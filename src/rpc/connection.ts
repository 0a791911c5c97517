/**
 * One connection, either end, either framing: calls out, calls in, streams, flow control, closing.
 * What differs between the framings is in `NodeConnection` and `MuxConnection`.
 *
 * A hot path. Frames that are queued while a chunk is handled leave in one write at its end; others
 * at the end of the turn.
 */

import { EMPTY } from "../base/bytes.ts";
import type { SocketAddress } from "../runtime/types.ts";
import type { AnswerPort } from "./callee.ts";
import { Callee } from "./callee.ts";
import type { ConnectionSettings, LinkInfo, OpenConnection } from "./connection_settings.ts";
import { EnvelopeFields, type Response } from "./envelope.ts";
import type { Decoder, FrameSink } from "./frame_decoder.ts";
import { type CallOptions, report, type StreamOptions } from "./handlers.ts";
import { Liveness, type Watched } from "./liveness.ts";
import { type Link, Outbox } from "./outbox.ts";
import { PendingTable } from "./pending.ts";
import { RpcError } from "./rpc_error.ts";
import { SignalWatch } from "./signals.ts";
import { Status } from "./status.ts";
import type { RpcStream } from "./stream.ts";

const NO_OPTIONS: CallOptions = {};
/** What was read last from an envelope: used up before the next is read. */
export const fields: EnvelopeFields = new EnvelopeFields();

/** See the file's comment. */
export abstract class Connection implements FrameSink, AnswerPort, OpenConnection, Watched {
  /** Settings shared with other connections. */
  protected readonly settings: ConnectionSettings;
  /** Frames to send. */
  protected readonly outbox: Outbox = new Outbox();
  /** Calls out. */
  protected readonly pending: PendingTable;
  /** Calls in. */
  protected readonly callee: Callee;
  /** Where the other end is. */
  readonly remoteAddress: SocketAddress | undefined;
  /** The other end's TLS certificate. */
  readonly certificate: Uint8Array | undefined;
  /** The other end's node id; empty before the handshake and in mux framing. */
  nodeID = "";
  readonly #link: Link;
  readonly #liveness: Liveness;
  readonly #flush: () => void = () => {
    this.#flushing = false;
    this.outbox.flush();
  };
  #decoder!: Decoder;
  #flushing = false;
  #handling = false;
  #paused = false;
  #ready = false;
  #ended = false;
  #gone: RpcError | undefined;
  #abort: AbortController | undefined;
  #rooms: (() => void)[] = [];

  /** Over a link; frames come through the decoder that `start` is given. */
  constructor(link: Link, info: LinkInfo, settings: ConnectionSettings) {
    this.settings = settings;
    this.remoteAddress = info.remoteAddress;
    this.certificate = info.certificate;
    this.#link = link;
    this.outbox.attach(link);
    this.pending = new PendingTable(settings.wheel, settings.accepted);
    this.callee = new Callee(this, this, settings.handlers, settings.limits, settings.wheel);
    this.#liveness = new Liveness(this, settings.limits, settings.wheel);
  }

  /** Begins: `decoder` turns what is received into calls of `frame`. */
  start(decoder: Decoder): void {
    this.#decoder = decoder;
    this.#liveness.expectHandshake();
    this.greet();
    this.outbox.flush();
  }

  /** Sends what the framing begins with. */
  protected abstract greet(): void;
  /** Encodes a call; answers `false` if it is larger than a frame may be. */
  protected abstract writeCall(
    id: number,
    method: number,
    promiseID: number,
    target: number,
    cap: Uint8Array,
    payload: Uint8Array,
  ): boolean;
  /** Encodes an answer; answers where its body begins, or -1 if it was too large and 413 was sent. */
  abstract writeAnswer(tag: number, status: number, promiseID: number, body: Uint8Array): number;
  /** One frame. */
  abstract frame(buffer: ArrayBuffer, view: DataView, start: number, end: number): boolean;
  /** Sends a one-way message. */
  abstract send(message: Uint8Array): Promise<void>;
  /** Opens a stream. */
  abstract stream(method: number, options?: StreamOptions): RpcStream;
  /** Whether answers are found by promise id. */
  protected abstract readonly keyedByPromise: boolean;
  /** Fails all streams. */
  protected abstract failStreams(error: RpcError): void;
  /** Streams that are open. */
  abstract readonly openStreams: number;
  /** Whether a stream holds as much unread as it may. */
  protected abstract readonly streamsFull: boolean;

  /** Whether calls can be sent. */
  get open(): boolean {
    return this.#ready && this.#gone === undefined && !this.#ended;
  }

  /** Calls out that wait for an answer. */
  get pendingCalls(): number {
    return this.pending.size;
  }

  /** Calls in that have no answer yet. */
  get runningCalls(): number {
    return this.callee.size;
  }

  /** Whether the handshake is done. */
  get greeted(): boolean {
    return this.#ready;
  }

  /** Whether anything is under way, so that silence is no idleness. */
  get busy(): boolean {
    return this.callee.size + this.pending.size + this.openStreams > 0;
  }

  /** Whether a frame has come in part. */
  get partial(): boolean {
    return this.#decoder.partial;
  }

  /** Bytes that wait for the peer to read; -1 if it is not waited for. */
  get unsent(): number {
    return this.outbox.blocked ? this.#link.bufferedBytes : -1;
  }

  /** Fires when the connection is gone. */
  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      this.#abort = new AbortController();
      if (this.#gone !== undefined) this.#abort.abort(this.#gone);
    }
    return this.#abort.signal;
  }

  /** The slab that the last answer was encoded into. */
  get memory(): Uint8Array {
    return this.outbox.bytes;
  }

  /** Bytes of all slabs before it. */
  get position(): number {
    return this.outbox.position;
  }

  /** Calls the other end; see `RpcClient.call`. */
  call(method: number, options: CallOptions = NO_OPTIONS): Promise<Response> {
    const settings = this.settings;
    const signal = options.signal;
    if (!this.open) {
      return Promise.reject(this.#refusal("closed", method, this.#gone));
    }
    if (signal?.aborted) {
      return Promise.reject(this.#refusal("aborted", method, signal.reason));
    }
    if (
      this.pending.size >= settings.maxPendingCalls ||
      this.outbox.blockedBytes > settings.maxQueuedBytes
    ) return Promise.reject(this.#refusal("busy", method));
    const timeoutMs = options.timeoutMs ?? settings.timeoutMs;
    const call = this.pending.add(method, timeoutMs);
    const promise = this.pending.promise;
    const promiseID = options.promiseID ?? call.id;
    if (
      promiseID !== call.id && this.keyedByPromise &&
      !this.pending.alias(call, promiseID)
    ) {
      this.pending.fail(call, this.#refusal("busy", method, "that promise id is in use"));
      return promise;
    }
    const cap = options.cap ?? settings.cap;
    const payload = options.payload ?? EMPTY;
    if (!this.writeCall(call.id, method, promiseID, options.target ?? 0, cap, payload)) {
      this.pending.fail(call, this.#refusal("too_large", method));
      return promise;
    }
    if (signal !== undefined) {
      call.watch = SignalWatch.of(signal);
      call.watch.add(call);
    }
    this.queued();
    // Reading may have stopped only because nobody here waited for an answer.
    if (this.#decoder.stopped) this.#goOn();
    return promise;
  }

  #refusal(
    code: "closed" | "aborted" | "busy" | "too_large",
    method: number,
    cause?: unknown,
  ): RpcError {
    const why = {
      closed: "the connection is closed",
      aborted: "the signal has fired",
      busy: typeof cause === "string" ? cause : "too much is under way",
      too_large: "it is larger than a frame may be",
    }[code];
    const status = {
      closed: 0,
      aborted: 0,
      busy: Status.TooManyInFlight,
      too_large: Status.TooLarge,
    };
    return new RpcError(code, `Cannot call method ${method}: ${why}`, {
      status: status[code],
      method,
      cause: typeof cause === "string" ? undefined : cause,
    });
  }

  /** Bytes of the peer. */
  received(bytes: Uint8Array): void {
    if (this.#gone !== undefined) return;
    this.#liveness.heard();
    this.#handling = true;
    try {
      this.#decoder.push(bytes);
    } finally {
      this.#handling = false;
    }
    this.outbox.flush();
    if (this.#decoder.stopped && !this.#paused) {
      this.#paused = true;
      this.#link.pause();
    }
  }

  /** The peer sends no more. */
  receivedEnd(): void {
    this.#ended = true;
    if (!this.settings.accepted || this.#decoder.partial) {
      this.destroy(new RpcError("lost", "Connection ended by the peer"));
    } else this.#endIfDone();
  }

  /** The link takes more. */
  drained(): void {
    this.outbox.drained();
    const rooms = this.#rooms;
    this.#rooms = [];
    for (const room of rooms) room();
    this.#goOn();
  }

  /** The link is gone. */
  lost(cause?: unknown): void {
    this.#die(new RpcError("lost", "Connection lost", { cause }));
  }

  /** A handler has finished. */
  finished(): void {
    this.queued();
    if (this.#decoder.stopped) this.#goOn();
    if (this.#ended) this.#endIfDone();
  }

  /** Drops the connection; calls without an answer are rejected. */
  close(): void {
    this.destroy(new RpcError("closed", "Connection closed"));
  }

  /** Drops the connection for a reason. */
  destroy(error: RpcError): void {
    if (this.#gone !== undefined) return;
    this.outbox.flush();
    this.#die(error);
    this.#link.destroy();
  }

  /** Refuses new calls with 503, and ends when those under way are answered. */
  drain(): void {
    this.callee.drain();
    this.#ended = true;
    this.#endIfDone();
  }

  /** The declared length is out of bounds. */
  badLength(length: number): void {
    this.broken(`a frame of ${length} bytes is out of bounds`);
  }

  /** The peer broke the protocol: nothing it sends can be trusted any more. */
  protected broken(why: string): false {
    const error = new RpcError("protocol", `Connection closed: ${why}`);
    report(this.settings.handlers, error, this);
    this.destroy(error);
    return false;
  }

  /** From here on frames must be within these lengths. */
  protected bound(min: number, max: number): void {
    this.#decoder.bound(min, max);
  }

  /** The handshake is done. */
  protected becomeReady(): void {
    this.#ready = true;
    this.#liveness.watch();
    this.settings.onReady(this);
  }

  /** A frame has been queued. */
  protected queued(): void {
    if (this.#handling || this.#flushing) return;
    this.#flushing = true;
    queueMicrotask(this.#flush);
  }

  /** Resolves when the link takes more; `undefined` if it does now. */
  room(): Promise<void> | undefined {
    // What is queued is offered first: that is what fills the link.
    this.outbox.flush();
    if (!this.outbox.blocked) return undefined;
    return new Promise((resolve) => this.#rooms.push(resolve));
  }

  /**
   * Whether another request may be read. While calls of our own wait for answers, which stand behind
   * requests in the stream, reading goes on within bounds, so that two ends cannot wait for each other.
   */
  protected get gate(): boolean {
    if (this.streamsFull) return false;
    const waiting = this.pending.size > 0;
    if (this.callee.full && !waiting) return false;
    return !this.outbox.blocked ||
      (waiting &&
        this.outbox.blockedBytes < this.settings.limits.streamBufferBytes);
  }

  /** Reading may be possible again. */
  protected goOn(): void {
    this.#goOn();
  }

  #goOn(): void {
    if (this.#handling || this.#gone !== undefined) return;
    if (this.#decoder.stopped) {
      if (!this.gate) return;
      this.#handling = true;
      try {
        this.#decoder.resume();
      } finally {
        this.#handling = false;
      }
      this.outbox.flush();
    }
    if (this.#paused && !this.#decoder.stopped) {
      this.#paused = false;
      this.#link.resume();
    }
    if (this.#ended) this.#endIfDone();
  }

  #endIfDone(): void {
    if (this.#gone !== undefined || this.#decoder.stopped || this.callee.size > 0) return;
    this.outbox.flush();
    this.#link.end();
  }

  #die(error: RpcError): void {
    if (this.#gone !== undefined) return;
    this.#gone = error;
    this.#liveness.stop();
    this.#decoder.destroy();
    this.outbox.detach();
    this.callee.close();
    this.pending.failAll((method) =>
      new RpcError(
        error.code,
        `Call of method ${method} failed: ${error.message}`,
        {
          method,
          cause: error,
        },
      )
    );
    this.failStreams(error);
    for (const room of this.#rooms) room();
    this.#rooms = [];
    this.#abort?.abort(error);
    this.settings.onGone(this, error);
  }
}
