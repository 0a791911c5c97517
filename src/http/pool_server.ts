/** A server that runs as several worker processes, as the first process sees it. @module */

import { SYSTEM_CLOCK } from "../base/clock.ts";
import type { HostProcess, WorkerMessage } from "../runtime/process_types.ts";
import type { ServerTlsOptions, SocketAddress } from "../runtime/types.ts";
import { CONNECTION_DEFAULTS } from "./defaults.ts";
import type { ServerStats } from "./events.ts";
import type { ServeOptions } from "./options.ts";
import { mergeMetrics, type MetricsPart } from "./metrics_merge.ts";
import type { Server } from "./types.ts";
import type { WorkerReport } from "./worker_side.ts";
import { type WorkerEvent, WorkerPool } from "./workers.ts";

/** A pool with a server's face. */
export class PoolServer implements Server {
  /** The shared address, when every worker listens. Rejects if one could not at the start. */
  readonly ready: Promise<SocketAddress>;
  readonly #pool: WorkerPool;
  readonly #reports = new Map<number, WorkerReport>();
  /** Counters of workers that have ended, so that sums never fall. */
  #past: MetricsPart = { text: "", gauges: false };
  /** The same of `stats`. */
  readonly #pastTotals: Record<Total, number> = {
    acceptedConnections: 0,
    requests: 0,
    bytesIn: 0,
    bytesOut: 0,
  };
  #stopping = false;
  #tls: ServerTlsOptions | undefined;

  /** Starts `options.workers` workers. */
  constructor(host: HostProcess, options: ServeOptions) {
    if (options.path !== undefined && host.workersOpenPort) {
      throw new TypeError("Cannot serve: workers cannot share a Unix socket on this runtime");
    }
    this.#pool = new WorkerPool(host, {
      count: options.workers ?? 1,
      anyPort: options.port === 0 && options.path === undefined,
      drainTimeoutMs: options.drainTimeoutMs ?? CONNECTION_DEFAULTS.drainTimeoutMs,
      clock: SYSTEM_CLOCK,
      onMessage: (worker, message) => this.#heard(worker, message),
      onEvent: (event) => {
        if (event.type === "exited") this.#gone(event.worker);
        // A worker that was started anew knows the certificate of the program's start alone.
        if (event.type === "started" && this.#tls) {
          this.#pool.send(reloadOf(this.#tls), event.worker);
        }
        tell(event);
      },
    });
    this.ready = this.#pool.ready;
    this.ready.catch(() => {}); // who waits for it is told
  }

  /** The sum of what the workers reported last, within about a second. */
  get stats(): ServerStats {
    const sum = { ...NOTHING, ...this.#pastTotals, draining: this.#stopping };
    for (const { stats } of this.#reports.values()) {
      for (const key of [...GAUGES, ...TOTALS]) sum[key] += stats[key];
    }
    return sum;
  }

  /** Drains all workers; with `now` ends them at once. */
  stop(options: { readonly now?: boolean } = {}): Promise<void> {
    this.#stopping = true;
    if (options.now) this.#pool.kill();
    return this.#pool.stop();
  }

  /** Gives every worker a new certificate; those started later get it as well. */
  async reload(tls: ServerTlsOptions): Promise<void> {
    await this.ready;
    this.#tls = tls;
    this.#pool.send(reloadOf(tls));
  }

  #heard(worker: number, message: WorkerMessage): void {
    if (message.kind === "report") this.#reported(worker, message.value as WorkerReport);
    else if (message.kind === "reload_failed") {
      console.error(`Worker ${worker} keeps its certificate: ${message.value}`);
    }
  }

  #reported(worker: number, report: WorkerReport): void {
    this.#reports.set(worker, report);
    if (report.metrics === undefined) return;
    const parts = [...this.#reports.values()].map(({ metrics = "" }) => ({ text: metrics }));
    const text = mergeMetrics([this.#past, ...parts]);
    this.#pool.send({ kind: "metrics", value: text }, worker);
  }

  #gone(worker: number): void {
    const last = this.#reports.get(worker);
    this.#reports.delete(worker);
    if (last === undefined) return;
    for (const key of TOTALS) this.#pastTotals[key] += last.stats[key];
    if (last.metrics === undefined) return;
    const text = mergeMetrics([this.#past, { text: last.metrics, gauges: false }]);
    this.#past = { text, gauges: false };
  }
}

/** What a worker has now, and what it has done since its start. */
const GAUGES = ["connections", "idleConnections", "activeRequests", "queuedRequests"] as const;
const TOTALS = ["acceptedConnections", "requests", "bytesIn", "bytesOut"] as const;
const NOTHING = { connections: 0, idleConnections: 0, activeRequests: 0, queuedRequests: 0 };

type Total = typeof TOTALS[number];

/** A crash is told where a handler's errors are. */
function tell(event: WorkerEvent): void {
  if (event.type !== "restarting") return;
  console.error(`Worker ${event.worker} ended, and is started anew in ${event.afterMs} ms`);
}

function reloadOf(tls: ServerTlsOptions): WorkerMessage {
  return { kind: "reload", value: tls };
}
