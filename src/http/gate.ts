/** How many handlers run at once, and who waits. @module */

import type { Exchange } from "./exchange.ts";

/** Whoever starts and refuses exchanges. */
export interface GateOwner {
  /** Calls the handler. */
  run(exchange: Exchange): void;
  /** Answers 503; `late`: after it has waited. */
  refuse(exchange: Exchange, late: boolean): void;
}

/** Bounds of a gate. */
export interface GateLimits {
  /** Handlers at once. */
  readonly maxConcurrentRequests: number;
  /** Requests that wait. */
  readonly maxQueuedRequests: number;
  /** Milliseconds that one waits. */
  readonly queueTimeoutMs: number;
}

interface Waiting {
  readonly exchange: Exchange;
  readonly owner: GateOwner;
  readonly deadline: number;
}

/** Lets exchanges through, first come, first served. */
export class Gate {
  /** Handlers that run, those whose answer is not waited for any more included. */
  running = 0;
  readonly #limits: GateLimits;
  #queue: Waiting[] = [];
  #letting = false;

  /** A gate with these bounds. */
  constructor(limits: GateLimits) {
    this.#limits = limits;
  }

  /** How many wait. */
  get waiting(): number {
    return this.#queue.length;
  }

  /** Runs the exchange now, or when one leaves, or refuses it. */
  enter(exchange: Exchange, owner: GateOwner, now: number): void {
    const { maxConcurrentRequests, maxQueuedRequests, queueTimeoutMs } = this.#limits;
    if (this.running < maxConcurrentRequests && this.#queue.length === 0) {
      this.running++;
      owner.run(exchange);
    } else if (this.#queue.length < maxQueuedRequests) {
      exchange.state = "queued";
      this.#queue.push({ exchange, owner, deadline: now + queueTimeoutMs });
    } else owner.refuse(exchange, false);
  }

  /** A handler has come to its end. */
  leave(): void {
    this.running--;
    if (this.#letting || this.#queue.length === 0) return;
    this.#letting = true; // a handler that answers at once leaves within `run`
    while (this.running < this.#limits.maxConcurrentRequests) {
      const next = this.#queue.shift();
      if (next === undefined) break;
      if (next.exchange.state !== "queued") continue;
      this.running++;
      next.owner.run(next.exchange);
    }
    this.#letting = false;
  }

  /** Refuses those that have waited too long. */
  tick(now: number): void {
    if (this.#queue.length === 0) return;
    const late = this.#queue.filter((waiting) => waiting.deadline <= now);
    if (late.length === 0) return;
    this.#queue = this.#queue.filter((waiting) => waiting.deadline > now);
    for (const { exchange, owner } of late) {
      if (exchange.state === "queued") owner.refuse(exchange, true);
    }
  }
}
