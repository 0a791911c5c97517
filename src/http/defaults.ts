/**
 * Every limit, timeout and default of the HTTP server, with its reason. `docs/http.md` shows the
 * same table.
 *
 * @module
 */

/** The IANA registry of methods, without `CONNECT` (a tunnel, not a resource) and `PRI` (HTTP/2's preface). */
export const IANA_METHODS: readonly string[] = (
  "ACL BASELINE-CONTROL BIND CHECKIN CHECKOUT COPY DELETE GET HEAD LABEL LINK LOCK MERGE " +
  "MKACTIVITY MKCALENDAR MKCOL MKREDIRECTREF MKWORKSPACE MOVE OPTIONS ORDERPATCH PATCH POST " +
  "PROPFIND PROPPATCH PUT QUERY REBIND REPORT SEARCH TRACE UNBIND UNCHECKOUT UNLINK UNLOCK " +
  "UPDATE UPDATEREDIRECTREF VERSION-CONTROL"
).split(" ");

/** What bounds the bytes of a request. */
export interface ParserLimits {
  /** Bytes of a request line without its CRLF. */
  readonly maxRequestLineBytes: number;
  /** Methods that are accepted, case-sensitive. */
  readonly methods: readonly string[];
  /** Bytes of one field line without its CRLF. */
  readonly maxHeaderLineBytes: number;
  /** Bytes of all field lines of a head, with their line ends. */
  readonly maxHeaderBytes: number;
  /** Field lines of a head. */
  readonly maxHeaders: number;
  /** Bytes of a body, without framing. */
  readonly maxBodyBytes: number;
  /** Bytes of all chunk extensions of one body. */
  readonly maxChunkExtensionBytes: number;
  /** Bytes of all trailer lines of a body. */
  readonly maxTrailerBytes: number;
  /** Trailer lines of a body. */
  readonly maxTrailers: number;
  /** Whether `%` without two hex digits, `%00`, `%0a` and `%0d` in a target are refused. */
  readonly strictEscapes: boolean;
}

/** The parser's defaults. */
export const PARSER_DEFAULTS: Readonly<ParserLimits> = {
  maxRequestLineBytes: 8 * 1024, // RFC 9112 §3 asks for at least 8,000
  methods: IANA_METHODS,
  maxHeaderLineBytes: 8 * 1024, // nginx and Apache; a large cookie or token is 4 KiB
  maxHeaderBytes: 32 * 1024, // nginx' four large buffers
  maxHeaders: 100, // Apache; browsers behind two proxies send about 30
  maxBodyBytes: 1024 * 1024, // nginx; what takes files says so
  maxChunkExtensionBytes: 4 * 1024, // nobody uses them; enough for a signature per chunk of a small body
  maxTrailerBytes: 8 * 1024, // one header line's worth
  maxTrailers: 32, // gRPC sends 2 to 4
  strictEscapes: true, // routers and files disagree on what they mean
};

/** Longest method that is looked at; the registry's longest has 17 bytes. */
export const MAX_METHOD_BYTES = 32;

/** Empty lines before a request line that are overlooked (RFC 9112 §2.2 asks for one, for old clients that end a body with CRLF). */
export const MAX_BLANK_LINES = 4;

/** RFC 9112 §7.1 sets no bound: 16 hex digits are 64 bits. */
export const MAX_CHUNK_SIZE_DIGITS = 16;

/** Chunk framing that is free of the share below: some hundred small chunks, for slow producers. */
export const CHUNK_FRAMING_FLOOR_BYTES: number = 16 * 1024;

/** Framing bytes allowed for each byte of data beyond the floor: one-byte chunks need 5, padded sizes up to 20. */
export const MAX_CHUNK_FRAMING_SHARE = 8;

/** A head with this much of a body behind it is copied away, or it would keep the body's memory. */
export const HEAD_APART_BYTES: number = 16 * 1024;

/** Body bytes that wait for a handler that does not read: a TCP window; more is left to the client. */
export const BODY_BUFFER_BYTES: number = 64 * 1024;

/** Memory for a whole body is taken when this part of what was announced has come: a client that only announces costs nothing. */
export const BODY_TRUST_FACTOR = 8;

/** Bodies from this on are put together as they come, and their pieces' memory is given back: smaller ones mostly come in one piece. */
export const WHOLE_MIN_BYTES: number = 16 * 1024;

/** Body pieces below this are gathered into larger ones: an array costs about 200 bytes. */
export const SMALL_PIECE_BYTES = 1024;

/** The buffer that answers are put together in: larger ones were slower on V8. */
export const OUTPUT_SLAB_BYTES: number = 64 * 1024;

/** Bodies up to this leave in one write with their head; larger ones are not copied. */
export const JOIN_BODY_BYTES: number = 16 * 1024;

/** Largest body that is copied into a slab of a pool; larger ones are streams, or rare. */
export const MAX_BODY_SLAB_BYTES: number = 4 * 1024 * 1024;

