/** The access log as a listener of a server's events. @module */

import type { AccessLog } from "./access_log.ts";
import type { RequestRecord, ServerEvents } from "./events.ts";
import type { ForwardedClient } from "./forwarded.ts";

/**
 * Events that write one line a finished request. An aborted request without an answer has status 0.
 *
 * @param client Tells the client of a request; default the socket's peer. `now` is wall-clock time.
 */
export function accessLogEvents(
  log: AccessLog,
  client: (request: RequestRecord) => ForwardedClient["address"] = peerOf,
  now: () => number = Date.now,
): ServerEvents {
  return {
    requestFinished(request): void {
      log.record({
        time: now(),
        id: request.requestId,
        client: client(request),
        method: request.method,
        path: request.target,
        status: request.status,
        bytes: request.responseBodyBytes,
        ms: request.finishedAt - request.receivedAt,
      });
    },
  };
}

function peerOf(request: RequestRecord): string | undefined {
  const address = request.connection.remoteAddress;
  return address.transport === "tcp" ? address.hostname : undefined;
}
