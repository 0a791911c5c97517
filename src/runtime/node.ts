/**
 * The socket port on Node: `node:net` and `node:tls`.
 *
 * @module
 */

import { SocketError } from "../base/socket_error.ts";
import { DEFAULT_HOSTNAME, formatTarget, isSecure } from "./address.ts";
import { Attempt } from "./attempt.ts";
import { builtin, nodeVersion } from "./builtin.ts";
import { assertIdentity } from "./certificate.ts";
import { noTlsHere, report, toHandshakeError, toListenError, toSocketError } from "./errors.ts";
import { BACKLOG, TLS_HANDSHAKE_TIMEOUT_MS } from "./limits.ts";
import { Handshakes } from "./handshakes.ts";
import type { NodeApiServer, NodeApiSocket, NodeNet, NodeTls } from "./node_api.ts";
import { NodeSocket } from "./node_socket.ts";
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
import { claimUnixPath } from "./unix_path.ts";

/** Node's network. */
export const nodeNetwork: Network = { name: "node", connect, listen };

function connect(options: ConnectOptions, opened: Opened): Promise<Socket> {
  const attempt = new Attempt(options);
  if (attempt.settled) return attempt.promise;
  const secure = isSecure(options);
  try {
    const socket = secure ? connectTls(options) : builtin<NodeNet>("node:net").connect({
      ...(options.path === undefined
        ? { host: options.hostname ?? DEFAULT_HOSTNAME, port: options.port, noDelay: true }
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
  const host = options.hostname ?? DEFAULT_HOSTNAME;
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
  // A cluster's worker shares its port through the first process; alone, older Nodes cannot.
  const inCluster = options.reusePort === true && isClusterWorker();
  if (options.reusePort && !inCluster && !hasReusePort(nodeVersion())) {
    throw new SocketError("unsupported", `${what}: reusePort needs Node 22.12 or 23.1`);
  }
  if (options.tls !== undefined) assertIdentity(options.tls, what);
  if (options.path !== undefined) await claimUnixPath(connect, options.path);
  const handshakes = new Handshakes();
  let server: NodeApiServer;
  try {
    server = createServer(options, accept, handshakes);
    await new Promise<void>((resolve, reject) => {
      server.on("error", reject);
      server.on("listening", resolve);
      server.listen({
        ...(options.path === undefined
          ? { host: options.hostname ?? DEFAULT_HOSTNAME, port: options.port ?? 0 }
          : { path: options.path }),
        backlog: options.backlog ?? BACKLOG,
        reusePort: options.reusePort === true && !inCluster,
        exclusive: !inCluster,
      });
    });
  } catch (error) {
    throw toListenError(error, what);
  }
  server.on("error", (error) => report(options, toSocketError(error, "Cannot accept")));
  const bound = server.address();
  return {
    address: typeof bound === "object" && bound !== null
      ? { transport: "tcp", hostname: bound.address, port: bound.port }
      : { transport: "unix", path: options.path ?? "" },
    // deno-lint-ignore require-await -- the contract is a promise on all runtimes
    async reload(tls) {
      if (server.setSecureContext === undefined) {
        throw noTlsHere();
      }
      assertIdentity(tls, "Cannot reload");
      try {
        server.setSecureContext(serverContext(tls));
      } catch (error) {
        throw toListenError(error, "Cannot reload");
      }
    },
    // The port is free when `close` returns; its callback would wait for the open connections.
    // deno-lint-ignore require-await -- the contract is a promise on all runtimes
    close: async () => {
      server.close();
      handshakes.destroy();
    },
  };
}

function isClusterWorker(): boolean {
  return builtin<{ isWorker: boolean }>("node:cluster").isWorker;
}

/** Older ones ignore the option, and the port would not be shared. */
function hasReusePort(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > 23 || (major === 23 && minor >= 1) || (major === 22 && minor >= 12);
}

function createServer(
  options: ListenOptions,
  accept: Accept,
  handshakes: Handshakes,
): NodeApiServer {
  const onConnection = (socket: NodeApiSocket): void => {
    try {
      new NodeSocket(socket, options.path, options.tls !== undefined).open(accept);
    } catch (error) {
      report(options, toSocketError(error, "Cannot accept"));
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
  if (options.maxTlsSockets !== undefined) limitSockets(server, options.maxTlsSockets, options);
  server.on("connection", (socket) => handshakes.begin(socket));
  server.on("secureConnection", (socket) => {
    handshakes.done(socket);
    onConnection(socket);
  });
  server.on("tlsClientError", (error, socket) => {
    socket.destroy();
    if (!handshakes.over) report(options, toHandshakeError(error));
  });
  return server;
}

/** Has sockets beyond `max` dropped, and tells when the last of them is taken: of those dropped not every runtime tells. */
function limitSockets(server: NodeApiServer, max: number, options: ListenOptions): void {
  server.maxConnections = max;
  let full = false;
  server.on("connection", () => {
    server.getConnections((_, count) => {
      const wasFull = full;
      full = count >= max;
      if (!full || wasFull) return;
      const why = `all ${max} sockets are taken, and more are dropped`;
      report(options, new SocketError("full", `Cannot accept on ${formatTarget(options)}: ${why}`));
    });
  });
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
