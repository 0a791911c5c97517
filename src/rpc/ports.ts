/** The ports that a server listens on. */

import { assertKnownOptions, assertPort } from "../base/options.ts";
import type {
  Listener,
  ListenOptions,
  Network,
  ServerTlsOptions,
  Socket,
  SocketAddress,
  SocketHandlers,
} from "../runtime/types.ts";
import { DEFAULT_PORT } from "../wire/format.ts";
import type { ConnectionSettings } from "./connection_settings.ts";
import { report } from "./handlers.ts";
import { assertTransport, type Framing } from "./open_connection.ts";
import { ADDRESS_KEYS, type ServerAddress } from "./server_options.ts";

/** What is done with an accepted socket. */
type Accept = (socket: Socket, framing: Framing) => SocketHandlers;

/** See the file's comment. */
export class Ports {
  readonly #network: Network | undefined;
  readonly #settings: ConnectionSettings;
  readonly #accept: Accept;
  readonly #plain: Listener[] = [];
  readonly #secure: Listener[] = [];
  #closed = false;

  /** None yet. */
  constructor(network: Network | undefined, settings: ConnectionSettings, accept: Accept) {
    this.#network = network;
    this.#settings = settings;
    this.#accept = accept;
  }

  /** Opens one; see `RpcServer.listen`. */
  async open(address: ServerAddress): Promise<SocketAddress> {
    assertKnownOptions(address, ADDRESS_KEYS, "listen");
    const { host, port = DEFAULT_PORT, path, framing = "node", tls, reusePort } = address;
    assertPort(port, "listen");
    assertTransport("listen", framing, path, tls);
    if (this.#network === undefined) throw new TypeError("Cannot listen: there is no network");
    if (this.#closed) throw new TypeError("Cannot listen: the server is closed");
    const listener = await this.#network.listen({
      ...(path === undefined ? { port } : { path }),
      ...(host === undefined ? {} : { hostname: host }),
      ...(tls === undefined ? {} : this.#tlsOptions(tls)),
      ...(reusePort === undefined ? {} : { reusePort }),
      onError: (error) => report(this.#settings.handlers, error, undefined),
    }, (socket) => this.#accept(socket, framing));
    if (this.#closed) {
      await listener.close();
      throw new TypeError("Cannot listen: the server was closed meanwhile");
    }
    (tls === undefined ? this.#plain : this.#secure).push(listener);
    return listener.address;
  }

  /** Of a connection in its TLS handshake nothing is known here, but its descriptor is taken. */
  #tlsOptions(tls: ServerTlsOptions): Partial<ListenOptions> {
    const { maxConnections, handshakeTimeoutMs } = this.#settings.limits;
    return {
      tls,
      maxTlsSockets: maxConnections,
      ...(handshakeTimeoutMs > 0 ? { tlsHandshakeTimeoutMs: handshakeTimeoutMs } : {}),
    };
  }

  /** Replaces the certificate of those with TLS; see `RpcServer.reload`. */
  async reload(tls: ServerTlsOptions): Promise<void> {
    if (this.#secure.length === 0) throw new TypeError("Cannot reload: no port has TLS");
    await Promise.all(this.#secure.map((listener) => listener.reload(tls)));
  }

  /** Closes all, and opens none any more. */
  async close(): Promise<void> {
    this.#closed = true;
    const all = [...this.#plain.splice(0), ...this.#secure.splice(0)];
    await Promise.all(all.map((listener) => listener.close()));
  }
}
