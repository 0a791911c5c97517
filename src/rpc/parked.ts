/** Calls that arrived before the promise they build on: bounded by count, bytes and time. */

import { copyBytes, EMPTY } from "../base/bytes.ts";
import { type DeadlineWheel, Timed } from "./deadlines.ts";
import type { Call } from "./envelope.ts";
import type { RpcLimits } from "./limits.ts";
import { Status } from "./status.ts";

/** A call that waits for its target. */
export class ParkedCall extends Timed {
  readonly #late: (parked: ParkedCall) => void;
  /** Comes back with the answer. */
  readonly tag: number;
  /** The call, without its payload: the target's answer takes its place. */
  readonly call: Call;

  /** Waits until `late` is called or it is taken. */
  constructor(tag: number, call: Call, late: (parked: ParkedCall) => void) {
    super();
    this.tag = tag;
    this.call = call;
    this.#late = late;
  }

  /** Its target has not come. */
  override expired(): void {
    this.#late(this);
  }
}

/** See the file's comment. */
export class Parked {
  readonly #limits: RpcLimits;
  readonly #wheel: DeadlineWheel;
  readonly #refuse: (parked: ParkedCall, status: number) => void;
  readonly #byTarget: Map<number, Set<ParkedCall>> = new Map();
  #count = 0;
  #bytes = 0;
  readonly #late: (parked: ParkedCall) => void = (parked) => {
    const { target } = parked.call;
    const waiting = this.#byTarget.get(target)!;
    waiting.delete(parked);
    if (waiting.size === 0) this.#byTarget.delete(target);
    this.#forget(parked);
    this.#refuse(parked, Status.DeadlineExceeded);
  };

  /** `refuse` is called for one whose target has not come in time. */
  constructor(
    limits: RpcLimits,
    wheel: DeadlineWheel,
    refuse: (parked: ParkedCall, status: number) => void,
  ) {
    this.#limits = limits;
    this.#wheel = wheel;
    this.#refuse = refuse;
  }

  /** Calls that wait. */
  get size(): number {
    return this.#count;
  }

  /** Parks a call; `false` if that would pass a bound. */
  park(tag: number, call: Call): boolean {
    const { maxParkedCalls, maxParkedBytes, parkTimeoutMs } = this.#limits;
    const bytes = this.#bytes + call.cap.length;
    if (this.#count >= maxParkedCalls || bytes > maxParkedBytes) return false;
    this.#bytes = bytes;
    this.#count++;
    const { method, promiseID, target } = call;
    // A copy: the view would pin the whole chunk that the call came in.
    const kept = {
      method,
      promiseID,
      target,
      cap: copyBytes(call.cap),
      payload: EMPTY,
    };
    const parked = new ParkedCall(tag, kept, this.#late);
    let waiting = this.#byTarget.get(target);
    if (waiting === undefined) this.#byTarget.set(target, waiting = new Set());
    waiting.add(parked);
    if (parkTimeoutMs > 0) this.#wheel.set(parked, parkTimeoutMs);
    return true;
  }

  /** Takes out all that wait for a promise, in order of arrival. */
  take(promiseID: number): Iterable<ParkedCall> | undefined {
    const waiting = this.#byTarget.get(promiseID);
    if (waiting === undefined) return undefined;
    this.#byTarget.delete(promiseID);
    for (const parked of waiting) this.#forget(parked);
    return waiting;
  }

  /** Forgets all, without an answer. */
  clear(): void {
    for (const waiting of this.#byTarget.values()) {
      for (const parked of waiting) this.#forget(parked);
    }
    this.#byTarget.clear();
  }

  #forget(parked: ParkedCall): void {
    this.#wheel.clear(parked);
    this.#count--;
    this.#bytes -= parked.call.cap.length;
  }
}
