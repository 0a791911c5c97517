/** A server whose every connection begins with a PROXY header: a step before the rest. @module */

import type { Accept, Socket, SocketHandlers } from "../runtime/types.ts";
import type { ServerContext } from "./context.ts";
import { maxSockets } from "./connections.ts";
import { acceptProxied } from "./proxied_socket.ts";
import { AddressSet } from "./ip_address.ts";

/** Connections whose header has not come yet. */
export class ProxiedAccept {
  readonly #context: ServerContext;
  readonly #accept: Accept;
  readonly #gone: () => void;
  readonly #trusted: AddressSet;
  readonly #waiting = new Set<Socket>();

  /**
   * Hands what comes from `speakers` on to `accept`; the end of any is told to `gone`.
   *
   * @throws {TypeError} For an address that cannot be read.
   */
  constructor(
    context: ServerContext,
    speakers: readonly string[],
    accept: Accept,
    gone: () => void,
  ) {
    this.#context = context;
    this.#accept = accept;
    this.#gone = gone;
    this.#trusted = new AddressSet(speakers);
  }

  /** How many there are. */
  get size(): number {
    return this.#waiting.size;
  }

  /** Drops all. */
  destroy(): void {
    for (const socket of this.#waiting) socket.destroy();
  }

  /** Takes a connection. */
  readonly accept: Accept = (socket): SocketHandlers => {
    const { clock, limits, events, draining, stats } = this.#context;
    const proxied = acceptProxied(socket, (inner) => {
      this.#waiting.delete(socket);
      return this.#accept(inner);
    }, {
      timeoutMs: limits.headersTimeoutMs,
      clock,
      trusts: (peer) => this.#trusted.has(peer.transport === "tcp" ? peer.hostname : undefined),
      onFault: (fault) => events.listenerFault?.(new Error(`PROXY header is ${fault}`)),
    });
    const sockets = this.size + stats.connections;
    if (draining || sockets >= maxSockets(limits.maxConnections)) socket.destroy();
    this.#waiting.add(socket);
    return {
      ...proxied,
      close: (error) => {
        this.#waiting.delete(socket);
        proxied.close(error);
        this.#gone();
      },
    };
  };
}
