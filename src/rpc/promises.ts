/**
 * The promises of one connection: answers that calls can build on, calls that wait for one, and those
 * whose wait is over. A hot path: `keep` runs for every call.
 */

import { copyBytes, EMPTY } from "../base/bytes.ts";
import { Answers, type KeptAnswer } from "./answers.ts";
import type { DeadlineWheel } from "./deadlines.ts";
import type { Call } from "./envelope.ts";
import type { RpcLimits } from "./limits.ts";
import { Parked, type ParkedCall } from "./parked.ts";
import { Status } from "./status.ts";

/** A parked call whose fate is known: run it with `body`, or refuse it. */
interface Ready {
  readonly parked: ParkedCall;
  readonly status: number;
  readonly body: Uint8Array;
}

/** What becomes of a call that waited. */
export interface PromiseOwner {
  /** Whether as many handlers run as may. */
  readonly atLimit: boolean;
  /** Its target has been answered: the call runs with that answer as its payload, and holds so many bytes. */
  run(tag: number, call: Call, bytes: number): void;
  /** Its target failed (400), or has not come in time (408). */
  refuse(tag: number, status: number, promiseID: number): void;
  /** Its target has not come in time, and it has been refused. */
  finished(): void;
}

/** See the file's comment. */
export class Promises {
  readonly #owner: PromiseOwner;
  readonly #answers: Answers;
  readonly #parked: Parked;
  readonly #ready: Ready[] = [];
  #waking = false;

  /** Calls of `owner`, within the limits. */
  constructor(owner: PromiseOwner, limits: RpcLimits, wheel: DeadlineWheel) {
    this.#owner = owner;
    this.#answers = new Answers(limits.maxAnswers, limits.maxAnswerBytes);
    this.#parked = new Parked(limits, wheel, (parked, status) => {
      owner.refuse(parked.tag, status, parked.call.promiseID);
      owner.finished();
    });
  }

  /** Calls whose fate is known and that do not run yet. */
  get ready(): number {
    return this.#ready.length;
  }

  /** Calls that wait, for their target or for their turn. */
  get size(): number {
    return this.#parked.size + this.#ready.length;
  }

  /** The answer with that id, if it is among the latest. */
  get(id: number): KeptAnswer | undefined {
    return this.#answers.get(id);
  }

  /** Parks a call until its target is answered; `false` if that would pass a bound. */
  park(tag: number, call: Call): boolean {
    return this.#parked.park(tag, call);
  }

  /**
   * Keeps the answer that has been sent for a promise, and lets go on what waited for it.
   *
   * @param memory Holds the body at `start`, and must not change any more.
   * @param position Bytes of such memory made before this piece.
   */
  keep(
    id: number,
    status: number,
    body: Uint8Array,
    memory: Uint8Array,
    start: number,
    position: number,
  ): void {
    this.#answers.keep(id, status, memory, start, body.length, position);
    if (this.#parked.size === 0) return;
    const waiting = this.#parked.take(id);
    if (waiting === undefined) return;
    const shared = status === Status.OK ? copyBytes(body) : EMPTY;
    for (const parked of waiting) this.#ready.push({ parked, status, body: shared });
    this.wake();
  }

  /** Runs what is ready, one after another: a chain of dependents costs no stack. */
  wake(): void {
    if (this.#waking || this.#ready.length === 0) return;
    this.#waking = true;
    const owner = this.#owner;
    let next = 0;
    while (next < this.#ready.length && !owner.atLimit) {
      const { parked: { tag, call }, status, body } = this.#ready[next++]!;
      if (status === Status.OK) {
        owner.run(tag, withPayload(call, body), call.cap.length + body.length);
      } else owner.refuse(tag, Status.BadRequest, call.promiseID);
    }
    this.#ready.splice(0, next);
    this.#waking = false;
  }

  /** Forgets all, without an answer. */
  clear(): void {
    this.#answers.clear();
    this.#parked.clear();
    this.#ready.length = 0;
  }
}

/** The call with another payload. */
export function withPayload(call: Call, payload: Uint8Array): Call {
  const { method, promiseID, target, cap } = call;
  return { method, promiseID, target, cap, payload };
}
