/**
 * The answering side of one connection: runs handlers, bounds how many and for how long, and answers
 * what they do not. A hot path: a call whose handler answers directly allocates its `Call` and the
 * view of its payload, nothing else.
 */

import { EMPTY } from "../base/bytes.ts";
import { isAnswer, isThenable, notAMessage, notAnAnswer } from "./answer_check.ts";
import { type DeadlineWheel, Timed } from "./deadlines.ts";
import type { Call } from "./envelope.ts";
import { type Answer, type CallHandler, type Handlers, type Peer, report } from "./handlers.ts";
import type { RpcLimits } from "./limits.ts";
import { type PromiseOwner, Promises, withPayload } from "./promises.ts";
import { Status } from "./status.ts";

/** How answers leave. */
export interface AnswerPort {
  /** Encodes an answer; answers where its body begins in `memory`, or -1 if it was too large and 413 was sent. */
  writeAnswer(tag: number, status: number, promiseID: number, body: Uint8Array): number;
  /** The memory the last answer was encoded into. */
  readonly memory: Uint8Array;
  /** Bytes of such memory made before this piece. */
  readonly position: number;
  /** A handler has finished. */
  finished(): void;
}

type MessageAnswer = Uint8Array | void;

/** A call whose handler has not answered yet. */
class Running extends Timed {
  readonly #late: (running: Running) => void;
  readonly tag: number;
  readonly promiseID: number;
  /** Bytes that its handler holds. */
  readonly bytes: number;
  done = false;

  constructor(
    tag: number,
    promiseID: number,
    bytes: number,
    late: (running: Running) => void,
  ) {
    super();
    this.tag = tag;
    this.promiseID = promiseID;
    this.bytes = bytes;
    this.#late = late;
  }

  override expired(): void {
    this.#late(this);
  }
}

/** See the file's comment. */
export class Callee implements PromiseOwner {
  readonly #port: AnswerPort;
  readonly #peer: Peer;
  readonly #handlers: Handlers;
  readonly #limits: RpcLimits;
  readonly #wheel: DeadlineWheel;
  readonly #promises: Promises;
  readonly #late: (running: Running) => void = (running) =>
    this.#settle(running, Status.DeadlineExceeded, EMPTY);
  #running = 0;
  #runningBytes = 0;
  #closed = false;
  /** Whether new calls are refused. */
  draining = false;

  /** Answers through `port`, on behalf of one connection. */
  constructor(
    port: AnswerPort,
    peer: Peer,
    handlers: Handlers,
    limits: RpcLimits,
    wheel: DeadlineWheel,
  ) {
    this.#port = port;
    this.#peer = peer;
    this.#handlers = handlers;
    this.#limits = limits;
    this.#wheel = wheel;
    this.#promises = new Promises(this, limits, wheel);
  }

  /** Whether as many handlers run, or hold as much, as may. */
  get atLimit(): boolean {
    const { maxInFlight, maxInFlightBytes } = this.#limits;
    return this.#running >= maxInFlight || this.#runningBytes >= maxInFlightBytes;
  }

  /** Whether no more requests should be read. */
  get full(): boolean {
    return this.atLimit || this.#promises.ready > 0;
  }

  /** Calls that have no answer yet, parked ones included. */
  get size(): number {
    return this.#running + this.#promises.size;
  }

  /** From here on new calls are refused with 503; those under way go on. */
  drain(): void {
    this.draining = true;
  }

  /** The connection is gone: nothing is answered any more. */
  close(): void {
    this.#closed = true;
    this.#promises.clear();
  }

