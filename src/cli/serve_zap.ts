/** The ZAP half of `zap serve`. */

import { DEFAULT_LIMITS, type Handlers, ZapServer } from "../rpc/mod.ts";
import type { ServerTlsOptions, SocketAddress } from "../runtime/types.ts";
import { formatAddress, type ZapAddress } from "./address.ts";
import type { CliIo } from "./io.ts";

/** What `zap serve` was told. */
export interface ServeSettings {
  /** Where ZAP listens. */
  readonly zap: ZapAddress;
  /** What its port speaks. */
  readonly framing: "node" | "mux";
  /** Milliseconds for what is under way when asked to stop. */
  readonly drainMs: number;
  /** Certificate and key, PEM. */
  readonly tls?: ServerTlsOptions;
}

/** A server that listens. */
export interface Running {
  /** What it speaks. */
  readonly kind: string;
  /** Where, as a client would write it. */
  readonly address: string;
  /** What else start-up says: the limits in force, how to call it. */
  readonly notes: readonly string[];
  /** Stops in order. */
  stop(): Promise<void>;
}

/** Serves handlers over ZAP. Faults of handlers and peers go to standard error, one line each. */
export async function serveZap(
  handlers: Handlers,
  { zap, framing, drainMs, tls }: ServeSettings,
  io: CliIo,
): Promise<Running> {
  const server = new ZapServer({
    onError: (error, peer) => {
      const who = peer?.nodeID ? ` (peer "${peer.nodeID}")` : "";
      io.stderr(`ZAP: ${error instanceof Error ? error.stack ?? error.message : error}${who}\n`);
    },
    ...handlers,
  });
  const target = "path" in zap ? { path: zap.path } : { host: zap.host, port: zap.port };
  const bound = await server.listen({ ...target, framing, ...(tls ? { tls } : {}) });
  const address = formatAddress(addressOf(bound, tls !== undefined));
  const limits = DEFAULT_LIMITS;
  return {
    kind: `ZAP (${framing} framing)`,
    address,
    notes: [
      `Limits: ${limits.maxConnections} connections, ${limits.maxInFlight} calls in flight on each, ` +
      `handshake ${limits.handshakeTimeoutMs / 1000} s, idle ${limits.idleTimeoutMs / 1000} s, ` +
      `drain ${drainMs / 1000} s`,
      `Try: zap call ${address}${framing === "mux" ? " --framing=mux" : ""} 1 hello`,
    ],
    stop: () => server.drain(drainMs),
  };
}

function addressOf(bound: SocketAddress, tls: boolean): ZapAddress {
  return bound.transport === "unix"
    ? { path: bound.path }
    : { host: bound.hostname, port: bound.port, tls };
}
