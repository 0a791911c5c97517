/** A client over any dial: keeps one connection, makes it again when it is lost and needed. */

import { EMPTY } from "../base/bytes.ts";
import { type Clock, SYSTEM_CLOCK } from "../base/clock.ts";
import type { ConnectionSettings, OpenConnection } from "./connection_settings.ts";
import { DeadlineWheel } from "./deadlines.ts";
import type { Dial } from "./dial.ts";
import { parseRequest, type Response } from "./envelope.ts";
import { type CallOptions, HANDLER_KEYS, type Handlers, type StreamOptions } from "./handlers.ts";
import { uniqueNodeID } from "./handshake.ts";
import { CLIENT_DEFAULTS, DEFAULT_LIMITS, resolveLimits, type RpcLimits } from "./limits.ts";
import { Reconnector } from "./reconnector.ts";
import { RpcError } from "./rpc_error.ts";
import type { RpcStream } from "./stream.ts";

/** How a client behaves, wherever its server is. The handlers serve calls that the server makes. */
export interface ClientOptions extends Handlers {
  /** Node id for the handshake, 1 to 60 bytes. Default: a new one per connection, because reference servers refuse one they already hold. */
  readonly nodeID?: string;
  /** Milliseconds for name, TCP, TLS and handshake together. Default 5 000. */
  readonly connectTimeoutMs?: number;
  /** Milliseconds a call waits for its answer; 0 is for ever. Default 30 000. */
  readonly timeoutMs?: number;
  /** Gives up the first connecting, and closes the client when it fires later. */
  readonly signal?: AbortSignal;
  /** Whether a call on a lost connection makes a new one, with jittered backoff between attempts. Calls under way when it is lost are rejected, never repeated; promises are the old connection's. Default `true`. */
  readonly reconnect?: boolean;
  /** Calls without an answer; one more is rejected. Default 65 536. */
  readonly maxPendingCalls?: number;
  /** Bytes waiting for a peer that does not read; a call beyond is rejected. Default 16 MiB. */
  readonly maxQueuedBytes?: number;
  /** Bounds for frames, and for what the peer asks of this side. */
  readonly limits?: Partial<RpcLimits>;
  /** Time, for tests. Default: the machine's. */
  readonly clock?: Clock;
}

/** The keys of {@link ClientOptions}, for checking options. */
export const CLIENT_KEYS: readonly string[] = [
  "nodeID",
  "connectTimeoutMs",
  "timeoutMs",
  "signal",
  "reconnect",
  "maxPendingCalls",
  "maxQueuedBytes",
  "limits",
  "clock",
  ...HANDLER_KEYS,
];

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

  /** @internal Use `connect`. */
  constructor(dial: Dial, options: ClientOptions, cap: Uint8Array) {
    const clock = options.clock ?? SYSTEM_CLOCK;
    const wheel = new DeadlineWheel(clock);
    this.#options = options;
    this.#settings = {
      handlers: options,
      // A client does not close a quiet connection: its server may.
      limits: resolveLimits({ ...DEFAULT_LIMITS, idleTimeoutMs: 0, ...options.limits }),
      wheel,
      accepted: false,
      cap,
      timeoutMs: options.timeoutMs ?? CLIENT_DEFAULTS.timeoutMs,
      maxPendingCalls: options.maxPendingCalls ??
        CLIENT_DEFAULTS.maxPendingCalls,
      maxQueuedBytes: options.maxQueuedBytes ?? CLIENT_DEFAULTS.maxQueuedBytes,
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
        const settings = {
          ...this.#settings,
          nodeID: options.nodeID ?? uniqueNodeID(),
        };
        const timeoutMs = options.connectTimeoutMs ??
          CLIENT_DEFAULTS.connectTimeoutMs;
        const connection = await dial(settings, timeoutMs, signal);
        if (signal.aborted) {
          connection.close();
          throw new RpcError("closed", "The client was closed");
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
   * @throws {RpcError} If no answer came: `deadline`, `aborted`, `closed`, `lost`, `connect`,
   * `busy`, `too_large` or `protocol`.
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
    const { wheel, maxPendingCalls } = this.#settings;
    if (this.#reconnector.waiting >= maxPendingCalls) {
      const why = `Cannot call method ${method}: too much is under way`;
      throw new RpcError("busy", why, { method, status: 429 });
    }
    const timeoutMs = options.timeoutMs ?? this.#settings.timeoutMs;
    const payload = options.payload?.slice() ?? EMPTY;
    const started = wheel.now();
    const connection = await this.#reconnector.ready(timeoutMs, options.signal, method);
    const left = timeoutMs > 0 ? Math.max(1, timeoutMs - (wheel.now() - started)) : 0;
    return await connection.call(method, { ...options, payload, timeoutMs: left });
  }

  /**
   * Sends a one-way message (node framing); its type, the high byte of its flags, must not be 0.
   *
   * @param message A whole message; copied at once.
   * @returns Resolves when the connection takes more; nobody tells whether it arrived.
   * @throws {RpcError} If there is no connection, or the message is too large.
   * @throws {TypeError} If it is no message, has type 0, or the framing is mux.
   */
  async send(message: Uint8Array): Promise<void> {
    const kept = this.connected ? message : message.slice();
    await (await this.#ready()).send(kept);
  }

  /**
   * Opens a stream (mux framing) on the standing connection.
   *
   * @param method Ordinal, from 1.
   * @param options First data, capability, signal.
   * @throws {RpcError} If there is no connection (`ready()` makes one) or too many streams are open.
   * @throws {TypeError} If the framing is node.
   */
  stream(method: number, options?: StreamOptions): RpcStream {
    if (this.#connection === undefined) {
      throw new RpcError("closed", "Cannot open stream: not connected", { method });
    }
    return this.#connection.stream(method, options);
  }

  /** Resolves when a connection stands; makes one if it was lost. */
  async ready(): Promise<void> {
    await this.#ready();
  }

  #ready(): Promise<OpenConnection> | OpenConnection {
    const connection = this.#connection;
    if (connection?.open) return connection;
    return this.#reconnector.ready(this.#settings.timeoutMs, undefined, 0);
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
