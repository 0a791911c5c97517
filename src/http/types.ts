/** What a handler is given, and what it answers. @module */

import type { ServerTlsOptions, SocketAddress, TlsState } from "../runtime/types.ts";
import type { ServerStats } from "./events.ts";
import type { ForwardedClient } from "./forwarded.ts";
import type { UpgradeOffer } from "./upgrade.ts";

/** What is known of a request beside the `Request`. Under Hono it is `c.env`. */
export interface ServeInfo {
  /** The peer: the client, or the proxy before it. */
  readonly remoteAddress: SocketAddress;
  /** The client, as the trusted proxies tell it; without `trustedProxies` the peer. */
  readonly client: ForwardedClient;
  /** This side's address. */
  readonly localAddress: SocketAddress;
  /** TLS's outcome; `undefined` on a plain connection. */
  readonly tls: TlsState | undefined;
  /** The protocol of the request. */
  readonly protocol: "HTTP/1.0" | "HTTP/1.1";
  /** The client's `X-Request-Id` where it is sane (1 to 128 of `A-Za-z0-9._-`), else one made here. */
  readonly requestId: string;
  /** The client's offer to change the protocol, or `undefined`. */
  readonly upgrade: UpgradeOffer | undefined;
  /** Resolves once the answer has been handed to the socket whole, or the connection has gone. An `Api` runs background tasks then. */
  readonly responseSent: Promise<void>;
  /** The body's trailers, once the body has been received; rejects if that never happens. Empty without any. */
  readonly trailers: Promise<Headers>;
}

/** Answers one request. */
export type Handler = (request: Request, info: ServeInfo) => Response | Promise<Response>;

/** A running server, of one process or several. */
export interface Server {
  /** The bound address, once it is bound; rejects if it cannot be. */
  readonly ready: Promise<SocketAddress>;
  /** Live totals. */
  readonly stats: ServerStats;
  /**
   * Stops: no new connections; idle ones are closed at once, those in work get their answers. What
   * is left after `drainTimeoutMs` is reset. A second call with `{ now: true }` does not wait.
   *
   * @returns When the last connection is gone.
   */
  stop(options?: { readonly now?: boolean }): Promise<void>;
  /** Replaces the certificate for connections to come, without dropping one. */
  reload(tls: ServerTlsOptions): Promise<void>;
}
