/** What connections are made with. */

import type { SocketAddress } from "../runtime/types.ts";
import type { DeadlineWheel } from "./deadlines.ts";
import type { Handlers, Peer } from "./handlers.ts";
import type { RpcLimits } from "./limits.ts";
import type { RpcError } from "./rpc_error.ts";

/** A connection, as its client or server sees it. */
export interface OpenConnection extends Peer {
  /** Whether calls can be sent. */
  readonly open: boolean;
  /** Calls out that wait for an answer. */
  readonly pendingCalls: number;
  /** Calls in that have no answer yet. */
  readonly runningCalls: number;
  /** Refuses new calls with 503, and ends when those under way are answered. */
  drain(): void;
}

/** What a connection is made with; the same for all of one client or server. */
export interface ConnectionSettings {
  /** What to do with what the peer sends. */
  readonly handlers: Handlers;
  /** Bounds. */
  readonly limits: RpcLimits;
  /** Deadlines of all connections. */
  readonly wheel: DeadlineWheel;
  /** Whether this side accepted the connection. */
  readonly accepted: boolean;
  /** Capability of calls that bring none. */
  readonly cap: Uint8Array;
  /** Deadline of calls that bring none; 0 is none. */
  readonly timeoutMs: number;
  /** Calls without an answer. */
  readonly maxPendingCalls: number;
  /** Bytes waiting for a peer that does not read. */
  readonly maxQueuedBytes: number;
  /** This side's node id (node framing). */
  readonly nodeID: string;
  /** The connection is ready for calls. */
  readonly onReady: (connection: OpenConnection) => void;
  /** The connection is gone: once, last. */
  readonly onGone: (connection: OpenConnection, error: RpcError) => void;
}

/** Who is at the other end of a link. */
export interface LinkInfo {
  /** Where it is. */
  readonly remoteAddress?: SocketAddress | undefined;
  /** Its TLS certificate. */
  readonly certificate?: Uint8Array | undefined;
}
