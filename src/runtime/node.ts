/**
 * The socket port on Node: `node:net` and `node:tls`.
 *
 * @module
 */

import { SocketError } from "../base/socket_error.ts";
import { Attempt, formatTarget } from "./attempt.ts";
import { builtin } from "./builtin.ts";
import { handlerFault, toSocketError } from "./errors.ts";
import { BACKLOG, HIGH_WATER_BYTES, TLS_HANDSHAKE_TIMEOUT_MS } from "./limits.ts";
import type { NodeApiServer, NodeApiSocket, NodeNet, NodeTls } from "./node_api.ts";
import type {
  Accept,
  ConnectOptions,
  Listener,
  ListenOptions,
  Network,
  Opened,
  ServerTlsOptions,
  Socket,
  SocketAddress,
  SocketHandlers,
  TlsState,
} from "./types.ts";
import { claimUnixPath } from "./unix_path.ts";

/** Node's network. */
export const nodeNetwork: Network = { name: "node", connect, listen };

class NodeSocket implements Socket {
  readonly localAddress: SocketAddress;
  readonly remoteAddress: SocketAddress;
  readonly tls: TlsState | undefined;
  #socket: NodeApiSocket;
  #handlers!: SocketHandlers;
  #awaitsDrain = false;
  #ended = false;
  #gone = false;
  #error: SocketError | undefined;

  constructor(socket: NodeApiSocket, path: string | undefined, secure: boolean) {
    this.#socket = socket;
    this.localAddress = addressOf(path, socket.localAddress, socket.localPort);
    this.remoteAddress = addressOf(path, socket.remoteAddress, socket.remotePort);
    this.tls = secure ? tlsStateOf(socket) : undefined;
  }

  get bufferedBytes(): number {
    return this.#gone ? 0 : this.#socket.writableLength;
  }

