/** What a server is made with, and where it listens. */

import type { Clock } from "../base/clock.ts";
import type { ServerTlsOptions } from "../runtime/types.ts";
import { HANDLER_KEYS, type Handlers, type Peer } from "./handlers.ts";
import { DEFAULT_LIMITS, type RpcLimits } from "./limits.ts";
import type { Framing } from "./open_connection.ts";

/** What a server does, and its bounds. */
export interface ServerOptions extends Handlers, Partial<RpcLimits> {
  /** Node id for the handshake, 1 to 60 bytes. Default `"zap-edge"`. */
  readonly nodeID?: string;
  /** Milliseconds that calls made by the server wait; 0 is for ever. Default 30 000. */
  readonly timeoutMs?: number;
  /** A connection is ready: the moment to keep it for calls of the server's own. What it throws or rejects with goes to `onError`. */
  readonly onConnection?: (peer: Peer) => void;
  /** Time, for tests. Default: the machine's. */
  readonly clock?: Clock;
}

/** The keys of {@link ServerOptions}, for checking options. */
export const SERVER_KEYS: readonly string[] = [
  "nodeID",
  "timeoutMs",
  "onConnection",
  "clock",
  ...HANDLER_KEYS,
  ...Object.keys(DEFAULT_LIMITS),
];

/** Where a server listens. */
export interface ServerAddress {
  /** Address to bind. Default `127.0.0.1`. */
  readonly host?: string;
  /** TCP port, 0 for a free one. Default 9999. */
  readonly port?: number;
  /** Path of a Unix socket, instead of host and port. */
  readonly path?: string;
  /** Certificate and key, PEM. Default: no TLS. */
  readonly tls?: ServerTlsOptions;
  /** Framing of this port. Default `"node"`. */
  readonly framing?: Framing;
  /** Several processes share the port (Linux). Default `false`. */
  readonly reusePort?: boolean;
}

/** The keys of {@link ServerAddress}, for checking options. */
export const ADDRESS_KEYS: readonly string[] = [
  "host",
  "port",
  "path",
  "tls",
  "framing",
  "reusePort",
];
