/**
 * One connection: bytes in, requests to the handler, answers out in the order of the requests. It
 * knows when to read, when to wait and how to end; what bytes mean is the parser's, how answers
 * look is `answer.ts`'s. On the hot path, and one class because its parts share every field.
 *
 * The shape of it: `data` parses what has come and starts handlers; a handler's answer waits in the
 * queue for its turn; what could be written leaves in one piece at the end of the turn. Reading
 * stops (`#blocked`) while more would only be kept, and an end is always the same three steps:
 * the last answer, FIN, a bounded read for the client's sake.
 *
 * @module
 */

import type { SocketError } from "../base/socket_error.ts";
import type { Socket, SocketAddress, SocketHandlers, TlsState } from "../runtime/types.ts";
import { type AnswerTarget, ownHead, partsOfNative, writeAnswer, writeUpgrade } from "./answer.ts";
import type { ServerContext } from "./context.ts";
import { BODY_RATE_GRACE_MS } from "./defaults.ts";
import type { CloseCause, ConnectionRecord, RequestOutcome, TimeoutPhase } from "./events.ts";
import { Exchange } from "./exchange.ts";
import { FAULT_STATUS, type FaultCode } from "./faults.ts";
import { clientOf } from "./forwarded.ts";
import type { GateOwner } from "./gate.ts";
import { type BodyDemand, IncomingBody } from "./incoming_body.ts";
import { LightBody } from "./light_body.ts";
import { abortRequest, LightRequest } from "./light_request.ts";
import { partsOf } from "./light_response.ts";
import { type PumpSink, StreamPump } from "./stream_pump.ts";
import { FLAG, type RequestHead } from "./request_head.ts";
import { RequestParser } from "./request_parser.ts";
import type { StaticAnswer } from "./static_routes.ts";
import type { TakenOver } from "./upgrade.ts";

