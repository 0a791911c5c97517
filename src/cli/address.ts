/** Addresses as users write them. */

import { DEFAULT_PORT } from "../wire/format.ts";

/** Where a ZAP server is. */
export type ZapAddress =
  | { readonly host: string; readonly port: number; readonly tls: boolean }
  | { readonly path: string };

/**
 * Parses `host`, `host:port`, `:port`, `port`, `[::1]:port`, `zap://…`, `zaps://…` (TLS) or
 * `unix:/path`. The host is 127.0.0.1 where it is left out.
 *
 * @param text What the user wrote.
 * @param leastPort 1 where to connect; 0, a free port, where to listen.
 * @param defaultPort The port where none is named. Default 9999.
 * @throws {TypeError} If it is none of these; the message says which forms there are.
 */
export function parseAddress(
  text: string,
  leastPort: 0 | 1 = 1,
  defaultPort: number = DEFAULT_PORT,
): ZapAddress {
  const unix = /^unix:(?:\/\/)?(.+)$/.exec(text);
  if (unix) return { path: unix[1]! };
  const match = /^(?:(zaps?):\/\/)?(?:(\[[0-9a-fA-F:.%]+\]|[^\s:/[\]]*))(?::(\d{1,5}))?\/?$/.exec(
    text,
  );
  const [, scheme, hostText = "", portText] = match ?? [];
  const onlyPort = scheme === undefined && portText === undefined && /^\d{1,5}$/.test(hostText);
  const port = Number(onlyPort ? hostText : portText ?? defaultPort);
  if (!match || (hostText === "" && portText === undefined) || port < leastPort || port > 65_535) {
    const tls = leastPort === 0 ? "" : "zaps://host:port for TLS, ";
    throw new TypeError(
      `Cannot read address "${text}": write host:port, [ipv6]:port, ${tls}or unix:/path; ` +
        `the port is ${leastPort} to 65535, ${defaultPort} if left out`,
    );
  }
  const host = onlyPort || hostText === "" ? "127.0.0.1" : hostText.replace(/^\[|\]$/g, "");
  return { host, port, tls: scheme === "zaps" };
}

/** The address as a user would write it. */
export function formatAddress(address: ZapAddress): string {
  if ("path" in address) return `unix:${address.path}`;
  const host = address.host.includes(":") ? `[${address.host}]` : address.host;
  return `zap${address.tls ? "s" : ""}://${host}:${address.port}`;
}
