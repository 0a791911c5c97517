/**
 * From a request to its answer: a static one, the server's own, or the handler's, which is called
 * when the gate lets it. On the hot path.
 *
 * @module
 */

import type { AnswerQueue } from "./answer_queue.ts";
import type { ConnectionState } from "./connection_state.ts";
import type { Exchange } from "./exchange.ts";
import { clientOf } from "./forwarded.ts";
import type { GateOwner } from "./gate.ts";
import { LightRequest, nativeOf } from "./light_request.ts";
import { FLAG, type RequestHead } from "./request_head.ts";
import { discardBody, NOT_A_RESPONSE } from "./responder.ts";

/** Starts one connection's exchanges. */
export class Dispatcher implements GateOwner {
  readonly #state: ConnectionState;
  readonly #answers: AnswerQueue;

  /** What comes of exchanges goes to `answers`. */
  constructor(state: ConnectionState, answers: AnswerQueue) {
    this.#state = state;
    this.#answers = answers;
  }

  /** Sees to it that the exchange gets an answer. */
  start(exchange: Exchange): void {
    const { head } = exchange;
    if (head.flags & FLAG.asterisk) return this.#answers.give(exchange, 204);
    const { server, now } = this.#state;
    if (exchange.body === undefined || exchange.body.complete) {
      const found = server.statics.find(head);
      if (found !== undefined) {
        exchange.route = found.path;
        exchange.static = found;
        return this.#answers.give(exchange, found.status);
      }
      const own = server.health?.respond(head.method, head.path);
      if (own !== undefined) return this.#answers.give(exchange, own);
    }
    server.gate.enter(exchange, this, now);
  }

  run(exchange: Exchange): void {
    const { server, now } = this.#state;
    // Whoever waited is let in by another's end, of which this connection's last event knows nothing.
    exchange.startedAt = exchange.state === "queued" ? server.clock.now() : now;
    exchange.state = "running";
    const request = exchange.request = new LightRequest(exchange.head, this.#origin, exchange.body);
    let answer: Response | Promise<Response>;
    try {
      answer = server.handler(server.nativeRequests ? asNative(request) : request, exchange);
      if (isThenable(answer)) {
        // What is no promise may throw, or call back at once, or twice.
        const promise = answer instanceof Promise ? answer : Promise.resolve(answer);
        promise.then(
          (response) => this.#answered(exchange, response),
          (error) => this.#failed(exchange, error),
        );
        return;
      }
    } catch (error) {
      return this.#failed(exchange, error);
    }
    this.#answered(exchange, answer);
  }

  refuse(exchange: Exchange, late: boolean): void {
    const { server: { events }, record } = this.#state;
    if (late) events.timedOut?.("queue", record, exchange);
    events.overloaded?.(exchange);
    this.#answers.give(exchange, 503);
  }

  #answered(exchange: Exchange, response: Response): void {
    if (typeof response !== "object" || response === null) {
      return this.#failed(exchange, new TypeError(NOT_A_RESPONSE));
    }
    this.#state.server.gate.leave();
    if (exchange.state === "running") this.#answers.give(exchange, response);
    else discardBody(response);
  }

  #failed(exchange: Exchange, error: unknown): void {
    const { gate, events } = this.#state.server;
    gate.leave();
    if (exchange.state !== "running") return;
    if (exchange.bodyFailed) return this.#answers.give(exchange, 400); // no fault of the handler's
    events.handlerFailed?.(error, exchange);
    this.#answers.give(exchange, 500);
  }

  readonly #origin = (head: RequestHead): string => {
    const { server, record } = this.#state;
    const { proxies } = server;
    const secure = record.tls !== undefined;
    if (!proxies) return server.originOf(head.host, secure, record.localAddress);
    const { scheme, host } = clientOf(proxies, record.remoteAddress, head);
    const outside = scheme === undefined ? secure : scheme === "https";
    return server.originOf(host ?? head.host, outside, record.localAddress);
  };
}

/** The runtime's own constructor refuses TRACE (fetch.spec.whatwg.org §2.2.1), which servers may have. */
function asNative(request: LightRequest): Request {
  if (request.method === "TRACE") return request;
  const native = nativeOf(request);
  natives.set(request, native);
  return native;
}

/** Node's own request forgets the signal it was made with once it is collected, and a handler that has its signal alone would wait for good. */
const natives = new WeakMap<LightRequest, Request>();

function isThenable(value: Response | Promise<Response>): value is Promise<Response> {
  return typeof (value as { then?: unknown } | undefined)?.then === "function";
}
