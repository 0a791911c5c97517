import { EMPTY } from "../base/bytes.ts";
import { statusText } from "./status.ts";

/** Why a call has no answer, or not the one it wanted. */
export type RpcErrorCode =
  | "status" // the peer answered with a status other than 200
  | "deadline" // no answer within the time
  | "aborted" // the caller's signal fired
  | "closed" // this side closed the client, or it was closed when the call was made
  | "lost" // the connection broke while the call was under way; it may or may not have run
  | "connect" // no connection could be made
  | "too_large" // the call or message exceeds the largest frame; it was not sent
  | "busy" // too much is under way on this side already; the call was not sent
  | "protocol"; // the peer sent bytes that are not the protocol

/** What an {@link RpcError} carries beside its message. */
export interface RpcErrorDetails {
  /** The response's status; 0 where there was none. */
  readonly status?: number;
  /** The call's method ordinal; 0 where no call is concerned. */
  readonly method?: number;
  /** The response's body. */
  readonly body?: Uint8Array;
  /** What brought it about. */
  readonly cause?: unknown;
}

/**
 * A call that failed. Typed clients throw it for every status but 200; `client.call` rejects with
 * it only when no answer came.
 *
 * @example
 * ```ts
 * import { RpcError } from "@zap-proto/edge";
 *
 * const error = new RpcError("status", "Cannot read note", { status: 404, method: 2 });
 * console.log(error.code, error.status); // status 404
 * ```
 */
export class RpcError extends Error {
  /** Always `"RpcError"`. */
  override readonly name = "RpcError";
  /** Which of the closed list of reasons this is. */
  readonly code: RpcErrorCode;
  /** The response's status, or the nearest one this side gives: 408 deadline, 429 busy; else 0. */
  readonly status: number;
  /** Method ordinal of the call; 0 where no call is concerned. */
  readonly method: number;
  /** Body of the response; empty where there was none. */
  readonly body: Uint8Array;

  /** Makes an error with a code from the closed list. */
  constructor(code: RpcErrorCode, message: string, details: RpcErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.status = details.status ?? 0;
    this.method = details.method ?? 0;
    this.body = details.body ?? EMPTY;
  }
}

/** The error for an answer whose status is not 200. */
export function statusError(method: number, status: number, body: Uint8Array): RpcError {
  return new RpcError(
    "status",
    `Call of method ${method} answered ${status}: ${statusText(status)}`,
    {
      status,
      method,
      body,
    },
  );
}
