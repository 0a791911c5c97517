/**
 * One connection: bytes in, requests to the handler, answers out in the order of the requests. It
 * knows how to end; `RequestReader` takes what comes in, `Dispatcher` has it answered, `AnswerQueue`
 * and its `Responder` write, `ConnectionWaits` knows when waiting has an end. On the hot path.
 *
 * The shape of it: `data` reads what has come and starts handlers; a handler's answer waits in the
 * queue for its turn; what could be written leaves in one piece at the end of the turn. Reading
 * stops while more would only be kept, and an end is always the same three steps: the last answer,
 * FIN, a bounded read for the client's sake.
 *
 * @module
 */

import type { SocketError } from "../base/socket_error.ts";
import type { Socket, SocketAddress, SocketHandlers, TlsState } from "../runtime/types.ts";
import { AnswerQueue, type AnswerQueueOwner } from "./answer_queue.ts";
import { ConnectionState } from "./connection_state.ts";
import { ConnectionWaits, type WaitsOwner } from "./connection_waits.ts";
import { ConnectionWriter } from "./connection_writer.ts";
import type { ServerContext } from "./context.ts";
import { Dispatcher } from "./dispatcher.ts";
import type { CloseCause, ConnectionRecord, RequestOutcome } from "./events.ts";
import type { Exchange } from "./exchange.ts";
import { RequestReader, type RequestReaderOwner } from "./request_reader.ts";
import type { TakenOver, TakeOver } from "./upgrade.ts";

/** What waits for it goes on in the same moment; on Node `queueMicrotask` costs three times as much. */
const SOON: Promise<void> = Promise.resolve();

