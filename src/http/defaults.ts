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
