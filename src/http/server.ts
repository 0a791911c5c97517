/** A server: accepts connections, watches over them, and ends in order. @module */

import type { Clock } from "../base/clock.ts";
import type { SocketError } from "../base/socket_error.ts";
import type {
  Accept,
  Listener,
  Network,
  ServerTlsOptions,
  Socket,
  SocketAddress,
  SocketHandlers,
} from "../runtime/types.ts";
import type { AccessLog } from "./access_log.ts";
import { accessLogEvents } from "./access_log_events.ts";
import { ownHead, writeAnswer } from "./answer.ts";
import { Connection } from "./connection.ts";
import { combineEvents, guardEvents } from "./combine_events.ts";
import type { LiveStats, ServerContext } from "./context.ts";
import { errorLines, limitedLines } from "./error_lines.ts";
import { DateLine } from "./date.ts";
import { MAX_REFUSALS_UNDER_WAY, PRESSURE_SHARE, TICK_MS } from "./defaults.ts";
import type { RejectReason, ServerEvents, ServerStats } from "./events.ts";
import { TrustedProxies } from "./forwarded.ts";
import { Gate } from "./gate.ts";
import { installLightGlobals } from "./globals.ts";
import { Health } from "./health.ts";
import { AddressSet } from "./ip_address.ts";
import { Metrics } from "./metrics.ts";
import { resolveLimits, type ServeOptions } from "./options.ts";
import { Origins } from "./origins.ts";
import { Output } from "./output.ts";
import { acceptProxied } from "./proxied_socket.ts";
import { ResponseHeads } from "./response_head.ts";
import { StaticRoutes } from "./static_routes.ts";
import type { Handler, Server } from "./types.ts";

/** What a server needs of the machine. */
export interface ServerMachine {
  /** Sockets. */
  readonly network: Network;
  /** Time. */
  readonly clock: Clock;
  /** Milliseconds since 1970, for `Date`. */
  readonly wallClock: () => number;
  /** Open files that the process may have, where that is known. */
  readonly descriptorLimit?: number | undefined;
  /** Metrics of all the processes that this one is of; `undefined`: only this one's are known. */
  readonly metricsOfAll?: (() => string | undefined) | undefined;
  /** Where finished requests are told. */
  readonly log?: AccessLog | undefined;
}

/** A running server. */
export class HttpServer implements Server {
  /** The bound address, once it is bound; rejects with a `SocketError` if it cannot be. */
  readonly ready: Promise<SocketAddress>;
  /** What happened so far; `text()` is for Prometheus. */
  readonly metrics: Metrics;
  readonly #machine: ServerMachine;
  readonly #context: ServerContext;
  readonly #stats: LiveStats;
  readonly #connections = new Set<Connection>();
  readonly #perAddress = new Map<string, number>();
  readonly #refusals = new Set<{ socket: Socket; deadline: number }>();
  readonly #proxySpeakers: AddressSet | undefined;
  /** Sockets whose PROXY header has not come yet. */
  readonly #unproxied = new Set<Socket>();
  #listener: Listener | undefined;
  #timer: unknown;
  #tickDue = 0;
  #lastId = 0;
  #stopping: Promise<void> | undefined;
  #drained: (() => void) | undefined;
  #resets = 0;
  #victims: Connection[] = [];
  #victimsSought = false;

