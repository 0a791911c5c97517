import { copyBytes, EMPTY } from "../base/bytes.ts";
import { SYSTEM_CLOCK } from "../base/clock.ts";
import { assertKnownOptions } from "../base/options.ts";
import { Answers } from "./answers.ts";
import { DeadlineWheel } from "./deadlines.ts";
import { buildRequest, buildResponse, parseRequest, parseResponse } from "./envelope.ts";
import { resolveLimits, type RpcLimits } from "./limits.ts";
import { Parked, type ParkedCall } from "./parked.ts";
import { NO_TARGET, Status } from "./status.ts";

/** Answers a request envelope with a response envelope. */
export type DispatchFn = (envelope: Uint8Array) => Promise<Uint8Array>;

/** Bounds of a {@link Pipeliner}; the defaults are those of `DEFAULT_LIMITS`. */
export type PipelinerLimits = Partial<
  Pick<
    RpcLimits,
    | "maxAnswers"
    | "maxAnswerBytes"
    | "maxParkedCalls"
    | "maxParkedBytes"
    | "parkTimeoutMs"
  >
>;

const LIMIT_KEYS: readonly (keyof PipelinerLimits)[] = [
  "maxAnswers",
  "maxAnswerBytes",
  "maxParkedCalls",
  "maxParkedBytes",
  "parkTimeoutMs",
];

interface Waiter {
  resolve(response: Uint8Array): void;
  reject(error: unknown): void;
}

/**
 * The server's half of pipelining, on envelopes: answers to calls are kept, and put in place of the
 * payloads of calls that target them. A `ZapServer` has one per connection built in; this one is for
 * a server of your own, or to share promises between connections.
 *
 * Bounded, unlike the reference's: the oldest answers go first, and a call that finds too many
 * parked is refused with 429, one whose target does not come in time with 408.
 *
 * @example
 * ```ts
 * import { buildRequest, buildResponse, parseRequest, Pipeliner, Session } from "@zap-proto/edge";
 *
 * const pipeliner = new Pipeliner((envelope) => {
 *   const call = parseRequest(envelope);
 *   return Promise.resolve(buildResponse(200, call.promiseID, call.payload));
 * });
 * const session = new Session();
 * await pipeliner.handle(buildRequest(session.origin(session.next(), 1)));
 * ```
 */
export class Pipeliner {
  readonly #dispatch: DispatchFn;
  readonly #answers: Answers;
  readonly #parked: Parked;
  readonly #waiters: Map<number, Waiter> = new Map();
  readonly #wheel: DeadlineWheel = new DeadlineWheel(SYSTEM_CLOCK);
  #tag = 0;
  #position = 0;

  /**
   * Makes a table of promises.
   *
   * @param dispatch Runs a call whose payload is complete.
   * @param limits Bounds.
   * @throws {TypeError} For an unknown limit.
   * @throws {RangeError} If a limit is out of range.
   */
  constructor(dispatch: DispatchFn, limits: PipelinerLimits = {}) {
    assertKnownOptions(limits, LIMIT_KEYS, "Pipeliner");
    const bounds = resolveLimits(limits);
    this.#dispatch = dispatch;
    this.#answers = new Answers(bounds.maxAnswers, bounds.maxAnswerBytes);
    this.#parked = new Parked(
      bounds,
      this.#wheel,
      (parked, status) => {
        this.#take(parked).resolve(this.#refuse(parked.call.promiseID, status));
      },
    );
  }

  /** Answers that are kept. */
  get answers(): number {
    return this.#answers.size;
  }

  /** Calls that wait for their targets. */
  get parked(): number {
    return this.#parked.size;
  }

  /**
   * Answers one request envelope.
   *
   * @param envelope From `buildRequest`; read before this returns.
   * @returns The response envelope.
   * @throws {ZapParseError} If the envelope is no message.
   * @throws What dispatch throws, for the call itself and for all that build on it.
   */
  async handle(envelope: Uint8Array): Promise<Uint8Array> {
    const call = parseRequest(envelope);
    if (call.target === NO_TARGET) {
      return await this.#run(envelope, call.promiseID);
    }
    const kept = this.#answers.get(call.target);
    if (kept === undefined) {
      const tag = this.#tag++;
      if (!this.#parked.park(tag, call)) {
        return this.#refuse(call.promiseID, Status.TooManyInFlight);
      }
      return await new Promise((resolve, reject) => this.#waiters.set(tag, { resolve, reject }));
    }
    if (kept.status !== Status.OK) {
      return this.#refuse(call.promiseID, Status.BadRequest);
    }
    return await this.#run(buildRequest({ ...call, payload: kept.body }), call.promiseID);
  }

  /** Lets an answer go, and refuses with 400 all calls that wait on it or name it later. */
  finish(id: number): void {
    this.#answers.finish(id);
    this.#refuseAll([id]);
  }

  async #run(envelope: Uint8Array, promiseID: number): Promise<Uint8Array> {
    let answer: Uint8Array;
    try {
      answer = await this.#dispatch(envelope);
      this.#keep(promiseID, answer);
    } catch (error) {
      this.#poison(promiseID, error);
      throw error;
    }
    return answer;
  }

  #keep(promiseID: number, answer: Uint8Array): void {
    const { status, body } = parseResponse(answer);
    // A copy: the answer is the caller's, who may change it.
    const own = status === Status.OK ? copyBytes(body) : EMPTY;
    if (promiseID !== 0) {
      this.#answers.keep(promiseID, status, own, 0, own.length, this.#position);
      this.#position += own.length;
    }
    if (status !== Status.OK) return this.#refuseAll([promiseID]);
    for (const parked of this.#parked.take(promiseID) ?? []) {
      const { resolve, reject } = this.#take(parked);
      const { promiseID: id } = parked.call;
      this.#run(buildRequest({ ...parked.call, payload: own }), id).then(resolve, reject);
    }
  }

  /** Refuses what waits on these, and what waits on those in turn. */
  #refuseAll(ids: number[]): void {
    for (let i = 0; i < ids.length; i++) {
      for (const parked of this.#parked.take(ids[i]!) ?? []) {
        const { promiseID } = parked.call;
        this.#take(parked).resolve(this.#refuse(promiseID, Status.BadRequest));
        ids.push(promiseID);
      }
    }
  }

  /** Dispatch threw: what waits on it gets the same error, and so on down. */
  #poison(promiseID: number, error: unknown): void {
    const ids = [promiseID];
    for (let i = 0; i < ids.length; i++) {
      if (ids[i] !== 0) this.#answers.finish(ids[i]!);
      for (const parked of this.#parked.take(ids[i]!) ?? []) {
        this.#take(parked).reject(error);
        ids.push(parked.call.promiseID);
      }
    }
  }

  /** A refused call can never be built on either. */
  #refuse(promiseID: number, status: number): Uint8Array {
    if (promiseID !== 0) this.#answers.finish(promiseID);
    return buildResponse(status, promiseID, EMPTY);
  }

  #take(parked: ParkedCall): Waiter {
    const waiter = this.#waiters.get(parked.tag)!;
    this.#waiters.delete(parked.tag);
    // There is no `close`: a timer that is left would keep the process alive.
    if (this.#parked.size === 0) this.#wheel.stop();
    return waiter;
  }
}
