/**
 * The socket port on Bun: `Bun.connect` and `Bun.listen`. TLS goes through Bun's `node:tls`,
 * because a listener of `Bun.listen` cannot change its certificate.
 *
 * @module
 */

import { DEFAULT_HOSTNAME, isSecure } from "./address.ts";
import { Attempt } from "./attempt.ts";
import { bunApi, type BunApiHandlers, type BunApiSocket } from "./bun_api.ts";
import { BunListener } from "./bun_listener.ts";
import { BunSocket, OPEN_HANDLERS } from "./bun_socket.ts";
import { report, toSocketError } from "./errors.ts";
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
import { claimUnixPath } from "./unix_path.ts";

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
  return new BunListener(options, (port) =>
    bunApi().listen({
      ...(options.path === undefined
        ? {
          hostname: options.hostname ?? DEFAULT_HOSTNAME,
          port,
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
    }));
}
