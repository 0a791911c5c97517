/**
 * The socket port: the one shape in which the rest of the house sees a network, whatever runtime
 * is below. Three adapters (`deno.ts`, `bun.ts`, `node.ts`) make the same moves in the same order,
 * and one conformance suite holds them to it.
 *
 * The port is push-based: bytes are handed up as they come. The rules, for both sides:
 *
 * - A chunk given to `data` belongs to the receiver for good; no adapter reuses its memory.
 * - Bytes given to `write` belong to the socket for good; the caller does not change them again.
 * - `write` takes everything. `false` means: the queue is above the high-water mark, so stop and go
 *   on at `drain`. Nothing is lost by a caller that does not stop, but memory grows.
 * - After `pause()` no `data` and no `end` comes until `resume()`, but for a chunk already being
 *   delivered; the peer then feels it through TCP's window.
 * - `close` comes exactly once for every socket, last, and never before the handlers are known.
 *   It does not come during a call that the handler itself made into the socket.
 * - A handler that throws is a bug of the room above: the socket is destroyed with that error.
 *
 * @module
 */

import type { SocketError } from "../base/socket_error.ts";

/** Where a TCP socket is bound or connected. */
export interface TcpAddress {
  /** Which kind it is. */
  readonly transport: "tcp";
  /** IP address. */
  readonly hostname: string;
  /** 1 to 65,535. */
  readonly port: number;
}

/** Where a socket is bound or connected. */
export type SocketAddress =
  | TcpAddress
  | { readonly transport: "unix"; readonly path: string };

/** What the room above does with a socket's events. */
export interface SocketHandlers {
  /**
   * Bytes from the peer; the chunk is the receiver's to keep. Who has kept nothing of it, and will
   * not look at it again, may answer `true`: then its memory may take the next read.
   */
  data(chunk: Uint8Array): boolean | void;
  /** The peer has ended its half (FIN). Writing may go on; nothing is closed by itself. */
  end(): void;
  /** The queue has emptied after a `write` that answered `false`. */
  drain(): void;
  /** The socket is gone: exactly once, last. Without an error if both halves ended in order, or by `destroy()`. What it throws is dropped. */
  close(error?: SocketError): void;
}

/** What TLS agreed on. */
export interface TlsState {
  /** The protocol chosen by ALPN, or `undefined`. */
  readonly alpnProtocol: string | undefined;
  /** The peer's certificate (DER) where one was asked for and the runtime tells; else `undefined`. */
  readonly peerCertificate: Uint8Array | undefined;
}

/** One open connection, TCP, TLS or a Unix socket: the same on every runtime. */
export interface Socket {
  /** This side's address. */
  readonly localAddress: SocketAddress;
  /** The peer's address. */
  readonly remoteAddress: SocketAddress;
  /** TLS's outcome; `undefined` on a plain socket. */
  readonly tls: TlsState | undefined;
  /** Bytes taken by `write` that the operating system has not taken yet. At 0, while it lives, the memory of all that was written is the caller's again. */
  readonly bufferedBytes: number;
  /** Sends the bytes, in order, all of them. `false` asks the caller to wait for `drain`. After `end` or close it does nothing and answers `false`; no `drain` follows. */
  write(bytes: Uint8Array): boolean;
  /** Ends this half (FIN) when all that was written has been sent. Reading may go on. */
  end(): void;
  /** Stops delivery of `data` and `end`. */
  pause(): void;
  /** Goes on with delivery. */
  resume(): void;
  /** Drops the connection now, with what is unsent; a reset where the runtime can send one (Bun and Node, TCP without TLS). `close` follows. */
  destroy(): void;
}

/** PEM texts and their checks. */
export interface ServerTlsOptions {
  /** Certificate chain as PEM, the server's own first. */
  readonly cert: string;
  /** The certificate's private key, PEM. */
  readonly key: string;
  /** Protocols offered by ALPN, in order of preference. */
  readonly alpnProtocols?: readonly string[];
  /** Asks the client for a certificate signed by one of these (PEM) and refuses without it (mTLS). */
  readonly clientCa?: string;
}

/** How a client checks its server. */
export interface ClientTlsOptions {
  /** Certificate authorities (PEM) instead of the system's. */
  readonly ca?: string;
  /** The name to check and to send as SNI. Default: the hostname. */
  readonly serverName?: string;
  /** Protocols offered by ALPN. */
  readonly alpnProtocols?: readonly string[];
  /** Client certificate chain, PEM (mTLS). */
  readonly cert?: string;
  /** Client private key, PEM (mTLS). */
  readonly key?: string;
}

/** Where to connect, and how long to try. */
export interface ConnectOptions {
  /** Host name or address; ignored with `path`. Default `127.0.0.1`. */
  readonly hostname?: string;
  /** TCP port, 1 to 65535; ignored with `path`. */
  readonly port?: number;
  /** Path of a Unix socket, instead of host and port. */
  readonly path?: string;
  /** `true` or options: TLS over TCP. */
  readonly tls?: boolean | ClientTlsOptions;
  /** Milliseconds for name, TCP and TLS together. Default 10 000. */
  readonly connectTimeoutMs?: number;
  /** Gives up when it fires, before the socket is open. */
  readonly signal?: AbortSignal;
}

/** Where to listen, and how connections are accepted. */
export interface ListenOptions {
  /** Address to bind; ignored with `path`. Default `127.0.0.1`. */
  readonly hostname?: string;
  /** TCP port, 0 for a free one; ignored with `path`. Default 0. */
  readonly port?: number;
  /** Path of a Unix socket. One left over from a crash (nobody answers) is removed first. */
  readonly path?: string;
  /** TLS over TCP; without it plain. */
  readonly tls?: ServerTlsOptions;
  /** Length of the accept queue, where the runtime lets one set it. */
  readonly backlog?: number;
  /** SO_REUSEPORT: several processes share the port (Linux). Default `false`. */
  readonly reusePort?: boolean;
  /** Milliseconds within which a TLS handshake must be done. Default 10 000. */
  readonly tlsHandshakeTimeoutMs?: number;
  /** With TLS: sockets at once, those whose handshake is under way included; more are dropped, and `onError` is told (`full`) when the last is taken. Default no limit. */
  readonly maxTlsSockets?: number;
  /** A fault that belongs to no connection yet: accept failed, a TLS handshake failed. The listener goes on. */
  readonly onError?: (error: SocketError) => void;
}

/** An open server socket. */
export interface Listener {
  /** The bound address, with the port the system chose. */
  readonly address: SocketAddress;
  /** Replaces the certificate for connections to come, without dropping one. Throws on a plain listener. */
  reload(tls: ServerTlsOptions): Promise<void>;
  /** Stops accepting; open connections stay. A Unix socket's file is removed. Resolves when the port is free. */
  close(): Promise<void>;
}

/**
 * Called for every accepted connection (after the TLS handshake); answers what to do with its
 * events. A throw destroys the connection.
 */
export type Accept = (socket: Socket) => SocketHandlers;

/** Called for a connection that `connect` opened, before any event; answers what to do with them. */
export type Opened = Accept;

/** One runtime's way to open and accept connections. */
export interface Network {
  /** Which runtime this is. */
  readonly name: "deno" | "bun" | "node";
  /** Opens a connection. Rejects with a `SocketError`; resolves once `opened` has been called. */
  connect(options: ConnectOptions, opened: Opened): Promise<Socket>;
  /** Opens a server socket. Rejects with a `SocketError`. */
  listen(options: ListenOptions, accept: Accept): Promise<Listener>;
}

export { HIGH_WATER_BYTES } from "./limits.ts";
