/**
 * Reads requests off a connection: how far what has come may be taken, whose body the bytes are,
 * and when to read no further. What bytes mean is the parser's. On the hot path, and one class
 * because its parts share the request under way.
 *
 * @module
 */

import type { AnswerQueue } from "./answer_queue.ts";
import type { ConnectionState } from "./connection_state.ts";
import type { ConnectionWriter } from "./connection_writer.ts";
import { BODY_RATE_GRACE_MS } from "./defaults.ts";
import type { Dispatcher } from "./dispatcher.ts";
import type { CloseCause, TimeoutPhase } from "./events.ts";
import { Exchange } from "./exchange.ts";
import { FAULT_STATUS, type FaultCode } from "./faults.ts";
import { type BodyDemand, IncomingBody } from "./incoming_body.ts";
import { abortRequest } from "./light_request.ts";
import { FLAG, type RequestHead } from "./request_head.ts";

/** What a reader tells. */
export interface RequestReaderOwner {
  /** There may be more to take than there was. */
  turn(): void;
  /** Nothing more can be taken: is it the end, or a pause? */
  settle(): void;
  /** An answer under way cannot be completed. */
  reset(cause: CloseCause): void;
}

const CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";

/** Behind these nothing is begun: after the answer the connection may be another's, or at its end. */
const ALONE = FLAG.upgrade | FLAG.http10;

/** Takes requests from the parser, and has them answered. */
export class RequestReader implements BodyDemand {
  /** When the request under way began to come. */
  headSince: number;
  readonly #state: ConnectionState;
  readonly #writer: ConnectionWriter;
  readonly #answers: AnswerQueue;
  readonly #dispatcher: Dispatcher;
  readonly #owner: RequestReaderOwner;
  /** The exchange that must be alone at the front before it starts. */
  #held: Exchange | undefined;
  #bodySince = 0;
  #bodyAt = 0;

  /** Requests go through `dispatcher`; those that are none are answered through `answers`. */
  constructor(
    state: ConnectionState,
    writer: ConnectionWriter,
    answers: AnswerQueue,
    dispatcher: Dispatcher,
    owner: RequestReaderOwner,
  ) {
    this.#state = state;
    this.#writer = writer;
    this.#answers = answers;
    this.#dispatcher = dispatcher;
    this.#owner = owner;
    this.#held = undefined;
    this.headSince = state.now;
  }