  /** Asks the room above what to do with the events, and lets them come. */
  open(opened: Accept): void {
    const socket = this.#socket;
    socket.on("error", (error) => this.#error ??= toSocketError(error, "Lost the connection"));
    try {
      this.#handlers = opened(this);
    } catch (error) {
      this.#gone = true;
      socket.destroy();
      throw handlerFault(error);
    }
    socket.on("data", (chunk) => this.#onData(chunk));
    socket.on("end", () => this.#onEnd());
    socket.on("drain", () => this.#onDrain());
    socket.on("close", () => this.#onClose());
  }

  write(bytes: Uint8Array): boolean {
    if (this.#ended || this.#gone) return false;
    this.#socket.write(bytes);
    if (this.#socket.writableLength < HIGH_WATER_BYTES) return true;
    this.#awaitsDrain = true;
    return false;
  }

  end(): void {
    if (this.#ended || this.#gone) return;
    this.#ended = true;
    this.#socket.end();
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  destroy(): void {
    if (this.#gone) return;
    this.#gone = true;
    // A reset only exists on TCP. `resetAndDestroy` alone would wait for unsent bytes.
    if (this.tls === undefined && this.localAddress.transport === "tcp") {
      this.#socket.resetAndDestroy?.();
    }
    this.#socket.destroy();
  }

  #onData(chunk: Uint8Array): void {
    if (this.#gone) return;
    try {
      this.#handlers.data(chunk);
    } catch (error) {
      this.#crash(error);
    }
  }

  #onEnd(): void {
    if (this.#gone) return;
    try {
      this.#handlers.end();
    } catch (error) {
      this.#crash(error);
    }
  }

  #onDrain(): void {
    if (this.#gone || !this.#awaitsDrain) return;
    this.#awaitsDrain = false;
    try {
      this.#handlers.drain();
    } catch (error) {
      this.#crash(error);
    }
  }

  #onClose(): void {
    const byUs = this.#gone && this.#error?.code !== "handler";
    this.#gone = true;
    try {
      this.#handlers.close(byUs ? undefined : this.#error);
    } catch {
      // Nobody is left to tell: `close` is the last word.
    }
  }

  #crash(cause: unknown): void {
    if (!this.#gone) this.#error = handlerFault(cause);
    this.destroy();
  }
}

function connect(options: ConnectOptions, opened: Opened): Promise<Socket> {
  const attempt = new Attempt(options);
  if (attempt.settled) return attempt.promise;
  const secure = options.tls !== undefined && options.tls !== false && options.path === undefined;
  try {
    const socket = secure ? connectTls(options) : builtin<NodeNet>("node:net").connect({
      ...(options.path === undefined
        ? { host: options.hostname ?? "127.0.0.1", port: options.port, noDelay: true }
        : { path: options.path }),
      allowHalfOpen: true,
    });
    attempt.onGiveUp(() => socket.destroy());
    socket.on("error", (error) => attempt.fail(error));
    socket.on(secure ? "secureConnect" : "connect", () => {
      if (attempt.settled) return;
      if (secure) socket.setNoDelay(true);
      const port = new NodeSocket(socket, options.path, secure);
      try {
        port.open(opened);
      } catch (error) {
        attempt.fail(error);
        return;
      }
      attempt.succeed(port);
    });
  } catch (error) {
    attempt.fail(error);
  }
  return attempt.promise;
}

function connectTls(options: ConnectOptions): NodeApiSocket {
  const tls = typeof options.tls === "object" ? options.tls : {};
  const host = options.hostname ?? "127.0.0.1";
  const name = tls.serverName ?? host;
  return builtin<NodeTls>("node:tls").connect({
    host,
    port: options.port,
    // SNI carries names only (RFC 6066 §3); an address is checked all the same.
    ...(builtin<NodeNet>("node:net").isIP(name) === 0 ? { servername: name } : {}),
    ca: tls.ca,
    cert: tls.cert,
    key: tls.key,
    ALPNProtocols: tls.alpnProtocols,
    allowHalfOpen: true,
  });
}

async function listen(options: ListenOptions, accept: Accept): Promise<Listener> {
  const what = `Cannot listen on ${formatTarget(options)}`;
  if (options.reusePort) {
    throw new SocketError("unsupported", `${what}: this Node has no reusePort`);
  }
  if (options.path !== undefined) await claimUnixPath(connect, options.path);
  let server: NodeApiServer;
  try {
    server = createServer(options, accept);
    await new Promise<void>((resolve, reject) => {
      server.on("error", reject);
      server.on("listening", resolve);
      server.listen({
        ...(options.path === undefined
          ? { host: options.hostname ?? "127.0.0.1", port: options.port ?? 0 }
          : { path: options.path }),
        backlog: options.backlog ?? BACKLOG,
        exclusive: true,
      });
    });
  } catch (error) {
    throw toSocketError(error, what);
  }
  server.on("error", (error) => options.onError?.(toSocketError(error, "Cannot accept")));
  const bound = server.address();
  return {
    address: typeof bound === "object" && bound !== null
      ? { transport: "tcp", hostname: bound.address, port: bound.port }
      : { transport: "unix", path: options.path ?? "" },
    // deno-lint-ignore require-await -- the contract is a promise on all runtimes
    async reload(tls) {
      if (server.setSecureContext === undefined) {
        throw new SocketError("unsupported", "Cannot reload: the listener has no TLS");
      }
      server.setSecureContext(serverContext(tls));
    },
    // The port is free when `close` returns; its callback would wait for the open connections.
    // deno-lint-ignore require-await -- the contract is a promise on all runtimes
    close: async () => server.close(),
  };
}

function createServer(options: ListenOptions, accept: Accept): NodeApiServer {
  const onConnection = (socket: NodeApiSocket): void => {
    try {
      new NodeSocket(socket, options.path, options.tls !== undefined).open(accept);
    } catch (error) {
      options.onError?.(toSocketError(error, "Cannot accept"));
    }
  };
  if (options.tls === undefined) {
    const server = builtin<NodeNet>("node:net").createServer({
      allowHalfOpen: true,
      noDelay: true,
    });
    server.on("connection", onConnection);
    return server;
  }
  const server = builtin<NodeTls>("node:tls").createServer({
    ...serverContext(options.tls),
    handshakeTimeout: options.tlsHandshakeTimeoutMs ?? TLS_HANDSHAKE_TIMEOUT_MS,
    allowHalfOpen: true,
    noDelay: true,
  });
  server.on("secureConnection", onConnection);
  server.on("tlsClientError", (error, socket) => {
    socket.destroy();
    options.onError?.(toSocketError(error, "Cannot accept"));
  });
  return server;
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

function tlsStateOf(socket: NodeApiSocket): TlsState {
  return {
    alpnProtocol: socket.alpnProtocol || undefined,
    peerCertificate: socket.getPeerCertificate?.()?.raw,
  };
}

function addressOf(
  path: string | undefined,
  hostname: string | undefined,
  port: number | undefined,
): SocketAddress {
  return path === undefined
    ? { transport: "tcp", hostname: hostname ?? "", port: port ?? 0 }
    : { transport: "unix", path };
}
