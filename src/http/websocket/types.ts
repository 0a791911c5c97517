/** What an application sees of a WebSocket. @module */

/** Where a connection stands. */
export type WebSocketState = "open" | "closing" | "closed";

/** One WebSocket, on a server or a client. */
export interface WebSocketPeer {
  /** Where it stands. */
  readonly state: WebSocketState;
  /** The subprotocol agreed on, or `undefined`. */
  readonly protocol: string | undefined;
  /** Bytes that the operating system has not taken yet. */
  readonly bufferedBytes: number;
  /**
   * Sends one message; its bytes are copied. Ignored once closing has begun, as in a browser. With
   * deflate it is written a little later, in order.
   *
   * @returns `false`: wait for `drain`. Above `maxBufferedBytes` the connection is dropped.
   */
  send(data: string | Uint8Array): boolean;
  /**
   * Sends a ping.
   *
   * @param payload Up to 125 bytes. Default none.
   * @throws {RangeError} If it is longer.
   */
  ping(payload?: Uint8Array): void;
  /**
   * Begins the closing handshake; ends in `close` within `closeTimeoutMs`.
   *
   * @param code 1000 (default), another of RFC 6455 §7.4.1, or 3000 to 4999.
   * @param reason For people; cut at 123 bytes of UTF-8.
   * @throws {RangeError} For a code that may not be sent.
   */
  close(code?: number, reason?: string): void;
  /** Drops the connection now; the peer and `close` see 1006. */
  terminate(): void;
  /** Stops `message` events; the peer feels it through TCP. Its silence is not held against it. */
  pause(): void;
  /** Goes on with `message` events. */
  resume(): void;
}

/**
 * What an application does with a WebSocket's events. A handler that throws or rejects closes the
 * connection with 1011.
 */
export interface WebSocketHandlers {
  /** The handshake is done; `send` works from here on. */
  open?(socket: WebSocketPeer): unknown;
  /** A whole message: text as a string, binary as bytes that are the receiver's to keep. */
  message?(socket: WebSocketPeer, data: string | Uint8Array): unknown;
  /** Gone: exactly once, last. 1005: a close frame without code; 1006: no close frame came. */
  close?(socket: WebSocketPeer, code: number, reason: string): unknown;
  /** A peer that broke a rule, a handler that failed, or a lost connection; `close` follows. */
  error?(socket: WebSocketPeer, error: Error): unknown;
  /** The queue has emptied after a `send` that answered `false`. */
  drain?(socket: WebSocketPeer): unknown;
}
