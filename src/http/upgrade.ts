/**
 * The seam to another protocol on the same connection (RFC 9110 §7.8). A request with
 * `Connection: upgrade` and `Upgrade: …` offers it to the handler as `info.upgrade`; a handler that
 * does not look at it answers as if nothing had been offered.
 *
 * To take it, the handler returns what `accept` answers. The connection then writes the 101 head
 * after all earlier answers, and gives away the socket: from then on every event goes to the
 * handlers that `takeOver` returned, and the server only counts the connection.
 *
 * @module
 */

import type { Socket, SocketHandlers } from "../runtime/types.ts";

/** What goes on with the socket after the 101. */
export interface TakenOver {
  /** What to do with the socket's events from now on. */
  readonly handlers: SocketHandlers;
  /** `server.stop()` has begun: say goodbye and end. What is open at its deadline is reset. */
  readonly stop?: () => void;
}

/**
 * Called once, when the 101 head has been handed to the socket. The socket is not paused, and no
 * event comes before this returns. The server's own timeouts do not apply any more.
 *
 * @param socket The connection, now the taker's.
 * @param leftover Bytes that came after the request's head; the taker's to keep.
 */
export type TakeOver = (socket: Socket, leftover: Uint8Array) => TakenOver;

/** An offer to change the protocol. */
export interface UpgradeOffer {
  /** The protocols of the `Upgrade` header, lower case, in the client's order. */
  readonly protocols: readonly string[];
  /**
   * Answers 101.
   *
   * @param protocol What is agreed on; the answer's `Upgrade` header. `Connection: Upgrade` is added.
   * @param headers More headers of the answer.
   * @param takeOver What goes on with the socket.
   * @returns What the handler must return, as it is.
   * @throws {TypeError} If the protocol was not offered, or a header cannot be sent.
   */
  accept(
    protocol: string,
    headers: Iterable<readonly [string, string]>,
    takeOver: TakeOver,
  ): Response;
}
