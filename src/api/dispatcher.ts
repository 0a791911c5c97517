/**
 * Hot path: from a request to its route, within its middleware. What no route answers, and what
 * Hono's app beneath is asked in another app, goes through Hono's own dispatch.
 *
 * @module
 */

import type { ErrorHandler, NotFoundHandler } from "hono";
import { matchedRoutes } from "hono/route";
import { findTargetHandler } from "hono/utils/handler";
import type { ApiOptions } from "./api_options.ts";
import { Chain, type ChainHost } from "./chain.ts";
import {
  type ContextHost,
  type ExecutionContext,
  type MatchedParams,
  RouteContext,
  type RouteInfo,
} from "./context.ts";
import { ErrorAnswers } from "./error_answers.ts";
import { asError } from "./fault.ts";
import type { HonoApp, HonoContext, Middleware } from "./hono_types.ts";
import { HttpError, reasonPhrase } from "./http_error.ts";
import type { Lifecycle, Log } from "./lifecycle.ts";
import type { ApiLimits } from "./limits.ts";
import { Reply, responseOf } from "./reply.ts";
import { requestPath } from "./request_path.ts";
import type { RouteSet } from "./route_set.ts";
import type { Entry, Found, PlacedRoute, RouteTable } from "./route_table.ts";
import { TrackedContext } from "./tracked_context.ts";

/** What stands for the route where none was found. */
const NO_ROUTE: RouteInfo = { path: "*", status: undefined };

/** What a dispatcher works with. */
export interface DispatcherParts {
  /** Who is told of errors, and who answers what no route does. */
  readonly options: Pick<ApiOptions, "onError" | "notFound">;
  /** The limits in force. */
  readonly limits: ApiLimits;
  /** Notes errors. */
  readonly log: Log;
  /** The routes. */
  readonly routes: RouteSet;
  /** What lives as long as the app. */
  readonly life: Lifecycle;
}

/** Answers an app's requests, and is what their contexts know of the app. */
export class Dispatcher implements ContextHost, ChainHost {
  readonly limits: ApiLimits;
  readonly appValues: Map<object, unknown>;
  readonly appCleanups: (() => unknown)[];
  readonly log: Log;
  readonly runAfter: ContextHost["runAfter"];
  readonly #routes: RouteSet;
  readonly #life: Lifecycle;
  readonly #errors: ErrorAnswers;
  readonly #notFound: ApiOptions["notFound"];
  #honoOnError!: ErrorHandler;
  #honoNotFound!: NotFoundHandler;
  #table: RouteTable | undefined;

  /** @param parts What it works with. */
  constructor({ options, limits, log, routes, life }: DispatcherParts) {
    this.limits = limits;
    this.log = log;
    this.appValues = life.values;
    this.appCleanups = life.cleanups;
    this.runAfter = (c, tasks, bodySent) => life.runAfter(c, tasks, bodySent);
    this.#routes = routes;
    this.#life = life;
    this.#errors = new ErrorAnswers(options.onError, log);
    this.#notFound = options.notFound;
    this.#watchHono(routes.hono);
  }

  /** Puts our answers in the place of Hono's; those of whoever changes them afterwards count. */
  #watchHono(hono: HonoApp): void {
    const { onError, notFound } = hono;
    hono.onError = (handler) => onError(this.#honoOnError = handler as ErrorHandler);
    hono.notFound = (handler) => notFound(this.#honoNotFound = handler as NotFoundHandler);
    hono.onError((error, c) => this.#errors.answerError(error, this.#contextOf(c)));
    hono.notFound((c) => this.notFound(c));
  }

  /** Answers a request. */
  readonly fetch = (
    request: Request,
    env?: unknown,
    execution?: ExecutionContext,
  ): Response | Promise<Response> => {
    const table = this.#table;
    if (table === undefined) return this.#first(request, env, execution);
    const { method } = request;
    const path = requestPath(request);
    const found = table.find(method, path);
    if (found === undefined || (found.hasSocket && request.headers.has("upgrade"))) {
      return this.#throughHono(request, env, execution);
    }
    let response: Response | Promise<Response>;
    if (found.isDirect) {
      const { route } = found.placed;
      const c = new RouteContext(this, request, env, execution, route, found, undefined);
      response = route.run(c, found, this.#answerThrown);
    } else response = this.#throughChain(request, path, found, env, execution);
    if (method !== "HEAD") return response;
    return response instanceof Promise ? response.then(withoutBody) : withoutBody(response);
  };

  /** Where no host has called `startup`, the first requests wait for the hooks. */
  #first(
    request: Request,
    env: unknown,
    execution: ExecutionContext | undefined,
  ): Response | Promise<Response> {
    const { table } = this.#routes;
    const started = this.#life.whenStarted();
    const answer = () => {
      this.#table = table;
      return this.fetch(request, env, execution);
    };
    return started === undefined
      ? answer()
      : started.then(answer, () => new HttpError(503).getResponse());
  }

  readonly #answerThrown = (thrown: unknown, c: RouteContext): Response | Promise<Response> =>
    this.#errors.answerThrown(thrown, c);

  #throughChain(
    request: Request,
    path: string,
    found: Found,
    env: unknown,
    execution: ExecutionContext | undefined,
  ): Promise<Response> {
    const hono = new TrackedContext(request, {
      path,
      matchResult: found.matched as never,
      env: env as object,
      executionCtx: execution as never,
      notFoundHandler: this.#honoNotFound,
    });
    return new Chain(this, hono, found).run();
  }

  answer(hono: HonoContext, found: Found): Response | Promise<Response> {
    const { route } = found.placed;
    const c = new RouteContext(this, hono.req.raw, hono.env, undefined, route, found, hono);
    return route.run(c, found, rethrow);
  }

  fail(error: Error, hono: HonoContext): Response | Promise<Response> {
    return this.#honoOnError(error, hono);
  }

  /** Hono asks `onError` once more for an error that none of its handlers has caught. */
  async lose(thrown: unknown, hono: HonoContext): Promise<Response> {
    try {
      if (thrown instanceof Error) return await this.#honoOnError(thrown, hono);
    } catch (second) {
      thrown = second;
    }
    return this.#answerThrown(thrown, this.#contextOf(hono));
  }

  #throughHono(
    request: Request,
    env: unknown,
    execution: ExecutionContext | undefined,
  ): Response | Promise<Response> {
    const { hono } = this.#routes;
    try {
      const response = hono.fetch(request, env as object, execution as never);
      if (!(response instanceof Promise)) return response;
      return response.then(undefined, (e) => this.#answerLost(e, request, env, execution));
    } catch (error) {
      return this.#answerLost(error, request, env, execution);
    }
  }

  /** Answers what Hono does not handle: it rethrows what is no `Error`. */
  #answerLost(
    thrown: unknown,
    request: Request,
    env: unknown,
    execution: ExecutionContext | undefined,
  ): Response | Promise<Response> {
    const c = new RouteContext(this, request, env, execution, NO_ROUTE, undefined, undefined);
    return this.#errors.answerThrown(thrown, c);
  }

