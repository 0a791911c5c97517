/** A worker's end of the channel to the first process. @module */

import type { Clock } from "../base/clock.ts";
import type { WorkerChannel, WorkerMessage } from "../runtime/process_types.ts";
import type { ServerTlsOptions } from "../runtime/types.ts";
import type { ServerStats } from "./events.ts";
import type { Server } from "./types.ts";

/** How often a worker reports its totals: as live as a person can read. */
export const REPORT_INTERVAL_MS: number = 1_000;

/** What a worker reports. */
export interface WorkerReport {
  /** Its live totals. */
  readonly stats: ServerStats;
  /** Its metrics, if somebody asks for metrics. */
  readonly metrics: string | undefined;
}

/** A server in a worker. */
export interface ReportingServer extends Server {
  /** Its counters. */
  readonly metrics: { text(): string };
}

/** What a worker is told by the first process. */
export interface WorkerNews {
  /** The metrics of all workers, as of the last report. */
  metricsOfAll: string | undefined;
}

/**
 * Tells the first process when this worker listens and what its totals are; drains when it is asked
 * to, or when the first process is gone.
 *
 * @param news Where the metrics of all are put; without it none are sent.
 */
export function attachWorker(
  channel: WorkerChannel,
  server: ReportingServer,
  clock: Clock,
  news?: WorkerNews,
): void {
  let timer: unknown;
  let stopping = false;
  const report = (): void => {
    const metrics = news && server.metrics.text();
    channel.send({ kind: "report", value: { stats: server.stats, metrics } });
  };
  const reportOn = (): void => {
    report();
    timer = clock.after(REPORT_INTERVAL_MS, reportOn);
  };
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    clock.clear(timer);
    void server.stop().finally(() => {
      clock.clear(timer);
      report(); // what the drain has brought
      channel.close();
    });
  };
  channel.listen((message: WorkerMessage) => {
    if (message.kind === "stop") stop();
    else if (message.kind === "metrics" && news) news.metricsOfAll = String(message.value);
    else if (message.kind === "reload") {
      server.reload(message.value as ServerTlsOptions).catch((error) => {
        channel.send({ kind: "reload_failed", value: (error as Error).message });
      });
    }
  }, stop);
  server.ready.then(
    (address) => {
      channel.send({ kind: "ready", value: address });
      if (!stopping) reportOn();
    },
    (error) => {
      channel.send({ kind: "failed", value: (error as Error).message });
      channel.close();
    },
  );
}
