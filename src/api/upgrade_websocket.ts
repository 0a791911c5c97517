/** Hono's `upgradeWebSocket` on this project's server. @module */

import type { Context } from "hono";
import { defineWebSocketHelper, type UpgradeWebSocket, WSContext, type WSEvents } from "hono/ws";

/** A WebSocket, as far as the adapter drives it: `WebSocketPeer` of `@zap-proto/edge/http`. */
export interface UpgradedSocket {
  /** Where it stands. */
  readonly state: "open" | "closing" | "closed";
  /** The subprotocol agreed on, or `undefined`. */
  readonly protocol: string | undefined;
  /** Sends one message. */
  send(data: string | Uint8Array): boolean;
  /** Begins the closing handshake. */
  close(code?: number, reason?: string): void;
}

/** The events the adapter listens to: `WebSocketHandlers` of `@zap-proto/edge/http`. */
export interface UpgradedSocketHandlers {
  /** The handshake is done. */
  open(socket: UpgradedSocket): unknown;
  /** A whole message. */
  message(socket: UpgradedSocket, data: string | Uint8Array): unknown;
  /** Gone. */
  close(socket: UpgradedSocket, code: number, reason: string): unknown;
  /** A fault; `close` follows. */
  error(socket: UpgradedSocket, error: Error): unknown;
}

/** What answers the handshake: `acceptWebSocket` of `@zap-proto/edge/http`. */
export type AcceptUpgrade<Info, Options> = (
  request: Request,
  info: Info,
  handlers: UpgradedSocketHandlers,
  options?: Options,
) => Promise<Response>;

/**
 * Hono's `UpgradeWebSocket` with this project's socket as `ws.raw`: called with a function that
 * makes the events, it is a handler; called with a context and events, it answers at once.
 *
 * @internal Hono documents it, and it names other types of Hono's.
 */
export type UpgradeHelper<Options> = UpgradeWebSocket<UpgradedSocket, Options>;

const READY_STATE = { open: 1, closing: 2, closed: 3 } as const;

/** A close in which both sides sent a close frame has neither of these. */
const ABNORMAL = 1006;

/**
 * Makes Hono's `upgradeWebSocket` for an app that is served by `serve` of `@zap-proto/edge/http`.
 * A request that asks for no WebSocket goes on to the next handler.
 *
 * @param accept `acceptWebSocket` of `@zap-proto/edge/http`.
 * @returns Hono's `UpgradeWebSocket`, with that function's options as its own.
 *
 * @example
 * ```ts
 * import { Hono } from "hono";
 * import { createUpgradeWebSocket } from "@zap-proto/edge/api";
 * import { acceptWebSocket, serve } from "@zap-proto/edge/http";
 *
 * const upgradeWebSocket = createUpgradeWebSocket(acceptWebSocket);
 * const app = new Hono();
 * app.get("/ws", upgradeWebSocket(() => ({ onMessage: (event, ws) => ws.send(`${event.data}`) })));
 * const server = serve(app.fetch, { port: 0 });
 * await server.ready;
 * await server.stop();
 * ```
 */
export function createUpgradeWebSocket<Info, Options>(
  accept: AcceptUpgrade<Info, Options>,
): UpgradeHelper<Options> {
  return defineWebSocketHelper<UpgradedSocket, Options>(
    async (c: Context, events: WSEvents<UpgradedSocket>, options?: Options) => {
      if (c.req.header("upgrade")?.toLowerCase() !== "websocket") return;
      return await accept(
        c.req.raw,
        c.env as Info,
        handlersOf(c.req.url, events),
        options,
      );
    },
  );
}

function handlersOf(
  url: string,
  events: WSEvents<UpgradedSocket>,
): UpgradedSocketHandlers {
  let context: WSContext<UpgradedSocket> | undefined;
  const contextOf = (socket: UpgradedSocket): WSContext<UpgradedSocket> =>
    context ??= new WSContext<UpgradedSocket>({
      raw: socket,
      url,
      protocol: socket.protocol ?? null,
      get readyState() {
        return READY_STATE[socket.state];
      },
      send: (data) =>
        void socket.send(
          data instanceof ArrayBuffer ? new Uint8Array(data) : data,
        ),
      close: (code, reason) => socket.close(code, reason),
    });
  return {
    open: (socket) => events.onOpen?.(new Event("open"), contextOf(socket)),
    message: (socket, data) =>
      events.onMessage?.(
        new MessageEvent("message", {
          data: typeof data === "string" ? data : bufferOf(data),
        }),
        contextOf(socket),
      ),
    close: (socket, code, reason) => {
      // Node 20 has no CloseEvent; the fields are the same.
      const fields = { code, reason, wasClean: code !== ABNORMAL };
      events.onClose?.(
        Object.assign(new Event("close"), fields) as CloseEvent,
        contextOf(socket),
      );
    },
    error: (socket, error) => {
      const fields = { error, message: error.message };
      events.onError?.(
        Object.assign(new Event("error"), fields),
        contextOf(socket),
      );
    },
  };
}

/** A buffer with these bytes and no others. */
function bufferOf(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}
