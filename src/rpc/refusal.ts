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

/** The error of a call that was not sent. */
export function refusal(
  code: Reason,
  method: number,
  cause?: unknown,
  why: string = REASONS[code].why,
): RpcError {
  const { status } = REASONS[code];
  return new RpcError(code, `Cannot call method ${method}: ${why}`, { status, method, cause });
}

/** A deadline that is no time. A negative one, computed from what is left, must not become "for ever". */
export function badTimeout(ms: number, name: string): RangeError | undefined {
  if (ms >= 0) return undefined;
  return new RangeError(`Cannot use ${name}: ${ms} is not a number of milliseconds from 0`);
}
