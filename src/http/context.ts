/** What a server's connections share. @module */

import type { Clock } from "../base/clock.ts";
import type { SocketAddress } from "../runtime/types.ts";
import type { DateLine } from "./date.ts";
import type { ConnectionLimits, ParserLimits } from "./defaults.ts";
import type { ServerEvents, ServerStats } from "./events.ts";
import type { TrustedProxies } from "./forwarded.ts";
import type { Gate } from "./gate.ts";
import type { Health } from "./health.ts";
import type { Output } from "./output.ts";
import type { ResponseHeads } from "./response_head.ts";
import type { StaticRoutes } from "./static_routes.ts";
import type { Handler } from "./types.ts";

/** Totals, while they count. */
export type LiveStats = { -readonly [K in keyof ServerStats]: ServerStats[K] };

/** A server, as its connections see it. */
export interface ServerContext {
  readonly handler: Handler;
  readonly limits: Readonly<ConnectionLimits & ParserLimits>;
  readonly methods: ReadonlySet<string>;
  readonly clock: Clock;
  readonly events: ServerEvents;
  readonly output: Output;
  readonly date: DateLine;
  readonly heads: ResponseHeads;
  readonly gate: Gate;
  readonly statics: StaticRoutes;
  readonly stats: LiveStats;
  /** What the server answers about itself, where that is asked for. */
  readonly health: Health | undefined;
  /** Who may say for whom a request is. */
  readonly proxies: TrustedProxies | undefined;
  /** The body limit of a request, where it differs from `limits.maxBodyBytes`. */
  readonly bodyLimitOf: ((method: string, path: string) => number | undefined) | undefined;
  /** Whether handlers are given the runtime's own requests, because the globals are its own. */
  readonly nativeRequests: boolean;
  /** Whether `stop` has been called. */
  draining: boolean;
  /** Scheme and host of a URL. */
  originOf(host: string | undefined, secure: boolean, local: SocketAddress): string;
  /** A connection has gone. */
  gone(connection: object): void;
}
