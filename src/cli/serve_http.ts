/** The HTTP half of `zap serve`. */

import { SYSTEM_CLOCK } from "../base/clock.ts";
import { limitedLines, textOf } from "../http/error_lines.ts";
import {
  type Handler,
  serve,
  type ServeOptions,
  type ServerEvents,
  type StaticResponse,
} from "../http/mod.ts";
import { resolveLimits } from "../http/options.ts";
import { currentProcess } from "../runtime/process.ts";
import type { SocketAddress } from "../runtime/types.ts";
import type { CliIo } from "./io.ts";
import type { ServedModule } from "./load_module.ts";
import type { ServeSettings } from "./serve_settings.ts";
import type { Running } from "./serve_zap.ts";

/** Serves a module's `fetch` over HTTP/1.1. */
export async function serveHttp(
  module: ServedModule,
  settings: ServeSettings,
  io: CliIo,
  events: ServerEvents,
): Promise<Running> {
  const { http, limits, drainMs, metrics, health, tls, workers } = settings;
  const log = limitedLines(SYSTEM_CLOCK, (line) => io.stderr(`${line}\n`));
  const options: ServeOptions = {
    ...("path" in http ? { path: http.path } : { hostname: http.host, port: http.port }),
    ...limits,
    drainTimeoutMs: drainMs,
    health: {
      ...(metrics === undefined ? {} : { metrics }),
      ...(health ? { livez: "/livez", readyz: "/readyz" } : {}),
    },
    ...(settings.accessLog ? { accessLog: true } : {}),
    ...(tls ? { tls: await tls() } : {}),
    ...(workers > 1 ? { workers } : {}),
    events,
    static: staticResponses(module),
    ...bodyLimits(module, limits),
    onError: (error) => log(`HTTP: ${textOf(error)}`),
  };
  const handler: Handler = (request, info) => module.fetch!(request, info);
  const server = serve(handler, options);
  const bound = await server.ready;
  return {
    kind: "http",
    title: workers > 1 ? `HTTP (${workers} workers)` : "HTTP",
    address: addressOf(bound, tls !== undefined),
    notes: [limitsLine(options)],
    stop: () => server.stop(),
    ...(tls ? { reload: async () => await server.reload(await tls()) } : {}),
  };
}

/** What a module's routes declare that they take, unless the command line says what counts. */
function bodyLimits(
  module: ServedModule,
  limits: ServeSettings["limits"],
): Pick<ServeOptions, "bodyLimitOf"> {
  if (module.bodyLimitOf === undefined || limits["maxBodyBytes"] !== undefined) return {};
  return { bodyLimitOf: (method, path) => module.bodyLimitOf!(method, path) };
}

/** The responses that the server may send by itself. */
function staticResponses(module: ServedModule): StaticResponse[] {
  return Array.from(
    module.fixedResponses?.() ?? [],
    ([method, path, response]) => ({ method, path, ...response }),
  );
}

function addressOf(bound: SocketAddress, tls: boolean): string {
  if (bound.transport === "unix") return `unix:${bound.path}`;
  const host = bound.hostname.includes(":") ? `[${bound.hostname}]` : bound.hostname;
  return `http${tls ? "s" : ""}://${host}:${bound.port}`;
}

function limitsLine(options: ServeOptions): string {
  const force = resolveLimits(options, currentProcess().descriptorLimit());
  const seconds = (ms: number) => `${ms / 1000} s`;
  return `Limits: ${force.maxConnections} connections, ${force.maxConcurrentRequests} requests at once, ` +
    `body ${force.maxBodyBytes} bytes, head ${seconds(force.headersTimeoutMs)}, ` +
    `body ${seconds(force.bodyTimeoutMs)} idle, handler ${seconds(force.requestTimeoutMs)}, ` +
    `keep-alive ${seconds(force.keepAliveTimeoutMs)}, drain ${seconds(force.drainTimeoutMs)}`;
}
