/** A client over any dial: keeps one connection, makes it again when it is lost and needed. */

import { copyBytes, EMPTY } from "../base/bytes.ts";
import { SYSTEM_CLOCK } from "../base/clock.ts";
import { assertKnownOptions } from "../base/options.ts";
import { type ClientOptions, resolveClientBounds } from "./client_options.ts";
import type { ConnectionSettings, OpenConnection } from "./connection_settings.ts";
import { DeadlineWheel } from "./deadlines.ts";
import type { Dial } from "./dial.ts";
import { parseRequest, type Response } from "./envelope.ts";
import type { CallOptions, StreamOptions } from "./handlers.ts";
import { uniqueNodeID } from "./handshake.ts";
import { DEFAULT_LIMITS, resolveLimits } from "./limits.ts";
import { Reconnector } from "./reconnector.ts";
import { isBytes, misuse, refusal } from "./refusal.ts";
import { RpcError } from "./rpc_error.ts";
import type { RpcStream } from "./stream.ts";

/** A channel: what a generated client sends its envelopes through. */
export interface Channel {
  /** Sends a request envelope; resolves with whatever the peer answered. */
  call(envelope: Uint8Array): Promise<Response>;
}

/**
 * A client of one server. `ZapClient` (sockets) and `connectOverWebSocket` make it.
 *
 * Bodies of answers are the caller's for good, and are not copied: each shares memory with what
 * arrived with it (up to 64 KiB), so `slice()` a small one that is kept for long.
 */
export class RpcClient implements Channel {
  readonly #settings: ConnectionSettings;
  readonly #reconnector: Reconnector;
  readonly #options: ClientOptions;
  #connection: OpenConnection | undefined;
  /** Bytes of calls and messages that wait for a connection. */
  #waitingBytes = 0;

  /** @internal Use `connect`. */
  constructor(dial: Dial, options: ClientOptions, cap: Uint8Array) {
    assertKnownOptions(options.limits, Object.keys(DEFAULT_LIMITS), "limits");
    const clock = options.clock ?? SYSTEM_CLOCK;
    const wheel = new DeadlineWheel(clock);
    const { connectTimeoutMs, ...bounds } = resolveClientBounds(options);
    this.#options = options;
    this.#settings = {
      handlers: options,
      // A client does not close a quiet connection: its server may.
      limits: resolveLimits({ ...DEFAULT_LIMITS, idleTimeoutMs: 0, ...options.limits }),
      wheel,
      accepted: false,
      cap,
      ...bounds,
      nodeID: "",
      onReady: () => {},
      onGone: (connection) => {
        if (this.#connection !== connection) return;
        this.#connection = undefined;
        this.#reconnector.lost();
      },
    };
    this.#reconnector = new Reconnector(
      async (signal) => {
        const settings = { ...this.#settings, nodeID: options.nodeID ?? uniqueNodeID() };
        const connection = await dial(settings, connectTimeoutMs, signal);
        if (signal.aborted) connection.close();
        // It may have been lost before anybody could use it: that is a failed attempt.
        if (!connection.open) {
          throw new RpcError("connect", "Cannot connect: the connection was lost at once");
        }
        this.#connection = connection;
        return connection;
      },
      wheel,
      clock,
      options.reconnect ?? true,
    );
    options.signal?.addEventListener("abort", this.#onAbort);
  }

  readonly #onAbort: () => void = () => this.close();

  /** @internal Connects for the first time: fails if that fails. */
  static async start<T extends RpcClient>(client: T): Promise<T> {
    const { signal } = (client as RpcClient).#options;
    try {
      if (signal?.aborted) throw signal.reason;
      await client.#reconnector.first();
      return client;
    } catch (cause) {
      client.close();
      if (!signal?.aborted) throw cause;
      throw new RpcError("aborted", "Cannot connect: the signal has fired", {
        cause: signal.reason,
      });
    }
  }

  /** Whether a connection stands. */
  get connected(): boolean {
    return this.#connection?.open ?? false;
  }

  /** Calls that wait for an answer. */
  get pendingCalls(): number {
    return (this.#connection?.pendingCalls ?? 0) + this.#reconnector.waiting;
  }

  /**
   * Calls a method.
   *
   * @param method Ordinal, from 1; or a whole request envelope, whose capability is the
   * connection's if it has none, and whose promise id is a fresh one if it is 0.
   * @param options Payload, promise, target, deadline, signal.
   * @returns The answer, whatever its status.
   * @throws {RpcError} If no answer came: `deadline`, `aborted`, `closed`, `lost`, `busy`,
   * `too_large` or `protocol`.
   * @throws {RangeError} If `timeoutMs` is negative or `NaN`, or the method is no whole number
   * below 2^32.
   * @throws {ZapParseError} If the envelope is no message.
   * @throws {TypeError} If the method is neither a number nor bytes.
   *
   * @example
   * ```ts ignore
   * const { status, body } = await client.call(1, { payload: new Uint8Array([1]), timeoutMs: 500 });
   * ```
   */
  call(method: number | Uint8Array, options?: CallOptions): Promise<Response> {
    if (typeof method !== "number") return this.#callEnvelope(method, options);
    const connection = this.#connection;
    if (connection !== undefined && connection.open) {
      return connection.call(method, options);
    }
    return this.#callLater(method, options);
  }

  async #callEnvelope(envelope: Uint8Array, options: CallOptions = {}): Promise<Response> {
    if (!(envelope instanceof Uint8Array)) {
      throw new TypeError("Cannot call: the method is neither an ordinal nor a request envelope");
    }
    const { method, promiseID, target, cap, payload } = parseRequest(envelope);
    return await this.call(method, {
      ...options,
      target,
      payload,
      ...(promiseID === 0 ? {} : { promiseID }),
      ...(cap.length === 0 ? {} : { cap }),
    });
  }

  async #callLater(method: number, options: CallOptions = {}): Promise<Response> {
    const { wheel } = this.#settings;
    const timeoutMs = options.timeoutMs ?? this.#settings.timeoutMs;
    const { payload = EMPTY, cap } = options;
    const problem = misuse(method, timeoutMs, payload, cap ?? EMPTY);
    if (problem !== undefined) throw problem;
    this.#assertRoom(method);
    // Copies: the caller's memory is its own again when `call` has returned.
    const kept = {
      ...options,
      payload: copyBytes(payload),
      ...(cap && { cap: copyBytes(cap) }),
    };
    const bytes = payload.length + (cap?.length ?? 0);
    const started = wheel.now();
    for (;;) {
      const passed = wheel.now() - started;
      const left = timeoutMs > 0 ? Math.max(1, timeoutMs - passed) : 0;
      const connection = await this.#connected(left, options.signal, method, bytes);
      // Lost again before its turn came: the call has not been sent.
      if (connection.open) return await connection.call(method, { ...kept, timeoutMs: left });
    }
  }

