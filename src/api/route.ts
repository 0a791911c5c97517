/**
 * Hot path: what a route is compiled to when it is declared: one function from a context to a
 * response, synchronous where nothing in it waits.
 *
 * @module
 */

import { assertKnownOptions } from "../base/options.ts";
import { isJson, parseJson, readBody } from "./body.ts";
import type { MatchedParams, RouteContext } from "./context.ts";
import { cleanUp, resolve } from "./dependency.ts";
import { readForm } from "./form.ts";
import { ValidationError } from "./http_error.ts";
import {
  cookieReader,
  headerName,
  headerReader,
  LateWhole,
  type ParamSet,
  paramSet,
  pathReader,
  queryParams,
  type Reader,
} from "./inputs.ts";
import { INVALID, invalid, type Issue, prefixIssues } from "./issue.ts";
import type { ApiLimits } from "./limits.ts";
import { parsePathTemplate, type PathTemplate } from "./path_template.ts";
import { JsonReply, Reply } from "./reply.ts";
import { ResponseSchemas } from "./response_schemas.ts";
import { ROUTE_OPTION_KEYS, type RouteOptions } from "./route_options.ts";
import type { Security } from "./security.ts";
import { PendingValue, toType } from "./types/to_type.ts";
import type { AnyType } from "./types/type.ts";

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