  /** Takes what has come as far as it may be taken. */
  read(): void {
    const state = this.#state;
    const { parser, queue } = state;
    while (state.phase === "open") {
      const held = this.#held;
      if (held !== undefined) {
        if (queue[0] !== held) return;
        this.#held = undefined;
        if (state.receiving !== held) this.#dispatcher.start(held);
      }
      if (state.receiving !== undefined) {
        if (state.receiving.body!.full) {
          if (state.receiving.state !== "arriving") return;
          this.#dispatcher.start(state.receiving); // which may be answered by this, and be the last
          continue;
        }
      } else if (state.sealed || !this.#mayBegin()) break;
      switch (parser.next()) {
        case "head":
          this.#begin(parser.head);
          break;
        case "data":
          this.#take();
          break;
        case "end":
          this.#endBody();
          break;
        case "more":
          if (state.peerEnded) this.#cutShort();
          else if (state.receiving?.state === "arriving") this.#dispatcher.start(state.receiving);
          return this.#owner.settle();
        case "fault":
          this.#fault(parser.fault);
          break;
      }
    }
    this.#owner.settle();
  }

  /** Reads on or not, as there is room for more or not. */
  steer(): void {
    const state = this.#state;
    if (state.phase !== "open") return;
    const { receiving } = state;
    const full = receiving?.body?.full === true && receiving.state !== "finished";
    const blocked = full || (state.parser.hasUnread && !state.sealed);
    if (blocked === state.paused) return;
    state.paused = blocked;
    if (blocked) state.socket.pause();
    else {
      const now = this.#bodyAt = this.headSince = state.server.clock.now();
      this.#bodySince += now - state.now; // a wait of ours is not the client's slowness
      state.socket.resume();
    }
  }

  /** Somebody reads a body: now the client may be told to send it, and read on. */
  wanted(): void {
    const { receiving, phase, paused } = this.#state;
    if (receiving === undefined || phase !== "open") return;
    this.#sendContinue(receiving);
    if (paused) queueMicrotask(this.#onward);
  }

  /** Which wait for the body under way has come to its end, if one has. */
  lateBody(receiving: Exchange, now: number): TimeoutPhase | undefined {
    const { server, paused, deadline } = this.#state;
    const { limits } = server;
    if (receiving.state === "finished") return now >= deadline ? "linger" : undefined;
    const { received } = receiving.body!;
    const waits = receiving.head.flags & FLAG.expectContinue && !receiving.continued &&
      received === 0 && receiving.firstByteAt === 0;
    if (paused || waits) {
      this.#bodyAt = now;
      this.#bodySince = now;
      return undefined;
    }
    if (now - this.#bodyAt >= limits.bodyTimeoutMs) return "body";
    const elapsed = now - this.#bodySince;
    const slow = elapsed > BODY_RATE_GRACE_MS && received < limits.minBodyRate * elapsed / 1000;
    return slow ? "body_rate" : undefined;
  }

  /** No further byte is looked at; the request under way is answered with `status`. */
  giveUp(status: number): void {
    const state = this.#state;
    state.sealed = true;
    const { receiving } = state;
    if (receiving === undefined) {
      state.refusal = status;
      if (this.#held !== undefined) return;
      return this.#owner.settle();
    }
    state.receiving = undefined;
    this.#held = undefined;
    const before = receiving.state;
    receiving.last = true;
    receiving.endBody(new Error("The request's body is malformed or late"));
    if (before === "finished") return this.#owner.settle();
    if (before === "ready") return;
    if (before === "sending") return this.#owner.reset("fault");
    if (receiving.request !== undefined) {
      abortRequest(receiving.request, new Error("The request's body is malformed or late"));
    }
    this.#answers.give(receiving, status);
  }

  /** Whether another request may be parsed. */
  #mayBegin(): boolean {
    const { queue, server } = this.#state;
    const { length } = queue;
    if (this.#writer.backed) return false;
    if (length === 0) return true;
    return length < server.limits.maxPipelined && this.#held === undefined &&
      !(queue[length - 1]!.head.flags & ALONE);
  }

  #begin(head: RequestHead): void {
    const state = this.#state;
    const { server, queue, parser, now } = state;
    const { limits, stats, events } = server;
    this.headSince = now; // what comes behind it begins at the earliest here
    state.requests++;
    stats.requests++;
    stats.activeRequests++;
    const body = head.hasBody ? new IncomingBody(this, head.contentLength) : undefined;
    const exchange = new Exchange(state.record, head, body, now, server.proxies);
    queue.push(exchange);
    if (
      !(head.flags & FLAG.keepAlive) || state.requests >= limits.maxRequestsPerConnection ||
      server.draining
    ) {
      exchange.last = true;
      state.sealed = true;
    }
    events.requestStarted?.(exchange);
    if (body !== undefined) {
      const limit = server.bodyLimitOf?.(head.method, head.path);
      if (limit !== undefined) parser.maxBodyBytes = limit;
      if (head.contentLength > parser.maxBodyBytes) {
        events.parseFault?.("body_too_large", state.record);
        return this.#refuse(exchange, 413);
      }
      state.receiving = exchange;
      this.#bodySince = this.#bodyAt = now;
      state.discarded = 0;
    }
    const beside = body === undefined && isSafe(head.method) && isSafe(queue[0]!.method);
    if (queue.length > 1 && !beside) { // a body may want a 100, which must come in its turn
      this.#held = exchange;
    } else if (body === undefined) this.#dispatcher.start(exchange);
  }

  #take(): void {
    const state = this.#state;
    const { parser } = state;
    const { dataStart, dataEnd, dataAlone } = parser;
    this.#bodyAt = state.now;
    const receiving = state.receiving!;
    if (receiving.state !== "finished") {
      receiving.body!.push(parser.dataBytes, dataStart, dataEnd, dataAlone);
      return;
    }
    receiving.body!.received += dataEnd - dataStart;
    state.discarded += dataEnd - dataStart;
  }

  #endBody(): void {
    const state = this.#state;
    const receiving = state.receiving!;
    this.headSince = state.now;
    state.receiving = undefined;
    receiving.endBody(state.parser.trailers);
    if (receiving.state === "arriving" && this.#held !== receiving) {
      this.#dispatcher.start(receiving);
      if (receiving.body!.copied) state.parser.giveBack();
    }
  }

  readonly #onward = (): void => {
    if (this.#state.phase === "open") this.#owner.turn();
  };

  #sendContinue(exchange: Exchange): void {
    if (!(exchange.head.flags & FLAG.expectContinue) || exchange.continued) return;
    const state = this.#state;
    if (state.queue[0] !== exchange || exchange.body!.received > 0) return;
    if (exchange.firstByteAt !== 0) return; // it would stand in the answer's body
    exchange.continued = true;
    this.#bodySince = this.#bodyAt = state.now;
    const { output } = state.server;
    output.open(this.#writer, CONTINUE.length);
    output.writeLatin1(CONTINUE);
    if (!state.inTurn) this.#writer.flush();
  }

  /** The client has ended its side and all of it has been read: what is not whole never will be. */
  #cutShort(): void {
    const state = this.#state;
    state.sealed = true;
    const { receiving } = state;
    if (receiving === undefined) return;
    state.receiving = undefined;
    receiving.last = true;
    if (receiving.state === "finished") return;
    const error = new Error("The client ended its request early");
    if (receiving.request !== undefined) abortRequest(receiving.request, error);
    receiving.endBody(error);
    if (receiving.state !== "arriving") return;
    this.#held = undefined;
    this.#answers.give(receiving, 400);
  }

  /** The bytes at the parser's hands mean nothing: answer so, in turn, and end. */
  #fault(code: FaultCode): void {
    const state = this.#state;
    state.server.events.parseFault?.(code, state.record);
    state.cause ??= "fault";
    this.giveUp(FAULT_STATUS[code]);
  }

  #refuse(exchange: Exchange, status: number): void {
    const state = this.#state;
    exchange.last = true;
    state.sealed = true;
    state.cause ??= "fault";
    this.#answers.give(exchange, status);
  }
}

/** RFC 9110 §9.2.1: such requests may be handled beside each other. */
function isSafe(method: string): boolean {
  return method === "GET" || method === "HEAD" || method === "OPTIONS";
}
