/**
 * The answering side of one connection: runs handlers, keeps answers for calls that build on them,
 * parks calls whose targets are not known yet, and bounds all three. A hot path: a call whose handler
 * answers directly allocates its `Call` and the view of its payload, nothing else.
 */

import { EMPTY } from "../base/bytes.ts";
import { Answers } from "./answers.ts";
import { type DeadlineWheel, Timed } from "./deadlines.ts";
import type { Call } from "./envelope.ts";
import { type Answer, type Handlers, type Peer, report } from "./handlers.ts";
import type { RpcLimits } from "./limits.ts";
import { Parked, type ParkedCall } from "./parked.ts";
import { Status } from "./status.ts";

/** How answers leave. */
export interface AnswerPort {
  /** Encodes an answer; answers where its body begins in `memory`. */
  writeAnswer(tag: number, status: number, promiseID: number, body: Uint8Array): number;
  /** The memory the last answer was encoded into. */
  readonly memory: Uint8Array;
  /** Bytes of such memory made before this piece. */
  readonly position: number;
  /** A handler has finished. */
  finished(): void;
}

/** A call whose handler has not answered yet. */
class Running extends Timed {
  readonly #late: (running: Running) => void;
  readonly tag: number;
  readonly promiseID: number;
  done = false;

  constructor(tag: number, promiseID: number, late: (running: Running) => void) {
    super();
    this.tag = tag;
    this.promiseID = promiseID;
    this.#late = late;
  }

  override expired(): void {
    this.#late(this);
  }
}

/** A parked call whose fate is known: run it with `body`, or refuse it. */
interface Ready {
  readonly parked: ParkedCall;
  readonly status: number;
  readonly body: Uint8Array;
}

