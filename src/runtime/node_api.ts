/**
 * The part of `node:net` and `node:tls` that the adapter touches, declared here so that published
 * code type checks for users who have no Node types.
 *
 * @module
 */

/** `net.Socket` and `tls.TLSSocket`. */
export interface NodeApiSocket {
  readonly localAddress?: string;
  readonly localPort?: number;
  readonly remoteAddress?: string;
  readonly remotePort?: number;
  readonly writableLength: number;
  /** Node's own; the others' `node:net` has not both. */
  readonly _writableState?: { readonly writing?: boolean; readonly writelen?: number };
  readonly _handle?: { readonly writeQueueSize?: number } | null;
  readonly alpnProtocol?: string | false | null;
  getPeerCertificate?(): { raw?: Uint8Array } | undefined;
  write(bytes: Uint8Array): boolean;
  end(): void;
  pause(): void;
  resume(): void;
  destroy(error?: Error): void;
  resetAndDestroy?(): void;
  setNoDelay(on: boolean): void;
  setKeepAlive(on: boolean, afterMs: number): void;
  on(event: "data", fn: (chunk: Uint8Array) => void): void;
  on(event: "end" | "drain" | "close" | "connect" | "secureConnect", fn: () => void): void;
  on(event: "error", fn: (error: Error) => void): void;
  removeAllListeners(event: string): void;
}

/** `net.Server` and `tls.Server`. */
export interface NodeApiServer {
  /** Beyond this many sockets, those of handshakes included, new ones are dropped. */
  maxConnections?: number;
  listen(options: Readonly<Record<string, unknown>>): void;
  close(): void;
  getConnections(fn: (error: Error | null, count: number) => void): void;
  address(): { address: string; port: number } | string | null;
  setSecureContext?(options: Readonly<Record<string, unknown>>): void;
  on(event: "connection" | "secureConnection", fn: (socket: NodeApiSocket) => void): void;
  on(event: "tlsClientError", fn: (error: Error, socket: NodeApiSocket) => void): void;
  on(event: "error", fn: (error: Error) => void): void;
  on(event: "listening", fn: () => void): void;
}

/** `node:net`. */
export interface NodeNet {
  connect(options: Readonly<Record<string, unknown>>): NodeApiSocket;
  createServer(options: Readonly<Record<string, unknown>>): NodeApiServer;
  isIP(text: string): number;
}

/** `node:tls`. */
export interface NodeTls {
  connect(options: Readonly<Record<string, unknown>>): NodeApiSocket;
  createServer(options: Readonly<Record<string, unknown>>): NodeApiServer;
}
