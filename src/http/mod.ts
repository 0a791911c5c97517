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
import type { ServeOptions } from "./options.ts";
import { HttpServer } from "./server.ts";
import type { Handler } from "./types.ts";

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
export type { Handler, ServeInfo } from "./types.ts";
export type { StaticResponse } from "./static_routes.ts";
export type { TakenOver, TakeOver, UpgradeOffer } from "./upgrade.ts";
export { HttpServer, type ServerMachine } from "./server.ts";

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
export function serve(handler: Handler, options: ServeOptions = {}): HttpServer {
  const host = currentProcess();
  const server = new HttpServer(
    {
      network: currentNetwork(),
      clock: SYSTEM_CLOCK,
      wallClock: Date.now,
      descriptorLimit: host.descriptorLimit(),
    },
    handler,
    options,
  );
  if (options.signals === true) {
    let stopping = false;
    const forget = host.onSignal(["SIGTERM", "SIGINT"], () => {
      void server.stop({ now: stopping }).then(forget);
      stopping = true;
    });
    server.ready.catch(forget);
  }
  return server;
}
