/** Makes a connection when one is needed, with a jittered pause after each failure. */

import type { Clock } from "../base/clock.ts";
import type { OpenConnection } from "./connection_settings.ts";
import { type DeadlineWheel, Timed } from "./deadlines.ts";
import { CLIENT_DEFAULTS } from "./limits.ts";
import { RpcError } from "./rpc_error.ts";
import { SignalWatch } from "./signals.ts";
import { Status } from "./status.ts";

/** A connection that was lost sooner than this counts as a failed attempt. */
const STABLE_MS = 1000;

/** A call that waits for a connection. */
class Waiter extends Timed {
  readonly #settle: (waiter: Waiter, error: RpcError) => void;
  readonly method: number;
  /** How an error's message begins. */
  readonly #what: string;
  /** Why the last attempt failed. */
  failure: unknown;
  resolve!: (connection: OpenConnection) => void;
  reject!: (error: RpcError) => void;

  constructor(method: number, settle: (waiter: Waiter, error: RpcError) => void) {
    super();
    this.method = method;
    this.#what = method === 0 ? "The client" : `Call of method ${method}`;
    this.#settle = settle;
  }

  override expired(): void {
    const why = `${this.#what} found no connection in time`;
    const details = { method: this.method, status: Status.DeadlineExceeded, cause: this.failure };
    this.#settle(this, new RpcError("deadline", why, details));
  }

  aborted(cause: unknown): void {
    const why = `Call of method ${this.method} was aborted`;
    this.#settle(this, new RpcError("aborted", why, { method: this.method, cause }));
  }
}

/** See the file's comment. */
export class Reconnector {
  readonly #dial: (signal: AbortSignal) => Promise<OpenConnection>;
  readonly #wheel: DeadlineWheel;
  readonly #clock: Clock;
  readonly #again: boolean;
  readonly #waiters: Map<Waiter, SignalWatch | undefined> = new Map();
  readonly #abort: AbortController = new AbortController();
  #dialling = false;
  #failures = 0;
  #readyAt = 0;
  #wake: (() => void) | undefined;

  /** `again`: whether to dial more than once. */
  constructor(
    dial: (signal: AbortSignal) => Promise<OpenConnection>,
    wheel: DeadlineWheel,
    clock: Clock,
    again: boolean,
  ) {
    this.#dial = dial;
    this.#wheel = wheel;
    this.#clock = clock;
    this.#again = again;
  }

  /** Calls that wait for a connection. */
  get waiting(): number {
    return this.#waiters.size;
  }

  /** The first connection: one attempt. */
  async first(): Promise<void> {
    this.#dialling = true;
    try {
      await this.#dial(this.#abort.signal);
      this.#readyAt = this.#wheel.now();
    } finally {
      this.#dialling = false;
    }
  }

  /** The connection has been lost. */
  lost(): void {
    if (this.#wheel.now() - this.#readyAt >= STABLE_MS) this.#failures = 0;
    else this.#failures++;
  }

  /** A connection, as soon as there is one. */
  ready(
    timeoutMs: number,
    signal: AbortSignal | undefined,
    method: number,
  ): Promise<OpenConnection> {
    const closed = this.#abort.signal.aborted;
    if (closed || !this.#again) {
      const why = closed ? "the client is closed" : "the connection is lost, and reconnect is off";
      return Promise.reject(new RpcError("closed", `Cannot call: ${why}`, { method }));
    }
    if (signal?.aborted) {
      const details = { method, cause: signal.reason };
      return Promise.reject(new RpcError("aborted", "Cannot call: the signal has fired", details));
    }
    const waiter = new Waiter(method, this.#settle);
    const watch = signal === undefined ? undefined : SignalWatch.of(signal);
    this.#waiters.set(waiter, watch);
    watch?.add(waiter);
    if (timeoutMs > 0 && timeoutMs < Infinity) this.#wheel.set(waiter, timeoutMs);
    if (!this.#dialling) this.#loop();
    return new Promise((resolve, reject) => {
      waiter.resolve = resolve;
      waiter.reject = reject;
    });
  }

  /** Makes one attempt, though nobody waits for it. */
  attempt(): void {
    if (this.#again && !this.#dialling) this.#loop(true);
  }

  /** Gives up; all that wait are rejected. */
  close(): void {
    this.#abort.abort();
    this.#wake?.();
    for (const waiter of [...this.#waiters.keys()]) {
      const details = { method: waiter.method };
      this.#settle(waiter, new RpcError("closed", "The client was closed", details));
    }
  }

  readonly #settle: (waiter: Waiter, error: RpcError) => void = (waiter, error) => {
    this.#forget(waiter);
    waiter.reject(error);
  };

  #forget(waiter: Waiter): void {
    this.#wheel.clear(waiter);
    this.#waiters.get(waiter)?.delete(waiter);
    this.#waiters.delete(waiter);
  }

  /** Dials until there is a connection, or nobody waits for one any more; if `unasked`, at least once. */
  async #loop(unasked = false): Promise<void> {
    this.#dialling = true;
    const { signal } = this.#abort;
    while ((unasked || this.#waiters.size > 0) && !signal.aborted) {
      if (this.#failures > 0) await this.#pause();
      if ((!unasked && this.#waiters.size === 0) || signal.aborted) break;
      unasked = false;
      try {
        const connection = await this.#dial(signal);
        this.#readyAt = this.#wheel.now();
        for (const waiter of [...this.#waiters.keys()]) {
          this.#forget(waiter);
          waiter.resolve(connection);
        }
      } catch (error) {
        // Each waiting call has its own deadline, and ends with it.
        this.#failures++;
        for (const waiter of this.#waiters.keys()) waiter.failure = error;
      }
    }
    this.#dialling = false;
  }

  #pause(): Promise<void> {
    const { reconnectMinMs, reconnectMaxMs } = CLIENT_DEFAULTS;
    const longest = Math.min(
      reconnectMaxMs,
      reconnectMinMs * 2 ** Math.min(this.#failures - 1, 16),
    );
    const ms = longest * (0.5 + Math.random() / 2);
    return new Promise((resolve) => {
      const timer = this.#clock.after(ms, () => {
        this.#wake = undefined;
        resolve();
      });
      this.#wake = () => {
        this.#clock.clear(timer);
        this.#wake = undefined;
        resolve();
      };
    });
  }
}