/** A server's connection. */
export class Connection
  implements SocketHandlers, ConnectionRecord, AnswerQueueOwner, RequestReaderOwner, WaitsOwner {
  readonly id: number;
  readonly openedAt: number;
  bytesIn = 0;
  /** Since when nothing is in work; of use while `idle`. */
  idleSince: number;
  readonly #state: ConnectionState;
  readonly #writer: ConnectionWriter;
  readonly #answers: AnswerQueue;
  readonly #reader: RequestReader;
  readonly #waits: ConnectionWaits;
  #taken: TakenOver | undefined;

  /** Takes over an accepted socket. */
  constructor(server: ServerContext, socket: Socket, id: number, now: number) {
    this.id = id;
    this.openedAt = this.idleSince = now;
    const state = this.#state = new ConnectionState(server, socket, this, now);
    const writer = this.#writer = new ConnectionWriter(state);
    const answers = this.#answers = new AnswerQueue(state, writer, this);
    const dispatcher = new Dispatcher(state, answers);
    const reader = this.#reader = new RequestReader(state, writer, answers, dispatcher, this);
    this.#waits = new ConnectionWaits(state, writer, answers, reader, this);
  }

  get remoteAddress(): SocketAddress {
    return this.#state.socket.remoteAddress;
  }
  get localAddress(): SocketAddress {
    return this.#state.socket.localAddress;
  }
  get tls(): TlsState | undefined {
    return this.#state.socket.tls;
  }
  get requests(): number {
    return this.#state.requests;
  }
  get bytesOut(): number {
    return this.#writer.bytesOut;
  }

  /** Whether it is open with nothing in work. */
  get idle(): boolean {
    const { phase, queue, parser } = this.#state;
    return phase === "open" && queue.length === 0 && parser.idle;
  }

  // What the socket tells.

  data(chunk: Uint8Array): boolean | void {
    const state = this.#state;
    const { length } = chunk;
    const { server, parser } = state;
    this.bytesIn += length;
    server.stats.bytesIn += length;
    if (state.phase === "open") {
      const now = state.now = server.clock.now();
      server.date.refresh(now);
      if (state.sealed && state.receiving === undefined) return this.#discard(length);
      if (state.requests > 0 && parser.idle) this.#reader.headSince = now;
      parser.push(chunk);
      this.turn();
      return state.phase === "open" && parser.done; // what is left belongs to who takes over
    } else if (state.phase === "lingering") this.#discard(length);
    else this.#taken?.handlers.data(chunk); // its answer may be that of a `write`
  }

  end(): void {
    const state = this.#state;
    if (state.phase === "upgraded") return this.#taken?.handlers.end();
    state.peerEnded = true;
    if (state.phase !== "open") return;
    state.cause ??= "client";
    if (state.server.limits.halfClose === "abort" && state.queue.length > 0) {
      return this.reset("client");
    }
    this.turn();
  }

  drain(): void {
    if (this.#state.phase === "upgraded") return this.#taken?.handlers.drain();
    this.#writer.backed = false;
    this.#writer.giveBackSlabs();
    this.#answers.drained();
    if (this.#state.phase === "open") this.turn();
  }

  close(error?: SocketError): void {
    const state = this.#state;
    if (state.phase === "gone") return;
    const { server, cause } = state;
    state.phase = "gone";
    state.now = server.clock.now();
    const outcome: RequestOutcome = cause === undefined || cause === "client"
      ? "client_aborted"
      : "server_aborted";
    this.#answers.drop(outcome, error);
    state.receiving?.endBody(new Error("The connection was closed"));
    state.receiving = undefined;
    this.#taken?.handlers.close(error);
    server.gone(this);
    const otherwise = this.#taken !== undefined ? "upgrade" : "client";
    server.events.connectionClosed?.(this, state.cause ?? otherwise);
  }

  // What the server tells.

  /** `stop` has begun: no new requests; idle, it ends at once. */
  stop(): void {
    const state = this.#state;
    if (state.phase === "upgraded") return this.#taken?.stop?.();
    if (state.phase !== "open") return;
    state.cause ??= "server";
    if (this.idle) {
      this.finish();
      // Nothing of an answer is on its way any more to who has been idle that long.
      state.deadline = this.idleSince + state.server.limits.lingerMs;
      return;
    }
    if (state.receiving === undefined && !state.parser.idle) return; // that request will be the last
    const last = state.queue.at(-1);
    if (last !== undefined) last.last = true;
    state.sealed = true;
  }

  /** Ends an idle connection. */
  closeIdle(): void {
    if (!this.idle) return;
    this.#state.cause ??= "server";
    this.finish();
  }

  /** Drops the connection now. */
  kill(cause: CloseCause): void {
    this.reset(cause);
  }

  /** Looks at every wait. */
  tick(now: number): void {
    this.#waits.look(now, this.openedAt, this.idleSince);
  }

  // What its own parts tell.

  /** Takes what has come as far as it may be taken, and sends what came of it. */
  turn(): void {
    const state = this.#state;
    if (state.inTurn) return;
    state.inTurn = true;
    this.#reader.read();
    state.inTurn = false;
    this.#writer.flush();
    this.#reader.steer();
  }

  answered(): void {
    const state = this.#state;
    state.inTurn = true;
    this.#reader.read();
    state.inTurn = false;
    if (state.flushing) return;
    state.flushing = true; // answers that come in the same moment leave together
    SOON.then(this.#flushLater);
  }

  readonly #flushLater = (): void => {
    this.#state.flushing = false;
    this.#writer.flush();
    this.#reader.steer();
  };

  settle(): void {
    const state = this.#state;
    if (state.queue.length > 0 || state.phase !== "open") return;
    this.idleSince = state.now;
    if (state.refusal !== undefined) return this.#writeRefusal(state.refusal);
    if (state.peerEnded || (state.sealed && state.receiving === undefined)) this.finish();
  }

  switched(exchange: Exchange, takeOver: TakeOver): void {
    const state = this.#state;
    const { socket, server, parser } = state;
    state.phase = "upgraded";
    state.cause = undefined;
    if (state.paused) socket.resume();
    try {
      this.#taken = takeOver(socket, parser.takeUnread());
      if (state.peerEnded) this.#taken.handlers.end();
      if (server.draining) this.#taken.stop?.();
    } catch (error) {
      server.events.handlerFailed?.(error, exchange);
      state.cause = "error";
      socket.destroy();
    }
  }

  /** FIN after all that was written; then the client's rest is read away for a while. */
  finish(): void {
    const state = this.#state;
    if (state.phase !== "open") return;
    const { server, socket } = state;
    this.#writer.flush();
    state.phase = "lingering";
    state.cause ??= "server";
    state.discarded = 0;
    state.deadline = state.now + server.limits.lingerMs;
    socket.end();
    if (state.paused) {
      state.paused = false;
      socket.resume();
    }
  }

  reset(cause: CloseCause): void {
    const state = this.#state;
    if (state.phase === "gone" || state.phase === "reset") return;
    state.phase = "reset";
    state.cause = cause;
    state.socket.destroy();
  }

  // Ends.

  #writeRefusal(status: number): void {
    const state = this.#state;
    state.refusal = undefined;
    if (status === 0) return this.reset(state.cause ?? "fault");
    this.#answers.refuse(status);
    this.finish();
  }

  #discard(length: number): void {
    const state = this.#state;
    state.discarded += length;
    if (state.discarded <= state.server.limits.lingerBytes || state.paused) return;
    // Not dropped: who still sends would see a reset, and many never look for an answer then.
    state.paused = true;
    state.socket.pause();
  }
}
