/** A server over any network and any message port. */

import { EMPTY } from "../base/bytes.ts";
import { type Clock, SYSTEM_CLOCK } from "../base/clock.ts";
import { assertKnownOptions } from "../base/options.ts";
import type {
  Network,
  ServerTlsOptions,
  Socket,
  SocketAddress,
  SocketHandlers,
  TcpAddress,
} from "../runtime/types.ts";
import type { Connection } from "./connection.ts";
import type { ConnectionSettings, LinkInfo, OpenConnection } from "./connection_settings.ts";
import { DeadlineWheel } from "./deadlines.ts";
import { attempt, report } from "./handlers.ts";
import { assertNodeID } from "./handshake.ts";
import { CLIENT_DEFAULTS, resolveLimits } from "./limits.ts";
import type { MessageHandlers, MessagePort } from "./message_link.ts";
import { type Framing, overMessages, overSocket } from "./open_connection.ts";
import { Ports } from "./ports.ts";
import { badTimeout } from "./refusal.ts";
import { RpcError } from "./rpc_error.ts";
import { SERVER_KEYS, type ServerAddress, type ServerOptions } from "./server_options.ts";

/** Longest timer that every runtime takes for what it is. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** A server; `ZapServer` is this with the running runtime's network. */
export class RpcServer {
  readonly #ports: Ports;
  readonly #settings: ConnectionSettings;
  readonly #clock: Clock;
  readonly #connections: Set<OpenConnection> = new Set();
  #closing = false;
  /** Whether the last that came was one too many. */
  #wasFull = false;
  readonly #emptied: Set<() => void> = new Set();

  /**
   * Makes a server.
   *
   * @param options Handlers and bounds; nothing is opened yet.
   * @param network Sockets; without one, only `accept` works.
   * @throws {TypeError} For an unknown option.
   * @throws {RangeError} For a limit or timeout out of range, or a node id that is too long.
   */
  constructor(options: ServerOptions, network?: Network) {
    assertKnownOptions(options, SERVER_KEYS, "ZapServer");
    const timeoutMs = options.timeoutMs ?? CLIENT_DEFAULTS.timeoutMs;
    const problem = badTimeout(timeoutMs, "timeoutMs");
    if (problem !== undefined) throw problem;
    if (options.nodeID !== undefined) assertNodeID(options.nodeID);
    this.#clock = options.clock ?? SYSTEM_CLOCK;
    this.#settings = {
      handlers: options,
      limits: resolveLimits(options),
      wheel: new DeadlineWheel(this.#clock),
      accepted: true,
      cap: EMPTY,
      timeoutMs,
      maxPendingCalls: CLIENT_DEFAULTS.maxPendingCalls,
      maxQueuedBytes: CLIENT_DEFAULTS.maxQueuedBytes,
      nodeID: options.nodeID ?? "zap-edge",
      onReady: (connection) => {
        attempt(
          () => options.onConnection?.(connection),
          (error) => report(options, error, connection),
        );
      },
      onGone: (connection) => {
        this.#connections.delete(connection);
        if (this.#connections.size > 0) return;
        for (const emptied of this.#emptied) emptied();
      },
    };
    this.#ports = new Ports(
      network,
      this.#settings,
      (socket, framing) => this.#accept(socket, framing),
    );
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
   * @throws {RangeError} For a port above 65,535.
   */
  listen(address?: ServerAddress & { readonly path?: undefined }): Promise<TcpAddress>;
  /** The same, on a port or a Unix socket. */
  listen(address: ServerAddress): Promise<SocketAddress>;
  async listen(address: ServerAddress = {}): Promise<SocketAddress> {
    return await this.#ports.open(address);
  }

  /**
   * Replaces the certificate of all its TLS ports for connections to come, without dropping one.
   *
   * @throws {SocketError} For a certificate or key that cannot be used.
   * @throws {TypeError} If no port has TLS.
   */
  async reload(tls: ServerTlsOptions): Promise<void> {
    await this.#ports.reload(tls);
  }

  #accept(socket: Socket, framing: Framing): SocketHandlers {
    if (this.#isFull()) {
      socket.destroy();
      const ignore = (): void => {};
      return { data: ignore, end: ignore, drain: ignore, close: ignore };
    }
    const { connection, handlers } = overSocket(framing, socket, this.#settings);
    this.#start(connection);
    return handlers;
  }

  /** It may be over before it has begun: `onConnection` may close it. */
  #start(connection: Connection): void {
    this.#connections.add(connection);
    connection.start();
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
    if (this.#isFull()) {
      port.destroy();
      return undefined;
    }
    const { connection, handlers } = overMessages(port, info, this.#settings);
    this.#start(connection);
    return handlers;
  }

  /** Whether one more connection must be dropped; the first since there was room is told of. */
  #isFull(): boolean {
    if (this.#closing) return true;
    const { limits: { maxConnections }, handlers } = this.#settings;
    const wasFull = this.#wasFull;
    this.#wasFull = this.#connections.size >= maxConnections;
    if (this.#wasFull && !wasFull) {
      const why = `all ${maxConnections} connections are taken, and more are dropped`;
      report(handlers, new RpcError("busy", `Cannot accept: ${why}`), undefined);
    }
    return this.#wasFull;
  }

  /**
   * Closes in order: no new connections, new calls and streams are refused with 503, those under way
   * are answered, then each connection ends.
   *
   * @param deadlineMs After so many milliseconds what is left is dropped; `Infinity` waits for all.
   * Default 10 000.
   * @throws {RangeError} If the deadline is negative or `NaN`.
   */
  async drain(deadlineMs = 10_000): Promise<void> {
    const problem = badTimeout(deadlineMs, "deadlineMs");
    if (problem !== undefined) throw problem;
    this.#closing = true;
    const closed = this.#ports.close();
    // Told at the end; a promise that waits must not count as one that nobody looks at.
    closed.catch(() => {});
    for (const connection of [...this.#connections]) connection.drain();
    if (this.#connections.size > 0) await this.#empty(deadlineMs);
    for (const connection of [...this.#connections]) connection.close();
    this.#settings.wheel.stop();
    await closed;
  }

  /** Resolves when no connection is left, or at the deadline. */
  #empty(deadlineMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = deadlineMs > MAX_TIMER_MS
        ? undefined
        : this.#clock.after(deadlineMs, () => emptied());
      const emptied = (): void => {
        if (timer !== undefined) this.#clock.clear(timer);
        this.#emptied.delete(emptied);
        resolve();
      };
      this.#emptied.add(emptied);
    });
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
