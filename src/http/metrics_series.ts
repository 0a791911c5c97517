/**
 * Requests told apart by method, route and status. The sets of values are closed: methods that are
 * no usual ones are `_OTHER`, as are routes above `MAX_ROUTES`. A hot path: a request like the one
 * before costs three compares.
 *
 * @module
 */

import type { RequestRecord } from "./events.ts";
import type { RequestSeries } from "./metrics_format.ts";
import { DURATION_BOUNDS, Histogram } from "./metrics_histogram.ts";

/** Methods that keep their name (OpenTelemetry's list: RFC 9110 and PATCH). */
const METHODS: ReadonlySet<string> = new Set(
  ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "CONNECT"],
);

/** Routes told apart; there are as many as static responses, which are configured, not sent. */
const MAX_ROUTES = 256;

const OTHER = "_OTHER";

/** Requests of one method, route and status. */
interface Series extends RequestSeries {
  readonly method: string;
  readonly route: string | undefined;
  readonly status: number;
}

/** All series there are so far. */
export class SeriesTable {
  readonly #series = new Map<string, Series>();
  readonly #routes = new Set<string>();
  #last: Series | undefined;

  /** Each of them. */
  all(): Iterable<RequestSeries> {
    return this.#series.values();
  }

  /** The one that a request belongs to. */
  of(request: RequestRecord): RequestSeries {
    const last = this.#last;
    const { method, route, status } = request;
    if (last && last.status === status && last.route === route && last.method === method) {
      return last;
    }
    const labels = {
      http_request_method: METHODS.has(method) ? method : OTHER,
      http_route: this.#routeLabel(route),
      http_response_status_code: String(status),
    };
    const key = Object.values(labels).join(" ");
    let series = this.#series.get(key);
    if (!series) {
      series = { method, route, status, labels, duration: new Histogram(DURATION_BOUNDS) };
      this.#series.set(key, series);
    }
    return this.#last = series;
  }

  #routeLabel(route: string | undefined): string {
    if (route === undefined) return "";
    if (!this.#routes.has(route)) {
      if (this.#routes.size >= MAX_ROUTES) return OTHER;
      this.#routes.add(route);
    }
    return route;
  }
}
