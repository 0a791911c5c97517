/**
 * The part of Bun's sockets that the adapter touches, declared here so that published code type
 * checks for users of another runtime.
 *
 * @module
 */

/** `Bun.Socket`. */
export interface BunApiSocket<Data> {
  data: Data;
  readonly localAddress?: string;
  readonly localPort?: number;
  readonly remoteAddress?: string;
  readonly remotePort?: number;
  /** Bytes taken, or a negative number if the socket is closed. */
  write(bytes: Uint8Array): number;
  shutdown(): void;
  end(): void;
  terminate(): void;
  pause(): void;
  resume(): void;
  setNoDelay(on: boolean): boolean;
  setKeepAlive(on: boolean, afterMs: number): boolean;
}

/** What `Bun.connect` and `Bun.listen` call. */
export interface BunApiHandlers<Data> {
  /** What `data` is given; a `Buffer` without it, which is dear to make a plain array of. */
  readonly binaryType?: "uint8array";
  open?(socket: BunApiSocket<Data>): void;
  data?(socket: BunApiSocket<Data>, chunk: Uint8Array): void;
  drain?(socket: BunApiSocket<Data>): void;
  end?(socket: BunApiSocket<Data>): void;
  close?(socket: BunApiSocket<Data>, error?: Error): void;
  error?(socket: BunApiSocket<Data>, error: Error): void;
  connectError?(socket: BunApiSocket<Data>, error: Error): void;
}

/** `Bun.SocketListener`. */
export interface BunApiListener {
  /** Fills in the bound address; leaves it alone on a Unix socket. */
  getsockname(out: { address?: string; port?: number }): void;
  stop(closeConnections?: boolean): void;
}

/** The `Bun` namespace. */
export interface BunApi {
  connect<Data>(
    options: Readonly<Record<string, unknown>> & { socket: BunApiHandlers<Data> },
  ): Promise<BunApiSocket<Data>>;
  listen<Data>(
    options: Readonly<Record<string, unknown>> & { socket: BunApiHandlers<Data> },
  ): BunApiListener;
}

/** The running Bun. */
export function bunApi(): BunApi {
  return (globalThis as unknown as { Bun: BunApi }).Bun;
}
