/** Statuses of a response envelope. The last four are beyond the reference, and only ever sent by us. */
export const Status: Readonly<{
  OK: 200;
  BadRequest: 400;
  Unauthorized: 401;
  Forbidden: 403;
  NotFound: 404;
  DeadlineExceeded: 408;
  TooLarge: 413;
  TooManyInFlight: 429;
  Internal: 500;
  ShuttingDown: 503;
}> = {
  OK: 200,
  BadRequest: 400,
  Unauthorized: 401,
  Forbidden: 403,
  NotFound: 404,
  DeadlineExceeded: 408,
  TooLarge: 413,
  TooManyInFlight: 429,
  Internal: 500,
  ShuttingDown: 503,
};

const NAMES: Readonly<Record<number, string>> = {
  200: "OK",
  400: "bad request",
  401: "unauthorized",
  403: "forbidden",
  404: "not found",
  408: "deadline exceeded",
  413: "too large",
  429: "too many in flight",
  500: "internal error",
  503: "shutting down",
};

/** A status in words; the number itself for one that is not in {@link Status}. */
export function statusText(status: number): string {
  return NAMES[status] ?? String(status);
}

/** Target of a call that builds on no other. */
export const NO_TARGET = 0;

/** Message type of call envelopes: the router slot. */
export const MSG_TYPE_ROUTER_BASE = 200;
