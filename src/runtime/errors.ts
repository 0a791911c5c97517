import { SocketError, type SocketErrorCode } from "../base/socket_error.ts";

/** Codes of the operating system, as Node, Bun and Deno all report them in `error.code`. */
const BY_CODE: Readonly<Record<string, SocketErrorCode>> = {
  ECONNREFUSED: "refused",
  ENOENT: "refused", // a Unix socket whose file is not there
  ENETUNREACH: "unreachable",
  EHOSTUNREACH: "unreachable",
  ENETDOWN: "unreachable",
  ENOTFOUND: "unreachable",
  EAI_AGAIN: "unreachable",
  DNS_ENOTFOUND: "unreachable",
  ETIMEDOUT: "timeout",
  ERR_TLS_HANDSHAKE_TIMEOUT: "timeout",
  ECONNRESET: "reset",
  ECONNABORTED: "reset",
  EPIPE: "reset",
  ENOTCONN: "reset",
  EADDRINUSE: "address_in_use",
  EADDRNOTAVAIL: "address_invalid",
  EINVAL: "address_invalid",
  ENAMETOOLONG: "address_invalid",
  ENOTSOCK: "address_in_use",
  EACCES: "permission",
  EPERM: "permission",
  EMFILE: "descriptors",
  ENFILE: "descriptors",
};

/** Names of Deno's error classes, for those that carry no code. */
const BY_NAME: Readonly<Record<string, SocketErrorCode>> = {
  ConnectionRefused: "refused",
  NotFound: "refused",
  NetworkUnreachable: "unreachable",
  TimedOut: "timeout",
  ConnectionReset: "reset",
  ConnectionAborted: "reset",
  BrokenPipe: "reset",
  NotConnected: "reset",
  UnexpectedEof: "reset",
  AddrInUse: "address_in_use",
  AddrNotAvailable: "address_invalid",
  PermissionDenied: "permission",
  NotCapable: "permission",
  BadResource: "closed",
  Interrupted: "closed",
};

const TLS_TEXT =
  /\b(tls|ssl|certificate|cert|handshake|handshaking|pem|private key)\b|hostname\/ip/i;
const NAME_TEXT = /failed to lookup address|name or service not known|no such host|nodename nor/i;

/** The closed code for whatever a runtime threw. */
export function socketErrorCode(cause: unknown): SocketErrorCode {
  if (cause instanceof SocketError) return cause.code;
  const { code, name, message } = (cause ?? {}) as Partial<Record<string, unknown>>;
  const byCode = typeof code === "string" ? BY_CODE[code] : undefined;
  if (byCode !== undefined) return byCode;
  if (typeof message === "string" && NAME_TEXT.test(message)) return "unreachable";
  const byName = typeof name === "string" ? BY_NAME[name] : undefined;
  if (byName !== undefined) return byName;
  if (TLS_TEXT.test(`${String(code).replaceAll("_", " ")} ${String(message)}`)) return "tls";
  return "unknown";
}

/**
 * A runtime's error as a `SocketError`.
 *
 * @param cause What the runtime threw or reported.
 * @param what What failed, as the message's beginning: `Cannot connect to 127.0.0.1:80`.
 */
export function toSocketError(cause: unknown, what: string): SocketError {
  if (cause instanceof SocketError) return cause;
  const text = cause instanceof Error ? cause.message : String(cause);
  return new SocketError(socketErrorCode(cause), `${what}: ${text}`, { cause });
}

/** The error with which a socket goes down whose handler threw. */
export function handlerFault(cause: unknown): SocketError {
  const text = cause instanceof Error ? cause.message : String(cause);
  return new SocketError("handler", `Cannot go on with the socket: its handler threw: ${text}`, {
    cause,
  });
}
