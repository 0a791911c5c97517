/**
 * Hot path: what a route is compiled to when it is declared: one function from a context to a
 * response, synchronous where nothing in it waits, with one promise where only its body does.
 *
 * @module
 */

import { assertKnownOptions } from "../base/options.ts";
import { Answers, type Caught } from "./answers.ts";
import type { MatchedParams, RouteContext } from "./context.ts";
import { cleanUp, resolve } from "./dependency.ts";
import { readForm } from "./form.ts";
import { ValidationError } from "./http_error.ts";
import { Inputs } from "./inputs.ts";
import type { Issue } from "./issue.ts";
import { JsonBody } from "./json_body.ts";
import type { ApiLimits } from "./limits.ts";
import { settlePending } from "./param_readers.ts";
import { parsePathTemplate, type PathTemplate } from "./path_template.ts";
import { ResponseSchemas } from "./response_schemas.ts";
import { ROUTE_OPTION_KEYS, type RouteOptions } from "./route_options.ts";
import type { Security } from "./security.ts";
import { successStatus } from "./success_status.ts";
import { toType } from "./types/to_type.ts";

/** A handler whatever its input. */
// deno-lint-ignore no-explicit-any -- the route's declaration has checked it
export type AnyHandler = (c: RouteContext<any>) => unknown;

/** What a route needs to know of the app that declares it. */
export interface RouteSetup {
  /** Limits of its input. */
  readonly limits: ApiLimits;
  /** Whether responses are checked, or only filtered. */
  readonly checkResponses: boolean;
}

/** A declared route. */
export class Route {
  /** `GET`, … or `ALL`. */
  readonly method: string;
  /** The path. */
  readonly template: PathTemplate;
  /** The options as declared. */
  readonly options: RouteOptions;
  /** The path as declared, for contexts. */
  readonly path: string;
  /** Status of a success; `undefined` is 200. */
  readonly status: number | undefined;
  /** What it reads, by place. */
  readonly inputs: Inputs;
  /** The JSON body that it takes. */
  readonly body: JsonBody | undefined;
  /** Bytes of the largest body it takes; `undefined` if it declares none. */
  readonly bodyLimit: number | undefined;
  /** The response schemas. */
  readonly responses: ResponseSchemas | undefined;
  /** Who may call. */
  readonly security: readonly Security[];
  readonly #handler: AnyHandler;
  readonly #limits: ApiLimits;
  readonly #answers: Answers;
  /** Whether more than its body may have to be waited for. */
  readonly #waits: boolean;
  /** Whether it reads nothing and asks nobody. */
  readonly #plain: boolean;

  /**
   * @param method `GET`, … or `ALL`.
   * @param path The path as declared.
   * @param options What it declares.
   * @param handler What answers.
   * @param setup The app's limits and ways.
   * @throws {TypeError} For an unknown option, or one that contradicts the path.
   */
  constructor(
    method: string,
    path: string,
    options: RouteOptions,
    handler: AnyHandler,
    setup: RouteSetup,
  ) {
    const where = `${method} ${path}`;
    assertKnownOptions(options, ROUTE_OPTION_KEYS, where);
    assertSensible(where, method, options, handler);
    const { limits } = setup;
    const { body, form, response } = options;
    const status = successStatus(where, options);
    this.method = method;
    this.path = path;
    this.template = parsePathTemplate(path);
    this.options = options;
    this.status = status;
    this.inputs = new Inputs(where, this.template.names, options, limits);
    this.body = body && new JsonBody(toType(body), limits.maxBodyBytes);
    this.bodyLimit = body ? limits.maxBodyBytes : form ? limits.maxFormBytes : undefined;
    this.security = [options.security ?? [], options.cap ?? []].flat();
    this.responses = response && new ResponseSchemas(where, response, setup.checkResponses);
    this.#handler = handler;
    this.#limits = limits;
    this.#answers = new Answers(status, this.responses);
    this.#waits = form !== undefined || this.security.length > 0 ||
      Object.keys(options.dependencies ?? {}).length > 0;
    this.#plain = !this.#waits && body === undefined && !this.inputs.reads;
  }

