/**
 * The HTTP/1.1 server: a `(Request) => Response` handler on raw TCP, TLS or Unix sockets, the same
 * on Deno, Bun and Node.
 *
 * @example
 * ```ts
 * import { serve } from "./mod.ts";
 *
 * const server = serve(() => new Response("Hello"), { port: 0 });
 * console.log(await server.ready);
 * await server.stop();
 * ```
 *
 * @module
 */

import { SYSTEM_CLOCK } from "../base/clock.ts";
import { currentNetwork } from "../runtime/current.ts";
import { currentProcess } from "../runtime/process.ts";
import type { HostProcess } from "../runtime/process_types.ts";
import { AccessLog } from "./access_log.ts";
import type { ServeOptions } from "./options.ts";
import { PoolServer } from "./pool_server.ts";
import { HttpServer } from "./server.ts";
import type { Handler, Server } from "./types.ts";
import { attachWorker, type WorkerNews } from "./worker_side.ts";

export type {
  CloseCause,
  ConnectionRecord,
  RejectReason,
  RequestOutcome,
  RequestRecord,
  ServerEvents,
  ServerStats,
  TimeoutPhase,
} from "./events.ts";
export type { FaultCode } from "./faults.ts";
export type { ConnectionLimits, ParserLimits } from "./defaults.ts";
export type { ServeOptions } from "./options.ts";
export type { Handler, ServeInfo, Server } from "./types.ts";
export { AccessLog, type AccessLogOptions, type AccessRecord, type LogSink } from "./access_log.ts";
export type { ForwardedClient, TrustedProxyOptions } from "./forwarded.ts";
export type { HealthOptions } from "./health.ts";
export { Metrics } from "./metrics.ts";
export type { Counted, RequestSeries } from "./metrics_format.ts";
export type { Histogram } from "./metrics_histogram.ts";
export type { Labels } from "./metrics_text.ts";
export type { Clock } from "../base/clock.ts";
export type { SocketError, SocketErrorCode } from "../base/socket_error.ts";
export type {
  Accept,
  ClientTlsOptions,
  ConnectOptions,
  Listener,
  ListenOptions,
  Network,
  Opened,
  ServerTlsOptions,
  Socket,
  SocketAddress,
  SocketHandlers,
  TcpAddress,
  TlsState,
} from "../runtime/types.ts";
export { acceptWebSocket, type WebSocketOptions } from "./websocket/server.ts";
export { connectWebSocket, type WebSocketClientOptions } from "./websocket/client.ts";
export type { HandshakePolicy } from "./websocket/handshake.ts";
export { DEFAULT_WEBSOCKET_LIMITS, type WebSocketLimits } from "./websocket/limits.ts";
export type { WebSocketHandlers, WebSocketPeer, WebSocketState } from "./websocket/types.ts";
export type { StaticResponse } from "./static_routes.ts";
export type { TakenOver, TakeOver, UpgradeOffer } from "./upgrade.ts";
export { HttpServer } from "./server.ts";
export type { ServerMachine } from "./machine.ts";

/**
 * Serves HTTP/1.1.
 *
 * @param handler Answers one request.
 * @param options Where to listen, and every limit.
 * @returns The server; its `ready` tells the address.
 * @throws {TypeError} For an unknown option, or one of the wrong type.
 * @throws {RangeError} For a limit out of its range.
 *
 * @example
 * ```ts
 * import { serve } from "./mod.ts";
 *
 * const server = serve((request) => Response.json({ url: request.url }), { port: 0 });
 * await server.ready;
 * await server.stop();
 * ```
 */
export function serve(
  handler: Handler,
  options: ServeOptions & { readonly workers?: 1 },
): HttpServer;
/**
 * Serves HTTP/1.1, with `workers` in as many processes: this program is started once more for each,
 * and in the first process the answer only leads them.
 */
export function serve(handler: Handler, options?: ServeOptions): Server;
export function serve(handler: Handler, options: ServeOptions = {}): Server {
  const host = currentProcess();
  const server = start(host, handler, options);
  if (options.signals === true) stopAtSignals(host, server);
  return server;
}

function start(
  host: HostProcess,
  handler: Handler,
  options: ServeOptions,
): HttpServer | PoolServer {
  const many = (options.workers ?? 1) > 1;
  const channel = many ? host.workerChannel() : undefined;
  if (many && !channel) return new PoolServer(host, options);
  const sink = options.accessLog === true ? { write: host.writeOutput } : options.accessLog;
  // Every scrape meets another worker, so each answers for all.
  const news: WorkerNews | undefined = channel && options.health?.metrics !== undefined
    ? { metricsOfAll: undefined }
    : undefined;
  const server = new HttpServer(
    {
      network: currentNetwork(),
      clock: SYSTEM_CLOCK,
      wallClock: Date.now,
      descriptorLimit: host.descriptorLimit(),
      metricsOfAll: () => news?.metricsOfAll,
      log: sink ? new AccessLog({ sink }) : undefined,
    },
    handler,
    channel ? { ...options, reusePort: true, port: channel.port ?? options.port ?? 8080 } : options,
  );
  if (channel) attachWorker(channel, server, SYSTEM_CLOCK, news);
  return server;
}

/** The first signal drains, a second one ends at once; after the drain signals are the program's again. */
function stopAtSignals(host: HostProcess, server: Server): void {
  let stopping = false;
  const forget = host.onSignal(["SIGTERM", "SIGINT"], () => {
    void server.stop({ now: stopping }).then(forget);
    stopping = true;
  });
  server.ready.catch(forget);
}
