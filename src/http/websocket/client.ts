/** The client's side of a WebSocket, over any `Network`. @module */

import { concatBytes, EMPTY } from "../../base/bytes.ts";
import { type Clock, SYSTEM_CLOCK } from "../../base/clock.ts";
import { SocketError } from "../../base/socket_error.ts";
import type { ConnectOptions, Network, Socket, SocketHandlers } from "../../runtime/types.ts";
import { WebSocketConnection } from "./connection.ts";
import { acceptKey } from "./handshake.ts";
import {
  DEFAULT_WEBSOCKET_LIMITS,
  MAX_RESPONSE_HEAD_BYTES,
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

/** Milliseconds for the handshake where `connect` names no timeout. */
const HANDSHAKE_TIMEOUT_MS = 10_000;

/**
 * Opens a WebSocket.
 *
 * @param network The runtime's network.
 * @param handlers Events; `open` comes before the promise resolves.
 * @throws {SocketError} If the connection cannot be made, or the server does not answer with 101.
 */
export async function connectWebSocket(
  network: Network,
  handlers: WebSocketHandlers,
  options: WebSocketClientOptions,
): Promise<WebSocketPeer> {
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
        limits: { ...DEFAULT_WEBSOCKET_LIMITS, ...options.limits },
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

function requestHead(key: string, options: WebSocketClientOptions): string {
  const { hostname = "127.0.0.1", port } = options.connect;
  const headers: Record<string, string> = {
    Host: options.host ?? (port === undefined ? "localhost" : `${hostname}:${port}`),
    Upgrade: "websocket",
    Connection: "Upgrade",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": key,
    ...(options.protocols?.length
      ? { "Sec-WebSocket-Protocol": options.protocols.join(", ") }
      : {}),
    ...options.headers,
  };
  let head = `GET ${options.target ?? "/"} HTTP/1.1\r\n`;
  for (const [name, value] of Object.entries(headers)) {
    if (/[\r\n\0]/.test(name + value)) {
      throw new TypeError(`Cannot open WebSocket: header "${name}" has a line break`);
    }
    head += `${name}: ${value}\r\n`;
  }
  return head + "\r\n";
}

/** Where the head ends, its empty line included; 0 if it has not come yet. */
function headEnd(bytes: Uint8Array): number {
  for (let i = 3; i < bytes.length; i++) {
    if (
      bytes[i] === 10 && bytes[i - 1] === 13 && bytes[i - 2] === 10 && bytes[i - 3] === 13
    ) return i + 1;
  }
  return 0;
}

/** RFC 6455 §4.1, the list "validate the server's response". */
function readAnswer(
  head: Uint8Array,
  expected: string,
  protocols: readonly string[],
): { protocol: string | undefined } | { fault: string } {
  const [statusLine = "", ...lines] = new TextDecoder("latin1").decode(head).split("\r\n");
  const status = /^HTTP\/1\.1 (\d{3})(?: |$)/.exec(statusLine)?.[1];
  if (status === undefined) return { fault: "the answer is not HTTP/1.1" };
  if (status !== "101") return { fault: `the server answered ${status}` };
  const headers = new Headers();
  for (const line of lines) {
    if (line === "") continue;
    const colon = line.indexOf(":");
    try {
      headers.append(line.slice(0, Math.max(colon, 0)), line.slice(colon + 1).trim());
    } catch {
      return { fault: "the answer has a malformed header" };
    }
  }
  if (headers.get("upgrade")?.toLowerCase() !== "websocket") return { fault: "Upgrade is missing" };
  const connection = headers.get("connection")?.toLowerCase().split(",") ?? [];
  if (!connection.some((token) => token.trim() === "upgrade")) {
    return { fault: "Connection: Upgrade is missing" };
  }
  if (headers.get("sec-websocket-accept") !== expected) {
    return { fault: "Sec-WebSocket-Accept does not match the key" };
  }
  if (headers.has("sec-websocket-extensions")) return { fault: "an extension was not asked for" };
  const protocol = headers.get("sec-websocket-protocol") ?? undefined;
  if (protocol !== undefined && !protocols.includes(protocol)) {
    return { fault: "the subprotocol was not asked for" };
  }
  return { protocol };
}
