/** The client's side of a WebSocket, over any `Network`. @module */

import { concatBytes, EMPTY } from "../../base/bytes.ts";
import { type Clock, SYSTEM_CLOCK } from "../../base/clock.ts";
import { assertKnownOptions } from "../../base/options.ts";
import { SocketError } from "../../base/socket_error.ts";
import type { ConnectOptions, Network, Socket, SocketHandlers } from "../../runtime/types.ts";
import { headEnd, readAnswer, requestHead } from "./client_handshake.ts";
import { WebSocketConnection } from "./connection.ts";
import { acceptKey } from "./handshake.ts";
import {
  DEFAULT_WEBSOCKET_LIMITS,
  MAX_RESPONSE_HEAD_BYTES,
  resolveWebSocketLimits,
  type WebSocketLimits,
} from "./limits.ts";
import type { WebSocketHandlers, WebSocketPeer } from "./types.ts";

/** Where a client connects, and what it asks for. */
export interface WebSocketClientOptions {
  /** Address, TLS and connect timeout, as for any socket. The timeout also bounds the handshake. */
  readonly connect: ConnectOptions;
  /** Path and query. Default `/`. */
  readonly target?: string;
  /** The `Host` header. Default the host name and port of `connect`. */
  readonly host?: string;
  /** Subprotocols, in order of preference. Default none. */
  readonly protocols?: readonly string[];
  /** Further headers, such as `Origin` or `Authorization`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Limits that differ from the defaults. */
  readonly limits?: Partial<WebSocketLimits>;
  /** Time. Default the machine's. */
  readonly clock?: Clock;
}

const KNOWN_OPTIONS: readonly string[] = [
  "connect",
  "target",
  "host",
  "protocols",
  "headers",
  "limits",
  "clock",
];

/** Milliseconds for the handshake where `connect` names no timeout. */
const HANDSHAKE_TIMEOUT_MS = 10_000;

/**
 * Opens a WebSocket.
 *
 * @param network The runtime's network.
 * @param handlers Events; `open` comes before the promise resolves.
 * @throws {TypeError} For an unknown option, or a target or header that cannot be sent.
 * @throws {RangeError} For a limit out of its range.
 * @throws {SocketError} If the connection cannot be made, or the server does not answer with 101.
 */
export async function connectWebSocket(
  network: Network,
  handlers: WebSocketHandlers,
  options: WebSocketClientOptions,
): Promise<WebSocketPeer> {
  assertKnownOptions(options, KNOWN_OPTIONS, "connectWebSocket");
  assertKnownOptions(options.limits, Object.keys(DEFAULT_WEBSOCKET_LIMITS), "WebSocket limits");
  const limits = resolveWebSocketLimits(options.limits);
  const key = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16))));
  const expected = await acceptKey(key);
  const request = requestHead(key, options);
  const clock = options.clock ?? SYSTEM_CLOCK;
  return await new Promise<WebSocketPeer>((resolve, reject) => {
    let inner: SocketHandlers | undefined;
    let head: Uint8Array = EMPTY;
    let timer: unknown;
    const refuse = (socket: Socket, message: string): void => {
      reject(new SocketError("unknown", `Cannot open WebSocket: ${message}`));
      socket.destroy();
    };
    const answered = (socket: Socket, end: number): void => {
      const outcome = readAnswer(head.subarray(0, end), expected, options.protocols ?? []);
      if ("fault" in outcome) return refuse(socket, outcome.fault);
      clock.clear(timer);
      const connection = new WebSocketConnection(socket, handlers, {
        role: "client",
        protocol: outcome.protocol,
        deflate: false,
        limits,
        clock,
      });
      inner = connection.socketHandlers;
      connection.start(head.slice(end));
      resolve(connection);
    };
    network.connect(options.connect, (socket) => {
      timer = clock.after(
        options.connect.connectTimeoutMs ?? HANDSHAKE_TIMEOUT_MS,
        () => refuse(socket, "the server did not answer in time"),
      );
      queueMicrotask(() => socket.write(new TextEncoder().encode(request)));
      return {
        data: (chunk) => {
          if (inner) return inner.data(chunk);
          head = concatBytes([head, chunk]);
          const end = headEnd(head);
          if (end > 0) answered(socket, end);
          else if (head.length > MAX_RESPONSE_HEAD_BYTES) refuse(socket, "the head is too long");
        },
        end: () => inner ? inner.end() : refuse(socket, "the server ended the connection"),
        drain: () => inner?.drain(),
        close: (error) => {
          clock.clear(timer);
          if (inner) inner.close(error);
          else reject(error ?? new SocketError("reset", "Cannot open WebSocket: connection lost"));
        },
      };
    }).catch(reject);
  });
}
