/** Every limit and default of this room, each with its reason. */
export interface RpcLimits {
  /** Largest frame of node framing, in bytes, without its length word. Default 10 MiB: the reference node's cap; a longer length ends the connection. */
  readonly maxNodeFrameBytes: number;
  /** Largest frame of mux framing, in bytes, with its dir byte. Default 64 MiB: the reference's cap. */
  readonly maxMuxFrameBytes: number;
  /** Calls and messages of one connection whose handlers run at once; beyond that reading stops. Default 256: the reference's. */
  readonly maxInFlight: number;
  /** Bytes that the running handlers of one connection hold together: of the frames of calls and messages, and of answers that they build on; from there on reading stops. Capabilities of served streams hold as many beside; a stream beyond is refused. Default 64 MiB: one of the largest frames, so that 256 of them do not make 16 GiB before anybody has been asked who sends them. */
  readonly maxInFlightBytes: number;
  /** Connections a server holds, with TLS those in their handshake included; one more is closed at once, and `onError` is told of the first (`busy`; TLS: `full`). Default 10 000: at about 19 KiB each when quiet (Node, all told), 190 MiB. */
  readonly maxConnections: number;
  /** Milliseconds for a connection to complete its handshake. Default 10 000: the reference's. */
  readonly handshakeTimeoutMs: number;
  /** Milliseconds without a byte from the peer and nothing running, after which a server closes. Default 600 000: the protocol has no ping, so a silent peer may be gone; ten minutes outlast the usual NAT. 0 is never. */
  readonly idleTimeoutMs: number;
  /** Milliseconds for which unsent bytes may wait for a peer that does not read. Default 30 000: then it is taken for dead. */
  readonly stallTimeoutMs: number;
  /** Milliseconds a handler has for its answer; then 408 is sent in its place. Default 60 000: longer than the clients' default, so that theirs comes first. */
  readonly handlerTimeoutMs: number;
  /** Milliseconds a call may wait for the promise it targets; then it is refused with 408. Default 30 000: as long as a client waits. */
  readonly parkTimeoutMs: number;
  /** Calls of one connection that may wait for their targets; one more is refused with 429. Default 1 024: four times what may run. */
  readonly maxParkedCalls: number;
  /** Bytes of capabilities of waiting calls (their payloads are not kept: the target's answer takes their place). Default 1 MiB. */
  readonly maxParkedBytes: number;
  /** Latest answers of one connection that later calls can build on; the oldest go first. Default 1 024: four times what may run. */
  readonly maxAnswers: number;
  /** Bytes of memory that those answers may hold. Default 1 MiB: a thousand busy connections stay under a GiB. A larger answer serves the calls that already wait for it, and no later ones. */
  readonly maxAnswerBytes: number;
  /** Open streams of one connection, and handlers of streams that run, each. Default 256: as many as calls. */
  readonly maxStreams: number;
  /** Bytes a stream may hold unread before the connection stops reading. Default 256 KiB: a few full windows of a LAN. */
  readonly streamBufferBytes: number;
}

/** The defaults of {@link RpcLimits}. */
export const DEFAULT_LIMITS: Readonly<RpcLimits> = {
  maxNodeFrameBytes: 10 * 1024 * 1024,
  maxMuxFrameBytes: 64 * 1024 * 1024,
  maxInFlight: 256,
  maxInFlightBytes: 64 * 1024 * 1024,
  maxConnections: 10_000,
  handshakeTimeoutMs: 10_000,
  idleTimeoutMs: 600_000,
  stallTimeoutMs: 30_000,
  handlerTimeoutMs: 60_000,
  parkTimeoutMs: 30_000,
  maxParkedCalls: 1024,
  maxParkedBytes: 1024 * 1024,
  maxAnswers: 1024,
  maxAnswerBytes: 1024 * 1024,
  maxStreams: 256,
  streamBufferBytes: 256 * 1024,
};

/** What a client does where its options do not say, each with its reason. */
export interface ClientDefaults {
  /** Milliseconds for name, TCP, TLS and handshake together: 5 000, the reference client's. */
  readonly connectTimeoutMs: number;
  /** Milliseconds for one call: 30 000, short enough that a lost peer is noticed by a person. 0 is no deadline. */
  readonly timeoutMs: number;
  /** Calls without an answer; one more is rejected with 429: 65 536, far above what helps throughput. */
  readonly maxPendingCalls: number;
  /** Bytes waiting for a peer that does not read; a call beyond is rejected with 429: 16 MiB, above the largest node frame. */
  readonly maxQueuedBytes: number;
  /** First pause before connecting again, in milliseconds: 50, longer than a process takes to accept again. */
  readonly reconnectMinMs: number;
  /** Longest pause before connecting again, in milliseconds: 5 000. Each pause is drawn at random between half and all of it, so that clients do not come back in step. */
  readonly reconnectMaxMs: number;
  /** Connections of a pool: 4. */
  readonly poolSize: number;
}

/** The values of {@link ClientDefaults}. */
export const CLIENT_DEFAULTS: Readonly<ClientDefaults> = {
  connectTimeoutMs: 5000,
  timeoutMs: 30_000,
  maxPendingCalls: 65_536,
  maxQueuedBytes: 16 * 1024 * 1024,
  reconnectMinMs: 50,
  reconnectMaxMs: 5000,
  poolSize: 4,
};

/**
 * The limits with a user's over the defaults, checked: each a whole number from 1 (timeouts from 0),
 * so that a typo in a configuration does not switch a bound off.
 *
 * @throws {RangeError} For the first value out of range.
 */
export function resolveLimits(given: Partial<RpcLimits>): RpcLimits {
  const limits = { ...DEFAULT_LIMITS } as Record<keyof RpcLimits, number>;
  for (const key of Object.keys(DEFAULT_LIMITS) as (keyof RpcLimits)[]) {
    const value = given[key];
    if (value === undefined) continue;
    const least = key.endsWith("TimeoutMs") ? 0 : 1;
    if (!Number.isSafeInteger(value) || value < least) {
      throw new RangeError(`Cannot use ${key}: ${value} is not a whole number from ${least}`);
    }
    limits[key] = value;
  }
  return limits;
}
