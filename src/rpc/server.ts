/** A server over any network and any message port. */

import { EMPTY } from "../base/bytes.ts";
import { type Clock, SYSTEM_CLOCK } from "../base/clock.ts";
import { assertKnownOptions } from "../base/options.ts";
import type {
  Listener,
  Network,
  ServerTlsOptions,
  Socket,
  SocketAddress,
  SocketHandlers,
} from "../runtime/types.ts";
import { DEFAULT_PORT } from "../wire/format.ts";
import type { ConnectionSettings, LinkInfo, OpenConnection } from "./connection_settings.ts";
import { DeadlineWheel } from "./deadlines.ts";
import { HANDLER_KEYS, type Handlers, type Peer, report } from "./handlers.ts";
import { CLIENT_DEFAULTS, DEFAULT_LIMITS, resolveLimits, type RpcLimits } from "./limits.ts";
import type { MessageHandlers, MessagePort } from "./message_link.ts";
import { type Framing, overMessages, overSocket } from "./open_connection.ts";

/** What a server does, and its bounds. */
export interface ServerOptions extends Handlers, Partial<RpcLimits> {
  /** Node id for the handshake, 1 to 60 bytes. Default `"zap-edge"`. */
  readonly nodeID?: string;
  /** Milliseconds that calls made by the server wait. Default 30 000. */
  readonly timeoutMs?: number;
  /** A connection is ready: the moment to keep it for calls of the server's own. */
  readonly onConnection?: (peer: Peer) => void;
  /** Time, for tests. Default: the machine's. */
  readonly clock?: Clock;
}

const SERVER_KEYS: readonly string[] = [
  "nodeID",
  "timeoutMs",
  "onConnection",
  "clock",
  ...HANDLER_KEYS,
  ...Object.keys(DEFAULT_LIMITS),
];

/** Where a server listens. */
export interface ServerAddress {
  /** Address to bind. Default `127.0.0.1`. */
  readonly host?: string;
  /** TCP port, 0 for a free one. Default 9999. */
  readonly port?: number;
  /** Path of a Unix socket, instead of host and port. */
  readonly path?: string;
  /** Certificate and key, PEM. Default: no TLS. */
  readonly tls?: ServerTlsOptions;
  /** Framing of this port. Default `"node"`. */
  readonly framing?: Framing;
  /** Several processes share the port (Linux). Default `false`. */
  readonly reusePort?: boolean;
}

const ADDRESS_KEYS: readonly string[] = ["host", "port", "path", "tls", "framing", "reusePort"];

/** A server; `ZapServer` is this with the running runtime's network. */
export class RpcServer {
  readonly #network: Network | undefined;
  readonly #settings: ConnectionSettings;
  readonly #clock: Clock;
  readonly #listeners: Listener[] = [];
  readonly #connections: Set<OpenConnection> = new Set();
  #closing = false;
  #empty: (() => void) | undefined;

  /**
   * Makes a server.
   *
   * @param options Handlers and bounds; nothing is opened yet.
   * @param network Sockets; without one, only `accept` works.
   * @throws {TypeError} For an unknown option.
   * @throws {RangeError} For a limit out of range.
   */
  constructor(options: ServerOptions, network?: Network) {
    assertKnownOptions(options, SERVER_KEYS, "ZapServer");
    this.#network = network;
    this.#clock = options.clock ?? SYSTEM_CLOCK;
    this.#settings = {
      handlers: options,
      limits: resolveLimits(options),
      wheel: new DeadlineWheel(this.#clock),
      accepted: true,
      cap: EMPTY,
      timeoutMs: options.timeoutMs ?? CLIENT_DEFAULTS.timeoutMs,
      maxPendingCalls: CLIENT_DEFAULTS.maxPendingCalls,
      maxQueuedBytes: CLIENT_DEFAULTS.maxQueuedBytes,
      nodeID: options.nodeID ?? "zap-edge",
      onReady: (connection) => options.onConnection?.(connection),
      onGone: (connection) => {
        this.#connections.delete(connection);
        if (this.#connections.size === 0) this.#empty?.();
      },
    };
  }

  /** Open connections. */
  get connections(): number {
    return this.#connections.size;
  }

  /** Calls that have no answer yet, on all connections. */
  get runningCalls(): number {
    let count = 0;
    for (const connection of this.#connections) {
      count += connection.runningCalls;
    }
    return count;
  }

  /**
   * Opens a port; may be called again for another, with another framing.
   *
   * @returns The bound address, with the port that the system chose.
   * @throws {SocketError} If it cannot be bound.
   * @throws {TypeError} For an unknown option, or after `close`.
   */
  async listen(address: ServerAddress = {}): Promise<SocketAddress> {
    assertKnownOptions(address, ADDRESS_KEYS, "listen");
    const { host, port = DEFAULT_PORT, path, framing = "node", tls, reusePort } = address;
    if (framing !== "node" && framing !== "mux") {
      throw new TypeError(`Cannot listen: framing "${framing}" is neither "node" nor "mux"`);
    }
    if (this.#network === undefined) {
      throw new TypeError("Cannot listen: there is no network");
    }
    if (this.#closing) {
      throw new TypeError("Cannot listen: the server is closed");
    }
    const listener = await this.#network.listen({
      ...(path === undefined ? { port } : { path }),
      ...(host === undefined ? {} : { hostname: host }),
      ...(tls === undefined ? {} : { tls }),
      ...(reusePort === undefined ? {} : { reusePort }),
      onError: (error) => report(this.#settings.handlers, error, undefined),
    }, (socket) => this.#accept(socket, framing));
    this.#listeners.push(listener);
    return listener.address;
  }

  #accept(socket: Socket, framing: Framing): SocketHandlers {
    if (this.#full) {
      socket.destroy();
      const ignore = (): void => {};
      return { data: ignore, end: ignore, drain: ignore, close: ignore };
    }
    const { connection, handlers } = overSocket(framing, socket, this.#settings);
    this.#connections.add(connection);
    return handlers;
  }

  /**
   * Serves a connection of whole messages, such as a WebSocket, with mux framing.
   *
   * @param port The open connection.
   * @param info Who is at its other end.
   * @returns What to do with its events; `undefined` if the server is full or closed, and the port
   * has been dropped.
   */
  accept(port: MessagePort, info: LinkInfo = {}): MessageHandlers | undefined {
    if (this.#full) {
      port.destroy();
      return undefined;
    }
    const { connection, handlers } = overMessages(port, info, this.#settings);
    this.#connections.add(connection);
    return handlers;
  }

  get #full(): boolean {
    return this.#closing ||
      this.#connections.size >= this.#settings.limits.maxConnections;
  }

  /**
   * Closes in order: no new connections, new calls are refused with 503, those under way are
   * answered, then each connection ends.
   *
   * @param deadlineMs After so many milliseconds what is left is dropped. Default 10 000.
   */
  async drain(deadlineMs = 10_000): Promise<void> {
    this.#closing = true;
    const closed = this.#listeners.splice(0).map((listener) => listener.close());
    for (const connection of [...this.#connections]) connection.drain();
    if (this.#connections.size > 0) {
      await new Promise<void>((resolve) => {
        const timer = this.#clock.after(deadlineMs, resolve);
        this.#empty = () => {
          this.#clock.clear(timer);
          resolve();
        };
      });
    }
    for (const connection of [...this.#connections]) connection.close();
    this.#settings.wheel.stop();
    await Promise.all(closed);
  }

  /** Drops all connections and frees the ports. */
  async close(): Promise<void> {
    await this.drain(0);
  }

  /** Closes; for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
