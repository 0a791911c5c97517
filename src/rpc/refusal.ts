/** Why a call was not sent. */

import { RpcError } from "./rpc_error.ts";
import { Status } from "./status.ts";

type Reason = "closed" | "aborted" | "busy" | "too_large";

const REASONS: Readonly<Record<Reason, { readonly status: number; readonly why: string }>> = {
  closed: { status: 0, why: "the connection is closed" },
  aborted: { status: 0, why: "the signal has fired" },
  busy: { status: Status.TooManyInFlight, why: "too much is under way" },
  too_large: { status: Status.TooLarge, why: "it is larger than a frame may be" },
};

/** The error of a call that was not sent; method 0 is none, but something else that waited for a connection. */
export function refusal(
  code: Reason,
  method: number,
  cause?: unknown,
  why: string = REASONS[code].why,
): RpcError {
  const { status } = REASONS[code];
  const what = method === 0 ? "connect" : `call method ${method}`;
  return new RpcError(code, `Cannot ${what}: ${why}`, { status, method, cause });
}

/** Whether a value is bytes, of whatever realm: arrays of wider numbers would be cut to their low bytes. */
export function isBytes(value: unknown): value is Uint8Array {
  return ArrayBuffer.isView(value) && (value as Uint8Array).length === value.byteLength;
}

/** Whether a number is a method's: the wire would carry any other as one that is. */
export function isOrdinal(method: number): boolean {
  return method >>> 0 === method;
}

/** The error for a number that is no method's. */
export function badOrdinal(method: number): RangeError {
  return new RangeError(
    `Cannot call method ${method}: ordinals are whole numbers below 2^32`,
  );
}

/**
 * What arithmetic or plain JavaScript let through in a call, and the wire would carry as something
 * else; `undefined` if there is nothing.
 */
export function misuse(
  method: number,
  timeoutMs: number,
  payload: unknown,
  cap: unknown,
): Error | undefined {
  if (!isOrdinal(method)) return badOrdinal(method);
  const problem = badTimeout(timeoutMs, "timeoutMs");
  if (problem !== undefined || (isBytes(payload) && isBytes(cap))) return problem;
  return new TypeError(`Cannot call method ${method}: payload and cap must be Uint8Arrays`);
}

/** A deadline that is no time. A negative one, computed from what is left, must not become "for ever". */
export function badTimeout(ms: number, name: string): RangeError | undefined {
  if (ms >= 0) return undefined;
  return new RangeError(`Cannot use ${name}: ${ms} is not a number of milliseconds from 0`);
}
