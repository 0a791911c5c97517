/**
 * The socket port on Deno: `Deno.connect` and `Deno.listen`. Two things go through Deno's
 * `node:net` and `node:tls`: TLS, because `Deno.listenTls` can neither ask for client certificates
 * nor change its own, and a connection of `Deno.connectTls` cannot be set to send without delay;
 * and `reusePort`, because `Deno.listen` ends the process when asked for it without a flag.
 *
 * @module
 */

import { DEFAULT_HOSTNAME, formatTarget, isSecure, socketAddress } from "./address.ts";
import { Attempt } from "./attempt.ts";
import { denoApi, type DenoApiConn, type DenoApiListener } from "./deno_api.ts";
import { DenoSocket } from "./deno_socket.ts";
import { noTlsHere, report, toListenError, toSocketError } from "./errors.ts";
import { ACCEPT_PAUSE_MAX_MS, ACCEPT_PAUSE_MIN_MS, BACKLOG } from "./limits.ts";
import { nodeNetwork } from "./node.ts";
import type {
  Accept,
  ConnectOptions,
  Listener,
  ListenOptions,
  Network,
  Opened,
  Socket,
  SocketAddress,
} from "./types.ts";
import { claimUnixPath, removeUnixPath } from "./unix_path.ts";

/** Deno's network. */
export const denoNetwork: Network = { name: "deno", connect, listen };

function connect(options: ConnectOptions, opened: Opened): Promise<Socket> {
  if (isSecure(options)) return nodeNetwork.connect(options, opened);
  const attempt = new Attempt(options);
  if (!attempt.settled) dial(options, opened, attempt).catch((error) => attempt.fail(error));
  return attempt.promise;
}

async function dial(options: ConnectOptions, opened: Opened, attempt: Attempt): Promise<void> {
  const abort = new AbortController();
  attempt.onGiveUp(() => abort.abort());
  const conn = await denoApi().connect(
    options.path === undefined
      ? {
        hostname: options.hostname ?? DEFAULT_HOSTNAME,
        port: options.port,
        signal: abort.signal,
      }
      : { transport: "unix", path: options.path },
  );
  if (attempt.settled) return conn.close();
  const socket = new DenoSocket(conn, options.path);
  socket.open(opened);
  attempt.succeed(socket);
}

async function listen(options: ListenOptions, accept: Accept): Promise<Listener> {
  if (options.path === undefined && (options.tls !== undefined || options.reusePort)) {
    return nodeNetwork.listen(options, accept);
  }
  if (options.path !== undefined) await claimUnixPath(connect, options.path);
  try {
    return new DenoListener(bind(options), options, accept);
  } catch (error) {
    throw toListenError(error, `Cannot listen on ${formatTarget(options)}`);
  }
}

function bind(options: ListenOptions): DenoApiListener {
  if (options.path !== undefined) {
    return denoApi().listen({ transport: "unix", path: options.path });
  }
  return denoApi().listen({
    hostname: options.hostname ?? DEFAULT_HOSTNAME,
    port: options.port ?? 0,
    reusePort: options.reusePort ?? false,
    tcpBacklog: options.backlog ?? BACKLOG,
  });
}

class DenoListener implements Listener {
  readonly address: SocketAddress;
  #listener: DenoApiListener;
  #options: ListenOptions;
  #accept: Accept;
  #closed = false;
  #done: Promise<void>;

  constructor(listener: DenoApiListener, options: ListenOptions, accept: Accept) {
    this.#listener = listener;
    this.#options = options;
    this.#accept = accept;
    this.address = socketAddress(options.path, listener.addr.hostname, listener.addr.port);
    this.#done = this.#run();
  }

  reload(): Promise<void> {
    return Promise.reject(noTlsHere());
  }

  async close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      this.#listener.close();
      if (this.#options.path !== undefined) removeUnixPath(this.#options.path);
    }
    // The port is held until the accept under way has been called off.
    await this.#done;
  }

  async #run(): Promise<void> {
    let pauseMs = ACCEPT_PAUSE_MIN_MS;
    while (!this.#closed) {
      try {
        const conn = await this.#listener.accept();
        pauseMs = ACCEPT_PAUSE_MIN_MS;
        this.#welcome(conn);
      } catch (error) {
        if (this.#closed) return;
        report(this.#options, toSocketError(error, "Cannot accept"));
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
        pauseMs = Math.min(ACCEPT_PAUSE_MAX_MS, pauseMs * 2);
      }
    }
  }

  #welcome(conn: DenoApiConn): void {
    try {
      new DenoSocket(conn, this.#options.path).open(this.#accept);
    } catch (error) {
      report(this.#options, toSocketError(error, "Cannot accept"));
    }
  }
}
