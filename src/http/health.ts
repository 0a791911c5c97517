/**
 * `/livez`, `/readyz` and `/metrics`, answered by the server before the handler sees them, where
 * they are asked for. Off by default: they tell about the inside, and belong to an inner port or
 * behind a proxy that hides them.
 *
 * @module
 */

/** Where each is mounted; one that is absent is not answered. */
export interface HealthOptions {
  /** Says that the process runs: 200 always. Usually `/livez`. */
  readonly livez?: string;
  /** Says that requests are welcome: 503 during the drain. Usually `/readyz`. */
  readonly readyz?: string;
  /** The counters, in Prometheus text. Usually `/metrics`. */
  readonly metrics?: string;
}

/** What the answers depend on. */
export interface HealthSource {
  /** Whether `stop` was called. */
  draining(): boolean;
  /** The counters as Prometheus text. */
  metrics(): string;
}

/** An answer, ready to be written. */
export interface HealthAnswer {
  /** 200, 405 or 503. */
  readonly status: number;
  /** Its headers. */
  readonly headers: readonly (readonly [string, string])[];
  /** Its body. */
  readonly body: string;
}

const TEXT = "text/plain; charset=utf-8";

/** The media type of Prometheus text, version 0.0.4. */
const PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8";

/** As it stands in a target: visible ASCII without query and fragment. */
const PATH = /^\/[\x21\x22\x24-\x3e\x40-\x7e]*$/;

/** Answers the health paths. */
export class Health {
  readonly #paths: HealthOptions;
  readonly #source: HealthSource;

  /** @throws {TypeError} If a path is none that a request may have, or two are equal. */
  constructor(paths: HealthOptions, source: HealthSource) {
    const given = [paths.livez, paths.readyz, paths.metrics].filter((path) => path !== undefined);
    for (const path of given) {
      if (!path.startsWith("/")) throw new TypeError(`Cannot mount "${path}": begin it with "/"`);
      if (!PATH.test(path)) throw new TypeError(`Cannot mount "${path}": no request has this path`);
    }
    if (new Set(given).size < given.length) throw new TypeError("Cannot mount two at one path");
    this.#paths = paths;
    this.#source = source;
  }

  /** The answer as a `Response`. */
  respond(method: string, target: string): Response | undefined {
    const found = this.answer(method, target);
    return found && responseOf(found);
  }

  /**
   * The answer to a request for one of the paths; `undefined` for any other.
   *
   * @param target The request's target; a query is ignored.
   */
  answer(method: string, target: string): HealthAnswer | undefined {
    const query = target.indexOf("?");
    const path = query === -1 ? target : target.slice(0, query);
    const { livez, readyz, metrics } = this.#paths;
    if (path !== livez && path !== readyz && path !== metrics) return undefined;
    if (method !== "GET" && method !== "HEAD") {
      return answer(405, TEXT, "Method not allowed\n", [["Allow", "GET, HEAD"]]);
    }
    if (path === livez) return answer(200, TEXT, "ok\n");
    if (path === metrics) return answer(200, PROMETHEUS_TEXT, this.#source.metrics());
    return this.#source.draining() ? answer(503, TEXT, "draining\n") : answer(200, TEXT, "ok\n");
  }
}

/** An answer as a handler would give it. */
function responseOf({ status, headers, body }: HealthAnswer): Response {
  return new Response(body, { status, headers: headers as [string, string][] });
}

function answer(
  status: number,
  type: string,
  body: string,
  headers: HealthAnswer["headers"] = [],
): HealthAnswer {
  return {
    status,
    body,
    headers: [["Content-Type", type], ["Cache-Control", "no-store"], ...headers],
  };
}
