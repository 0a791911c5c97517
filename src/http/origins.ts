/** Scheme and host of requests' URLs, in a URL parser's spelling. @module */

import type { SocketAddress } from "../runtime/types.ts";

/** Hosts that are remembered; clients choose them, so they are few. */
const MAX_HOSTS = 256;

/** Makes origins, and remembers them. */
export class Origins {
  readonly #plain = new Map<string, string>();
  readonly #secure = new Map<string, string>();

  /** The origin of a URL; a request without Host gets this side's address. */
  of(host: string | undefined, secure: boolean, local: SocketAddress): string {
    const known = secure ? this.#secure : this.#plain;
    const authority = host ?? addressOf(local);
    const found = known.get(authority);
    if (found !== undefined) return found;
    const url = new URL(`${secure ? "https" : "http"}://${authority}/`);
    if (known.size < MAX_HOSTS) known.set(authority, url.origin);
    return url.origin;
  }
}

function addressOf(local: SocketAddress): string {
  if (local.transport === "unix") return "localhost";
  return local.hostname.includes(":")
    ? `[${local.hostname}]:${local.port}`
    : `${local.hostname}:${local.port}`;
}
