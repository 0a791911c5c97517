/**
 * TLS handshakes under way on a `node:tls` server: connections that the room above knows nothing of
 * yet, and cannot end.
 *
 * @module
 */

import type { NodeApiSocket } from "./node_api.ts";

/** One listener's handshakes. */
export class Handshakes {
  /** Whether the listener has closed: no fault of theirs is of interest any more. */
  over = false;
  /** By the peer: what is told when a handshake is done is another object than was told before. */
  readonly #sockets = new Map<string, NodeApiSocket>();

  /** A connection was accepted. */
  begin(socket: NodeApiSocket): void {
    const peer = peerOf(socket);
    if (peer === undefined) return; // gone already
    this.#sockets.set(peer, socket);
    socket.on("close", () => {
      if (this.#sockets.get(peer) === socket) this.#sockets.delete(peer);
    });
  }

  /** Its handshake is done. */
  done(socket: NodeApiSocket): void {
    const peer = peerOf(socket);
    if (peer !== undefined) this.#sockets.delete(peer);
  }

  /** Drops those that are under way. */
  destroy(): void {
    this.over = true;
    for (const socket of this.#sockets.values()) socket.destroy();
  }
}

function peerOf({ remoteAddress, remotePort }: NodeApiSocket): string | undefined {
  return remotePort === undefined ? undefined : `${remoteAddress} ${remotePort}`;
}
