import { test } from "node:test";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { ConnectionRecord, RequestRecord, ServerStats } from "../../src/http/events.ts";
import { Metrics } from "../../src/http/metrics.ts";
import { Histogram } from "../../src/http/metrics_histogram.ts";

const STATS: ServerStats = {
  connections: 1,
  idleConnections: 1,
  activeRequests: 0,
  queuedRequests: 0,
  acceptedConnections: 3,
  requests: 2,
  bytesIn: 100,
  bytesOut: 200,
  draining: false,
};

const connection = {} as ConnectionRecord;

function request(changes: Partial<RequestRecord> = {}): RequestRecord {
  return {
    connection,
    client: { address: "192.0.2.1", scheme: undefined, host: undefined },
    method: "GET",
    target: "/",
    protocol: "HTTP/1.1",
    requestId: "1",
    route: undefined,
    status: 200,
    requestBodyBytes: 0,
    responseBodyBytes: 300,
    receivedAt: 1000,
    startedAt: 1001,
    firstByteAt: 1007,
    finishedAt: 1010,
    header: () => undefined,
    ...changes,
  };
}

/** Series of the text: name with labels to value. */
function series(text: string): Map<string, number> {
  const values = new Map<string, number>();
  for (const line of text.trimEnd().split("\n")) {
    if (line.startsWith("#")) continue;
    const space = line.lastIndexOf(" ");
    assert(!values.has(line.slice(0, space)), `twice: ${line}`);
    values.set(line.slice(0, space), Number(line.slice(space + 1)));
  }
  return values;
}

test("what happened is counted under its names", () => {
  const metrics = new Metrics(() => STATS);
  for (let i = 0; i < 3; i++) metrics.connectionOpened();
  metrics.connectionClosed(connection, "client");
  metrics.connectionClosed(connection, "fault");
  metrics.connectionRejected("max_connections");
  metrics.requestStarted();
  metrics.requestStarted();
  metrics.requestFinished(request(), "answered");
  metrics.requestFinished(request({ status: 0, firstByteAt: 0 }), "client_aborted");
  metrics.parseFault("line_end");
  metrics.timedOut("headers");
  const values = series(metrics.text());
  const expected: Record<string, number> = {
    "zap_http_connections_active": 1,
    "zap_http_connections_accepted_total": 3,
    'zap_http_connections_closed_total{cause="client"}': 1,
    'zap_http_connections_closed_total{cause="fault"}': 1,
    'zap_http_connections_rejected_total{reason="max_connections"}': 1,
    "zap_http_requests_started_total": 2,
    "zap_http_responses_total": 2,
    'zap_http_aborted_requests_total{by="client"}': 1,
    'zap_http_parse_errors_total{code="line_end"}': 1,
    'zap_http_parse_errors_total{code="tls_on_plain"}': 0,
    'zap_http_timeouts_total{phase="headers"}': 1,
    "http_server_response_body_size_bytes_count": 2,
    "http_server_response_body_size_bytes_sum": 600,
    "zap_http_first_byte_seconds_count": 1,
  };
  for (const [name, value] of Object.entries(expected)) assertEquals(values.get(name), value, name);
  assertEquals(metrics.accepted, metrics.closedTotal + STATS.connections);
  assertEquals(metrics.started, metrics.finishedTotal);
});

test("durations are in seconds, by method, route and status, cumulative", () => {
  const metrics = new Metrics(() => STATS);
  metrics.requestFinished(request({ route: "/a" }), "answered");
  metrics.requestFinished(request({ route: "/a", finishedAt: 60_000 }), "answered");
  metrics.requestFinished(request({ method: "PURGE" }), "answered");
  const text = metrics.text();
  const values = series(text);
  const at = (le: string) =>
    values.get(
      `http_server_request_duration_seconds_bucket{http_request_method="GET",http_route="/a",` +
        `http_response_status_code="200",le="${le}"}`,
    );
  assertEquals([at("0.005"), at("0.01"), at("10"), at("+Inf")], [0, 1, 1, 2]);
  assertStringIncludes(text, 'http_request_method="_OTHER"');
});

test("the number of series is bounded, whatever the methods and routes", () => {
  const metrics = new Metrics(() => STATS);
  for (let i = 0; i < 2000; i++) {
    metrics.requestFinished(request({ route: `/r${i}`, method: `M${i}` }), "answered");
  }
  const count =
    [...series(metrics.text()).keys()].filter((name) =>
      name.startsWith("http_server_request_duration_seconds_count")
    ).length;
  assertEquals(count, 257);
});

test("labels are escaped", () => {
  const metrics = new Metrics(() => STATS);
  metrics.requestFinished(request({ route: '/a"\\\n' }), "answered");
  assertStringIncludes(metrics.text(), 'http_route="/a\\"\\\\\\n"');
});

test("a histogram counts a value at its bound in that bound", () => {
  const histogram = new Histogram([1, 2]);
  for (const value of [0, 1, 1.5, 2, 3]) histogram.observe(value);
  assertEquals([...histogram.counts], [2, 2, 1]);
  assertEquals([histogram.count, histogram.sum], [5, 7.5]);
});
