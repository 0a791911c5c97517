/** Tells a peer that is gone from one that is quiet. @module */

import type { Clock } from "../../base/clock.ts";

/** What the heartbeat asks and tells. */
export interface HeartbeatTarget {
  /** Bytes that the operating system has taken so far. */
  sentBytes(): number;
  /** Bytes that it has not taken yet. */
  queuedBytes(): number;
  /** The peer was silent for one interval. */
  ping(): void;
  /** The peer is gone, or reads nothing. */
  dead(reason: string): void;
}

/**
 * One timer a connection: a peer silent for an interval is pinged, and dropped after one more; so
 * is a peer that takes none of the bytes that wait for it during a whole interval.
 */
export class Heartbeat {
  readonly #target: HeartbeatTarget;
  readonly #clock: Clock;
  readonly #intervalMs: number;
  #timer: unknown;
  #heard = true;
  #pinged = false;
  #sent = -1;

  /** Starts at once. 0 milliseconds: never beats. */
  constructor(target: HeartbeatTarget, clock: Clock, intervalMs: number) {
    this.#target = target;
    this.#clock = clock;
    this.#intervalMs = intervalMs;
    if (intervalMs > 0) this.#arm();
  }

  /** Something came from the peer, or was kept from coming by this side. */
  heard(): void {
    this.#heard = true;
  }

  /** Ends it. */
  stop(): void {
    this.#clock.clear(this.#timer);
  }

  #arm(): void {
    this.#timer = this.#clock.after(this.#intervalMs, () => this.#beat());
  }

  #beat(): void {
    const sent = this.#target.sentBytes();
    const stalled = this.#target.queuedBytes() > 0 && sent === this.#sent;
    const silent = !this.#heard;
    this.#sent = sent;
    this.#heard = false;
    if (stalled) return this.#target.dead("Peer has stopped reading");
    if (silent && this.#pinged) return this.#target.dead("Peer has not answered a ping");
    this.#pinged = silent;
    this.#arm();
    if (silent) this.#target.ping();
  }
}
