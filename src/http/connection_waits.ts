/**
 * Every wait of a connection and its end: for a head, for a body and its rate, for the handler, for
 * the client to take what it is sent, and for the next request.
 *
 * @module
 */

import type { AnswerQueue } from "./answer_queue.ts";
import type { ConnectionState } from "./connection_state.ts";
import type { ConnectionWriter } from "./connection_writer.ts";
import type { CloseCause, TimeoutPhase } from "./events.ts";
import type { Exchange } from "./exchange.ts";
import { abortRequest } from "./light_request.ts";
import type { RequestReader } from "./request_reader.ts";
import { SilentStream } from "./silent_stream.ts";

/** What ends a connection that waited too long. */
export interface WaitsOwner {
  /** FIN after all that was written. */
  finish(): void;
  /** Now. */
  reset(cause: CloseCause): void;
}

/** Looks at one connection's waits. */
export class ConnectionWaits {
  readonly #state: ConnectionState;
  readonly #writer: ConnectionWriter;
  readonly #answers: AnswerQueue;
  readonly #reader: RequestReader;
  readonly #owner: WaitsOwner;
  #silent: SilentStream | undefined;

  /** The waits of the connection whose parts these are. */
  constructor(
    state: ConnectionState,
    writer: ConnectionWriter,
    answers: AnswerQueue,
    reader: RequestReader,
    owner: WaitsOwner,
  ) {
    this.#state = state;
    this.#writer = writer;
    this.#answers = answers;
    this.#reader = reader;
    this.#owner = owner;
    this.#silent = undefined;
  }

  /** Ends what has waited too long; to be asked at every tick. */
  look(now: number, openedAt: number, idleSince: number): void {
    const state = this.#state;
    const { phase, server, queue, receiving, parser } = state;
    if (phase !== "open" && phase !== "lingering") return;
    state.now = now;
    const { limits } = server;
    this.#writer.giveBackSlabs();
    if (phase === "lingering" && now >= state.deadline) return this.#owner.reset(state.cause!);
    if (this.#writer.stalled(now)) return this.#late("write");
    if (phase === "lingering") return;
    if (queue[0]?.state === "sending") {
      this.#lookAtSilence(queue[0]);
      if (state.peerEnded || state.phase !== "open") return;
    }
    for (const exchange of queue) {
      const running = exchange.state === "running" && limits.requestTimeoutMs > 0;
      if (running && now - exchange.startedAt >= limits.requestTimeoutMs) {
        this.#lateHandler(exchange);
        return;
      }
    }
    if (receiving !== undefined) {
      const late = this.#reader.lateBody(receiving, now);
      if (late !== undefined) this.#late(late);
    } else if (!parser.idle && !state.sealed) {
      const due = this.#reader.headSince + limits.headersTimeoutMs;
      if (due <= now && !state.paused) this.#late("headers");
    } else if (queue.length === 0) {
      if (state.requests === 0) {
        if (openedAt + limits.headersTimeoutMs <= now) this.#late("headers");
      } else if (idleSince + limits.keepAliveTimeoutMs <= now) this.#late("keep_alive");
      else parser.forget();
    }
  }

  #late(phase: TimeoutPhase): void {
    const state = this.#state;
    const { server, record, queue, parser } = state;
    server.events.timedOut?.(phase, record, state.receiving ?? queue[0]);
    if (phase === "linger") return this.#owner.finish();
    state.cause = phase === "keep_alive" ? state.cause ?? "server" : "timeout";
    if (phase === "write") return this.#owner.reset("timeout");
    const silent = phase === "keep_alive" || (phase === "headers" && parser.idle);
    if (silent) return this.#owner.finish();
    server.date.refresh(state.now);
    this.#reader.giveUp(408);
    this.#writer.flush();
  }

  /** A stream goes to a client that has ended its side, or would not be heard: is it there, and is there anything for it? */
  #lookAtSilence(exchange: Exchange): void {
    const { server, record, now, socket, peerEnded, paused } = this.#state;
    if (!peerEnded && !paused) return this.#silent?.wait(now); // its end would be heard
    if (socket.bufferedBytes > 0) return; // what is on its way tells
    const silent = this.#silent ??= new SilentStream();
    const outcome = silent.look(exchange, now, server.limits.requestTimeoutMs);
    if (outcome === "probe") this.#answers.probe();
    if (outcome !== "late") return;
    server.events.timedOut?.("request", record, exchange);
    this.#owner.reset("timeout");
  }

  #lateHandler(exchange: Exchange): void {
    const { server, record, now } = this.#state;
    server.events.timedOut?.("request", record, exchange);
    server.date.refresh(now);
    const { request } = exchange;
    this.#answers.give(exchange, 504);
    if (request !== undefined) {
      abortRequest(request, new DOMException("The request took too long", "TimeoutError"));
    }
  }
}
