/**
 * The socket port on Bun: `Bun.connect` and `Bun.listen`. TLS goes through Bun's `node:tls`,
 * because a listener of `Bun.listen` cannot change its certificate.
 *
 * @module
 */

import { DEFAULT_HOSTNAME, formatTarget, isSecure, socketAddress } from "./address.ts";
import { Attempt } from "./attempt.ts";
import { bunApi, type BunApiHandlers, type BunApiListener, type BunApiSocket } from "./bun_api.ts";
import { BunSocket, OPEN_HANDLERS } from "./bun_socket.ts";
import { noTlsHere, report, toListenError, toSocketError } from "./errors.ts";
import { BACKLOG } from "./limits.ts";
import { nodeNetwork } from "./node.ts";
import type {
  Accept,
  ConnectOptions,
  Listener,
  ListenOptions,
  Network,
  Opened,
  Socket,
} from "./types.ts";
import { claimUnixPath, removeUnixPath } from "./unix_path.ts";

type Raw = BunApiSocket<BunSocket | undefined>;

/** Bun's network. */
export const bunNetwork: Network = { name: "bun", connect, listen };

function connect(options: ConnectOptions, opened: Opened): Promise<Socket> {
  if (isSecure(options)) return nodeNetwork.connect(options, opened);
  const attempt = new Attempt(options);
  if (attempt.settled) return attempt.promise;
  const socket: BunApiHandlers<BunSocket | undefined> = {
    ...OPEN_HANDLERS,
    open(raw: Raw) {
      if (attempt.settled) return raw.terminate();
      const socket = new BunSocket(raw, options.path);
      try {
        socket.open(opened);
        attempt.succeed(socket);
      } catch (error) {
        attempt.fail(error);
      }
    },
    connectError: (_raw, error) => attempt.fail(error),
  };
  try {
    bunApi().connect({
      ...(options.path === undefined
        ? { hostname: options.hostname ?? DEFAULT_HOSTNAME, port: options.port }
        : { unix: options.path }),
      allowHalfOpen: true,
      socket,
    }).catch((error) => attempt.fail(error));
  } catch (error) {
    attempt.fail(error);
  }
  return attempt.promise;
}

async function listen(options: ListenOptions, accept: Accept): Promise<Listener> {
  if (options.tls !== undefined && options.path === undefined) {
    return nodeNetwork.listen(options, accept);
  }
  if (options.path !== undefined) await claimUnixPath(connect, options.path);
  let listener: BunApiListener;
  try {
    listener = bunApi().listen({
      ...(options.path === undefined
        ? {
          hostname: options.hostname ?? DEFAULT_HOSTNAME,
          port: options.port ?? 0,
          reusePort: options.reusePort ?? false,
        }
        : { unix: options.path }),
      backlog: options.backlog ?? BACKLOG,
      allowHalfOpen: true,
      socket: {
        ...OPEN_HANDLERS,
        open(raw: Raw) {
          try {
            new BunSocket(raw, options.path).open(accept);
          } catch (error) {
            report(options, toSocketError(error, "Cannot accept"));
          }
        },
      },
    });
  } catch (error) {
    throw toListenError(error, `Cannot listen on ${formatTarget(options)}`);
  }
  const bound: { address?: string; port?: number } = {};
  if (options.path === undefined) listener.getsockname(bound);
  return {
    address: socketAddress(options.path, bound.address, bound.port),
    reload: () => Promise.reject(noTlsHere()),
    // deno-lint-ignore require-await -- the contract is a promise on all runtimes
    async close() {
      listener.stop();
      if (options.path !== undefined) removeUnixPath(options.path);
    },
  };
}
