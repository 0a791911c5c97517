/**
 * A connection behind a proxy that speaks the PROXY protocol: its first bytes tell the client's
 * address, and only then the connection begins.
 *
 * @module
 */

import type { Clock } from "../base/clock.ts";
import type { Accept, Socket, SocketAddress, SocketHandlers } from "../runtime/types.ts";
import { type ProxyEnd, ProxyHeaderReader } from "./proxy_protocol.ts";

/** What may go wrong before the connection begins. */
export type ProxyFault = "malformed" | "timeout" | "untrusted";

/** How such connections are taken. */
export interface ProxiedOptions {
  /** Milliseconds for the header. */
  readonly timeoutMs: number;
  /** Time. */
  readonly clock: Clock;
  /** Whether a peer may speak for others. */
  readonly trusts: (address: SocketAddress) => boolean;
  /** Hears why a connection was dropped. */
  readonly onFault: (fault: ProxyFault, peer: SocketAddress) => void;
}

/**
 * Reads the header, then hands the connection to `accept` with the client's address in place of the
 * proxy's. A proxy that speaks for itself keeps its own address.
 *
 * @returns What to do with the socket's events.
 */
export function acceptProxied(
  socket: Socket,
  accept: Accept,
  options: ProxiedOptions,
): SocketHandlers {
  const reader = new ProxyHeaderReader();
  let inner: SocketHandlers | undefined;
  const drop = (fault: ProxyFault): void => {
    options.onFault(fault, socket.remoteAddress);
    options.clock.clear(timer);
    socket.destroy();
  };
  const timer = options.clock.after(options.timeoutMs, () => drop("timeout"));
  if (!options.trusts(socket.remoteAddress)) queueMicrotask(() => drop("untrusted"));
  return {
    data: (chunk) => {
      if (inner) return inner.data(chunk);
      if (!options.trusts(socket.remoteAddress)) return;
      const header = reader.push(chunk);
      if (header === undefined) return;
      if (header === "malformed") return drop("malformed");
      options.clock.clear(timer);
      inner = accept(new ProxiedSocket(socket, header.source, header.destination));
      if (header.rest.length > 0) inner.data(header.rest);
    },
    end: () => inner ? inner.end() : socket.destroy(),
    drain: () => inner?.drain(),
    close: (error) => {
      options.clock.clear(timer);
      inner?.close(error);
    },
  };
}

/** The proxy's socket with the client's address. */
class ProxiedSocket implements Socket {
  readonly localAddress: SocketAddress;
  readonly remoteAddress: SocketAddress;
  readonly #socket: Socket;

  constructor(socket: Socket, source: ProxyEnd | undefined, destination: ProxyEnd | undefined) {
    this.#socket = socket;
    this.remoteAddress = source ? addressOf(source) : socket.remoteAddress;
    this.localAddress = destination ? addressOf(destination) : socket.localAddress;
  }

  get tls(): Socket["tls"] {
    return this.#socket.tls;
  }
  get bufferedBytes(): number {
    return this.#socket.bufferedBytes;
  }
  write(bytes: Uint8Array): boolean {
    return this.#socket.write(bytes);
  }
  end(): void {
    this.#socket.end();
  }
  pause(): void {
    this.#socket.pause();
  }
  resume(): void {
    this.#socket.resume();
  }
  destroy(): void {
    this.#socket.destroy();
  }
}

function addressOf(end: ProxyEnd): SocketAddress {
  return { transport: "tcp", hostname: end.address, port: end.port };
}
