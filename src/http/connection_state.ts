/**
 * What the sides of one connection share, as plain fields: the one that reads requests, the one
 * that writes answers, and the connection, which knows how it ends. On the hot path.
 *
 * @module
 */

import type { Socket } from "../runtime/types.ts";
import type { ServerContext } from "./context.ts";
import type { CloseCause, ConnectionRecord } from "./events.ts";
import type { Exchange } from "./exchange.ts";
import { RequestParser } from "./request_parser.ts";

/** Where a connection stands. */
export type ConnectionPhase =
  | "open" // requests come and answers leave
  | "lingering" // FIN is sent, and the client's rest is read away
  | "upgraded" // another protocol has the socket
  | "reset" // dropped by this side, and the socket has not said so yet
  | "gone"; // the socket has closed

/** One connection's state. */
export class ConnectionState {
  readonly server: ServerContext;
  readonly socket: Socket;
  /** The connection, as the hooks see it. */
  readonly record: ConnectionRecord;
  readonly parser: RequestParser;
  /** Requests without a whole answer, in their order. */
  readonly queue: Exchange[] = [];
  phase: ConnectionPhase = "open";
  /** Why it ends, once it is known. */
  cause: CloseCause | undefined = undefined;
  /** Requests that have begun. */
  requests = 0;
  /** The exchange whose body is coming in. */
  receiving: Exchange | undefined = undefined;
  /** What comes after these requests is not read. */
  sealed = false;
  /** Status that is answered when the queue is empty: the bytes after it are malformed or late. */
  refusal: number | undefined = undefined;
  /** The client has ended its side. */
  peerEnded = false;
  /** Whether the socket has been told to read no further. */
  paused = false;
  /** Whether what has come is being taken: then what is written leaves when that ends. */
  inTurn = false;
  /** Whether what is written leaves at the end of this moment: until then `now` holds. */
  flushing = false;
  /** The clock, as of the last event. */
  now: number;
  /** When reading away ends. */
  deadline: number = Infinity;
  /** Bytes thrown away at the end, or of a body that nobody reads. */
  discarded = 0;

  /** The state of a connection that was accepted at `now`. */
  constructor(server: ServerContext, socket: Socket, record: ConnectionRecord, now: number) {
    this.server = server;
    this.socket = socket;
    this.record = record;
    this.parser = new RequestParser(server.limits, server.methods);
    this.now = now;
  }
}
