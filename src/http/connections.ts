/** A server's open connections: how many, from where, and who makes room. @module */

import type { SocketAddress } from "../runtime/types.ts";
import type { Connection } from "./connection.ts";
import { type ConnectionLimits, PRESSURE_SHARE, REFUSED_SHARE } from "./defaults.ts";
import type { RejectReason } from "./events.ts";

/** Sockets at once, with those of which nobody knows yet whether they will be connections. */
export function maxSockets(maxConnections: number): number {
  return maxConnections + Math.ceil(maxConnections / REFUSED_SHARE);
}

/** Open connections. */
export class Connections {
  readonly #limits: ConnectionLimits;
  readonly #open = new Set<Connection>();
  readonly #perAddress = new Map<string, number>();
  /** Idle ones, those that have been so longest last. */
  #victims: Connection[] | undefined;

  /** None yet. */
  constructor(limits: ConnectionLimits) {
    this.#limits = limits;
  }

  /** How many there are. */
  get size(): number {
    return this.#open.size;
  }

  /** How many have nothing in work. */
  get idle(): number {
    let idle = 0;
    for (const connection of this.#open) if (connection.idle) idle++;
    return idle;
  }

  /** Takes note of one more from `address`, or says why there may be none. */
  admit(address: SocketAddress): RejectReason | undefined {
    const { maxConnections, maxConnectionsPerAddress } = this.#limits;
    if (this.size >= maxConnections * PRESSURE_SHARE) this.#relieve();
    if (this.size >= maxConnections) return "max_connections";
    if (maxConnectionsPerAddress === 0 || address.transport !== "tcp") return undefined;
    const key = address.hostname;
    const count = this.#perAddress.get(key) ?? 0;
    if (count >= maxConnectionsPerAddress) return "max_per_address";
    this.#perAddress.set(key, count + 1);
    return undefined;
  }

  /** Takes one that was admitted. */
  add(connection: Connection): void {
    this.#open.add(connection);
  }

  /** Forgets one; `false` if it was not here. */
  remove(connection: Connection): boolean {
    if (!this.#open.delete(connection)) return false;
    const { remoteAddress } = connection;
    if (this.#limits.maxConnectionsPerAddress > 0 && remoteAddress.transport === "tcp") {
      const key = remoteAddress.hostname;
      const count = this.#perAddress.get(key) ?? 0;
      if (count > 1) this.#perAddress.set(key, count - 1);
      else this.#perAddress.delete(key);
    }
    return true;
  }

  /** All of them now, whatever becomes of them meanwhile. */
  all(): readonly Connection[] {
    return [...this.#open];
  }

  /** Has each look at its waits. */
  tick(now: number): void {
    this.#victims = undefined;
    for (const connection of this.#open) connection.tick(now);
  }

  /** Closes the connection that has been idle longest, to make room. */
  #relieve(): void {
    // One search a tick: it looks at all of them.
    this.#victims ??= this.all().filter((connection) => connection.idle)
      .sort((a, b) => b.idleSince - a.idleSince);
    for (let victim = this.#victims.pop(); victim !== undefined; victim = this.#victims.pop()) {
      if (!victim.idle || victim.requests === 0) continue;
      victim.closeIdle();
      return;
    }
  }
}
