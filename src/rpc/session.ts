import { EMPTY } from "../base/bytes.ts";
import type { Call } from "./envelope.ts";
import { NO_TARGET } from "./status.ts";

/** Stands for the answer of a call that is under way. */
export interface PromiseHandle {
  /** The promise id; never 0. */
  readonly id: number;
}

/**
 * The client's half of pipelining: gives promise ids 1, 2, 3, … and builds calls that name them. One
 * per connection, because ids mean something only there.
 *
 * @example
 * ```ts
 * import { Session } from "@zap-proto/edge";
 *
 * const session = new Session();
 * const user = session.next();
 * const first = session.origin(user, 1);
 * const second = session.pipe(session.next(), user, 2); // its payload is the first's answer
 * console.log(first.promiseID, second.target); // 1 1
 * ```
 */
export class Session {
  #last = 0;

  /** A new promise id; after 2^32 - 1 comes 1 again. */
  next(): PromiseHandle {
    this.#last = nextPromiseID(this.#last);
    return { id: this.#last };
  }

  /** A call that builds on no other, and answers to `promise`. */
  origin(
    promise: PromiseHandle,
    method: number,
    cap: Uint8Array = EMPTY,
    payload: Uint8Array = EMPTY,
  ): Call {
    return { method, promiseID: promise.id, target: NO_TARGET, cap, payload };
  }

  /** A call whose payload will be the answer of `target`; its own payload is not used. */
  pipe(
    promise: PromiseHandle,
    target: PromiseHandle,
    method: number,
    cap: Uint8Array = EMPTY,
    payload: Uint8Array = EMPTY,
  ): Call {
    return { method, promiseID: promise.id, target: target.id, cap, payload };
  }
}

/** The promise id after `last`: 1 comes after 2^32 - 1, because 0 is no promise. */
export function nextPromiseID(last: number): number {
  return ((last + 1) >>> 0) || NO_TARGET + 1;
}
