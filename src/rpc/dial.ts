/** Opens a client's connections over sockets. */

import { assertKnownOptions, assertPort } from "../base/options.ts";
import { SocketError } from "../base/socket_error.ts";
import type { ClientTlsOptions, Network } from "../runtime/types.ts";
import type { ConnectionSettings, OpenConnection } from "./connection_settings.ts";
import { assertTransport, type Framing, overSocket } from "./open_connection.ts";
import { RpcError } from "./rpc_error.ts";

/** Opens one connection; resolves when it is ready for calls. Must reject when the signal fires. */
export type Dial = (
  settings: ConnectionSettings,
  connectTimeoutMs: number,
  signal: AbortSignal,
) => Promise<OpenConnection>;

/** Where a server is. */
export interface SocketTarget {
  /** Host name or address. Default `127.0.0.1`. */
  readonly host?: string;
  /** TCP port. Default 9999. */
  readonly port?: number;
  /** Path of a Unix socket, instead of host and port. */
  readonly path?: string;
  /** TLS: `true`, or how to check the server. Default: none. */
  readonly tls?: boolean | ClientTlsOptions;
  /** Framing of that port. Default `"node"`. */
  readonly framing?: Framing;
}

/** The keys of {@link SocketTarget}, for checking options. */
export const TARGET_KEYS: readonly string[] = ["host", "port", "path", "tls", "framing"];

const TLS_KEYS: readonly (keyof ClientTlsOptions)[] = [
  "ca",
  "serverName",
  "alpnProtocols",
  "cert",
  "key",
];

/** Settings whose connection reports to a promise until it is ready. */
export function untilReady(
  settings: ConnectionSettings,
  ready: (connection: OpenConnection) => void,
  failed: (error: RpcError) => void,
): ConnectionSettings {
  let isReady = false;
  return {
    ...settings,
    onReady: (connection) => {
      isReady = true;
      ready(connection);
    },
    onGone: (connection, error) => isReady ? settings.onGone(connection, error) : failed(error),
  };
}

/** Dials over a runtime's network. */
export function socketDial(network: Network, target: SocketTarget, defaultPort: number): Dial {
  const { host, port = defaultPort, path, tls, framing = "node" } = target;
  const address = path === undefined
    ? {
      port,
      ...(host === undefined ? {} : { hostname: host }),
      ...(tls ? { tls } : {}),
    }
    : { path };
  assertPort(port, "connect");
  assertTransport("connect", framing, path, tls);
  if (typeof tls === "object") assertKnownOptions(tls, TLS_KEYS, "tls");
  const where = path ?? `${host ?? "127.0.0.1"}:${port}`;
  return (settings, connectTimeoutMs, signal) =>
    new Promise((resolve, reject) => {
      const started = settings.wheel.now();
      let opened: OpenConnection | undefined;
      const abort = (): void => opened?.close();
      const done = (): void => signal.removeEventListener("abort", abort);
      const fail = (cause: unknown): void => {
        done();
        const why = cause instanceof Error ? cause.message : String(cause);
        const message = cause instanceof SocketError ? why : `Cannot connect to ${where}: ${why}`;
        reject(new RpcError("connect", message, { cause }));
      };
      signal.addEventListener("abort", abort);
      network.connect({ ...address, connectTimeoutMs, signal }, (socket) => {
        // What is left of the time is the handshake's.
        const left = Math.max(1, connectTimeoutMs - (settings.wheel.now() - started));
        const limits = { ...settings.limits, handshakeTimeoutMs: left };
        const until = untilReady({ ...settings, limits }, (connection) => {
          done();
          resolve(connection);
        }, fail);
        const { connection, handlers } = overSocket(framing, socket, until);
        opened = connection;
        connection.start();
        return handlers;
      }).catch(fail);
    });
}