  /** Starts listening. Throws for bad options. */
  constructor(machine: ServerMachine, handler: Handler, options: ServeOptions = {}) {
    if (typeof handler !== "function") throw new TypeError("Cannot serve: handler is no function");
    const limits = resolveLimits(options, machine.descriptorLimit);
    if (options.lightGlobals !== false) installLightGlobals();
    this.#machine = machine;
    const { clock } = machine;
    const date = new DateLine(clock, machine.wallClock, options.date ?? true);
    date.refresh(clock.now());
    const heads = new ResponseHeads(date);
    const gate = new Gate(limits);
    const origins = new Origins();
    this.#stats = {
      connections: 0,
      idleConnections: 0,
      activeRequests: 0,
      queuedRequests: 0,
      acceptedConnections: 0,
      requests: 0,
      bytesIn: 0,
      bytesOut: 0,
      draining: false,
    };
    this.#proxySpeakers = options.proxyProtocol && new AddressSet(options.proxyProtocol);
    this.metrics = new Metrics(() => this.stats);
    const write = limitedLines(clock);
    const watchers: ServerEvents[] = [this.metrics];
    watchers.push(guardEvents({ handlerFailed: options.onError ?? errorLines(write) }, write));
    if (options.events) watchers.push(guardEvents(options.events, write));
    if (machine.log) watchers.push(accessLogEvents(machine.log, machine.wallClock));
    this.#context = {
      handler,
      limits,
      methods: new Set(limits.methods),
      clock,
      events: combineEvents(watchers),
      output: new Output(),
      date,
      heads,
      gate,
      statics: new StaticRoutes(options.static ?? [], heads, date),
      stats: this.#stats,
      health: options.health && new Health(options.health, {
        draining: () => this.#context.draining,
        metrics: () => machine.metricsOfAll?.() ?? this.metrics.text(),
      }),
      proxies: options.trustedProxies && new TrustedProxies(options.trustedProxies),
      bodyLimitOf: options.bodyLimitOf,
      draining: false,
      originOf: (host, secure, local) => origins.of(host, secure, local),
      gone: (connection) => this.#gone(connection as Connection),
    };
    this.ready = this.#listen(options);
    this.ready.catch(() => {}); // who waits for it is told
  }

  /** Live totals. */
  get stats(): ServerStats {
    let idle = 0;
    for (const connection of this.#connections) if (connection.idle) idle++;
    this.#stats.idleConnections = idle;
    this.#stats.queuedRequests = this.#context.gate.waiting;
    return { ...this.#stats };
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
    if (options.now) this.#resetAll();
    return this.#stopping;
  }

  async #listen(options: ServeOptions): Promise<SocketAddress> {
    const { hostname, path, tls, backlog, reusePort } = options;
    const { headersTimeoutMs } = this.#context.limits;
    const listener = await this.#machine.network.listen({
      ...(hostname === undefined ? {} : { hostname }),
      ...(path === undefined ? { port: options.port ?? 8080 } : { path }),
      ...(tls === undefined ? {} : { tls }),
      ...(backlog === undefined ? {} : { backlog }),
      ...(reusePort === undefined ? {} : { reusePort }),
      tlsHandshakeTimeoutMs: headersTimeoutMs,
      onError: (error: SocketError) => this.#context.events.listenerFault?.(error),
    }, this.#proxied() ?? ((socket) => this.#accept(socket)));
    this.#listener = listener;
    if (this.#stopping) await listener.close();
    return listener.address;
  }

  /** Where every connection begins with a PROXY header: a step before the rest. */
  #proxied(): Accept | undefined {
    const trusted = this.#proxySpeakers;
    if (trusted === undefined) return undefined;
    const { clock, limits, events } = this.#context;
    return (socket) => {
      const proxied = acceptProxied(socket, (inner) => {
        this.#unproxied.delete(socket);
        return this.#accept(inner);
      }, {
        timeoutMs: limits.headersTimeoutMs,
        clock,
        trusts: (peer) => trusted.has(peer.transport === "tcp" ? peer.hostname : undefined),
        onFault: (fault) => events.listenerFault?.(new Error(`PROXY header is ${fault}`)),
      });
      if (this.#context.draining || this.#unproxied.size >= limits.maxConnections) socket.destroy();
      this.#unproxied.add(socket);
      return {
        ...proxied,
        close: (error) => {
          this.#unproxied.delete(socket);
          proxied.close(error);
          this.#checkDrained();
        },
      };
    };
  }

  #accept(socket: Socket): SocketHandlers {
    const { limits, events, draining } = this.#context;
    const now = this.#machine.clock.now();
    if (draining) return this.#refuse(socket, "draining", now);
    const open = this.#connections.size;
    if (open >= limits.maxConnections * PRESSURE_SHARE) this.#relieve();
    if (open >= limits.maxConnections) return this.#refuse(socket, "max_connections", now);
    if (limits.maxConnectionsPerAddress > 0 && !this.#countAddress(socket)) {
      return this.#refuse(socket, "max_per_address", now);
    }
    const connection = new Connection(this.#context, socket, ++this.#lastId, now);
    this.#connections.add(connection);
    this.#stats.connections++;
    this.#stats.acceptedConnections++;
    this.#arm();
    events.connectionOpened?.(connection);
    return connection;
  }

  #countAddress(socket: Socket): boolean {
    const key = addressKey(socket.remoteAddress);
    const count = this.#perAddress.get(key) ?? 0;
    if (count >= this.#context.limits.maxConnectionsPerAddress) return false;
    this.#perAddress.set(key, count + 1);
    return true;
  }

  /** Tells a client that there is no room, unless there are too many to tell. */
  #refuse(socket: Socket, reason: RejectReason, now: number): SocketHandlers {
    const { output, heads, date, events, limits } = this.#context;
    events.connectionRejected?.(reason, socket.remoteAddress);
    const refusal = { socket, deadline: now + limits.lingerMs };
    if (this.#refusals.size >= MAX_REFUSALS_UNDER_WAY) socket.destroy();
    else {
      this.#refusals.add(refusal);
      this.#arm();
      date.refresh(now);
      const flush = () => {
        const bytes = output.take(sink);
        if (bytes) socket.write(bytes);
      };
      const send = (bytes: Uint8Array) => void socket.write(bytes);
      const sink = { flush, sendBytes: send, sendSlab: send };
      const target = { headOnly: false, http10: false, last: true, keepAlive: false };
      writeAnswer(output, sink, ownHead(heads, 503), undefined, target);
      flush();
      socket.end();
    }
    let discarded = 0;
    return {
      data: (chunk) => {
        discarded += chunk.length;
        if (discarded > limits.lingerBytes) socket.pause();
      },
      end: () => {},
      drain: () => {},
      close: () => {
        this.#refusals.delete(refusal);
        this.#checkDrained();
      },
    };
  }

  /** Closes idle connections, those that have been so longest first, to make room. */
  #relieve(): void {
    if (this.#victims.length === 0 && !this.#victimsSought) {
      this.#victimsSought = true; // one search a tick: it looks at all of them
      this.#victims = [...this.#connections].filter((connection) => connection.idle)
        .sort((a, b) => b.idleSince - a.idleSince);
    }
    for (let victim = this.#victims.pop(); victim !== undefined; victim = this.#victims.pop()) {
      if (!victim.idle || victim.requests === 0) continue;
      victim.closeIdle();
      return;
    }
  }

  #gone(connection: Connection): void {
    if (!this.#connections.delete(connection)) return;
    this.#stats.connections--;
    if (this.#context.limits.maxConnectionsPerAddress > 0) {
      const key = addressKey(connection.remoteAddress);
      const count = this.#perAddress.get(key) ?? 0;
      if (count > 1) this.#perAddress.set(key, count - 1);
      else this.#perAddress.delete(key);
    }
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
    this.#victims = [];
    this.#victimsSought = false;
    for (const connection of this.#connections) connection.tick(now);
    for (const { socket, deadline } of this.#refusals) if (now >= deadline) socket.destroy();
    this.#context.gate.tick(now);
    if (this.#connections.size > 0 || this.#refusals.size > 0) this.#arm();
  };

  async #stop(): Promise<void> {
    const { events, limits } = this.#context;
    this.#context.draining = true;
    this.#stats.draining = true;
    events.drainStarted?.(this.#connections.size);
    const { clock } = this.#machine;
    const closed = this.ready.then(() => this.#listener!.close(), () => {});
    for (const connection of [...this.#connections]) connection.stop();
    for (const socket of this.#unproxied) socket.destroy();
    const drained = new Promise<void>((resolve) => this.#drained = resolve);
    const deadline = clock.after(limits.drainTimeoutMs, () => this.#resetAll());
    this.#checkDrained();
    await drained;
    clock.clear(deadline);
    clock.clear(this.#timer);
    this.#timer = undefined;
    await closed;
    events.drainFinished?.(this.#resets);
    await this.#machine.log?.drain();
  }

  #resetAll(): void {
    for (const { socket } of this.#refusals) socket.destroy();
    for (const connection of [...this.#connections]) {
      this.#resets++;
      connection.kill("timeout");
    }
  }

  #checkDrained(): void {
    const left = this.#connections.size + this.#refusals.size + this.#unproxied.size;
    if (left === 0) this.#drained?.();
  }
}

function addressKey(address: SocketAddress): string {
  return address.transport === "tcp" ? address.hostname : "";
}