/** See the file's comment. */
export class Callee {
  readonly #port: AnswerPort;
  readonly #peer: Peer;
  readonly #handlers: Handlers;
  readonly #limits: RpcLimits;
  readonly #wheel: DeadlineWheel;
  readonly #answers: Answers;
  readonly #parked: Parked;
  readonly #ready: Ready[] = [];
  readonly #late: (running: Running) => void = (running) =>
    this.#settle(running, Status.DeadlineExceeded, EMPTY);
  #waking = false;
  #running = 0;
  #draining = false;
  #closed = false;

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
    this.#answers = new Answers(limits.maxAnswers, limits.maxAnswerBytes);
    this.#parked = new Parked(limits, wheel, (parked, status) => {
      this.#answer(parked.tag, status, parked.call.promiseID, EMPTY);
      port.finished();
    });
  }

  /** Whether as many handlers run as may. */
  get full(): boolean {
    return this.#running >= this.#limits.maxInFlight || this.#ready.length > 0;
  }

  /** Calls that have no answer yet, parked ones included. */
  get size(): number {
    return this.#running + this.#parked.size + this.#ready.length;
  }

  /** From here on new calls are refused with 503; those under way go on. */
  drain(): void {
    this.#draining = true;
  }

  /** The connection is gone: nothing is answered any more. */
  close(): void {
    this.#closed = true;
    this.#answers.clear();
    this.#parked.clear();
    this.#ready.length = 0;
  }

  /** One request. `tag` comes back with its answer. */
  request(tag: number, call: Call): void {
    if (this.#draining) {
      return this.#answer(tag, Status.ShuttingDown, call.promiseID, EMPTY);
    }
    if (call.target === 0) return this.#run(tag, call);
    const kept = this.#answers.get(call.target);
    if (kept === undefined) {
      if (this.#parked.park(tag, call)) return;
      this.#answer(tag, Status.TooManyInFlight, call.promiseID, EMPTY);
    } else if (kept.status !== Status.OK) {
      this.#answer(tag, Status.BadRequest, call.promiseID, EMPTY);
    } else {
      this.#run(tag, withPayload(call, kept.body));
    }
  }

  /** One message of another type: `handle` runs its handler, `reply` encodes the answer. A `tag` of -1 asks for none. */
  message(
    tag: number,
    handle: () => Uint8Array | void | Promise<Uint8Array | void>,
    reply: (answer: Uint8Array) => void,
  ): void {
    if (this.#draining && tag >= 0) {
      return this.#answer(tag, Status.ShuttingDown, 0, EMPTY);
    }
    let result: Uint8Array | void | Promise<Uint8Array | void>;
    try {
      result = handle();
    } catch (error) {
      return this.#failed(tag, 0, error);
    }
    const done = (answer: unknown): void => {
      if (tag < 0 || this.#closed) return;
      if (answer instanceof Uint8Array) reply(answer);
      else this.#answer(tag, Status.OK, 0, EMPTY);
    };
    if (typeof (result as Promise<unknown> | undefined)?.then !== "function") {
      return done(result);
    }
    const running = this.#start(tag, 0);
    (result as Promise<unknown>).then(
      (answer) => {
        if (!running.done) done(answer);
        this.#release(running);
      },
      (error) => this.#rejected(running, error),
    );
  }

  /** Refuses a request without running it. */
  refuse(tag: number, status: number, promiseID: number): void {
    this.#answer(tag, status, promiseID, EMPTY);
  }

  #run(tag: number, call: Call): void {
    const { call: handler, guard } = this.#handlers;
    if (handler === undefined) {
      return this.#answer(tag, Status.NotFound, call.promiseID, EMPTY);
    }
    let result: Answer | Promise<Answer>;
    try {
      const verdict = guard === undefined ? Status.OK : guard(call, this.#peer);
      if (verdict === Status.OK) result = handler(call, this.#peer);
      else if (typeof verdict === "number") {
        result = { status: verdict, body: EMPTY };
      } else {
        result = verdict.then((status) =>
          status === Status.OK ? handler(call, this.#peer) : { status, body: EMPTY }
        );
      }
    } catch (error) {
      return this.#failed(tag, call.promiseID, error);
    }
    if (result instanceof Uint8Array) {
      this.#answer(tag, Status.OK, call.promiseID, result);
    } else if (typeof (result as Promise<Answer> | undefined)?.then === "function") {
      this.#wait(tag, call.promiseID, result as Promise<Answer>);
    } else this.#answerChecked(tag, call.promiseID, result as Answer);
  }

  #wait(tag: number, promiseID: number, result: Promise<Answer>): void {
    const running = this.#start(tag, promiseID);
    result.then(
      (answer) => {
        if (answer instanceof Uint8Array) {
          this.#settle(running, Status.OK, answer);
        } else if (isAnswer(answer)) {
          this.#settle(running, answer.status, answer.body);
        } else this.#rejected(running, notAnAnswer(answer));
      },
      (error) => this.#rejected(running, error),
    );
  }

  #start(tag: number, promiseID: number): Running {
    const running = new Running(tag, promiseID, this.#late);
    this.#running++;
    if (this.#limits.handlerTimeoutMs > 0) {
      this.#wheel.set(running, this.#limits.handlerTimeoutMs);
    }
    return running;
  }

  #rejected(running: Running, error: unknown): void {
    report(this.#handlers, error, this.#peer);
    this.#settle(running, Status.Internal, EMPTY);
  }

  #settle(running: Running, status: number, body: Uint8Array): void {
    if (!running.done) {
      this.#answer(running.tag, status, running.promiseID, body);
    }
    this.#release(running);
  }

  #release(running: Running): void {
    // A handler may come back after its deadline, or after the connection is gone.
    if (running.done) return;
    running.done = true;
    this.#wheel.clear(running);
    this.#running--;
    if (this.#closed) return;
    this.#wake();
    this.#port.finished();
  }

  #failed(tag: number, promiseID: number, error: unknown): void {
    report(this.#handlers, error, this.#peer);
    this.#answer(tag, Status.Internal, promiseID, EMPTY);
  }

  #answerChecked(tag: number, promiseID: number, answer: Answer): void {
    if (answer instanceof Uint8Array) {
      this.#answer(tag, Status.OK, promiseID, answer);
    } else if (isAnswer(answer)) {
      this.#answer(tag, answer.status, promiseID, answer.body);
    } else this.#failed(tag, promiseID, notAnAnswer(answer));
  }

  #answer(tag: number, status: number, promiseID: number, body: Uint8Array): void {
    if (this.#closed || tag < 0) return;
    const port = this.#port;
    const at = port.writeAnswer(tag, status, promiseID, body);
    if (promiseID === 0) return;
    // A body that was too large to send is not kept either: `at` is then -1.
    const kept = at < 0 ? Status.TooLarge : status;
    this.#answers.keep(promiseID, kept, port.memory, at, body.length, port.position);
    if (this.#parked.size > 0) this.#unpark(promiseID, kept, body);
  }

  /** What waited for this promise can go on, or never will. */
  #unpark(promiseID: number, status: number, body: Uint8Array): void {
    const waiting = this.#parked.take(promiseID);
    if (waiting === undefined) return;
    const shared = status === Status.OK ? body.slice() : EMPTY;
    for (const parked of waiting) {
      this.#ready.push({ parked, status, body: shared });
    }
    this.#wake();
  }

  /** Runs what is ready, one after another: a chain of dependents costs no stack. */
  #wake(): void {
    if (this.#waking) return;
    this.#waking = true;
    let next = 0;
    while (next < this.#ready.length && this.#running < this.#limits.maxInFlight) {
      const { parked: { tag, call }, status, body } = this.#ready[next++]!;
      if (status === Status.OK) this.#run(tag, withPayload(call, body));
      else this.#answer(tag, Status.BadRequest, call.promiseID, EMPTY);
    }
    this.#ready.splice(0, next);
    this.#waking = false;
  }
}

function withPayload(call: Call, payload: Uint8Array): Call {
  const { method, promiseID, target, cap } = call;
  return { method, promiseID, target, cap, payload };
}

function isAnswer(answer: unknown): answer is { status: number; body: Uint8Array } {
  const given = answer as
    | { status?: unknown; body?: unknown }
    | undefined
    | null;
  return typeof given?.status === "number" && given.body instanceof Uint8Array;
}

function notAnAnswer(answer: unknown): TypeError {
  return new TypeError(
    `Cannot send answer: a handler returned ${
      answer === null ? "null" : typeof answer
    }, not bytes or { status, body }`,
  );
}
