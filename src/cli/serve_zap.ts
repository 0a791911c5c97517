/** The ZAP half of `zap serve`. */

import { SYSTEM_CLOCK } from "../base/clock.ts";
import { quoted } from "../base/quoted.ts";
import { limitedLines, textOf } from "../http/error_lines.ts";
import { DEFAULT_LIMITS, type Handlers, ZapServer } from "../rpc/mod.ts";
import type { SocketAddress } from "../runtime/types.ts";
import { formatAddress, type ZapAddress } from "./address.ts";
import type { CliIo } from "./io.ts";
import type { ServeSettings } from "./serve_settings.ts";

/** A server that listens. */
export interface Running {
  /** Which of the two it is. */
  readonly kind: "http" | "zap";
  /** What it speaks, for a person. */
  readonly title: string;
  /** Where, as a client would write it. */
  readonly address: string;
  /** What else start-up says: the limits in force. */
  readonly notes: readonly string[];
  /** Stops in order. */
  stop(): Promise<void>;
  /** Reads the certificate again, where the server can. */
  reload?(): Promise<void>;
}

/** Serves handlers over ZAP. Faults of handlers and peers go to standard error. */
export async function serveZap(
  handlers: Handlers,
  { zap, framing, drainMs, tls, workers }: ServeSettings,
  io: CliIo,
): Promise<Running> {
  const log = limitedLines(SYSTEM_CLOCK, (line) => io.stderr(`${line}\n`));
  const server = new ZapServer({
    onError: (error, peer) => {
      const who = peer?.nodeID ? ` (peer ${quoted(peer.nodeID)})` : "";
      log(`ZAP${who}: ${textOf(error)}`);
    },
    ...handlers,
  });
  // A Unix socket is the machine's own: TLS is for the port beside it.
  const certificate = "path" in zap ? undefined : tls;
  const bound = await server.listen({
    ...("path" in zap ? { path: zap.path } : { host: zap.host, port: zap.port }),
    framing,
    ...(certificate ? { tls: await certificate() } : {}),
    ...(workers > 1 ? { reusePort: true } : {}),
  });
  return {
    ...zapStartup(addressOf(bound, tls !== undefined), framing, drainMs),
    stop: () => server.drain(drainMs),
    ...(certificate ? { reload: async () => await server.reload(await certificate()) } : {}),
  };
}

/** What start-up says of a ZAP server at an address. */
export function zapStartup(
  where: ZapAddress,
  framing: "node" | "mux",
  drainMs: number,
): Omit<Running, "stop"> {
  const address = formatAddress(where);
  const limits = DEFAULT_LIMITS;
  return {
    kind: "zap",
    title: `ZAP (${framing} framing)`,
    address,
    notes: [
      `Limits: ${limits.maxConnections} connections, ${limits.maxInFlight} calls in flight on each, ` +
      `handshake ${limits.handshakeTimeoutMs / 1000} s, idle ${limits.idleTimeoutMs / 1000} s, ` +
      `drain ${drainMs / 1000} s`,
    ],
  };
}

function addressOf(bound: SocketAddress, tls: boolean): ZapAddress {
  return bound.transport === "unix"
    ? { path: bound.path }
    : { host: bound.hostname, port: bound.port, tls };
}