  /** The route as Hono runs it, where it is Hono that dispatches: in an app that includes `hono`, and at handshakes. */
  inHono(placed: PlacedRoute): Middleware {
    const { route } = placed;
    const handler: Middleware = (hono, next) => {
      const { raw } = hono.req;
      const { method } = raw;
      if (placed.method === "HEAD" && method !== "HEAD") return next();
      if (raw.headers.has("upgrade") && this.#isHandshake(hono)) return next();
      // Hono runs matches in order of declaration; here the most specific answers.
      const isSurpassed = this.#oursIn(hono).some((ours) =>
        typeof ours === "object" && ours.rank < placed.rank &&
        (ours.method !== "HEAD" || method === "HEAD")
      );
      if (isSurpassed) return next();
      const match = encodedParams(hono);
      const c = new RouteContext(this, raw, hono.env, undefined, route, match, hono);
      const response = route.run(c, match, rethrow);
      if (method !== "HEAD") return response as Promise<Response>;
      return Promise.resolve(response).then(withoutBody);
    };
    return handler;
  }

  /** What matches, as far as it is ours; an app that includes Hono's wraps the handlers. */
  #oursIn(hono: HonoContext): Entry[2][] {
    return matchedRoutes(hono).map(({ handler }) =>
      this.#routes.oursOf(findTargetHandler(handler))
    );
  }

  /** Whether a WebSocket endpoint is to answer: no route goes before it. */
  #isHandshake(hono: HonoContext): boolean {
    return hono.req.header("upgrade")?.toLowerCase() === "websocket" &&
      this.#oursIn(hono).includes("socket");
  }

  /** Answers what no route answers: OPTIONS and 405 for a known path, else 404. */
  notFound(hono: HonoContext): Response | Promise<Response> {
    const { method } = hono.req.raw;
    const allowed = this.#routes.methodsOf(hono.req.path);
    if (allowed.length > 0) {
      const allow = allowed.join(", ");
      if (method === "OPTIONS") return hono.body(null, 204, { allow });
      if (!allowed.includes(method)) {
        return hono.json({ detail: reasonPhrase(405) }, 405, { allow });
      }
    }
    const answer = this.#notFound;
    if (answer === undefined) return hono.json({ detail: reasonPhrase(404) }, 404);
    const c = this.#contextOf(hono);
    const made = answer(c);
    return made instanceof Promise ? made.then((late) => responseOf(late, c)) : responseOf(made, c);
  }

  #contextOf(hono: HonoContext): RouteContext {
    return new RouteContext(this, hono.req.raw, hono.env, undefined, NO_ROUTE, undefined, hono);
  }
}

/** Lets errors reach Hono, so that middleware sees them; what is no error becomes one first. */
function rethrow(thrown: unknown, c: RouteContext): Response | Promise<Response> {
  if (thrown instanceof Response || thrown instanceof Reply) return responseOf(thrown, c);
  throw asError(thrown);
}

/** Hono drops the body of an answer to HEAD but leaves its source open. */
function withoutBody(response: Response): Response {
  if (response.body === null) return response;
  response.body.cancel().catch(() => {});
  return new Response(null, response);
}

/** Hono's parameters, of an app that may be under a path it does not know; encoded again, as routes decode. */
function encodedParams(hono: HonoContext): MatchedParams {
  const params: Record<string, string> = {};
  const found = hono.req.param() as Record<string, string>;
  for (const name in found) params[name] = encodeURIComponent(found[name]!);
  return { params, values: undefined };
}