  /** One request, of so many bytes. `tag` comes back with its answer. */
  request(tag: number, call: Call, bytes: number): void {
    if (this.draining) return this.refuse(tag, Status.ShuttingDown, call.promiseID);
    if (call.target === 0) return this.run(tag, call, bytes);
    const kept = this.#promises.get(call.target);
    if (kept === undefined) {
      if (this.#promises.park(tag, call)) return;
      this.refuse(tag, Status.TooManyInFlight, call.promiseID);
    } else if (kept.status !== Status.OK) {
      this.refuse(tag, Status.BadRequest, call.promiseID);
    } else {
      this.run(tag, withPayload(call, kept.body), bytes + kept.body.length);
    }
  }

  /** One message of another type, of so many bytes: `handle` runs its handler, `reply` encodes the answer. A `tag` of -1 asks for none. */
  message(
    tag: number,
    bytes: number,
    handle: () => MessageAnswer | Promise<MessageAnswer>,
    reply: (answer: Uint8Array) => void,
  ): void {
    if (this.draining && tag >= 0) return this.refuse(tag, Status.ShuttingDown, 0);
    const done = (answer: unknown): void => {
      if (tag < 0 || this.#closed) return;
      if (answer instanceof Uint8Array) reply(answer);
      else if (answer === undefined || answer === null) this.#answer(tag, Status.OK, 0, EMPTY);
      else throw notAMessage(answer);
    };
    try {
      const result = handle();
      if (!isThenable(result)) return done(result);
      const running = this.#start(tag, 0, bytes);
      Promise.resolve(result).then((answer) => {
        if (!running.done) done(answer);
        this.#release(running);
      }).catch((error) => this.#rejected(running, error));
    } catch (error) {
      this.#failed(tag, 0, error);
    }
  }

  /** Refuses a request without running it. */
  refuse(tag: number, status: number, promiseID: number): void {
    this.#answer(tag, status, promiseID, EMPTY);
  }

  /** Runs a call whose payload is complete, and whose handler then holds so many bytes. */
  run(tag: number, call: Call, bytes: number): void {
    const { call: handler, guard } = this.#handlers;
    if (handler === undefined) return this.refuse(tag, Status.NotFound, call.promiseID);
    try {
      let result: Answer | Promise<Answer>;
      const verdict = guard === undefined ? Status.OK : guard(call, this.#peer);
      if (verdict === Status.OK) result = handler(call, this.#peer);
      else if (typeof verdict === "number") result = { status: verdict, body: EMPTY };
      else return this.#await(verdict, tag, call, handler, bytes);
      if (result instanceof Uint8Array) this.#answer(tag, Status.OK, call.promiseID, result);
      else if (isThenable(result)) {
        this.#wait(this.#start(tag, call.promiseID, bytes), result);
      } else if (isAnswer(result)) this.#answer(tag, result.status, call.promiseID, result.body);
      else throw notAnAnswer(result);
    } catch (error) {
      this.#failed(tag, call.promiseID, error);
    }
  }

  /** A handler has finished. */
  finished(): void {
    this.#port.finished();
  }

  /** Waits for a guard, then for the handler, unless the time is up by then: 408 is not to be untrue. */
  #await(
    verdict: Promise<number>,
    tag: number,
    call: Call,
    handler: CallHandler,
    bytes: number,
  ): void {
    const running = this.#start(tag, call.promiseID, bytes);
    const result = Promise.resolve(verdict).then((status): Answer | Promise<Answer> => {
      if (status !== Status.OK) return { status, body: EMPTY };
      return running.done || this.#closed ? EMPTY : handler(call, this.#peer);
    });
    this.#wait(running, result);
  }

  #wait(running: Running, result: Promise<Answer>): void {
    const failed = (error: unknown): void => this.#rejected(running, error);
    // Resolving adopts whatever has a `then`, and catches what that throws.
    Promise.resolve(result).then((answer) => {
      try {
        if (answer instanceof Uint8Array) this.#settle(running, Status.OK, answer);
        else if (isAnswer(answer)) this.#settle(running, answer.status, answer.body);
        else failed(notAnAnswer(answer));
      } catch (error) {
        failed(error);
      }
    }, failed);
  }

  #start(tag: number, promiseID: number, bytes: number): Running {
    const running = new Running(tag, promiseID, bytes, this.#late);
    this.#running++;
    this.#runningBytes += bytes;
    const { handlerTimeoutMs } = this.#limits;
    if (handlerTimeoutMs > 0) this.#wheel.set(running, handlerTimeoutMs);
    return running;
  }

  #rejected(running: Running, error: unknown): void {
    report(this.#handlers, error, this.#peer);
    this.#settle(running, Status.Internal, EMPTY);
  }

  #settle(running: Running, status: number, body: Uint8Array): void {
    if (!running.done) this.#answer(running.tag, status, running.promiseID, body);
    this.#release(running);
  }

  #release(running: Running): void {
    // A handler may come back after its deadline, or after the connection is gone.
    if (running.done) return;
    running.done = true;
    this.#wheel.clear(running);
    this.#running--;
    this.#runningBytes -= running.bytes;
    if (this.#closed) return;
    this.#promises.wake();
    this.#port.finished();
  }

  #failed(tag: number, promiseID: number, error: unknown): void {
    report(this.#handlers, error, this.#peer);
    this.refuse(tag, Status.Internal, promiseID);
  }

  #answer(tag: number, status: number, promiseID: number, body: Uint8Array): void {
    if (this.#closed || tag < 0) return;
    const port = this.#port;
    const at = port.writeAnswer(tag, status, promiseID, body);
    if (promiseID === 0) return;
    // A body that was too large to send is not kept either: `at` is then -1.
    const kept = at < 0 ? Status.TooLarge : status;
    this.#promises.keep(promiseID, kept, body, port.memory, at, port.position);
  }
}