/** A server's connection. */
export class Connection
  implements SocketHandlers, ConnectionRecord, GateOwner, PumpSink, BodyDemand {
  readonly id: number;
  readonly openedAt: number;
  bytesIn = 0;
  bytesOut = 0;
  requests = 0;
  /** Since when nothing is in work; of use while `idle`. */
  idleSince: number;
  /** Whether the socket's queue is full. */
  backed = false;
  readonly #server: ServerContext;
  readonly #socket: Socket;
  readonly #parser: RequestParser;
  readonly #queue: Exchange[] = [];
  #state: "open" | "lingering" | "upgraded" | "reset" | "gone" = "open";
  #cause: CloseCause | undefined;
  /** The exchange whose body is coming in. */
  #receiving: Exchange | undefined;
  /** The exchange that must be alone at the front before it starts. */
  #held: Exchange | undefined;
  /** What comes after these requests is not read. */
  #sealed = false;
  /** Status that is answered when the queue is empty: the bytes after it are malformed or late. */
  #refusal: number | undefined;
  #peerEnded = false;
  #paused = false;
  #inTurn = false;
  #flushScheduled = false;
  #pump: StreamPump | undefined;
  #taken: TakenOver | undefined;
  #now: number;
  /** When the request under way began to come. */
  #headSince: number;
  #bodySince = 0;
  #bodyAt = 0;
  /** Bytes thrown away at the end, or of a body that nobody reads. */
  #discarded = 0;
  #deadline = Infinity;
  #sentMark = 0;
  #sentAt = 0;

  /** Takes over an accepted socket. */
  constructor(server: ServerContext, socket: Socket, id: number, now: number) {
    this.#server = server;
    this.#socket = socket;
    this.id = id;
    this.#now =
      this.openedAt =
      this.idleSince =
      this.#headSince =
        now;
    this.#parser = new RequestParser(server.limits, server.methods);
  }

  get remoteAddress(): SocketAddress {
    return this.#socket.remoteAddress;
  }
  get localAddress(): SocketAddress {
    return this.#socket.localAddress;
  }
  get tls(): TlsState | undefined {
    return this.#socket.tls;
  }

  /** Whether it is open with nothing in work. */
  get idle(): boolean {
    return this.#state === "open" && this.#queue.length === 0 && this.#parser.idle;
  }

  // What the socket tells.

  data(chunk: Uint8Array): void {
    const { length } = chunk;
    this.bytesIn += length;
    this.#server.stats.bytesIn += length;
    if (this.#state === "open") {
      this.#now = this.#server.clock.now();
      this.#server.date.refresh(this.#now);
      if (this.#sealed && this.#receiving === undefined) return this.#discard(length);
      if (this.#queue.length === 0 && this.requests > 0 && this.#parser.idle) {
        this.#headSince = this.#now;
      }
      this.#parser.push(chunk);
      this.#turn();
    } else if (this.#state === "lingering") this.#discard(length);
    else this.#taken?.handlers.data(chunk);
  }

  end(): void {
    if (this.#state === "upgraded") return this.#taken?.handlers.end();
    this.#peerEnded = true;
    if (this.#state !== "open") return;
    this.#cause ??= "client";
    if (this.#server.limits.halfClose === "abort" && this.#queue.length > 0) {
      return this.#reset("client");
    }
    this.#turn();
  }

  drain(): void {
    if (this.#state === "upgraded") return this.#taken?.handlers.drain();
    this.backed = false;
    this.#pump?.go();
    if (this.#state === "open") this.#turn();
  }

  close(error?: SocketError): void {
    if (this.#state === "gone") return;
    const taken = this.#taken;
    this.#state = "gone";
    this.#now = this.#server.clock.now();
    const outcome: RequestOutcome = this.#cause === undefined || this.#cause === "client"
      ? "client_aborted"
      : "server_aborted";
    this.#pump?.cancel(error ?? new Error("The connection was closed"));
    for (const exchange of this.#queue.splice(0)) this.#abandon(exchange, outcome);
    this.#receiving?.endBody(new Error("The connection was closed"));
    this.#receiving = undefined;
    taken?.handlers.close(error);
    this.#server.gone(this);
    this.#server.events.connectionClosed?.(
      this,
      this.#cause ?? (taken !== undefined ? "upgrade" : "client"),
    );
  }

  // What the server tells.

  /** `stop` has begun: no new requests; idle, it ends at once. */
  stop(): void {
    if (this.#state === "upgraded") return this.#taken?.stop?.();
    if (this.#state !== "open") return;
    this.#cause ??= "server";
    if (this.idle) return this.#finishWriting();
    const last = this.#queue.at(-1);
    if (last === undefined || this.#receiving !== undefined || !this.#parser.idle) return;
    last.last = true;
    this.#sealed = true;
  }

  /** Ends an idle connection. */
  closeIdle(): void {
    if (!this.idle) return;
    this.#cause ??= "server";
    this.#finishWriting();
  }

  /** Drops the connection now. */
  kill(cause: CloseCause): void {
    this.#reset(cause);
  }

  /** Looks at every wait. */
  tick(now: number): void {
    if (this.#state !== "open" && this.#state !== "lingering") return;
    this.#now = now;
    const { limits } = this.#server;
    if (this.#state === "lingering" && now >= this.#deadline) return this.#reset(this.#cause!);
    if (this.#writeStalled(now)) return this.#late("write");
    if (this.#state === "lingering") return;
    for (const exchange of this.#queue) {
      const running = exchange.state === "running" && limits.requestTimeoutMs > 0;
      if (running && now - exchange.startedAt >= limits.requestTimeoutMs) {
        this.#lateHandler(exchange);
        return;
      }
    }
    if (this.#receiving !== undefined) this.#tickBody(this.#receiving, now);
    else if (!this.#parser.idle && !this.#sealed) {
      if (this.#headSince + limits.headersTimeoutMs <= now && !this.#paused) this.#late("headers");
    } else if (this.#queue.length === 0) {
      if (this.requests === 0) {
        if (this.openedAt + limits.headersTimeoutMs <= now) this.#late("headers");
      } else if (this.idleSince + limits.keepAliveTimeoutMs <= now) this.#late("keep_alive");
      else this.#parser.forget();
    }
  }

  // Requests.

  /** Takes what has come as far as it may be taken, and sends what came of it. */
  #turn(): void {
    if (this.#inTurn) return;
    this.#inTurn = true;
    this.#process();
    this.#inTurn = false;
    this.flush();
    this.#steer();
  }

  #process(): void {
    const parser = this.#parser;
    while (this.#state === "open") {
      const held = this.#held;
      if (held !== undefined) {
        if (this.#queue[0] !== held) return;
        this.#held = undefined;
        if (this.#receiving !== held) this.#start(held);
      }
      if (this.#receiving !== undefined) {
        if (this.#receiving.body!.full) {
          if (this.#receiving.state === "arriving") this.#start(this.#receiving);
          if (this.#receiving?.body?.full) return;
        }
      } else if (this.#sealed || !this.#mayBegin()) break;
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
          if (this.#peerEnded) this.#cutShort();
          else if (this.#receiving?.state === "arriving") this.#start(this.#receiving);
          return this.#settle();
        case "fault":
          this.#fault(parser.fault);
          break;
      }
    }
    this.#settle();
  }

  /** Whether another request may be parsed. */
  #mayBegin(): boolean {
    const { length } = this.#queue;
    if (length === 0) return !this.backed;
    return length < this.#server.limits.maxPipelined && this.#held === undefined && !this.backed &&
      !(this.#queue[length - 1]!.head.flags & FLAG.upgrade);
  }

  #begin(head: RequestHead): void {
    const server = this.#server;
    const { limits, stats } = server;
    this.requests++;
    stats.requests++;
    stats.activeRequests++;
    const body = head.hasBody ? new IncomingBody(this) : undefined;
    const exchange = new Exchange(this, head, body, this.#now, server.proxies);
    const queue = this.#queue;
    queue.push(exchange);
    if (
      !(head.flags & FLAG.keepAlive) || this.requests >= limits.maxRequestsPerConnection ||
      server.draining
    ) {
      exchange.last = true;
      this.#sealed = true;
    }
    server.events.requestStarted?.(exchange);
    if (body !== undefined) {
      const limit = server.bodyLimitOf?.(head.method, head.path);
      if (limit !== undefined) this.#parser.maxBodyBytes = limit;
      if (head.contentLength > this.#parser.maxBodyBytes) {
        server.events.parseFault?.("body_too_large", this);
        return this.#refuseExchange(exchange, 413);
      }
      this.#receiving = exchange;
      this.#bodySince = this.#bodyAt = this.#now;
      this.#discarded = 0;
    }
    const beside = body === undefined && isSafe(head.method) && isSafe(queue[0]!.method);
    if (queue.length > 1 && !beside) { // a body may want a 100, which must come in its turn
      this.#held = exchange;
    } else if (body === undefined) this.#start(exchange);
  }

  #start(exchange: Exchange): void {
    const { head } = exchange;
    if (head.flags & FLAG.asterisk) return this.#give(exchange, 204);
    if (exchange.body === undefined || exchange.body.complete) {
      const found = this.#server.statics.find(head);
      if (found !== undefined) {
        exchange.route = found.path;
        exchange.static = found;
        return this.#give(exchange, found.status);
      }
      const own = this.#server.health?.respond(head.method, head.path);
      if (own !== undefined) return this.#give(exchange, own);
    }
    this.#server.gate.enter(exchange, this, this.#now);
  }

  run(exchange: Exchange): void {
    exchange.state = "running";
    exchange.startedAt = this.#now;
    const request = exchange.request = new LightRequest(exchange.head, this.#origin, exchange.body);
    let answer: Response | Promise<Response>;
    try {
      answer = this.#server.handler(request, exchange);
    } catch (error) {
      return this.#failed(exchange, error);
    }
    if (isThenable(answer)) {
      answer.then(
        (response) => this.#answered(exchange, response),
        (error) => this.#failed(exchange, error),
      );
    } else this.#answered(exchange, answer);
  }

  refuse(exchange: Exchange): void {
    this.#server.events.overloaded?.(exchange);
    this.#give(exchange, 503);
  }

  #answered(exchange: Exchange, response: Response): void {
    this.#server.gate.leave();
    if (exchange.state === "running") this.#give(exchange, response);
    else discardBody(response);
  }

  #failed(exchange: Exchange, error: unknown): void {
    this.#server.gate.leave();
    if (exchange.state !== "running") return;
    this.#server.events.handlerFailed?.(error, exchange);
    this.#give(exchange, 500);
  }

  /** An exchange has its answer; it leaves when those before it have. */
  #give(exchange: Exchange, answer: Response | number): void {
    exchange.answer = answer;
    exchange.state = "ready";
    if (this.#inTurn || this.#queue[0] !== exchange) {
      if (this.#queue[0] === exchange) this.#advance();
      return;
    }
    this.#now = this.#server.clock.now();
    this.#server.date.refresh(this.#now);
    this.#advance();
    this.#inTurn = true;
    this.#process();
    this.#inTurn = false;
    this.#scheduleFlush();
  }

  #advance(): void {
    const queue = this.#queue;
    let exchange = queue[0];
    while (exchange !== undefined && exchange.state === "ready" && this.#state === "open") {
      if (!this.#send(exchange)) return;
      this.#finish(exchange, "answered");
      queue.shift();
      exchange = queue[0];
    }
  }

  /** Nothing more can be done: is it the end, or a pause? */
  #settle(): void {
    if (this.#queue.length > 0 || this.#state !== "open") return;
    this.idleSince = this.#now;
    if (this.#refusal !== undefined) return this.#writeRefusal(this.#refusal);
    if (this.#peerEnded || (this.#sealed && this.#receiving === undefined)) this.#finishWriting();
  }

  /** Reads on or not, as there is room for more or not. */
  #steer(): void {
    if (this.#state !== "open") return;
    const full = this.#receiving?.body?.full === true && this.#receiving.state !== "finished";
    const blocked = full || (this.#parser.hasUnread && !this.#sealed);
    if (blocked === this.#paused) return;
    this.#paused = blocked;
    if (blocked) this.#socket.pause();
    else {
      const now = this.#bodyAt = this.#server.clock.now();
      this.#bodySince += now - this.#now; // a wait of ours is not the client's slowness
      this.#socket.resume();
    }
  }

  // Bodies.

  #take(): void {
    const parser = this.#parser;
    const { dataStart, dataEnd } = parser;
    this.#bodyAt = this.#now;
    const receiving = this.#receiving!;
    if (receiving.state !== "finished") {
      receiving.body!.push(parser.dataBytes, dataStart, dataEnd);
      return;
    }
    receiving.body!.received += dataEnd - dataStart;
    this.#discarded += dataEnd - dataStart;
  }

  #endBody(): void {
    const receiving = this.#receiving!;
    this.#receiving = undefined;
    receiving.endBody(this.#parser.trailers);
    if (receiving.state === "arriving" && this.#held !== receiving) this.#start(receiving);
  }

  /** Somebody reads a body: now the client may be told to send it, and read on. */
  wanted(): void {
    const receiving = this.#receiving;
    if (receiving === undefined || this.#state !== "open") return;
    this.#sendContinue(receiving);
    if (this.#paused) queueMicrotask(this.#onward);
  }

  readonly #onward = (): void => {
    if (this.#state === "open") this.#turn();
  };

  #sendContinue(exchange: Exchange): void {
    if (!(exchange.head.flags & FLAG.expectContinue) || exchange.continued) return;
    if (this.#queue[0] !== exchange || exchange.body!.received > 0) return;
    exchange.continued = true;
    this.#bodySince = this.#bodyAt = this.#now;
    const { output } = this.#server;
    output.open(this, CONTINUE.length);
    output.writeLatin1(CONTINUE);
    if (!this.#inTurn) this.flush();
  }

  #tickBody(receiving: Exchange, now: number): void {
    const { limits, events } = this.#server;
    if (receiving.state === "finished") {
      if (now >= this.#deadline) {
        events.timedOut?.("linger", this, receiving);
        this.#finishWriting();
      }
      return;
    }
    const waits = receiving.head.flags & FLAG.expectContinue && !receiving.continued &&
      receiving.body!.received === 0;
    if (this.#paused || waits) {
      this.#bodyAt = now;
      this.#bodySince = now;
      return;
    }
    const elapsed = now - this.#bodySince;
    if (now - this.#bodyAt >= limits.bodyTimeoutMs) this.#late("body");
    else if (
      elapsed > BODY_RATE_GRACE_MS && receiving.body!.received < limits.minBodyRate * elapsed / 1000
    ) this.#late("body_rate");
  }

  // Answers.

  /** Writes the answer at the front; `false` while more of it is to come. */
  #send(exchange: Exchange): boolean {
    const { answer } = exchange;
    exchange.firstByteAt = this.#now;
    if (this.#receiving === exchange) this.#answerEarly(exchange);
    try {
      if (exchange.static !== undefined && !exchange.last) {
        return this.#sendStatic(exchange, exchange.static);
      }
      if (typeof answer === "number") this.#sendOwn(exchange, answer);
      else return this.#sendResponse(exchange, answer!);
    } catch (error) {
      this.#server.events.handlerFailed?.(error, exchange);
      if (typeof answer === "object") discardBody(answer);
      this.#sendOwn(exchange, 500);
    }
    return true;
  }

  #sendStatic(exchange: Exchange, found: StaticAnswer): true {
    const { output } = this.#server;
    const headOnly = exchange.method === "HEAD";
    const bytes = headOnly ? found.headBytes : found.bytes;
    exchange.status = found.status;
    if (!headOnly) exchange.responseBodyBytes = found.bodyBytes;
    if (exchange.head.flags & FLAG.http10) return this.#sendStaticFramed(exchange, found);
    if (bytes.length <= STATIC_JOIN_BYTES) {
      output.open(this, bytes.length);
      output.write(bytes);
    } else this.sendBytes(bytes);
    return true;
  }

  /** A static answer whose head says something of the connection. */
  #sendStaticFramed(exchange: Exchange, found: StaticAnswer): true {
    const { output, heads } = this.#server;
    const encoded = heads.get(found.status, "", found.headers);
    const body = new LightBody(found.body as Uint8Array<ArrayBuffer>, () => null);
    writeAnswer(output, this, encoded, body, this.#targetOf(exchange));
    return true;
  }

  #sendOwn(exchange: Exchange, status: number): void {
    const { output, heads } = this.#server;
    exchange.status = status;
    if (exchange.static !== undefined) {
      this.#sendStaticFramed(exchange, exchange.static);
      return;
    }
    writeAnswer(output, this, ownHead(heads, status), undefined, this.#targetOf(exchange));
  }

  #sendResponse(exchange: Exchange, response: Response): boolean {
    if (typeof response !== "object" || response === null) throw new TypeError(NOT_A_RESPONSE);
    let parts = partsOf(response);
    if (parts === undefined) {
      if (!(response instanceof Response)) throw new TypeError(NOT_A_RESPONSE);
      parts = partsOfNative(response, makeBody);
    }
    const { output, heads } = this.#server;
    const encoded = heads.get(parts.status, parts.statusText, parts.headers);
    exchange.status = parts.status;
    if (parts.takeOver !== undefined) {
      this.#upgrade(exchange, encoded, parts.takeOver);
      return false;
    }
    if (encoded.close && !exchange.last) this.#sealAfter(exchange);
    const sent = writeAnswer(output, this, encoded, parts.body, this.#targetOf(exchange));
    if (typeof sent === "number") {
      exchange.responseBodyBytes = sent;
      return true;
    }
    exchange.state = "sending";
    if (sent.length < 0 && !sent.chunked) this.#sealAfter(exchange);
    this.#pump = new StreamPump(output, this, sent);
    this.#pump.go();
    return false;
  }

  #targetOf(exchange: Exchange): AnswerTarget {
    const http10 = (exchange.head.flags & FLAG.http10) !== 0;
    const { last } = exchange;
    return {
      headOnly: exchange.method === "HEAD",
      http10,
      last,
      keepAlive: http10 && !last,
    };
  }

  /** The connection is to end after this answer, if no other request has been taken already. */
  #sealAfter(exchange: Exchange): void {
    this.#sealed = true;
    if (this.#queue.at(-1) === exchange) exchange.last = true;
    else this.#queue.at(-1)!.last = true;
  }

  /** The answer is there before the request's body is: read the rest away, or end. */
  #answerEarly(exchange: Exchange): void {
    const { limits } = this.#server;
    const waits = exchange.head.flags & FLAG.expectContinue && !exchange.continued;
    this.#deadline = this.#now + limits.lingerMs;
    if (!waits && this.#parser.remainingBody <= limits.lingerBytes) return;
    exchange.last = true;
    this.#sealed = true;
  }

  #upgrade(
    exchange: Exchange,
    encoded: Parameters<typeof writeUpgrade>[2],
    takeOver: NonNullable<NonNullable<ReturnType<typeof partsOf>>["takeOver"]>,
  ): void {
    writeUpgrade(this.#server.output, this, encoded);
    this.flush();
    this.#finish(exchange, "answered");
    this.#queue.length = 0;
    this.#state = "upgraded";
    this.#cause = undefined;
    if (this.#paused) this.#socket.resume();
    try {
      this.#taken = takeOver(this.#socket, this.#parser.takeUnread());
    } catch (error) {
      this.#server.events.handlerFailed?.(error, exchange);
      this.#cause = "error";
      this.#socket.destroy();
    }
  }

  pumped(): void {
    const exchange = this.#queue.shift();
    this.#pump = undefined;
    if (exchange === undefined) return;
    this.#now = this.#server.clock.now();
    this.#finish(exchange, "answered");
    this.#advance();
    this.#turn();
  }

  pumpFailed(error: unknown): void {
    const exchange = this.#queue[0];
    this.#pump = undefined;
    if (exchange !== undefined) this.#server.events.handlerFailed?.(error, exchange);
    this.#reset("error");
  }

  pumpedBytes(length: number): void {
    const exchange = this.#queue[0];
    if (exchange !== undefined) exchange.responseBodyBytes += length;
  }

  #finish(exchange: Exchange, outcome: RequestOutcome): void {
    exchange.state = "finished";
    exchange.finishedAt = this.#now;
    this.#server.stats.activeRequests--;
    this.#server.events.requestFinished?.(exchange, outcome);
    if (exchange.last && this.#receiving === exchange) {
      this.#receiving = undefined;
      exchange.endBody(new Error("The answer was given before the body had come"));
    }
  }

  /** An exchange that will not be answered. */
  #abandon(exchange: Exchange, outcome: RequestOutcome): void {
    const { request } = exchange;
    this.#finish(exchange, outcome);
    if (request !== undefined) abortRequest(request, new Error("The connection was closed"));
    exchange.endBody(new Error("The connection was closed"));
    if (typeof exchange.answer === "object") discardBody(exchange.answer);
  }

  // Ends.

  /** The client has ended its side and all of it has been read: what is not whole never will be. */
  #cutShort(): void {
    this.#sealed = true;
    const receiving = this.#receiving;
    if (receiving === undefined) return;
    this.#receiving = undefined;
    receiving.last = true;
    if (receiving.state === "finished") return;
    const error = new Error("The client ended its request early");
    if (receiving.state === "arriving") {
      this.#held = undefined;
      this.#queue.pop();
      this.#abandon(receiving, "client_aborted");
      return;
    }
    if (receiving.request !== undefined) abortRequest(receiving.request, error);
    receiving.endBody(error);
  }

  /** The bytes at the parser's hands mean nothing: answer so, in turn, and end. */
  #fault(code: FaultCode): void {
    this.#server.events.parseFault?.(code, this);
    const status = FAULT_STATUS[code];
    this.#cause ??= "fault";
    this.#giveUp(status);
  }

  /** No further byte is looked at; the request under way is answered with `status`. */
  #giveUp(status: number): void {
    this.#sealed = true;
    const receiving = this.#receiving;
    if (receiving === undefined) {
      this.#refusal = status;
      if (this.#held !== undefined) return;
      return this.#settle();
    }
    this.#receiving = undefined;
    this.#held = undefined;
    const { state } = receiving;
    receiving.last = true;
    receiving.endBody(new Error("The request's body is malformed or late"));
    if (state === "finished") return this.#settle();
    if (state === "ready") return;
    if (state === "sending") return this.#reset("fault");
    if (receiving.request !== undefined) {
      abortRequest(receiving.request, new Error("The request's body is malformed or late"));
    }
    this.#give(receiving, status);
  }

  #refuseExchange(exchange: Exchange, status: number): void {
    exchange.last = true;
    this.#sealed = true;
    this.#cause ??= "fault";
    this.#give(exchange, status);
  }

  #writeRefusal(status: number): void {
    this.#refusal = undefined;
    if (status === 0) return this.#reset(this.#cause ?? "fault");
    const { output, heads } = this.#server;
    writeAnswer(output, this, ownHead(heads, status), undefined, REFUSAL);
    this.#finishWriting();
  }

  #late(phase: TimeoutPhase): void {
    this.#server.events.timedOut?.(phase, this, this.#receiving ?? this.#queue[0]);
    this.#cause = phase === "keep_alive" ? this.#cause ?? "server" : "timeout";
    if (phase === "write") return this.#reset("timeout");
    const silent = phase === "keep_alive" || (phase === "headers" && this.#parser.idle);
    if (silent) return this.#finishWriting();
    this.#server.date.refresh(this.#now);
    this.#giveUp(408);
    this.flush();
  }

  #lateHandler(exchange: Exchange): void {
    this.#server.events.timedOut?.("request", this, exchange);
    this.#server.date.refresh(this.#now);
    const { request } = exchange;
    this.#give(exchange, 504);
    if (request !== undefined) {
      abortRequest(request, new DOMException("The request took too long", "TimeoutError"));
    }
  }

  #writeStalled(now: number): boolean {
    const queued = this.#socket.bufferedBytes;
    const sent = this.bytesOut - queued;
    if (queued === 0 || sent !== this.#sentMark) {
      this.#sentMark = sent;
      this.#sentAt = now;
      return false;
    }
    return now - this.#sentAt >= this.#server.limits.writeTimeoutMs;
  }

  /** FIN after all that was written; then the client's rest is read away for a while. */
  #finishWriting(): void {
    if (this.#state !== "open") return;
    this.flush();
    this.#state = "lingering";
    this.#cause ??= "server";
    this.#discarded = 0;
    this.#deadline = this.#now + this.#server.limits.lingerMs;
    this.#socket.end();
    if (this.#paused) {
      this.#paused = false;
      this.#socket.resume();
    }
  }

  #discard(length: number): void {
    this.#discarded += length;
    if (this.#discarded <= this.#server.limits.lingerBytes) return;
    if (this.#state === "lingering") this.#reset(this.#cause!);
    else if (!this.#paused) {
      this.#paused = true;
      this.#socket.pause();
    }
  }

  #reset(cause: CloseCause): void {
    if (this.#state === "gone" || this.#state === "reset") return;
    this.#state = "reset";
    this.#cause = cause;
    this.#socket.destroy();
  }

  // Bytes out.

  sendBytes(bytes: Uint8Array): void {
    this.flush();
    this.#write(bytes);
  }

  flush(): void {
    const bytes = this.#server.output.take(this);
    if (bytes !== undefined) this.#write(bytes);
  }

  #write(bytes: Uint8Array): void {
    this.bytesOut += bytes.length;
    this.#server.stats.bytesOut += bytes.length;
    if (!this.#socket.write(bytes)) this.backed = true;
  }

  /** Answers that come in the same moment leave together. */
  #scheduleFlush(): void {
    if (this.#flushScheduled) return;
    this.#flushScheduled = true;
    queueMicrotask(this.#flushLater);
  }

  readonly #flushLater = (): void => {
    this.#flushScheduled = false;
    this.flush();
    this.#steer();
  };

  readonly #origin = (head: RequestHead): string => {
    const { proxies } = this.#server;
    const secure = this.tls !== undefined;
    if (!proxies) return this.#server.originOf(head.host, secure, this.localAddress);
    const { scheme, host } = clientOf(proxies, this.remoteAddress, head);
    const outside = scheme === undefined ? secure : scheme === "https";
    return this.#server.originOf(host ?? head.host, outside, this.localAddress);
  };
}

const CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";
const NOT_A_RESPONSE = "Cannot answer: the handler did not return a Response";
/** Larger static answers are sent uncopied. */
const STATIC_JOIN_BYTES = 16 * 1024;
const REFUSAL: AnswerTarget = { headOnly: false, http10: false, last: true, keepAlive: false };

function makeBody(stream: ReadableStream<Uint8Array<ArrayBuffer>>): LightBody {
  return new LightBody(stream, () => null);
}

/** RFC 9110 §9.2.1: such requests may be handled beside each other. */
function isSafe(method: string): boolean {
  return method === "GET" || method === "HEAD" || method === "OPTIONS";
}

function isThenable(value: Response | Promise<Response>): value is Promise<Response> {
  return typeof (value as { then?: unknown } | undefined)?.then === "function";
}

/** Lets the producer of an answer that nobody waits for stop. */
function discardBody(response: Response | undefined): void {
  const body = typeof response === "object" && response !== null ? response.body : null;
  if (body && !response!.bodyUsed && !body.locked) body.cancel().catch(() => {});
}
