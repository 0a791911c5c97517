/** The access log as a listener of a server's events. @module */

import type { AccessLog } from "./access_log.ts";
import type { ServerEvents } from "./events.ts";

/**
 * Events that write one line a finished request. An aborted request without an answer has status 0.
 *
 * @param now Milliseconds since 1970.
 */
export function accessLogEvents(log: AccessLog, now: () => number): ServerEvents {
  return {
    requestFinished(request): void {
      log.record({
        time: now(),
        id: request.requestId,
        client: request.client.address,
        method: request.method,
        path: request.target,
        status: request.status,
        bytes: request.responseBodyBytes,
        ms: request.finishedAt - request.receivedAt,
      });
    },
  };
}
