/**
 * The part of Deno's sockets that the adapter touches, declared here so that published code type
 * checks for users of another runtime.
 *
 * @module
 */

/** `Deno.Addr`. */
export interface DenoApiAddress {
  readonly hostname?: string;
  readonly port?: number;
}

/** `Deno.TcpConn` and `Deno.UnixConn`. */
export interface DenoApiConn {
  readonly localAddr: DenoApiAddress;
  readonly remoteAddr: DenoApiAddress;
  read(into: Uint8Array): Promise<number | null>;
  write(bytes: Uint8Array): Promise<number>;
  closeWrite(): Promise<void>;
  close(): void;
  setNoDelay?(on: boolean): void;
  setKeepAlive?(on: boolean): void;
}

/** `Deno.TcpListener` and `Deno.UnixListener`. */
export interface DenoApiListener {
  readonly addr: DenoApiAddress;
  accept(): Promise<DenoApiConn>;
  close(): void;
}

/** The `Deno` namespace. */
export interface DenoApi {
  connect(options: Readonly<Record<string, unknown>>): Promise<DenoApiConn>;
  listen(options: Readonly<Record<string, unknown>>): DenoApiListener;
}

/** The running Deno. */
export function denoApi(): DenoApi {
  return (globalThis as unknown as { Deno: DenoApi }).Deno;
}
