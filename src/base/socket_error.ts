/** Why a socket could not be opened, or was lost. */
export type SocketErrorCode =
  | "refused" // nobody listens at that address
  | "unreachable" // no route, or the name does not resolve
  | "timeout" // the connect timeout passed
  | "aborted" // the caller's signal fired
  | "reset" // the peer, or the network, broke the connection
  | "closed" // this side had already closed it
  | "tls" // certificate refused or handshake failed
  | "address_in_use" // another process listens there
  | "address_invalid" // the address cannot be parsed or bound
  | "permission" // the operating system or the runtime's sandbox forbids it
  | "descriptors" // no file descriptors left
  | "full" // a listener has as many sockets as it may
  | "unsupported" // this runtime cannot do what the options ask for
  | "handler" // a handler of the room above threw; its error is the cause
  | "unknown";

/**
 * A socket fault, with the same codes on every runtime. The runtime's own error is the `cause`.
 *
 * @example
 * ```ts
 * import { SocketError } from "./socket_error.ts";
 *
 * const error = new SocketError("refused", "Cannot connect to 127.0.0.1:9: connection refused");
 * console.log(error.code); // "refused"
 * ```
 */
export class SocketError extends Error {
  /** Always `"SocketError"`. */
  override readonly name = "SocketError";
  /** Which of the closed list of faults this is. */
  readonly code: SocketErrorCode;

  /** Makes an error with a code from the closed list, and the runtime's own error as cause. */
  constructor(code: SocketErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