  /**
   * Answers a request. It throws only what `caught` throws, and rejects only with that.
   *
   * @param c Its context.
   * @param match Its path parameters.
   * @param caught Answers what the handler throws, and {@linkcode ValidationError}.
   * @returns The response.
   */
  run(c: RouteContext, match: MatchedParams, caught: Caught): Response | Promise<Response> {
    try {
      if (this.#plain) return this.#answers.of(c, this.#handler(c), caught);
      if (this.#waits) return this.#runWaiting(c, match, caught);
      if (this.body !== undefined) return this.#runBody(c, this.body, match, caught);
      const issues: Issue[] = [];
      this.inputs.read(c, issues, match);
      if (c.pending !== undefined) return this.#runPending(c, issues, caught);
      return this.#call(c, issues, caught);
    } catch (thrown) {
      return caught(thrown, c);
    }
  }

  #call(c: RouteContext, issues: readonly Issue[], caught: Caught): Response | Promise<Response> {
    if (issues.length > 0) throw new ValidationError(issues);
    return this.#answers.of(c, this.#handler(c), caught);
  }

  async #runPending(c: RouteContext, issues: Issue[], caught: Caught): Promise<Response> {
    try {
      await settlePending(c, issues);
      return await this.#call(c, issues, caught);
    } catch (thrown) {
      return caught(thrown, c);
    }
  }

  /** The way of a route whose only wait is its body. */
  async #runBody(
    c: RouteContext,
    body: JsonBody,
    match: MatchedParams,
    caught: Caught,
  ): Promise<Response> {
    try {
      const issues: Issue[] = [];
      this.inputs.read(c, issues, match);
      if (c.pending !== undefined) await settlePending(c, issues);
      const late = body.take(c, await body.bytes(c), issues);
      if (late !== undefined) await late;
      return this.#call(c, issues, caught);
    } catch (thrown) {
      return caught(thrown, c);
    }
  }

  async #runWaiting(c: RouteContext, match: MatchedParams, caught: Caught): Promise<Response> {
    try {
      return await this.#runResolved(c, match, caught);
    } catch (thrown) {
      return caught(thrown, c);
    }
  }

  async #runResolved(c: RouteContext, match: MatchedParams, caught: Caught): Promise<Response> {
    let response: Response | undefined;
    try {
      for (const security of this.security) await resolve(c, security);
      const issues: Issue[] = [];
      this.inputs.read(c, issues, match);
      if (c.pending !== undefined) await settlePending(c, issues);
      const { body } = this;
      if (body !== undefined) await body.take(c, await body.bytes(c), issues);
      else if (this.inputs.form !== undefined) {
        c.form = await readForm(c, this.inputs.form, this.#limits, issues);
      }
      if (issues.length > 0) throw new ValidationError(issues);
      await this.#resolveDependencies(c);
      response = await this.#answers.of(c, this.#handler(c), caught);
      return response;
    } finally {
      await this.#cleanUp(c, response);
    }
  }

  async #resolveDependencies(c: RouteContext): Promise<void> {
    const { dependencies } = this.options;
    if (dependencies === undefined) return;
    const deps: Record<string, unknown> = {};
    for (const name in dependencies) deps[name] = await resolve(c, dependencies[name]!);
    c.deps = deps;
  }

  async #cleanUp(c: RouteContext, response: Response | undefined): Promise<void> {
    const { cleanups } = c;
    if (cleanups === undefined || cleanups.length === 0) return;
    const failed = (error: unknown) => c.host.log(error, { during: "clean-up", path: this.path });
    // A stream still uses what it was given: its clean-up waits for its end.
    if (response !== undefined && c.bodySent !== undefined) {
      const late = c.bodySent.then(() => cleanUp(cleanups, failed));
      c.execution?.waitUntil?.(late);
    } else await cleanUp(cleanups, failed);
  }
}

function assertSensible(
  where: string,
  method: string,
  options: RouteOptions,
  handler: unknown,
): void {
  if (typeof handler !== "function") {
    throw new TypeError(`Cannot add ${where}: its handler is no function`);
  }
  if (options.body !== undefined && options.form !== undefined) {
    throw new TypeError(`Cannot add ${where}: it has both a body and a form`);
  }
  const takesBody = (options.body ?? options.form) !== undefined;
  if (takesBody && (method === "GET" || method === "HEAD")) {
    throw new TypeError(`Cannot add ${where}: a ${method} has no body`);
  }
}
