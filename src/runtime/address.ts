import type { ConnectOptions, SocketAddress } from "./types.ts";

/** The address used when none is given. */
export const DEFAULT_HOSTNAME = "127.0.0.1";

/** `127.0.0.1:80`, `[::1]:80` or a path, for messages. */
export function formatTarget(
  options: { readonly hostname?: string; readonly port?: number; readonly path?: string },
): string {
  if (options.path !== undefined) return options.path;
  const hostname = options.hostname ?? DEFAULT_HOSTNAME;
  return `${hostname.includes(":") ? `[${hostname}]` : hostname}:${options.port ?? 0}`;
}

/** An end of a connection as the port shows it; a runtime that has lost it tells nothing. */
export function socketAddress(
  path: string | undefined,
  hostname: string | undefined,
  port: number | undefined,
): SocketAddress {
  return path === undefined
    ? { transport: "tcp", hostname: hostname ?? "", port: port ?? 0 }
    : { transport: "unix", path };
}

/** Whether a number can be a port, from `least` (0 asks for a free one) to 65535. */
export function isPort(port: number | undefined, least: 0 | 1): boolean {
  return port !== undefined && Number.isInteger(port) && port >= least && port < 65_536;
}

/** Whether a connection is to be made over TLS. */
export function isSecure(options: ConnectOptions): boolean {
  return options.path === undefined && options.tls !== undefined && options.tls !== false;
}
