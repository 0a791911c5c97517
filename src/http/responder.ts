/**
 * Writes the answer of the exchange at the front of a connection's queue, whatever it is: a static
 * answer, a status of the server's own, a `Response`, or a change of the protocol. On the hot path.
 *
 * @module
 */

import { type AnswerTarget, ownHead, partsOfNative, writeAnswer, writeUpgrade } from "./answer.ts";
import type { ConnectionState } from "./connection_state.ts";
import type { ConnectionWriter } from "./connection_writer.ts";
import type { Exchange } from "./exchange.ts";
import { LightBody, NO_OWNER } from "./light_body.ts";
import { partsOf } from "./light_response.ts";
import { FLAG } from "./request_head.ts";
import type { StaticAnswer } from "./static_routes.ts";
import { type PumpOwner, StreamPump } from "./stream_pump.ts";
import type { TakeOver } from "./upgrade.ts";

/** What a responder tells. */
export interface ResponderOwner extends PumpOwner {
  /** The 101 of `exchange` has been written: the socket is `takeOver`'s. */
  switched(exchange: Exchange, takeOver: TakeOver): void;
}

/** What is wrong with every other answer of a handler. */
export const NOT_A_RESPONSE = "Cannot answer: the handler did not return a Response";
/** Larger static answers are sent uncopied. */
const STATIC_JOIN_BYTES = 16 * 1024;
/** What nearly every answer goes to. */
const USUAL: AnswerTarget = { headOnly: false, http10: false, last: false, keepAlive: false };
const REFUSAL: AnswerTarget = { headOnly: false, http10: false, last: true, keepAlive: false };

/** Writes answers. */
export class Responder {
  readonly #state: ConnectionState;
  readonly #writer: ConnectionWriter;
  readonly #owner: ResponderOwner;
  #pump: StreamPump | undefined;

  /** Writes to `writer`. */
  constructor(state: ConnectionState, writer: ConnectionWriter, owner: ResponderOwner) {
    this.#state = state;
    this.#writer = writer;
    this.#owner = owner;
  }

  /** Writes the exchange's answer; `false` while more of it is to come. */
  send(exchange: Exchange): boolean {
    const state = this.#state;
    const { answer } = exchange;
    if (state.receiving === exchange) this.#answerEarly(exchange);
    exchange.firstByteAt = state.now;
    try {
      if (exchange.static !== undefined && !exchange.last) {
        this.#sendStatic(exchange, exchange.static);
      } else if (typeof answer === "number") this.#sendOwn(exchange, answer);
      else return this.#sendResponse(exchange, answer!);
    } catch (error) {
      state.server.events.handlerFailed?.(error, exchange);
      if (typeof answer === "object") discardBody(answer);
      this.#sendOwn(exchange, 500);
    }
    return true;
  }

