/** How a client behaves. */

import type { Clock } from "../base/clock.ts";
import { HANDLER_KEYS, type Handlers } from "./handlers.ts";
import { assertNodeID } from "./handshake.ts";
import { CLIENT_DEFAULTS, type RpcLimits } from "./limits.ts";
import { badTimeout } from "./refusal.ts";

/** How a client behaves, wherever its server is. The handlers serve calls that the server makes. */
export interface ClientOptions extends Handlers {
  /** Node id for the handshake, 1 to 60 bytes. Default: a new one per connection, because reference servers refuse one they already hold. */
  readonly nodeID?: string;
  /** Milliseconds for name, TCP, TLS and handshake together, 1 to 2^31 - 1. Default 5 000. */
  readonly connectTimeoutMs?: number;
  /** Milliseconds a call waits for its answer; 0 and `Infinity` are for ever. Default 30 000. */
  readonly timeoutMs?: number;
  /** Gives up the first connecting, and closes the client when it fires later. */
  readonly signal?: AbortSignal;
  /** Whether a call on a lost connection makes a new one, with jittered backoff between attempts. Calls under way when it is lost are rejected, never repeated; promises are the old connection's. Default `true`. */
  readonly reconnect?: boolean;
  /** Calls without an answer, and calls and messages that wait for a connection; one more is rejected. Default 65 536. */
  readonly maxPendingCalls?: number;
  /** Bytes waiting for a peer that does not read, or for a connection; a call or message beyond is rejected (`busy`). Default 16 MiB. */
  readonly maxQueuedBytes?: number;
  /** Bounds for frames, and for what the peer asks of this side. */
  readonly limits?: Partial<RpcLimits>;
  /** Time, for tests. Default: the machine's. */
  readonly clock?: Clock;
}

/** The keys of {@link ClientOptions}, for checking options. */
export const CLIENT_KEYS: readonly string[] = [
  "nodeID",
  "connectTimeoutMs",
  "timeoutMs",
  "signal",
  "reconnect",
  "maxPendingCalls",
  "maxQueuedBytes",
  "limits",
  "clock",
  ...HANDLER_KEYS,
];

/** A client's own bounds, with defaults for those that the user leaves. */
export interface ClientBounds {
  /** See {@link ClientOptions}. */
  readonly connectTimeoutMs: number;
  /** See {@link ClientOptions}. */
  readonly timeoutMs: number;
  /** See {@link ClientOptions}. */
  readonly maxPendingCalls: number;
  /** See {@link ClientOptions}. */
  readonly maxQueuedBytes: number;
}

/** Longest timer that every runtime takes for what it is. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * The bounds of a client, checked, so that a typo or a sum that overflowed does not switch one off.
 *
 * @throws {RangeError} For the first value out of range, and for a node id that would not arrive as it is.
 */
export function resolveClientBounds(options: ClientOptions): ClientBounds {
  const { connectTimeoutMs, timeoutMs, maxPendingCalls, maxQueuedBytes } = {
    ...CLIENT_DEFAULTS,
    ...given(options),
  };
  if (options.nodeID !== undefined) assertNodeID(options.nodeID);
  const problem = badTimeout(timeoutMs, "timeoutMs");
  if (problem !== undefined) throw problem;
  assertWhole("connectTimeoutMs", connectTimeoutMs, MAX_TIMER_MS);
  assertWhole("maxPendingCalls", maxPendingCalls, Number.MAX_SAFE_INTEGER);
  assertWhole("maxQueuedBytes", maxQueuedBytes, Number.MAX_SAFE_INTEGER);
  return { connectTimeoutMs, timeoutMs, maxPendingCalls, maxQueuedBytes };
}

/** The options that are set: one given as `undefined` is its default. */
function given(options: ClientOptions): Partial<ClientBounds> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

function assertWhole(key: string, value: number, most: number): void {
  if (Number.isInteger(value) && value >= 1 && value <= most) return;
  throw new RangeError(`Cannot use ${key}: ${value} is not a whole number from 1 to ${most}`);
}