  /** Refuses to wait where too much waits already. */
  #assertRoom(method: number): void {
    const { maxPendingCalls, maxQueuedBytes } = this.#settings;
    const { waiting } = this.#reconnector;
    if (waiting >= maxPendingCalls || this.#waitingBytes > maxQueuedBytes) {
      throw refusal("busy", method, undefined, "too much waits for a connection");
    }
  }

  /** A connection that stands, or the next; `bytes` are kept meanwhile. */
  async #connected(
    timeoutMs: number,
    signal: AbortSignal | undefined,
    method: number,
    bytes: number,
  ): Promise<OpenConnection> {
    const connection = this.#connection;
    if (connection?.open) return connection;
    this.#waitingBytes += bytes;
    try {
      return await this.#reconnector.ready(timeoutMs, signal, method);
    } finally {
      this.#waitingBytes -= bytes;
    }
  }

  /**
   * Sends a one-way message (node framing); its type, the high byte of its flags, must not be 0.
   *
   * @param message A whole message; copied at once.
   * @returns Resolves when the connection takes more; nobody tells whether it arrived.
   * @throws {RpcError} If there is no connection in time, too much waits for it (`busy`), or the
   * message is too large.
   * @throws {TypeError} If it is no message, has type 0, or the framing is mux.
   */
  async send(message: Uint8Array): Promise<void> {
    const connection = this.#connection;
    if (connection?.open) return await connection.send(message);
    if (!isBytes(message)) throw new TypeError("Cannot send message: it is no message");
    this.#assertRoom(0);
    const kept = copyBytes(message);
    await (await this.#connected(this.#settings.timeoutMs, undefined, 0, kept.length)).send(kept);
  }

  /**
   * Opens a stream (mux framing) on the standing connection.
   *
   * @param method Ordinal, from 1.
   * @param options First data, capability, signal.
   * @throws {RpcError} If there is no connection (`ready()` makes one) or too many streams are open.
   * @throws {TypeError} If the framing is node, or payload or cap are no `Uint8Array`s.
   * @throws {RangeError} If the method is no whole number below 2^32.
   */
  stream(method: number, options?: StreamOptions): RpcStream {
    if (this.#connection === undefined) {
      throw new RpcError("closed", "Cannot open stream: not connected", { method });
    }
    return this.#connection.stream(method, options);
  }

  /** Resolves when a connection stands; makes one if it was lost. */
  async ready(): Promise<void> {
    this.#assertRoom(0);
    await this.#connected(this.#settings.timeoutMs, undefined, 0, 0);
  }

  /** @internal One attempt to connect again, if the connection is lost; nobody waits for it. */
  revive(): void {
    if (!this.connected) this.#reconnector.attempt();
  }

  /** Closes for good; calls without an answer are rejected with code `closed`. */
  close(): void {
    this.#options.signal?.removeEventListener("abort", this.#onAbort);
    this.#reconnector.close();
    this.#connection?.close();
    this.#connection = undefined;
    this.#settings.wheel.stop();
  }

  /** Closes; for `using`. */
  [Symbol.dispose](): void {
    this.close();
  }
}
