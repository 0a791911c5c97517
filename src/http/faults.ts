/**
 * What can be wrong with a request's bytes: a closed list of codes, each with the status that
 * answers it. Every one of them ends the connection.
 *
 * @module
 */

/** The status of each fault; 0 is closed without an answer. */
export const FAULT_STATUS: Readonly<Record<FaultCode, number>> = {
  request_line_malformed: 400,
  request_line_too_long: 414,
  blank_lines: 400,
  line_end: 400,
  method_malformed: 400,
  method_unsupported: 501,
  target_malformed: 400,
  target_escape: 400,
  version_malformed: 400,
  version_unsupported: 505,
  header_malformed: 400,
  header_alias: 400,
  header_repeated: 400,
  header_line_too_long: 431,
  headers_too_large: 431,
  headers_too_many: 431,
  host_missing: 400,
  host_malformed: 400,
  host_mismatch: 400,
  content_length_malformed: 400,
  content_length_repeated: 400,
  length_conflict: 400,
  transfer_encoding_malformed: 400,
  transfer_encoding_unsupported: 501,
  transfer_encoding_version: 400,
  chunk_size_malformed: 400,
  chunk_extension_malformed: 400,
  chunk_extensions_too_large: 431,
  chunk_framing_too_large: 431,
  chunk_data_malformed: 400,
  trailer_malformed: 400,
  trailer_forbidden: 400,
  trailers_too_large: 431,
  trailers_too_many: 431,
  body_too_large: 413,
  expectation_unknown: 417,
  tls_on_plain: 0,
};

/** One fault of a request's bytes. */
export type FaultCode =
  | "request_line_malformed" // not `method SP target SP version`
  | "request_line_too_long" // over `maxRequestLineBytes`
  | "blank_lines" // more than four before a request line
  | "line_end" // a bare CR or LF
  | "method_malformed" // not a token, or over 32 bytes
  | "method_unsupported" // not in the allow-list, or CONNECT
  | "target_malformed" // a byte or form that a target cannot have
  | "target_escape" // a malformed percent-escape, `%00`, `%0a`, `%0d`
  | "version_malformed" // not `HTTP/d.d`
  | "version_unsupported" // well formed, and not 1.x
  | "header_malformed" // a field line against the grammar
  | "header_alias" // `Content_Length`, `Transfer_Encoding`
  | "header_repeated" // two of a field that stands once
  | "header_line_too_long" // over `maxHeaderLineBytes`
  | "headers_too_large" // over `maxHeaderBytes`
  | "headers_too_many" // over `maxHeaders`
  | "host_missing" // HTTP/1.1 without it
  | "host_malformed" // not `host[:port]`
  | "host_mismatch" // differs from an absolute-form target
  | "content_length_malformed" // not a plain number up to 2^53 - 1
  | "content_length_repeated" // two, or a list
  | "length_conflict" // beside a Transfer-Encoding
  | "transfer_encoding_malformed" // anything but `chunked` or one unknown coding
  | "transfer_encoding_unsupported" // one well-formed, unknown coding
  | "transfer_encoding_version" // in HTTP/1.0
  | "chunk_size_malformed" // not 1 to 16 hex digits
  | "chunk_extension_malformed" // against the grammar
  | "chunk_extensions_too_large" // over `maxChunkExtensionBytes` in one body
  | "chunk_framing_too_large" // more framing than data, over a floor
  | "chunk_data_malformed" // data not followed by CRLF
  | "trailer_malformed" // a trailer line against the grammar
  | "trailer_forbidden" // a framing or routing field in the trailers
  | "trailers_too_large" // over `maxTrailerBytes`
  | "trailers_too_many" // over `maxTrailers`
  | "body_too_large" // over the body limit
  | "expectation_unknown" // `Expect` other than `100-continue`
  | "tls_on_plain"; // a TLS ClientHello on a plain port
