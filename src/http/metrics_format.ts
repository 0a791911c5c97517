/** The names under which Prometheus finds what was counted; they follow OpenTelemetry. @module */

import type {
  CloseCause,
  RejectReason,
  RequestOutcome,
  ServerStats,
  TimeoutPhase,
} from "./events.ts";
import type { FaultCode } from "./faults.ts";
import type { Histogram } from "./metrics_histogram.ts";
import { type Labels, MetricsText } from "./metrics_text.ts";

/** Durations of the requests that share their labels. */
export interface RequestSeries {
  /** Method, route and status. */
  readonly labels: Labels;
  /** Seconds from head to the answer's end. */
  readonly duration: Histogram;
}

/** What was counted: the numbers of `Metrics`. */
export interface Counted {
  /** Connections accepted. */
  readonly accepted: number;
  /** Connections refused at accept, by reason. */
  readonly rejected: Readonly<Record<RejectReason, number>>;
  /** Connections that ended, by cause. */
  readonly closed: Readonly<Record<CloseCause, number>>;
  /** Requests begun. */
  readonly started: number;
  /** Requests that ended, by outcome. */
  readonly finished: Readonly<Record<RequestOutcome, number>>;
  /** Requests that ended. */
  readonly finishedTotal: number;
  /** Requests that ended, by method, route and status. */
  readonly series: Iterable<RequestSeries>;
  /** Body bytes of requests. */
  readonly requestBody: Histogram;
  /** Body bytes of answers. */
  readonly responseBody: Histogram;
  /** Seconds from head to the answer's first byte. */
  readonly firstByte: Histogram;
  /** Seconds from handler to the answer's first byte. */
  readonly handler: Histogram;
  /** Seconds from head to handler. */
  readonly queueWait: Histogram;
  /** Requests refused because the server was full. */
  readonly overloads: number;
  /** Handlers that failed. */
  readonly handlerErrors: number;
  /** Faults of the listener. */
  readonly listenerErrors: number;
  /** Drains begun. */
  readonly drains: number;
  /** Connections reset at a drain's deadline. */
  readonly drainResets: number;
  /** Malformed requests, by what was wrong. */
  readonly parseErrors: Readonly<Record<FaultCode, number>>;
  /** Waits that came to their end, by phase. */
  readonly timeouts: Readonly<Record<TimeoutPhase, number>>;
}

/** Prometheus text of what was counted and of the server's live totals. */
export function formatMetrics(counted: Counted, stats: ServerStats): string {
  const out = new MetricsText();
  writeConnections(out, counted, stats);
  writeRequests(out, counted, stats);
  writeFaults(out, counted);
  return out.toString();
}

function writeConnections(out: MetricsText, counted: Counted, stats: ServerStats): void {
  const name = "zap_http_connections";
  out.single(`${name}_active`, "gauge", "Open connections.", stats.connections);
  out.single(
    `${name}_idle`,
    "gauge",
    "Open connections without a request.",
    stats.idleConnections,
  );
  out.single(`${name}_accepted_total`, "counter", "Connections accepted.", counted.accepted);
  out.counters(`${name}_closed_total`, "Connections that ended.", "cause", counted.closed);
  out.counters(`${name}_rejected_total`, "Connections refused.", "reason", counted.rejected);
  out.single("zap_http_received_bytes_total", "counter", "Bytes received.", stats.bytesIn);
  out.single("zap_http_sent_bytes_total", "counter", "Bytes sent.", stats.bytesOut);
  out.single("zap_http_draining", "gauge", "1 while the server stops.", stats.draining ? 1 : 0);
}

function writeRequests(out: MetricsText, counted: Counted, stats: ServerStats): void {
  out.single("http_server_active_requests", "gauge", "Requests in work.", stats.activeRequests);
  out.single("zap_http_requests_queued", "gauge", "Requests that wait.", stats.queuedRequests);
  out.single("zap_http_requests_started_total", "counter", "Requests begun.", counted.started);
  out.single("zap_http_responses_total", "counter", "Requests ended.", counted.finishedTotal);
  out.counters("zap_http_aborted_requests_total", "Requests cut off.", "by", {
    client: counted.finished.client_aborted,
    server: counted.finished.server_aborted,
  });
  const duration = "http_server_request_duration_seconds";
  out.family(duration, "histogram", "From the request's head to the answer's end.");
  for (const { labels, duration: histogram } of counted.series) {
    out.histogram(duration, histogram, labels);
  }
  for (
    const [name, help, histogram] of [
      ["http_server_request_body_size_bytes", "Body bytes of requests.", counted.requestBody],
      ["http_server_response_body_size_bytes", "Body bytes of answers.", counted.responseBody],
      ["zap_http_first_byte_seconds", "From head to the answer's first byte.", counted.firstByte],
      ["zap_http_handler_seconds", "From handler to the answer's first byte.", counted.handler],
      ["zap_http_queue_wait_seconds", "From head to handler.", counted.queueWait],
    ] as const
  ) {
    out.family(name, "histogram", help);
    out.histogram(name, histogram);
  }
}

function writeFaults(out: MetricsText, counted: Counted): void {
  const counters: readonly (readonly [string, string, number])[] = [
    ["zap_http_overloaded_requests_total", "Requests refused: server full.", counted.overloads],
    ["zap_http_handler_errors_total", "Handlers that failed.", counted.handlerErrors],
    ["zap_http_listener_errors_total", "Failed accepts and handshakes.", counted.listenerErrors],
    ["zap_http_drains_total", "Drains begun.", counted.drains],
    ["zap_http_drain_resets_total", "Connections reset by drains.", counted.drainResets],
  ];
  for (const [name, help, value] of counters) out.single(name, "counter", help, value);
  out.counters("zap_http_parse_errors_total", "Malformed requests.", "code", counted.parseErrors);
  out.counters("zap_http_timeouts_total", "Waits that ended.", "phase", counted.timeouts);
}
