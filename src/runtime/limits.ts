/**
 * Every limit and default of the socket port, with its reason.
 *
 * @module
 */

/** Bytes a socket queues before `write` answers `false`. One default for all adapters: a few full TCP windows of a LAN, small enough for 10 000 slow readers in 640 MiB. */
export const HIGH_WATER_BYTES: number = 64 * 1024;

/** Milliseconds for name, TCP and TLS of a connect: three lost SYNs (1 + 2 + 4 s) and some rest. */
export const CONNECT_TIMEOUT_MS: number = 10_000;

/** Milliseconds for a TLS handshake on the server: slow phones need 3 to 5 s, a silent peer must not stay. */
export const TLS_HANDSHAKE_TIMEOUT_MS: number = 10_000;

/** Milliseconds of silence before TCP asks whether the peer is still there (Bun and Node; Deno leaves it to the system, two hours on Linux): shorter than the 4 to 6 minutes after which common NATs and load balancers forget a connection. */
export const KEEP_ALIVE_MS: number = 60_000;

/** Accept queue: what Node and Deno take by default, and under Linux' own cap of 4096. */
export const BACKLOG: number = 511;

/** First pause in milliseconds after a failed accept (no descriptors left): long enough for a close elsewhere. */
export const ACCEPT_PAUSE_MIN_MS: number = 5;

/** Longest pause in milliseconds between failed accepts: a recovered server answers within a second. */
export const ACCEPT_PAUSE_MAX_MS: number = 1_000;

/** Between two looks, on Bun, at whether a descriptor is left: one look takes 10 µs, and that long it spins. */
export const DESCRIPTOR_LOOK_MS: number = 250;

/** Read buffer of a quiet connection: one page, so that 10 000 idle connections hold 40 MiB. */
export const READ_MIN_BYTES: number = 4 * 1024;

/** Read buffer of a busy connection: above this, fewer reads save nothing that could be measured. */
export const READ_MAX_BYTES: number = 128 * 1024;

/** Queued chunks are joined into one write up to this size; a chunk of half of it goes alone, uncopied. */
export const JOIN_MAX_BYTES: number = 64 * 1024;
