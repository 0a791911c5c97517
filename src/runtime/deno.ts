/**
 * The socket port on Deno: `Deno.connect`, `Deno.connectTls`, `Deno.listen`, `Deno.listenTls`.
 *
 * @module
 */

import { SocketError } from "../base/socket_error.ts";
import { Attempt, formatTarget } from "./attempt.ts";
import { denoApi, type DenoApiConn, type DenoApiListener } from "./deno_api.ts";
import { DenoSocket } from "./deno_socket.ts";
import { toSocketError } from "./errors.ts";
import {
  ACCEPT_PAUSE_MAX_MS,
  ACCEPT_PAUSE_MIN_MS,
  BACKLOG,
  TLS_HANDSHAKE_TIMEOUT_MS,
} from "./limits.ts";
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

/** Deno's network. */
export const denoNetwork: Network = { name: "deno", connect, listen };

function connect(options: ConnectOptions, opened: Opened): Promise<Socket> {
  const attempt = new Attempt(options);
  if (!attempt.settled) dial(options, opened, attempt).catch((error) => attempt.fail(error));
  return attempt.promise;
}

async function dial(options: ConnectOptions, opened: Opened, attempt: Attempt): Promise<void> {
  const secure = options.tls !== undefined && options.tls !== false && options.path === undefined;
  const conn = secure ? await dialTls(options) : await denoApi().connect(
    options.path === undefined
      ? { hostname: options.hostname ?? "127.0.0.1", port: options.port }
      : { transport: "unix", path: options.path },
  );
  if (attempt.settled) return conn.close();
  attempt.onGiveUp(() => conn.close());
  const alpn = secure ? (await conn.handshake!()).alpnProtocol : undefined;
  if (attempt.settled) return;
  const socket = new DenoSocket(conn, options.path, alpn);
  socket.open(opened);
  attempt.succeed(socket);
}

function dialTls(options: ConnectOptions): Promise<DenoApiConn> {
  const tls = typeof options.tls === "object" ? options.tls : {};
  return denoApi().connectTls({
    hostname: options.hostname ?? "127.0.0.1",
    port: options.port,
    ...(tls.ca === undefined ? {} : { caCerts: [tls.ca] }),
    ...(tls.alpnProtocols === undefined ? {} : { alpnProtocols: tls.alpnProtocols }),
    ...(tls.cert === undefined ? {} : { cert: tls.cert, key: tls.key }),
  });
}

async function listen(options: ListenOptions, accept: Accept): Promise<Listener> {
  const what = `Cannot listen on ${formatTarget(options)}`;
  if (options.tls?.clientCa !== undefined) {
    throw new SocketError("unsupported", `${what}: Deno cannot ask for client certificates`);
  }
  if (options.path !== undefined) await claimUnixPath(connect, options.path);
  try {
    return new DenoListener(bind(options), options, accept);
  } catch (error) {
    throw toSocketError(error, what);
  }
}

function bind(options: ListenOptions): DenoApiListener {
  if (options.path !== undefined) {
    return denoApi().listen({ transport: "unix", path: options.path });
  }
  const where = {
    hostname: options.hostname ?? "127.0.0.1",
    port: options.port ?? 0,
    reusePort: options.reusePort ?? false,
    tcpBacklog: options.backlog ?? BACKLOG,
  };
  if (options.tls === undefined) return denoApi().listen(where);
  return denoApi().listenTls({
    ...where,
    cert: options.tls.cert,
    key: options.tls.key,
    ...(options.tls.alpnProtocols === undefined
      ? {}
      : { alpnProtocols: options.tls.alpnProtocols }),
  });
}

class DenoListener implements Listener {
  readonly address: Listener["address"];
  #listener: DenoApiListener;
  #options: ListenOptions;
  #accept: Accept;
  #closed = false;

  constructor(listener: DenoApiListener, options: ListenOptions, accept: Accept) {
    this.#listener = listener;
    this.#options = options;
    this.#accept = accept;
    const bound = listener.addr;
    this.address = options.path === undefined && bound.transport === "tcp"
      ? { transport: "tcp", hostname: bound.hostname, port: bound.port }
      : { transport: "unix", path: options.path ?? "" };
    this.#run();
  }

  // deno-lint-ignore require-await -- the contract is a promise on all runtimes
  async reload(): Promise<void> {
    throw new SocketError("unsupported", "Cannot reload");
  }

  // deno-lint-ignore require-await -- the contract is a promise on all runtimes
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#listener.close();
    if (this.#options.path !== undefined) removeUnixPath(this.#options.path);
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
        this.#report(error);
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
        pauseMs = Math.min(ACCEPT_PAUSE_MAX_MS, pauseMs * 2);
      }
    }
  }

  #welcome(conn: DenoApiConn): void {
    if (this.#options.tls === undefined) this.#open(conn, undefined);
    else this.#shakeHands(conn);
  }

  async #shakeHands(conn: DenoApiConn): Promise<void> {
    const limitMs = this.#options.tlsHandshakeTimeoutMs ?? TLS_HANDSHAKE_TIMEOUT_MS;
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      conn.close();
    }, limitMs);
    try {
      const { alpnProtocol } = await conn.handshake!();
      clearTimeout(timer);
      if (!late) this.#open(conn, alpnProtocol);
    } catch (error) {
      clearTimeout(timer);
      if (!late) conn.close();
      this.#report(
        late
          ? new SocketError("timeout", `Cannot accept: no TLS handshake within ${limitMs} ms`)
          : error,
      );
    }
  }

  #open(conn: DenoApiConn, alpn: string | null | undefined): void {
    try {
      new DenoSocket(conn, this.#options.path, alpn).open(this.#accept);
    } catch (error) {
      this.#report(error);
    }
  }

  #report(error: unknown): void {
    this.#options.onError?.(toSocketError(error, "Cannot accept"));
  }
}
