/**
 * The seam between the server and everything that watches it: metrics, the access log, `onEvent`.
 * The server calls these methods where they exist, at the moment they tell of, and never waits. A
 * hook must not throw; the records it is given are live and must not be kept beyond the call
 * (copy what is needed), except as keys.
 *
 * They reconcile: every connection is opened once and closed once or refused once; every request
 * is started once and finished once.
 *
 * @module
 */

import type { SocketAddress, TlsState } from "../runtime/types.ts";
import type { FaultCode } from "./faults.ts";
import type { ForwardedClient } from "./forwarded.ts";

/** Which wait came to its end. */
export type TimeoutPhase =
  | "headers" // a request's head, or the first byte of a connection
  | "body" // idle between body bytes
  | "body_rate" // slower than `minBodyRate`
  | "request" // the handler
  | "keep_alive" // idle between requests; an ordinary end
  | "write" // a reader that takes nothing
  | "queue" // waiting for a free slot
  | "linger" // reading on after an error
  | "drain"; // stop's deadline

/** Why a connection was refused at accept. */
export type RejectReason = "max_connections" | "max_per_address" | "draining";

/** Why a connection ended. */
export type CloseCause =
  | "client" // the peer ended or reset it
  | "server" // announced by this side: `Connection: close`, the last request, keep-alive, stop
  | "fault" // malformed bytes
  | "timeout" // a wait came to its end
  | "error" // a handler failed after its head had been sent, or the socket broke
  | "upgrade"; // handed over to another protocol, which has ended

/** How a request ended. */
export type RequestOutcome =
  | "answered" // the whole answer was handed to the socket
  | "client_aborted" // the peer went before that
  | "server_aborted"; // this side reset it: error after the head, write timeout, stop's deadline

/** One connection, as the hooks see it. */
export interface ConnectionRecord {
  /** Counts up from 1 in a server. */
  readonly id: number;
  /** Address of the peer; behind a PROXY header, the one that it names. */
  readonly remoteAddress: SocketAddress;
  /** Address of this side. */
  readonly localAddress: SocketAddress;
  /** TLS's outcome; `undefined` on a plain one. */
  readonly tls: TlsState | undefined;
  /** When it was accepted, in the clock's milliseconds. */
  readonly openedAt: number;
  /** Bytes received. */
  readonly bytesIn: number;
  /** Bytes handed to the socket. */
  readonly bytesOut: number;
  /** Requests that have begun on it. */
  readonly requests: number;
}

/** One request, as the hooks see it. Times are the clock's milliseconds, and 0 until they come. */
export interface RequestRecord {
  /** The connection it came on. */
  readonly connection: ConnectionRecord;
  /** The client, as the trusted proxies tell it; without them the peer. Made when read. */
  readonly client: ForwardedClient;
  /** The method as it stood: upper case, of the allow-list. */
  readonly method: string;
  /** The target as it stood, undecoded. Made when read. */
  readonly target: string;
  /** `1.0` or `1.1`. */
  readonly protocol: "HTTP/1.0" | "HTTP/1.1";
  /** The client's `X-Request-Id` where it is sane, else one made here. Made when read. */
  readonly requestId: string;
  /** The route that answered, where the server knows: a static response's path; else `undefined`. */
  readonly route: string | undefined;
  /** The answer's status; 0 before it is known. */
  readonly status: number;
  /** Body bytes received so far. */
  readonly requestBodyBytes: number;
  /** Body bytes sent so far, without framing. */
  readonly responseBodyBytes: number;
  /** When its head was complete. */
  readonly receivedAt: number;
  /** When its handler was called (after the queue). */
  readonly startedAt: number;
  /** When the first byte of its answer was handed to the socket. */
  readonly firstByteAt: number;
  /** When the last byte of its answer was, or when it was aborted. */
  readonly finishedAt: number;
  /** One request header by lower-case name; several are joined with `, `. */
  header(name: string): string | undefined;
}

/** What a watcher may listen to. All optional: what nobody hears costs one property read. */
export interface ServerEvents {
  /** A connection was accepted. */
  connectionOpened?(connection: ConnectionRecord): void;
  /** It is gone. */
  connectionClosed?(connection: ConnectionRecord, cause: CloseCause): void;
  /** A connection was refused at accept; it is never opened. */
  connectionRejected?(reason: RejectReason, remoteAddress: SocketAddress): void;
  /** A request's head was accepted; it will be finished. */
  requestStarted?(request: RequestRecord): void;
  /** It is over. */
  requestFinished?(request: RequestRecord, outcome: RequestOutcome): void;
  /** Malformed bytes: no request began (unless its body is at fault), the connection ends. */
  parseFault?(code: FaultCode, connection: ConnectionRecord): void;
  /** A wait came to its end. `request` where it concerns one. */
  timedOut?(phase: TimeoutPhase, connection: ConnectionRecord, request?: RequestRecord): void;
  /** A request was refused with 503 because the queue was full or the wait too long. */
  overloaded?(request: RequestRecord): void;
  /** The handler threw, rejected, or answered with something that cannot be sent. */
  handlerFailed?(error: unknown, request: RequestRecord): void;
  /** A fault of the listener: accept failed, a TLS handshake failed, all sockets for TLS are taken (code `full`). It goes on. */
  listenerFault?(error: Error): void;
  /** `stop` was called. */
  drainStarted?(connections: number): void;
  /** The last connection is gone; `reset` of them did not end in time. */
  drainFinished?(reset: number): void;
}

/** Live totals of a server, for gauges. */
export interface ServerStats {
  /** Open connections. */
  readonly connections: number;
  /** Open connections with no request in work. */
  readonly idleConnections: number;
  /** Requests begun and not finished. */
  readonly activeRequests: number;
  /** Requests that wait for a free slot. */
  readonly queuedRequests: number;
  /** Connections accepted since the start, without the refused. */
  readonly acceptedConnections: number;
  /** Requests begun since the start. */
  readonly requests: number;
  /** Bytes received since the start. */
  readonly bytesIn: number;
  /** Bytes handed to sockets since the start. */
  readonly bytesOut: number;
  /** Whether `stop` has been called. */
  readonly draining: boolean;
}
