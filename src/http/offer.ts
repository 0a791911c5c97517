/** A client's offer to change the protocol (RFC 9110 §7.8). @module */

import { LightHeaders } from "./light_headers.ts";
import { makeUpgrade } from "./light_response.ts";
import type { RequestHead } from "./request_head.ts";
import type { TakeOver, UpgradeOffer } from "./upgrade.ts";

/** An offer, as the handler sees it. */
export class Offer implements UpgradeOffer {
  readonly protocols: readonly string[];

  /** An offer of these protocols. */
  constructor(protocols: readonly string[]) {
    this.protocols = protocols;
  }

  accept(
    protocol: string,
    headers: Iterable<readonly [string, string]>,
    takeOver: TakeOver,
  ): Response {
    if (!this.protocols.includes(protocol.toLowerCase())) {
      throw new TypeError(`Cannot upgrade to "${protocol}": it was not offered`);
    }
    const all = new LightHeaders([["upgrade", protocol]]);
    for (const [name, value] of headers) {
      const lower = name.toLowerCase();
      if (lower === "upgrade" || lower === "connection") continue;
      if (lower === "content-length" || lower === "transfer-encoding") {
        throw new TypeError(`Cannot upgrade: a 101 answer has no ${name}`);
      }
      all.append(name, value);
    }
    return makeUpgrade(all, takeOver);
  }
}

/** The offer of a head with `Upgrade`. */
export function offerOf(head: RequestHead): Offer {
  const names = (head.get("upgrade") ?? "").toLowerCase().split(",").map((name) => name.trim());
  return new Offer(names.filter((name) => name !== ""));
}
