/** What a server needs of the machine. @module */

import type { Clock } from "../base/clock.ts";
import type { Network } from "../runtime/types.ts";
import type { AccessLog } from "./access_log.ts";

/** What a server needs of the machine. */
export interface ServerMachine {
  /** Sockets. */
  readonly network: Network;
  /** Time. */
  readonly clock: Clock;
  /** Milliseconds since 1970, for `Date`. */
  readonly wallClock: () => number;
  /** Open files that the process may have, where that is known. */
  readonly descriptorLimit?: number | undefined;
  /** Metrics of all the processes that this one is of; `undefined`: only this one's are known. */
  readonly metricsOfAll?: (() => string | undefined) | undefined;
  /** Where finished requests are told. */
  readonly log?: AccessLog | undefined;
}
