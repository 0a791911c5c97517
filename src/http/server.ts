/** A server: accepts connections, watches over them, and ends in order. @module */

import type { SocketError } from "../base/socket_error.ts";
import type {
  Listener,
  ServerTlsOptions,
  Socket,
  SocketAddress,
  SocketHandlers,
} from "../runtime/types.ts";
import { Connection } from "./connection.ts";
import { Connections, maxSockets } from "./connections.ts";
import type { ServerContext } from "./context.ts";
import { TICK_MS } from "./defaults.ts";
import type { ServerStats } from "./events.ts";
import { installLightGlobals } from "./globals.ts";
import type { ServerMachine } from "./machine.ts";
import { Metrics } from "./metrics.ts";
import type { ServeOptions } from "./options.ts";
import { ProxiedAccept } from "./proxied_accept.ts";
import { Refusals } from "./refusals.ts";
import { makeContext } from "./server_context.ts";
import type { Handler, Server } from "./types.ts";

/** A running server. */
export class HttpServer implements Server {
  /** The bound address, once it is bound; rejects with a `SocketError` if it cannot be. */
  readonly ready: Promise<SocketAddress>;
  /** What happened so far; `text()` is for Prometheus. */
  readonly metrics: Metrics = new Metrics(() => this.stats);
  readonly #machine: ServerMachine;
  readonly #context: ServerContext;
  readonly #connections: Connections;
  readonly #refusals: Refusals;
  readonly #proxied: ProxiedAccept | undefined;
  #listener: Listener | undefined;
  #timer: unknown;
  #tickDue = 0;
  #lastId = 0;
  #stopping: Promise<void> | undefined;
  #drained: (() => void) | undefined;
  #resets = 0;

  /** Starts listening. Throws for bad options. */
  constructor(machine: ServerMachine, handler: Handler, options: ServeOptions = {}) {
    if (typeof handler !== "function") {
      const { fetch } = (handler ?? {}) as { fetch?: unknown };
      const hint = typeof fetch === "function" ? `: pass its "fetch", as in serve(app.fetch)` : "";
      throw new TypeError(`Cannot serve: handler is no function${hint}`);
    }
    this.#machine = machine;
    const context = this.#context = makeContext(machine, handler, options, {
      metrics: this.metrics,
      gone: (connection) => this.#gone(connection as Connection),
    });
    const ended = (): void => this.#checkDrained();
    this.#connections = new Connections(context.limits);
    this.#refusals = new Refusals(context, ended);
    this.#proxied = options.proxyProtocol &&
      new ProxiedAccept(context, options.proxyProtocol, (socket) => this.#accept(socket), ended);
    if (options.lightGlobals !== false) installLightGlobals();
    this.ready = this.#listen(options);
    this.ready.catch(() => {}); // who waits for it is told
  }

  /** Live totals. */
  get stats(): ServerStats {
    const { stats, gate } = this.#context;
    stats.idleConnections = this.#connections.idle;
    stats.queuedRequests = gate.waiting;
    return { ...stats };
  }

  /**
   * Replaces the certificate for connections to come, without dropping one.
   *
   * @throws {SocketError} On a server without TLS, or for a certificate that cannot be used.
   */
  async reload(tls: ServerTlsOptions): Promise<void> {
    await this.ready;
    await this.#listener!.reload(tls);
  }

  /**
   * Stops: no new connections; idle ones are closed at once, those in work get their answers with
   * `Connection: close`. What is left after `drainTimeoutMs` is reset. A second call with
   * `{ now: true }` does not wait.
   *
   * @returns When the last connection is gone.
   */
  stop(options: { readonly now?: boolean } = {}): Promise<void> {
    this.#stopping ??= this.#stop();
    if (options.now) this.#resetAll("server");
    return this.#stopping;
  }

  async #listen(options: ServeOptions): Promise<SocketAddress> {
    const { hostname, path, tls, backlog, reusePort } = options;
    const { headersTimeoutMs, maxConnections } = this.#context.limits;
    const listener = await this.#machine.network.listen({
      ...(hostname === undefined ? {} : { hostname }),
      ...(path === undefined ? { port: options.port ?? 8080 } : { path }),
      ...(tls === undefined ? {} : { tls }),
      ...(backlog === undefined ? {} : { backlog }),
      ...(reusePort === undefined ? {} : { reusePort }),
      tlsHandshakeTimeoutMs: headersTimeoutMs,
      // Of a connection in its handshake nothing is known here, but its descriptor is taken.
      maxTlsSockets: maxSockets(maxConnections),
      onError: (error: SocketError) => this.#context.events.listenerFault?.(error),
    }, this.#proxied?.accept ?? ((socket) => this.#accept(socket)));
    this.#listener = listener;
    if (this.#stopping) await listener.close();
    return listener.address;
  }

  #accept(socket: Socket): SocketHandlers {
    const { events, draining, stats } = this.#context;
    const now = this.#machine.clock.now();
    const refused = draining ? "draining" : this.#connections.admit(socket.remoteAddress);
    this.#arm();
    if (refused !== undefined) return this.#refusals.refuse(socket, refused, now);
    const connection = new Connection(this.#context, socket, ++this.#lastId, now);
    this.#connections.add(connection);
    stats.connections++;
    stats.acceptedConnections++;
    events.connectionOpened?.(connection);
    return connection;
  }

  #gone(connection: Connection): void {
    if (!this.#connections.remove(connection)) return;
    this.#context.stats.connections--;
    this.#checkDrained();
  }

  #arm(): void {
    if (this.#timer !== undefined) return;
    const { clock } = this.#machine;
    this.#tickDue = clock.now() + TICK_MS;
    this.#timer = clock.after(TICK_MS, this.#tick);
  }

  readonly #tick = (): void => {
    const { clock } = this.#machine;
    const now = clock.now();
    // The process stood still (a handler, a starved machine): what has come meanwhile is read first,
    // or clients would be called late for a wait that was ours.
    if (now - this.#tickDue > TICK_MS) {
      this.#tickDue = Infinity;
      this.#timer = clock.after(0, this.#tick);
      return;
    }
    this.#timer = undefined;
    this.#connections.tick(now);
    this.#refusals.tick(now);
    this.#context.gate.tick(now);
    if (this.#connections.size > 0 || this.#refusals.size > 0) this.#arm();
  };

  async #stop(): Promise<void> {
    const { events, limits, stats } = this.#context;
    this.#context.draining = stats.draining = true;
    events.drainStarted?.(this.#connections.size);
    const { clock } = this.#machine;
    const closed = this.ready.then(() => this.#listener!.close(), () => {});
    for (const connection of this.#connections.all()) connection.stop();
    this.#proxied?.destroy();
    const drained = new Promise<void>((resolve) => this.#drained = resolve);
    const deadline = clock.after(limits.drainTimeoutMs, () => this.#resetAll("timeout"));
    this.#checkDrained();
    await drained;
    clock.clear(deadline);
    clock.clear(this.#timer);
    this.#timer = undefined;
    await closed;
    events.drainFinished?.(this.#resets);
    await this.#machine.log?.drain();
  }

  #resetAll(cause: "server" | "timeout"): void {
    this.#refusals.destroy();
    for (const connection of this.#connections.all()) {
      this.#resets++;
      if (cause === "timeout") this.#context.events.timedOut?.("drain", connection);
      connection.kill(cause);
    }
  }

  #checkDrained(): void {
    const left = this.#connections.size + this.#refusals.size + (this.#proxied?.size ?? 0);
    if (left === 0) this.#drained?.();
  }
}
