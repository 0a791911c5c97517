/**
 * What a server has seen, as counters, gauges and histograms. It listens to the server's events, so
 * a server without it pays nothing. No text is built and nothing is allocated for a request, but
 * for the first one of its method, route and status.
 *
 * Every label's set of values is closed: no text of a client's becomes a label.
 *
 * @module
 */

import type {
  CloseCause,
  ConnectionRecord,
  RejectReason,
  RequestOutcome,
  RequestRecord,
  ServerEvents,
  ServerStats,
  TimeoutPhase,
} from "./events.ts";
import { FAULT_STATUS, type FaultCode } from "./faults.ts";
import { type Counted, formatMetrics, type RequestSeries } from "./metrics_format.ts";
import { DURATION_BOUNDS, Histogram, SIZE_BOUNDS } from "./metrics_histogram.ts";
import { SeriesTable } from "./metrics_series.ts";

/** Counts a server's events; hand it to the server as its `events`. */
export class Metrics implements ServerEvents, Counted {
  /** Connections refused at accept, by reason. */
  readonly rejected: Record<RejectReason, number> = {
    max_connections: 0,
    max_per_address: 0,
    draining: 0,
  };
  /** Connections that ended, by cause. */
  readonly closed: Record<CloseCause, number> = {
    client: 0,
    server: 0,
    fault: 0,
    timeout: 0,
    error: 0,
    upgrade: 0,
  };
  /** Requests that ended, by outcome. */
  readonly finished: Record<RequestOutcome, number> = {
    answered: 0,
    client_aborted: 0,
    server_aborted: 0,
  };
  /** Waits that came to their end, by phase. */
  readonly timeouts: Record<TimeoutPhase, number> = {
    headers: 0,
    body: 0,
    body_rate: 0,
    request: 0,
    keep_alive: 0,
    write: 0,
    queue: 0,
    linger: 0,
    drain: 0,
  };
  /** Malformed requests, by what was wrong. */
  readonly parseErrors: Record<FaultCode, number> = zeros();
  /** Connections accepted. */
  accepted = 0;
  /** Requests begun. */
  started = 0;
  /** Requests refused with 503 because the server was full. */
  overloads = 0;
  /** Handlers that failed. */
  handlerErrors = 0;
  /** Faults of the listener. */
  listenerErrors = 0;
  /** Times that a drain began. */
  drains = 0;
  /** Connections reset at a drain's deadline. */
  drainResets = 0;

  /** Body bytes of requests. */
  readonly requestBody: Histogram = new Histogram(SIZE_BOUNDS);
  /** Body bytes of answers. */
  readonly responseBody: Histogram = new Histogram(SIZE_BOUNDS);
  /** Seconds from head to the answer's first byte. */
  readonly firstByte: Histogram = new Histogram(DURATION_BOUNDS);
  /** Seconds from handler to the answer's first byte. */
  readonly handler: Histogram = new Histogram(DURATION_BOUNDS);
  /** Seconds from head to handler. */
  readonly queueWait: Histogram = new Histogram(DURATION_BOUNDS);

  readonly #stats: () => ServerStats;
  readonly #series = new SeriesTable();

  /** Begins at zero; `stats` answers with the server's live totals. */
  constructor(stats: () => ServerStats) {
    this.#stats = stats;
  }

  /** Connections that ended. */
  get closedTotal(): number {
    return total(this.closed);
  }

  /** Requests that ended, by method, route and status. */
  get series(): Iterable<RequestSeries> {
    return this.#series.all();
  }

  /** Requests that ended. */
  get finishedTotal(): number {
    return total(this.finished);
  }

  /** A connection was accepted. */
  connectionOpened(): void {
    this.accepted++;
  }

  /** A connection ended. */
  connectionClosed(_connection: ConnectionRecord, cause: CloseCause): void {
    this.closed[cause]++;
  }

  /** A connection was refused. */
  connectionRejected(reason: RejectReason): void {
    this.rejected[reason]++;
  }

  /** A request began. */
  requestStarted(): void {
    this.started++;
  }

  /** A request ended. */
  requestFinished(request: RequestRecord, outcome: RequestOutcome): void {
    this.finished[outcome]++;
    const { receivedAt, startedAt, firstByteAt } = request;
    this.#series.of(request).duration.observe((request.finishedAt - receivedAt) / 1000);
    this.requestBody.observe(request.requestBodyBytes);
    this.responseBody.observe(request.responseBodyBytes);
    if (firstByteAt !== 0) this.firstByte.observe((firstByteAt - receivedAt) / 1000);
    if (startedAt === 0) return;
    this.queueWait.observe((startedAt - receivedAt) / 1000);
    if (firstByteAt !== 0) this.handler.observe((firstByteAt - startedAt) / 1000);
  }

  /** Malformed bytes. */
  parseFault(code: FaultCode): void {
    this.parseErrors[code]++;
  }

  /** A wait came to its end. */
  timedOut(phase: TimeoutPhase): void {
    this.timeouts[phase]++;
  }

  /** A request was refused because the server was full. */
  overloaded(): void {
    this.overloads++;
  }

  /** A handler failed. */
  handlerFailed(): void {
    this.handlerErrors++;
  }

  /** The listener had a fault. */
  listenerFault(): void {
    this.listenerErrors++;
  }

  /** A drain began. */
  drainStarted(): void {
    this.drains++;
  }

  /** A drain ended. */
  drainFinished(reset: number): void {
    this.drainResets += reset;
  }

  /** All of it as Prometheus text. */
  text(): string {
    return formatMetrics(this, this.#stats());
  }
}

function zeros(): Record<FaultCode, number> {
  const codes = Object.keys(FAULT_STATUS) as FaultCode[];
  return Object.fromEntries(codes.map((code) => [code, 0])) as Record<FaultCode, number>;
}

function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
