/**
 * A connection's answers in the order of its requests: each waits here for those before it. On the
 * hot path.
 *
 * @module
 */

import type { ConnectionState } from "./connection_state.ts";
import type { ConnectionWriter } from "./connection_writer.ts";
import type { CloseCause, RequestOutcome } from "./events.ts";
import type { Exchange } from "./exchange.ts";
import { abortRequest } from "./light_request.ts";
import { discardBody, Responder, type ResponderOwner } from "./responder.ts";
import type { TakeOver } from "./upgrade.ts";

/** What the queue tells. */
export interface AnswerQueueOwner {
  /** An answer was given outside of a turn: what waited for it may go on. */
  answered(): void;
  /** A stream has been sent: a turn may go on. */
  turn(): void;
  /** An answer cannot be completed. */
  reset(cause: CloseCause): void;
  /** The socket is `takeOver`'s. */
  switched(exchange: Exchange, takeOver: TakeOver): void;
}

/** Answers in order. */
export class AnswerQueue implements ResponderOwner {
  readonly #state: ConnectionState;
  readonly #writer: ConnectionWriter;
  readonly #owner: AnswerQueueOwner;
  readonly #responder: Responder;

  /** The answers to `state.queue`. */
  constructor(state: ConnectionState, writer: ConnectionWriter, owner: AnswerQueueOwner) {
    this.#state = state;
    this.#writer = writer;
    this.#owner = owner;
    this.#responder = new Responder(state, writer, this);
  }

  /** An exchange has its answer; it leaves when those before it have. */
  give(exchange: Exchange, answer: Response | number): void {
    const state = this.#state;
    exchange.answer = answer;
    exchange.state = "ready";
    if (state.queue[0] !== exchange) return;
    if (state.inTurn) return this.#advance();
    if (!state.flushing) {
      state.now = state.server.clock.now();
      state.server.date.refresh(state.now);
    }
    this.#advance();
    this.#owner.answered();
  }

  /** Answers bytes that are no request; the queue is empty. */
  refuse(status: number): void {
    this.#responder.refuse(status);
  }

  /** The socket takes more. */
  drained(): void {
    this.#responder.drained();
  }

  /** Finds out whether somebody is there for the stream that is being sent. */
  probe(): void {
    this.#responder.probe();
  }

  /** The connection has gone: nothing of the queue will be answered. */
  drop(outcome: RequestOutcome, reason: Error | undefined): void {
    this.#responder.cancel(reason ?? new Error("The connection was closed"));
    for (const exchange of this.#state.queue.splice(0)) this.abandon(exchange, outcome);
  }

  /** Ends an exchange that will not be answered. */
  abandon(exchange: Exchange, outcome: RequestOutcome): void {
    const { request } = exchange;
    const closed = new Error("The connection was closed");
    exchange.endBody(closed);
    this.#finish(exchange, outcome);
    if (request !== undefined) abortRequest(request, closed);
    if (typeof exchange.answer === "object") discardBody(exchange.answer);
  }

  switched(exchange: Exchange, takeOver: TakeOver): void {
    this.#writer.flush();
    this.#finish(exchange, "answered");
    this.#state.queue.length = 0;
    this.#owner.switched(exchange, takeOver);
  }

  pumped(): void {
    const state = this.#state;
    const exchange = state.queue.shift();
    this.#responder.pumped();
    if (exchange === undefined) return;
    state.now = state.server.clock.now();
    this.#finish(exchange, "answered");
    this.#advance();
    this.#owner.turn();
  }

  pumpFailed(error: unknown): void {
    const { queue, server } = this.#state;
    const exchange = queue[0];
    this.#responder.pumped();
    if (exchange?.bodyFailed === false) server.events.handlerFailed?.(error, exchange);
    this.#owner.reset("error");
  }

  pumpedBytes(length: number): void {
    const exchange = this.#state.queue[0];
    if (exchange !== undefined) exchange.responseBodyBytes += length;
  }

  #advance(): void {
    const state = this.#state;
    const { queue } = state;
    let exchange = queue[0];
    while (exchange !== undefined && exchange.state === "ready" && state.phase === "open") {
      if (!this.#responder.send(exchange)) return;
      this.#finish(exchange, "answered");
      queue.shift();
      exchange = queue[0];
    }
  }

  #finish(exchange: Exchange, outcome: RequestOutcome): void {
    const state = this.#state;
    const { stats, events } = state.server;
    exchange.finish(state.now);
    stats.activeRequests--;
    events.requestFinished?.(exchange, outcome);
    if (state.receiving !== exchange) return;
    // What is still to come is read away, so whoever reads on must not take a part for the whole.
    exchange.endBody(new Error("The answer was given before the body had come"));
    if (exchange.last) state.receiving = undefined;
  }
}
