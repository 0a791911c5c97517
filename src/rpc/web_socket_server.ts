/** Serves mux framing on WebSockets, whatever implements them. */

import type { LinkInfo } from "./connection_settings.ts";
import type { MessageHandlers, MessagePort } from "./message_link.ts";
import type { RpcServer } from "./server.ts";

/** What this needs of a server's WebSocket; those of `@zap-proto/edge/http` have it. */
export interface ServerWebSocket {
  /** Bytes that the operating system has not taken yet. */
  readonly bufferedBytes: number;
  /** Sends a binary message, whose bytes are copied; `false` asks to wait for drain. */
  send(data: Uint8Array): boolean;
  /** Begins the closing handshake. */
  close(code?: number, reason?: string): void;
  /** Drops the connection. */
  terminate(): void;
  /** Stops delivery. */
  pause(): void;
  /** Goes on with delivery. */
  resume(): void;
}

/** A WebSocket's events. */
export interface WebSocketEvents {
  /** The handshake is done. */
  open(socket: ServerWebSocket): void;
  /** A whole message. */
  message(socket: ServerWebSocket, data: string | Uint8Array): void;
  /** The queue has emptied. */
  drain(socket: ServerWebSocket): void;
  /** Gone: once, last. */
  close(socket: ServerWebSocket, code: number, reason: string): void;
}

/** WebSocket close codes (RFC 6455 §7.4.1). */
const GOING_AWAY = 1001;
const UNSUPPORTED_DATA = 1003;

/**
 * Handlers for one WebSocket that carry its calls to an RPC server.
 *
 * @param server Answers the calls.
 * @param info Who is at the other end.
 * @returns Handlers in the shape of `acceptWebSocket`; one set per connection.
 *
 * @example
 * ```ts ignore
 * serve((request, info) => acceptWebSocket(request, info, webSocketHandlers(rpcServer)));
 * ```
 */
export function webSocketHandlers(server: RpcServer, info: LinkInfo = {}): WebSocketEvents {
  let handlers: MessageHandlers | undefined;
  return {
    open: (socket) => handlers = server.accept(portOf(socket), info),
    message: (socket, data) => {
      if (typeof data === "string") {
        socket.close(UNSUPPORTED_DATA, "Send binary messages");
      } else handlers?.message(data);
    },
    drain: () => handlers?.drain(),
    close: (_socket, code, reason) =>
      handlers?.close(new Error(`WebSocket closed with ${code} ${reason}`)),
  };
}

function portOf(socket: ServerWebSocket): MessagePort {
  return {
    get bufferedBytes() {
      return socket.bufferedBytes;
    },
    send: (message) => socket.send(message),
    end: () => socket.close(GOING_AWAY),
    destroy: () => socket.terminate(),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
  };
}
