/** Looks at a connection now and then: has it greeted, does it move, is it idle? */

import { type DeadlineWheel, Timed } from "./deadlines.ts";
import type { RpcLimits } from "./limits.ts";
import { RpcError } from "./rpc_error.ts";

/** What is looked at. */
export interface Watched {
  /** Whether the handshake is done. */
  readonly greeted: boolean;
  /** Whether anything is under way. */
  readonly busy: boolean;
  /** Whether a frame has come in part. */
  readonly partial: boolean;
  /** Bytes that the peer's system has taken so far; -1 if nothing waits for it. */
  readonly taken: number;
  /** Drops the connection. */
  destroy(error: RpcError): void;
}

/** The watch over one connection. */
export class Liveness extends Timed {
  readonly #watched: Watched;
  readonly #limits: RpcLimits;
  readonly #wheel: DeadlineWheel;
  #heardAt: number;
  #taken = -1;
  #movedAt = 0;

  /** Watches nothing yet. */
  constructor(watched: Watched, limits: RpcLimits, wheel: DeadlineWheel) {
    super();
    this.#watched = watched;
    this.#limits = limits;
    this.#wheel = wheel;
    this.#heardAt = wheel.now();
  }

  /** From here on the handshake must be done in time. */
  expectHandshake(): void {
    const { handshakeTimeoutMs } = this.#limits;
    if (handshakeTimeoutMs > 0) this.#wheel.set(this, handshakeTimeoutMs);
  }

  /** Bytes have come. */
  heard(): void {
    this.#heardAt = this.#wheel.now();
  }

  /** From here on the connection must move, or not be idle for too long. */
  watch(): void {
    const { idleTimeoutMs, stallTimeoutMs } = this.#limits;
    const period = Math.min(idleTimeoutMs || Infinity, stallTimeoutMs || Infinity);
    if (period === Infinity) this.stop();
    else this.#wheel.set(this, period);
  }

  /** Watches no more. */
  stop(): void {
    this.#wheel.clear(this);
  }

  /** Time for a look. */
  override expired(): void {
    const problem = this.#problem();
    if (problem === undefined) this.watch();
    else this.#watched.destroy(new RpcError("lost", problem));
  }

  #problem(): string | undefined {
    const { greeted, busy, partial, taken } = this.#watched;
    const { idleTimeoutMs, stallTimeoutMs } = this.#limits;
    if (!greeted) return "No handshake in time";
    const now = this.#wheel.now();
    const silent = now - this.#heardAt;
    if (taken !== this.#taken) {
      this.#taken = taken;
      this.#movedAt = now;
    }
    if (stallTimeoutMs > 0) {
      if (taken >= 0 && now - this.#movedAt >= stallTimeoutMs) return "The peer does not read";
      if (partial && silent >= stallTimeoutMs) {
        return "The peer stopped in the middle of a frame";
      }
    }
    if (idleTimeoutMs > 0 && !busy && silent >= idleTimeoutMs) {
      return "The connection was idle";
    }
    return undefined;
  }
}
