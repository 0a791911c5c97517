import { SocketError, type SocketErrorCode } from "../base/socket_error.ts";
import type { ListenOptions } from "./types.ts";

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

/** Why listening failed: a path that is not there is a bad address, where nobody was called yet. */
export function toListenError(cause: unknown, what: string): SocketError {
  const error = toSocketError(cause, what);
  return error.code === "refused"
    ? new SocketError("address_invalid", error.message, { cause })
    : error;
}

/** What a listener reports about a handshake: `timeout`, or `tls` for all that can go wrong in one. */
export function toHandshakeError(cause: unknown): SocketError {
  const { code, message, cause: inner } = toSocketError(cause, "Cannot accept");
  // Deno's error has no code.
  const late = code === "timeout" || /handshake timeout$/i.test(message);
  return new SocketError(late ? "timeout" : "tls", message, { cause: inner });
}

/** The error with which a socket goes down whose handler threw. */
export function handlerFault(cause: unknown): SocketError {
  const text = cause instanceof Error ? cause.message : String(cause);
  return new SocketError("handler", `Cannot go on with the socket: its handler threw: ${text}`, {
    cause,
  });
}

/** The refusal to change a certificate where there is none. */
export function noTlsHere(): SocketError {
  return new SocketError("unsupported", "Cannot reload: the listener has no TLS");
}

/** Tells a listener's owner of a fault; what the owner throws is dropped, for nobody is left to tell. */
export function report(options: ListenOptions, error: SocketError): void {
  try {
    options.onError?.(error);
  } catch {
    // See above.
  }
}
