/**
 * The socket port on Bun: `Bun.connect`, `Bun.listen`.
 *
 * @module
 */

import { SocketError } from "../base/socket_error.ts";
import { Attempt, formatTarget } from "./attempt.ts";
import { bunApi, type BunApiHandlers, type BunApiListener, type BunApiSocket } from "./bun_api.ts";
import { BunSocket, OPEN_HANDLERS } from "./bun_socket.ts";
import { toSocketError } from "./errors.ts";
import { BACKLOG } from "./limits.ts";
import type {
  Accept,
  ConnectOptions,
  Listener,
  ListenOptions,
  Network,
  Opened,
  ServerTlsOptions,
  Socket,
} from "./types.ts";
import { claimUnixPath, removeUnixPath } from "./unix_path.ts";

type Raw = BunApiSocket<BunSocket | undefined>;

/** Bun's network. */
export const bunNetwork: Network = { name: "bun", connect, listen };

function connect(options: ConnectOptions, opened: Opened): Promise<Socket> {
  const attempt = new Attempt(options);
  if (attempt.settled) return attempt.promise;
  const secure = options.tls !== undefined && options.tls !== false && options.path === undefined;
  const tls = typeof options.tls === "object" ? options.tls : {};
  const host = options.hostname ?? "127.0.0.1";
  const start = (raw: Raw): void => {
    if (attempt.settled) return raw.terminate();
    const socket = new BunSocket(raw, options.path, secure);
    try {
      socket.open(opened);
    } catch (error) {
      attempt.fail(error);
      return;
    }
    attempt.succeed(socket);
  };
  const socket: BunApiHandlers<BunSocket | undefined> = {
    ...OPEN_HANDLERS,
    open(raw) {
      attempt.onGiveUp(() => raw.terminate());
      if (!secure) start(raw);
    },
    handshake(raw, success, error) {
      if (success && !error) return start(raw);
      attempt.fail(
        new SocketError("tls", `TLS handshake failed: ${error?.message}`, { cause: error }),
      );
      raw.terminate();
    },
    close(raw, error) {
      if (raw.data !== undefined) raw.data.onClose(error);
      else attempt.fail(error ?? new SocketError("reset", "The peer closed the connection"));
    },
    connectError: (_raw, error) => attempt.fail(error),
  };
  try {
    bunApi().connect({
      ...(options.path === undefined
        ? { hostname: host, port: options.port }
        : { unix: options.path }),
      ...(secure
        ? {
          tls: {
            ca: tls.ca,
            cert: tls.cert,
            key: tls.key,
            serverName: tls.serverName ?? host,
            ALPNProtocols: tls.alpnProtocols,
            rejectUnauthorized: true,
          },
        }
        : {}),
      allowHalfOpen: true,
      socket,
    }).catch((error) => attempt.fail(error));
  } catch (error) {
    attempt.fail(error);
  }
  return attempt.promise;
}

async function listen(options: ListenOptions, accept: Accept): Promise<Listener> {
  const what = `Cannot listen on ${formatTarget(options)}`;
  if (options.path !== undefined) await claimUnixPath(connect, options.path);
  const start = (raw: Raw): void => {
    try {
      new BunSocket(raw, options.path, options.tls !== undefined).open(accept);
    } catch (error) {
      options.onError?.(toSocketError(error, "Cannot accept"));
    }
  };
  const socket: BunApiHandlers<BunSocket | undefined> = {
    ...OPEN_HANDLERS,
    open(raw) {
      if (options.tls === undefined) start(raw);
    },
    handshake(raw, success, error) {
      if (success && !error) return start(raw);
      raw.terminate();
      options.onError?.(
        new SocketError("tls", `Cannot accept: ${error?.message}`, { cause: error }),
      );
    },
  };
  let listener: BunApiListener;
  try {
    listener = bunApi().listen({
      ...(options.path === undefined
        ? {
          hostname: options.hostname ?? "127.0.0.1",
          port: options.port ?? 0,
          reusePort: options.reusePort ?? false,
        }
        : { unix: options.path }),
      ...(options.tls === undefined ? {} : { tls: serverContext(options.tls) }),
      backlog: options.backlog ?? BACKLOG,
      allowHalfOpen: true,
      socket,
    });
  } catch (error) {
    throw toSocketError(error, what);
  }
  return {
    address: options.path === undefined
      ? { transport: "tcp", hostname: listener.hostname, port: listener.port }
      : { transport: "unix", path: options.path },
    // deno-lint-ignore require-await -- the contract is a promise on all runtimes
    async reload() {
      throw new SocketError("unsupported", "Cannot reload");
    },
    // deno-lint-ignore require-await -- the contract is a promise on all runtimes
    async close() {
      listener.stop();
      if (options.path !== undefined) removeUnixPath(options.path);
    },
  };
}

function serverContext(tls: ServerTlsOptions): Readonly<Record<string, unknown>> {
  return {
    cert: tls.cert,
    key: tls.key,
    ALPNProtocols: tls.alpnProtocols,
    ...(tls.clientCa === undefined
      ? {}
      : { ca: tls.clientCa, requestCert: true, rejectUnauthorized: true }),
  };
}