/** Room before a body in its slab, so that head and body leave in one write: most heads fit. */
export const SLAB_HEAD_BYTES = 1024;

/** Slabs kept for the next bodies, of all sizes: 16 downloads of 1 MiB at once; more are left to the collector. */
export const MAX_FREE_SLAB_BYTES: number = 16 * 1024 * 1024;

/** Texts up to this are encoded by a loop, longer ones by a call into the runtime: about where they cost the same. */
export const LOOP_TEXT_CHARS = 32;

/** Different response heads that are kept encoded: an app has a handful. */
export const CACHED_HEADS = 8;

/** What bounds connections and waits. Times are milliseconds; 0 turns a timeout off where it says so. */
export interface ConnectionLimits {
  /** From a request's first byte (of a connection's first request: from accept) to its head's end. */
  readonly headersTimeoutMs: number;
  /** Between two pieces of a body. */
  readonly bodyTimeoutMs: number;
  /** Bytes a second a body must bring on average, after the first 5 s. 0: off. */
  readonly minBodyRate: number;
  /** From the handler's call to its answer's head. 0: off. */
  readonly requestTimeoutMs: number;
  /** Idle between two requests. */
  readonly keepAliveTimeoutMs: number;
  /** Requests on one connection. */
  readonly maxRequestsPerConnection: number;
  /** Without any progress towards a slow reader. */
  readonly writeTimeoutMs: number;
  /** Open connections. */
  readonly maxConnections: number;
  /** Open connections of one address; peers of a Unix socket have none. 0: off. */
  readonly maxConnectionsPerAddress: number;
  /** Handlers at once. */
  readonly maxConcurrentRequests: number;
  /** Requests that wait for a handler's slot. */
  readonly maxQueuedRequests: number;
  /** How long one of those waits. */
  readonly queueTimeoutMs: number;
  /** Unanswered requests of one connection. */
  readonly maxPipelined: number;
  /** How long a connection is read on after this side has ended it. */
  readonly lingerMs: number;
  /** How much is read on, and thrown away. */
  readonly lingerBytes: number;
  /** What the client's end of sending means while its answer is in work. */
  readonly halfClose: "deliver" | "abort";
  /** How long `stop` waits before it resets what is left. */
  readonly drainTimeoutMs: number;
}

/** The defaults of connections and waits. */
export const CONNECTION_DEFAULTS: Readonly<ConnectionLimits> = {
  headersTimeoutMs: 10_000, // a phone on a bad link needs 3; Slowloris gets 10
  bodyTimeoutMs: 15_000, // survives a lost packet's longest retransmissions that users wait for
  minBodyRate: 240, // 2,400 baud: below it is an attack or a broken link (Apache's is 500)
  requestTimeoutMs: 30_000, // most proxies give up at 30 to 60 s
  keepAliveTimeoutMs: 65_000, // above the 60 s of load balancers, so that they close first
  maxRequestsPerConnection: 10_000, // moves long-lived clients to other servers now and then
  writeTimeoutMs: 30_000, // a reader that takes nothing for half a minute is gone
  maxConnections: 10_000, // C10K; also never more than 80 % of the descriptors
  maxConnectionsPerAddress: 0, // proxies and offices share addresses
  maxConcurrentRequests: 1_024, // beyond that, answers only become later
  maxQueuedRequests: 1_024, // as many again may wait a moment
  queueTimeoutMs: 1_000, // who waited a second will retry anyway
  maxPipelined: 16, // more gains nothing in throughput
  lingerMs: 1_500, // some round trips: the answer is read before a reset can come
  lingerBytes: 256 * 1024, // what is on its way on a fast link
  halfClose: "deliver", // `printf … | nc` and HTTP/1.0 clients end their side early
  drainTimeoutMs: 10_000, // half of the 20 to 30 s that orchestrators give
};

/** How often timeouts are looked at: a tenth of the shortest default. */
export const TICK_MS = 100;

/** When `minBodyRate` begins to count: TCP's slow start is over. */
export const BODY_RATE_GRACE_MS = 5_000;

/** Between probes of a client that has ended its side during a stream that says nothing; each wait is twice the one before. */
export const PROBE_MS = 1_000;

/** Probes between two chunks: each is a digit of the next one's size, of which readers take 16 and sizes need 8. */
export const MAX_PROBES = 6;

/** Share of `maxConnections` from which on idle connections are closed for new ones. */
export const PRESSURE_SHARE = 0.8;

/** One in so many sockets more is for connections that are refused, which need a handshake or a PROXY header to be told. */
export const REFUSED_SHARE = 8;

/** Refused connections that are told why at once: a flood of more is reset. */
export const MAX_REFUSALS_UNDER_WAY = 256;

/** Errors of handlers that are written a second, where nobody listens for them: enough to see what is wrong. */
export const MAX_ERROR_LINES = 10;

/** Characters of one of those: a stack of some dozen frames; a message that repeats a body is cut. */
export const MAX_ERROR_CHARS: number = 8 * 1024;
