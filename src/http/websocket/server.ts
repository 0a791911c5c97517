/** The server's side of a WebSocket: from a request's offer to a connection. @module */

import { type Clock, SYSTEM_CLOCK } from "../../base/clock.ts";
import { assertKnownOptions } from "../../base/options.ts";
import type { UpgradeOffer } from "../upgrade.ts";
import { WebSocketConnection } from "./connection.ts";
import { acceptHeaders, checkHandshake, type HandshakePolicy, isRefusal } from "./handshake.ts";
import {
  DEFAULT_WEBSOCKET_LIMITS,
  resolveWebSocketLimits,
  type WebSocketLimits,
} from "./limits.ts";
import { CLOSE_CODE } from "./opcodes.ts";
import type { WebSocketHandlers } from "./types.ts";

/** How a server accepts WebSockets: the handshake's policy, and limits that differ from the defaults. */
export interface WebSocketOptions extends HandshakePolicy, Partial<WebSocketLimits> {
  /** Time. Default the machine's. */
  readonly clock?: Clock;
}

const KNOWN_OPTIONS: readonly string[] = [
  "protocols",
  "origins",
  "deflate",
  "clock",
  ...Object.keys(DEFAULT_WEBSOCKET_LIMITS),
];

/**
 * Answers a request that wants a WebSocket. The handler returns the response as it is: 101 where
 * the handshake is good, else the refusal.
 *
 * @param request The request.
 * @param info What came with it; its `upgrade` is the connection's offer.
 * @param handlers What to do with the socket's events.
 * @returns 101, or 400, 403, 405 or 426 with the reason as text.
 * @throws {TypeError} For an unknown option.
 * @throws {RangeError} For a limit out of its range.
 *
 * @example
 * ```ts
 * import { acceptWebSocket, type Handler } from "@zap-proto/edge/http";
 *
 * const handler: Handler = (request, info) =>
 *   acceptWebSocket(request, info, {
 *     message: (socket, data) => socket.send(data),
 *   });
 * ```
 */
export async function acceptWebSocket(
  request: Request,
  info: { readonly upgrade: UpgradeOffer | undefined },
  handlers: WebSocketHandlers,
  options: WebSocketOptions = {},
): Promise<Response> {
  assertKnownOptions(options, KNOWN_OPTIONS, "acceptWebSocket");
  const limits = resolveWebSocketLimits(options);
  const outcome = checkHandshake(request.method, request.headers, options);
  if (isRefusal(outcome)) return refused(outcome.status, outcome.reason, outcome.headers);
  if (!info.upgrade) return refused(400, "A WebSocket opens with HTTP/1.1 and no body", []);
  const answer = await acceptHeaders(outcome);
  const ownHeaders = answer.filter(([name]) => name !== "Upgrade" && name !== "Connection");
  return info.upgrade.accept("websocket", ownHeaders, (socket, leftover) => {
    const connection = new WebSocketConnection(socket, handlers, {
      role: "server",
      protocol: outcome.protocol,
      deflate: outcome.deflate,
      limits,
      clock: options.clock ?? SYSTEM_CLOCK,
    });
    connection.start(leftover);
    return {
      handlers: connection.socketHandlers,
      stop: () => connection.close(CLOSE_CODE.goingAway, "server is stopping"),
    };
  });
}

function refused(
  status: number,
  reason: string,
  headers: readonly (readonly [string, string])[],
): Response {
  const response = new Response(reason + "\n", { status });
  for (const [name, value] of headers) response.headers.append(name, value);
  return response;
}
