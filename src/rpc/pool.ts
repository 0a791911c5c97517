/** Several connections to one server, used as one. */

import type { Response } from "./envelope.ts";
import { parseRequest } from "./envelope.ts";
import type { Channel, RpcClient } from "./client.ts";
import type { CallOptions } from "./handlers.ts";
import { RpcError } from "./rpc_error.ts";
import { NO_TARGET, Status } from "./status.ts";

/** A pool; `ZapPool` is this over sockets. Each call takes the connection with the fewest under way. */
export class RpcPool implements Channel {
  readonly #clients: readonly RpcClient[];
  #next = 0;

  /** @internal Use `ZapPool.connect`. */
  constructor(clients: readonly RpcClient[]) {
    this.#clients = clients;
  }

  /** Number of connections. */
  get size(): number {
    return this.#clients.length;
  }

  /** Calls that wait for an answer. */
  get pendingCalls(): number {
    return this.#clients.reduce((count, client) => count + client.pendingCalls, 0);
  }

  /**
   * The connection with the fewest calls under way: take one for calls that build on each other.
   * One that was lost is made again meanwhile, unless `reconnect` is off.
   */
  pick(): RpcClient {
    const clients = this.#clients;
    for (const client of clients) client.revive();
    const first = this.#next = (this.#next + 1) % clients.length;
    let best = clients[first]!;
    for (let i = 1; i < clients.length; i++) {
      const client = clients[(first + i) % clients.length]!;
      if (rank(client) < rank(best)) best = client;
    }
    return best;
  }

  /**
   * Calls a method on some connection; see `RpcClient.call`.
   *
   * @throws {RpcError} Also if the call names a target: promises belong to one connection, so
   * `pick()` one for both calls.
   */
  async call(method: number | Uint8Array, options: CallOptions = {}): Promise<Response> {
    const target = typeof method === "number" ? options.target : parseRequest(method).target;
    if ((target ?? NO_TARGET) !== NO_TARGET) {
      const why =
        "Cannot call through a pool: the target is a promise of one connection; pick() it";
      throw new RpcError("status", why, { status: Status.BadRequest });
    }
    return await this.pick().call(method, options);
  }

  /** Closes all connections. */
  close(): void {
    for (const client of this.#clients) client.close();
  }

  /** Closes; for `using`. */
  [Symbol.dispose](): void {
    this.close();
  }
}

/** A lost connection comes after all that stand. */
function rank(client: RpcClient): number {
  return client.pendingCalls + (client.connected ? 0 : 1e9);
}
