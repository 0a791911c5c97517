/**
 * A client for tests: an app without a network, started before the first request, with a cookie jar.
 *
 * @module
 */

import { type ApiClient, client } from "./client.ts";

/** What is tested: an `Api`. */
export interface TestedApp<R> {
  /** Types of its routes. */
  readonly routeTypes: R;
  /** Answers a request. */
  fetch(request: Request, env?: unknown): Response | Promise<Response>;
  /** Runs before the first request. */
  startup(): Promise<void>;
  /** Runs at the end. */
  shutdown(): Promise<void>;
}

/** A client for tests. */
export interface TestClient<R> extends ApiClient<R>, AsyncDisposable {
  /** Cookies that the app has set; they are sent back. */
  readonly jar: Map<string, string>;
  /** Runs the app's shutdown. */
  close(): Promise<void>;
}

/** What a tested app is given. */
export interface TestOptions {
  /** The platform's bindings: `c.env` of every request. */
  readonly env?: unknown;
  /** Header fields of every request. */
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Makes a client for tests.
 *
 * @param app The app.
 * @param options Bindings and headers.
 * @returns The client; close it, or declare it with `await using`.
 * @example
 * ```ts
 * import { Api } from "@zap-proto/edge/api";
 * import { testClient } from "@zap-proto/edge/api/testing";
 *
 * const api = new Api().get("/", () => ({ ok: true }));
 * await using tested = testClient(api);
 * const { ok } = await tested.get("/");
 * ```
 */
export function testClient<R>(app: TestedApp<R>, options: TestOptions = {}): TestClient<R> {
  const jar = new Map<string, string>();
  let started: Promise<void> | undefined;
  const send = async (request: Request): Promise<Response> => {
    await (started ??= app.startup());
    if (jar.size > 0 && !request.headers.has("cookie")) {
      request.headers.set("cookie", [...jar].map((pair) => pair.join("=")).join("; "));
    }
    const response = await app.fetch(request, options.env);
    for (const cookie of response.headers.getSetCookie()) keep(jar, cookie);
    return response;
  };
  const headers = options.headers === undefined ? {} : { headers: options.headers };
  const close = async () => {
    if (started !== undefined) await app.shutdown();
  };
  return {
    ...client<R>("http://localhost", { fetch: send, ...headers }),
    jar,
    close,
    [Symbol.asyncDispose]: close,
  };
}

function keep(jar: Map<string, string>, cookie: string): void {
  const [pair, ...attributes] = cookie.split(";").map((part) => part.trim());
  const equals = pair!.indexOf("=");
  const name = pair!.slice(0, equals);
  const isOver = attributes.some((each) => /^max-age=(?:0|-\d+)$/i.test(each));
  if (isOver) jar.delete(name);
  else jar.set(name, pair!.slice(equals + 1));
}
