/**
 * One connection, either end, either framing: calls out, calls in, beginning and end. What flows is
 * in `Flow`; what differs between the framings is in `NodeConnection` and `MuxConnection`.
 *
 * A hot path: `call` runs for every call.
 */

import { EMPTY } from "../base/bytes.ts";
import type { SocketAddress } from "../runtime/types.ts";
import { type AnswerPort, Callee } from "./callee.ts";
import type { ConnectionSettings, LinkInfo, OpenConnection } from "./connection_settings.ts";
import type { Response } from "./envelope.ts";
import { EnvelopeFields } from "./envelope_layout.ts";
import { Flow } from "./flow.ts";
import { type CallOptions, report, type StreamOptions } from "./handlers.ts";
import { Liveness, type Watched } from "./liveness.ts";
import type { Link } from "./outbox.ts";
import { PendingTable } from "./pending.ts";
import { isBytes, isOrdinal, misuse, refusal } from "./refusal.ts";
import { RpcError } from "./rpc_error.ts";
import { SignalWatch } from "./signals.ts";
import type { RpcStream } from "./stream.ts";

const NO_OPTIONS: CallOptions = {};
/** What was read last from an envelope: used up before the next is read. */
export const fields: EnvelopeFields = new EnvelopeFields();

/** See the file's comment. */
export abstract class Connection extends Flow implements AnswerPort, OpenConnection, Watched {
  /** Settings shared with other connections. */
  protected readonly settings: ConnectionSettings;
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
  /** Whether the handshake is done. */
  greeted = false;
  readonly #liveness: Liveness;
  /** The peer sends no more. */
  #ended = false;
  #draining = false;
  /** Our half is ended. */
  #finished = false;
  #abort: AbortController | undefined;

  /** Over a link; begins with `reads`, then `start`. */
  constructor(link: Link, info: LinkInfo, settings: ConnectionSettings) {
    super(link);
    this.settings = settings;
    this.remoteAddress = info.remoteAddress;
    this.certificate = info.certificate;
    this.pending = new PendingTable(settings.wheel, settings.accepted);
    this.callee = new Callee(this, this, settings.handlers, settings.limits, settings.wheel);
    this.#liveness = new Liveness(this, settings.limits, settings.wheel);
  }

