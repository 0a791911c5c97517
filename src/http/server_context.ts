/** Puts together what a server's connections share. @module */

import { accessLogEvents } from "./access_log_events.ts";
import { combineEvents, guardEvents } from "./combine_events.ts";
import type { LiveStats, ServerContext } from "./context.ts";
import { DateLine } from "./date.ts";
import { errorLines, limitedLines } from "./error_lines.ts";
import type { ServerEvents } from "./events.ts";
import { TrustedProxies } from "./forwarded.ts";
import { Gate } from "./gate.ts";
import { Health } from "./health.ts";
import type { ServerMachine } from "./machine.ts";
import type { Metrics } from "./metrics.ts";
import { resolveLimits, type ServeOptions } from "./options.ts";
import { Origins } from "./origins.ts";
import { Output } from "./output.ts";
import { ResponseHeads } from "./response_head.ts";
import { StaticRoutes } from "./static_routes.ts";
import type { Handler } from "./types.ts";

/** What the server itself does for its connections. */
export interface ContextOwner {
  /** What it counts. */
  readonly metrics: Metrics;
  /** A connection has gone. */
  gone(connection: object): void;
}

/**
 * The context of a server with these options.
 *
 * @throws {TypeError | RangeError} For bad options.
 */
export function makeContext(
  machine: ServerMachine,
  handler: Handler,
  options: ServeOptions,
  owner: ContextOwner,
): ServerContext {
  const limits = resolveLimits(options, machine.descriptorLimit);
  const { clock, wallClock } = machine;
  const date = new DateLine(clock, wallClock, options.date ?? true);
  date.refresh(clock.now());
  const heads = new ResponseHeads(date);
  const origins = new Origins();
  const context: ServerContext = {
    handler,
    limits,
    methods: new Set(limits.methods),
    clock,
    events: eventsOf(machine, options, owner.metrics),
    output: new Output(),
    date,
    heads,
    gate: new Gate(limits),
    statics: new StaticRoutes(options.static ?? [], heads, date),
    stats: noStats(),
    health: options.health && new Health(options.health, {
      draining: () => context.draining,
      metrics: () => machine.metricsOfAll?.() ?? owner.metrics.text(),
    }),
    proxies: options.trustedProxies && new TrustedProxies(options.trustedProxies),
    bodyLimitOf: options.bodyLimitOf,
    nativeRequests: options.lightGlobals === false,
    draining: false,
    originOf: (host, secure, local) => origins.of(host, secure, local),
    gone: (connection) => owner.gone(connection),
  };
  return context;
}

/** All who watch: the server's own, and the program's, which may fail. */
function eventsOf(machine: ServerMachine, options: ServeOptions, metrics: Metrics): ServerEvents {
  const write = limitedLines(machine.clock);
  const watchers: ServerEvents[] = [
    metrics,
    guardEvents({ handlerFailed: options.onError ?? errorLines(write) }, write),
  ];
  if (options.events) watchers.push(guardEvents(options.events, write));
  if (machine.log) watchers.push(accessLogEvents(machine.log, machine.wallClock));
  return combineEvents(watchers);
}

function noStats(): LiveStats {
  return {
    connections: 0,
    idleConnections: 0,
    activeRequests: 0,
    queuedRequests: 0,
    acceptedConnections: 0,
    requests: 0,
    bytesIn: 0,
    bytesOut: 0,
    draining: false,
  };
}
