/**
 * Every limit and wait of a WebSocket, with its reason. The waits all end; the sizes are all bounds
 * on what a peer can make this side hold.
 *
 * @module
 */

/** The limits of one WebSocket connection. */
export interface WebSocketLimits {
  /** Bytes of one received message, all its fragments (and, where deflated, its inflated form). */
  readonly maxMessageBytes: number;
  /** Bytes waiting to be sent, above which a `send` drops the connection instead of queueing more. */
  readonly maxBufferedBytes: number;
  /** Milliseconds to wait for the peer's close frame and FIN before the connection is destroyed. */
  readonly closeTimeoutMs: number;
  /** Milliseconds of silence after which the peer is pinged; after as many again it is dropped. 0 never. */
  readonly pingIntervalMs: number;
}

/** What holds where nothing else is said. */
export const DEFAULT_WEBSOCKET_LIMITS: Readonly<WebSocketLimits> = {
  // As much as an HTTP body by default: the same handlers stand behind both.
  maxMessageBytes: 1024 * 1024,
  // Four of the largest messages; a reader further behind than that will not catch up.
  maxBufferedBytes: 4 * 1024 * 1024,
  // A round trip of a bad mobile link, and a few retransmissions.
  closeTimeoutMs: 5_000,
  // Below the 60 s after which load balancers and NAT forget a silent connection.
  pingIntervalMs: 25_000,
};

/**
 * The limits in force: the defaults, and what is said otherwise.
 *
 * @throws {RangeError} For one that is no whole number from 1 on; a heartbeat may be 0.
 */
export function resolveWebSocketLimits(given: Partial<WebSocketLimits> = {}): WebSocketLimits {
  const limits: Record<keyof WebSocketLimits, number> = { ...DEFAULT_WEBSOCKET_LIMITS };
  for (const key of Object.keys(limits) as (keyof WebSocketLimits)[]) {
    const value: unknown = given[key];
    if (value === undefined) continue;
    const least = key === "pingIntervalMs" ? 0 : 1;
    if (!Number.isSafeInteger(value) || (value as number) < least) {
      throw new RangeError(`Cannot open WebSocket: ${key} must be a whole number from ${least} on`);
    }
    limits[key] = value as number;
  }
  return limits;
}

/** Bytes read and thrown away after a fault, so that the peer sees the close frame and not a reset. */
export const LINGER_BYTES: number = 256 * 1024;

/** First allocation for a message that comes in pieces: a peer that only declares a size gets no more. */
export const FIRST_BUFFER_BYTES: number = 4 * 1024;

/** Bytes of the answer's head that a client reads before it gives up. */
export const MAX_RESPONSE_HEAD_BYTES: number = 16 * 1024;