  /** Answers bytes that are no request. */
  refuse(status: number): void {
    const { output, heads } = this.#state.server;
    writeAnswer(output, this.#writer, ownHead(heads, status), undefined, REFUSAL);
  }

  /** The socket takes more. */
  drained(): void {
    this.#pump?.go();
  }

  /** Finds out whether somebody is there for the stream that is being sent. */
  probe(): void {
    this.#pump?.probe();
  }

  /** The stream that is being sent is over. */
  pumped(): void {
    this.#pump = undefined;
  }

  /** The stream that is being sent has no reader any more. */
  cancel(reason: unknown): void {
    this.#pump?.cancel(reason);
  }

  #sendStatic(exchange: Exchange, found: StaticAnswer): void {
    const { output } = this.#state.server;
    const headOnly = exchange.method === "HEAD";
    const bytes = headOnly ? found.headBytes : found.bytes;
    exchange.status = found.status;
    if (!headOnly) exchange.responseBodyBytes = found.bodyBytes;
    if (exchange.head.flags & FLAG.http10) return this.#sendStaticFramed(exchange, found);
    if (bytes.length <= STATIC_JOIN_BYTES) {
      output.lend(this.#writer, bytes);
    } else this.#writer.sendBytes(bytes);
  }

  /** A static answer whose head says something of the connection. */
  #sendStaticFramed(exchange: Exchange, found: StaticAnswer): void {
    const { output, heads } = this.#state.server;
    const encoded = heads.get(found.status, "", found.headers);
    const body = new LightBody(found.body as Uint8Array<ArrayBuffer>, NO_OWNER);
    writeAnswer(output, this.#writer, encoded, body, targetOf(exchange));
  }

  #sendOwn(exchange: Exchange, status: number): void {
    const { output, heads } = this.#state.server;
    exchange.status = status;
    if (exchange.static !== undefined) return this.#sendStaticFramed(exchange, exchange.static);
    writeAnswer(output, this.#writer, ownHead(heads, status), undefined, targetOf(exchange));
  }

  #sendResponse(exchange: Exchange, response: Response): boolean {
    let parts = partsOf(response);
    if (parts === undefined) {
      if (!(response instanceof Response)) throw new TypeError(NOT_A_RESPONSE);
      parts = partsOfNative(response, makeBody);
    }
    const { output, heads } = this.#state.server;
    const writer = this.#writer;
    const encoded = heads.get(parts.status, parts.statusText, parts.headers);
    exchange.status = parts.status;
    if (parts.takeOver !== undefined) {
      writeUpgrade(output, writer, encoded);
      this.#owner.switched(exchange, parts.takeOver);
      return false;
    }
    if (encoded.close && !exchange.last) this.#sealAfter(exchange);
    const sent = writeAnswer(output, writer, encoded, parts.body, targetOf(exchange));
    if (typeof sent === "number") {
      exchange.responseBodyBytes = sent;
      return true;
    }
    exchange.state = "sending";
    if (sent.length < 0 && !sent.chunked) this.#sealAfter(exchange);
    this.#pump = new StreamPump(output, writer, sent, this.#owner);
    this.#pump.go();
    return false;
  }

  /** The connection is to end after this answer, if no other request has been taken already. */
  #sealAfter(exchange: Exchange): void {
    const { queue } = this.#state;
    this.#state.sealed = true;
    if (queue.at(-1) === exchange) exchange.last = true;
    else queue.at(-1)!.last = true;
  }

  /** The answer is there before the request's body is: read the rest away, or end. */
  #answerEarly(exchange: Exchange): void {
    const state = this.#state;
    const { limits } = state.server;
    const { answer, body } = exchange;
    // An answer that is the request's own body reads it: the client is told before the head, or never.
    const echoed = typeof answer === "object" && partsOf(answer)?.body?.comesFrom(body!) === true;
    if (echoed && exchange.method !== "HEAD") body!.ask();
    const waits = exchange.head.flags & FLAG.expectContinue && !exchange.continued;
    state.deadline = state.now + limits.lingerMs;
    if (!waits && state.parser.remainingBody <= limits.lingerBytes) return;
    exchange.last = true;
    state.sealed = true;
  }
}

/** Lets the producer of an answer that nobody waits for stop. */
export function discardBody(response: Response): void {
  try {
    const { body } = response;
    if (body && !response.bodyUsed && !body.locked) body.cancel().catch(() => {});
  } catch {
    // Whatever a handler answered with, it is no Response and has nothing to stop.
  }
}

function targetOf(exchange: Exchange): AnswerTarget {
  const http10 = (exchange.head.flags & FLAG.http10) !== 0;
  const { last } = exchange;
  const headOnly = exchange.method === "HEAD";
  if (!headOnly && !http10 && !last) return USUAL;
  return { headOnly, http10, last, keepAlive: http10 && !last };
}

function makeBody(stream: ReadableStream<Uint8Array<ArrayBuffer>>): LightBody {
  return new LightBody(stream, NO_OWNER);
}