const NONE: Uint8Array = new Uint8Array(0);
const JSON_HEADERS: Record<string, string> = {
  "content-type": "application/json",
};

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
  /** Status of a success, if declared. */
  readonly status: number | undefined;
  /** Whether it has any input, security or dependency of its own. */
  readonly plain: boolean;
  /** What it reads, by place; for the document. */
  readonly inputs: Readonly<
    Record<
      "path" | "query" | "headers" | "cookies" | "form",
      ParamSet | undefined
    >
  >;
  /** The body's type. */
  readonly body: AnyType | undefined;
  /** The response schemas. */
  readonly responses: ResponseSchemas | undefined;
  /** Who may call. */
  readonly security: readonly Security[];
  readonly #handler: AnyHandler;
  readonly #limits: ApiLimits;
  readonly #readPath: Reader | undefined;
  readonly #readQuery: Reader | undefined;
  readonly #readHeaders: Reader | undefined;
  readonly #readCookies: Reader | undefined;
  readonly #waits: boolean;
  readonly #init: ResponseInit;
  readonly #bodiless: boolean;

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
    if (typeof handler !== "function") {
      throw new TypeError(`Cannot add ${where}: its handler is no function`);
    }
    this.method = method;
    this.path = path;
    this.template = parsePathTemplate(path);
    this.options = options;
    this.#handler = handler;
    this.#limits = setup.limits;
    this.status = options.status;
    if (options.body !== undefined && options.form !== undefined) {
      throw new TypeError(`Cannot add ${where}: it has both a body and a form`);
    }
    if (
      (options.body ?? options.form) !== undefined &&
      (method === "GET" || method === "HEAD")
    ) {
      throw new TypeError(`Cannot add ${where}: a ${method} has no body`);
    }
    this.inputs = {
      path: options.path && paramSet(options.path),
      query: options.query && paramSet(options.query),
      headers: options.headers && paramSet(options.headers, headerName),
      cookies: options.cookies && paramSet(options.cookies),
      form: options.form && paramSet(options.form),
    };
    for (const { name } of this.inputs.path?.params ?? []) {
      if (!this.template.names.includes(name)) {
        throw new TypeError(
          `Cannot add ${where}: its path has no parameter "${name}"`,
        );
      }
    }
    const { names } = this.template;
    this.#readPath = names.length > 0 ? pathReader(names, this.inputs.path) : undefined;
    this.#readQuery = this.inputs.query &&
      queryParams(this.inputs.query, setup.limits);
    this.#readHeaders = this.inputs.headers &&
      headerReader(this.inputs.headers, setup.limits);
    this.#readCookies = this.inputs.cookies &&
      cookieReader(this.inputs.cookies);
    this.body = options.body && toType(options.body);
    this.security = [options.security ?? [], options.cap ?? []].flat();
    this.responses = options.response &&
      new ResponseSchemas(where, options.response, setup.checkResponses);
    this.#waits = options.form !== undefined || this.security.length > 0 ||
      Object.keys(options.dependencies ?? {}).length > 0;
    const status = options.status ?? 200;
    this.#init = options.status === undefined
      ? { headers: JSON_HEADERS }
      : { status, headers: JSON_HEADERS };
    this.#bodiless = status === 204 || status === 205 || status === 304;
    this.plain = !this.#waits && this.body === undefined && this.#readPath === undefined &&
      this.#readQuery === undefined &&
      this.#readHeaders === undefined && this.#readCookies === undefined;
  }

  /**
   * Answers a request.
   *
   * @param c Its context.
   * @param match Its path parameters.
   * @returns The response.
   * @throws What the handler throws, and {@linkcode ValidationError}.
   */
  run(c: RouteContext, match: MatchedParams): Response | Promise<Response> {
    if (this.plain) return this.#answer(c, this.#handler(c));
    if (this.#waits) return this.#runWaiting(c, match);
    if (this.body !== undefined) return this.#runBody(c, this.body, match);
    const issues: Issue[] = [];
    this.#readParams(c, issues, match);
    if (c.pending !== undefined) return this.#runPending(c, issues);
    if (issues.length > 0) throw new ValidationError(issues);
    return this.#answer(c, this.#handler(c));
  }

  #readParams(c: RouteContext, issues: Issue[], match: MatchedParams): void {
    if (this.#readPath !== undefined) c.path = this.#readPath(c, issues, match);
    if (this.#readQuery !== undefined) {
      c.query = this.#readQuery(c, issues, match);
    }
    if (this.#readHeaders !== undefined) {
      c.headers = this.#readHeaders(c, issues, match);
    }
    if (this.#readCookies !== undefined) {
      c.cookies = this.#readCookies(c, issues, match);
    }
  }

  async #runPending(c: RouteContext, issues: Issue[]): Promise<Response> {
    await settlePending(c, issues);
    if (issues.length > 0) throw new ValidationError(issues);
    return this.#answer(c, this.#handler(c));
  }

  async #runWaiting(c: RouteContext, match: MatchedParams): Promise<Response> {
    let response: Response | undefined;
    try {
      for (const security of this.security) await resolve(c, security);
      const issues: Issue[] = [];
      this.#readParams(c, issues, match);
      if (c.pending !== undefined) await settlePending(c, issues);
      if (this.body !== undefined) await this.#readBody(c, this.body, issues);
      else if (this.inputs.form !== undefined) {
        c.form = await readForm(c, this.inputs.form, this.#limits, issues);
      }
      if (issues.length > 0) throw new ValidationError(issues);
      const { dependencies } = this.options;
      if (dependencies !== undefined) {
        const deps: Record<string, unknown> = {};
        for (const name in dependencies) {
          deps[name] = await resolve(c, dependencies[name]!);
        }
        c.deps = deps;
      }
      response = await this.#answer(c, this.#handler(c));
      return response;
    } finally {
      const cleanups = c.cleanups;
      if (cleanups !== undefined && cleanups.length > 0) {
        const failed = (error: unknown) =>
          c.host.log(error, { during: "clean-up", path: this.path });
        // A stream still uses what it was given: its clean-up waits for its end.
        if (response !== undefined && c.bodySent !== undefined) {
          const late = c.bodySent.then(() => cleanUp(cleanups, failed));
          c.execution?.waitUntil?.(late);
        } else await cleanUp(cleanups, failed);
      }
    }
  }

  /** The way of a route whose only wait is its body: one promise, where `#runWaiting` has four. */
  #runBody(c: RouteContext, type: AnyType, match: MatchedParams): Response | Promise<Response> {
    const issues: Issue[] = [];
    this.#readParams(c, issues, match);
    if (c.pending !== undefined) return this.#runPendingBody(c, type, issues);
    const next = (bytes: Uint8Array): Response | Promise<Response> => {
      const late = this.#takeBody(c, type, bytes, issues);
      return late === undefined
        ? this.#called(c, issues)
        : late.then(() => this.#called(c, issues));
    };
    return isJson(c.request)
      ? readBody(c.request, this.#limits.maxBodyBytes).then(next)
      : next(NONE);
  }

  async #runPendingBody(c: RouteContext, type: AnyType, issues: Issue[]): Promise<Response> {
    await settlePending(c, issues);
    await this.#readBody(c, type, issues);
    return this.#called(c, issues);
  }

  #called(c: RouteContext, issues: readonly Issue[]): Response | Promise<Response> {
    if (issues.length > 0) throw new ValidationError(issues);
    return this.#answer(c, this.#handler(c));
  }

  async #readBody(c: RouteContext, type: AnyType, issues: Issue[]): Promise<void> {
    const bytes = isJson(c.request) ? await readBody(c.request, this.#limits.maxBodyBytes) : NONE;
    await this.#takeBody(c, type, bytes, issues);
  }

  /** Reads the body's bytes into `c.body`; answers a promise only for a schema that checks asynchronously. */
  #takeBody(
    c: RouteContext,
    type: AnyType,
    bytes: Uint8Array,
    issues: Issue[],
  ): Promise<void> | undefined {
    const start = issues.length;
    const json = bytes.length === 0 ? undefined : parseJson(bytes, issues);
    if (json === INVALID) return undefined;
    const keep = (value: unknown): void => {
      if (value === INVALID) prefixIssues(issues, start, "body");
      c.body = value;
    };
    // A recursive schema of another vendor runs out of stack on a body nested deep enough.
    const tooDeep = (error: unknown): void => {
      if (!(error instanceof RangeError)) throw error;
      keep(invalid(issues, "json_invalid", "Body is nested too deep"));
    };
    try {
      const value = json === undefined ? type.readAbsent(issues) : type.readJson(json, issues);
      if (value instanceof PendingValue) return value.settle(issues).then(keep, tooDeep);
      keep(value);
    } catch (error) {
      tooDeep(error);
    }
    return undefined;
  }

  #answer(c: RouteContext, result: unknown): Response | Promise<Response> {
    if (result instanceof Response) return this.#finish(c, result);
    if (result instanceof Promise) {
      return result.then((value) => this.#respond(c, value));
    }
    return this.#respond(c, result);
  }

  #respond(c: RouteContext, value: unknown): Response | Promise<Response> {
    if (value instanceof Response) return this.#finish(c, value);
    if (value instanceof Reply) return this.#reply(c, value);
    if (this.#bodiless) return this.#finish(c, c.respond(null, undefined, {}));
    if (this.responses !== undefined) {
      return this.#checked(c, value, this.status ?? 200, undefined);
    }
    const text = JSON.stringify(value) ?? "null";
    const response = c.prepared === undefined
      ? new Response(text, this.#init)
      : c.respond(text, undefined, JSON_HEADERS);
    return this.#finish(c, response);
  }

  #reply(c: RouteContext, reply: Reply): Response | Promise<Response> {
    if (reply instanceof JsonReply && this.responses !== undefined) {
      return this.#checked(
        c,
        reply.value,
        reply.status ?? this.status ?? 200,
        reply.headers,
      );
    }
    const response = reply.toResponse(c);
    return response instanceof Promise
      ? response.then((each) => this.#finish(c, each))
      : this.#finish(c, response);
  }

  #checked(
    c: RouteContext,
    value: unknown,
    status: number,
    headers: Readonly<Record<string, string | string[]>> | undefined,
  ): Response | Promise<Response> {
    const write = (filtered: unknown) =>
      this.#finish(
        c,
        c.respond(JSON.stringify(filtered) ?? "null", status, {
          ...JSON_HEADERS,
          ...headers,
        }),
      );
    const filtered = this.responses!.apply(value, status);
    return filtered instanceof Promise ? filtered.then(write) : write(filtered);
  }

  #finish(c: RouteContext, answer: Response): Response {
    // Hono leaves out what was set before when a handler answers with a Response of its own; here it is kept.
    const response = c.touched && answer !== c.made
      ? c.hono.newResponse(answer.body, answer)
      : answer;
    if (c.tasks !== undefined) {
      c.host.runAfter(c, c.tasks, c.bodySent);
      c.tasks = undefined;
    }
    return response;
  }
}

async function settlePending(c: RouteContext, issues: Issue[]): Promise<void> {
  for (const { into, key, value, loc } of c.pending ?? []) {
    const start = issues.length;
    const settled = await value.settle(issues);
    if (settled !== INVALID) into[key] = settled;
    for (let i = start; i < issues.length; i++) issues[i]!.loc.unshift(...loc);
  }
  c.pending = undefined;
  for (const place of ["path", "query", "headers", "cookies"] as const) {
    const late = c[place];
    if (late instanceof LateWhole) c[place] = late.box["value"];
  }
}