  /** Begins. */
  start(): void {
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
  /** Sends a one-way message. */
  abstract send(message: Uint8Array): Promise<void>;
  /** Opens a stream. */
  abstract stream(method: number, options?: StreamOptions): RpcStream;
  /** Whether answers are found by promise id. */
  protected abstract readonly keyedByPromise: boolean;
  /** Fails all streams, or only those whose other half has not ended. */
  protected abstract failStreams(error: RpcError, onlyOpen: boolean): void;
  /** Streams that are open. */
  abstract readonly openStreams: number;
  /** Whether a stream holds as much unread as it may. */
  protected abstract readonly streamsFull: boolean;

  /** Whether calls can be sent. */
  get open(): boolean {
    return this.greeted && this.gone === undefined && !this.#ended && !this.#finished;
  }

  /** Calls out that wait for an answer. */
  get pendingCalls(): number {
    return this.pending.size;
  }

  /** Calls in that have no answer yet. */
  get runningCalls(): number {
    return this.callee.size;
  }

  /** Whether anything is under way, so that silence is no idleness. */
  get busy(): boolean {
    return this.callee.size + this.pending.size + this.openStreams > 0;
  }

  /** Fires when the connection is gone. */
  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      this.#abort = new AbortController();
      if (this.gone !== undefined) this.#abort.abort(this.gone);
    }
    return this.#abort.signal;
  }

  /** Calls the other end; see `RpcClient.call`. */
  call(method: number, options: CallOptions = NO_OPTIONS): Promise<Response> {
    const settings = this.settings;
    const signal = options.signal;
    if (!this.open) return Promise.reject(refusal("closed", method, this.gone));
    if (signal?.aborted) return Promise.reject(refusal("aborted", method, signal.reason));
    if (
      this.pending.size >= settings.maxPendingCalls ||
      this.outbox.blockedBytes > settings.maxQueuedBytes
    ) return Promise.reject(refusal("busy", method));
    const timeoutMs = options.timeoutMs ?? settings.timeoutMs;
    const cap = options.cap ?? settings.cap;
    const payload = options.payload ?? EMPTY;
    const areBytes = isBytes(payload) && (cap === settings.cap || isBytes(cap));
    if (!(areBytes && timeoutMs >= 0 && isOrdinal(method))) {
      return Promise.reject(misuse(method, timeoutMs, payload, cap));
    }
    const call = this.pending.add(method, timeoutMs);
    const promise = this.pending.promise;
    const promiseID = options.promiseID === undefined
      ? call.id
      : options.promiseID >>> 0 || call.id;
    if (promiseID !== call.id && this.keyedByPromise && !this.pending.alias(call, promiseID)) {
      const why = `promise id ${promiseID} is in use`;
      this.pending.fail(call, refusal("busy", method, undefined, why));
      return promise;
    }
    if (!this.writeCall(call.id, method, promiseID, options.target ?? 0, cap, payload)) {
      this.pending.fail(call, refusal("too_large", method));
      return promise;
    }
    if (signal !== undefined) {
      call.watch = SignalWatch.of(signal);
      call.watch.add(call);
    }
    this.queued();
    // Reading may have stopped only because nobody here waited for an answer.
    if (this.decoder.stopped) this.goOn();
    return promise;
  }

  /** The peer sends no more. */
  receivedEnd(): void {
    this.#ended = true;
    const error = new RpcError("lost", "Connection ended by the peer");
    if (!this.settings.accepted || this.decoder.partial) return this.destroy(error);
    this.failStreams(error, true);
    this.#failCalls(error);
    this.endIfDone();
  }

  /** The link is gone. */
  lost(cause?: unknown): void {
    this.#die(new RpcError("lost", "Connection lost", { cause }));
  }

  /** A handler has finished. */
  finished(): void {
    this.queued();
    this.goOn();
  }

  /** Drops the connection; calls without an answer are rejected. */
  close(): void {
    this.destroy(new RpcError("closed", "Connection closed"));
  }

  /** Drops the connection for a reason. */
  destroy(error: RpcError): void {
    if (this.gone !== undefined) return;
    this.outbox.flush();
    this.#die(error);
    this.link.destroy();
  }

  /** Refuses new calls and streams with 503, and ends when those under way are over. */
  drain(): void {
    this.callee.drain();
    this.#draining = true;
    this.endIfDone();
  }

  /** The declared length is out of bounds. */
  override badLength(length: number): void {
    this.broken(`a frame of ${length} bytes is out of bounds`);
  }

  /** The peer sends faster than this end reads, over a link that cannot pause. */
  tooMuchHeld(bytes: number): void {
    const why = `Connection closed: ${bytes} bytes wait to be read, and the link cannot be paused`;
    const error = new RpcError("lost", why);
    report(this.settings.handlers, error, this);
    this.destroy(error);
  }

  /** The peer broke the protocol: nothing it sends can be trusted any more. */
  protected broken(why: string): false {
    const error = new RpcError("protocol", `Connection closed: ${why}`);
    report(this.settings.handlers, error, this);
    this.destroy(error);
    return false;
  }

  /** The handshake is done. */
  protected becomeReady(): void {
    this.greeted = true;
    this.#liveness.watch();
    this.settings.onReady(this);
  }

  protected override heard(): void {
    this.#liveness.heard();
  }

  /**
   * Whether another request may be read. While calls of our own wait for answers, which stand behind
   * requests in the stream, reading goes on within bounds, so that two ends cannot wait for each other.
   */
  protected override get gate(): boolean {
    if (this.streamsFull) return false;
    const waiting = this.pending.size > 0;
    if (this.callee.full && !waiting) return false;
    return !this.outbox.blocked ||
      (waiting && this.outbox.blockedBytes < this.settings.limits.streamBufferBytes);
  }

  protected override endIfDone(): void {
    if (!(this.#ended || this.#draining) || this.gone !== undefined || this.#finished) return;
    if (this.decoder.stopped || this.callee.size + this.openStreams > 0) return;
    this.outbox.flush();
    this.#finished = true;
    this.link.end();
  }

  #die(error: RpcError): void {
    if (this.gone !== undefined) return;
    this.gone = error;
    this.#liveness.stop();
    this.stopFlow();
    this.callee.close();
    this.#failCalls(error);
    this.failStreams(error, false);
    this.#abort?.abort(error);
    this.settings.onGone(this, error);
  }

  /** No answer can come any more. */
  #failCalls(error: RpcError): void {
    this.pending.failAll((method) => {
      const why = `Call of method ${method} failed: ${error.message}`;
      return new RpcError(error.code, why, { method, cause: error });
    });
  }
}
