/**
 * A client that has ended its side while a stream goes to it may have gone, or only be done with
 * asking: TCP says the same of both until something is sent. Nor is anything known of a client of
 * which no more is read for now. This decides when to ask, and when to wait no more.
 *
 * @module
 */

import { MAX_PROBES, PROBE_MS } from "./defaults.ts";
import type { Exchange } from "./exchange.ts";

/** Watches one connection's streams, while its client has ended its side or is not read from. */
export class SilentStream {
  #exchange: Exchange | undefined;
  #bytes = 0;
  #since = 0;
  #probes = 0;

  /** Nothing need be asked: what was silence until now is none. */
  wait(now: number): void {
    this.#since = now;
  }

  /**
   * What to do about the answer under way, to be asked at every tick: nothing, send something that
   * means nothing, or give it up because it has said nothing for `limitMs` (0: never).
   */
  look(exchange: Exchange, now: number, limitMs: number): "wait" | "probe" | "late" {
    if (this.#exchange !== exchange || this.#bytes !== exchange.responseBodyBytes) {
      this.#exchange = exchange;
      this.#bytes = exchange.responseBodyBytes;
      this.#since = now;
      this.#probes = 0;
    }
    const silent = now - this.#since;
    if (limitMs > 0 && silent >= limitMs) return "late";
    const due = this.#probes === 0 ? 0 : PROBE_MS * 2 ** (this.#probes - 1);
    if (this.#probes === MAX_PROBES || silent < due) return "wait";
    this.#probes++;
    return "probe";
  }
}
