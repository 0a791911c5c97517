/** Hot path: what a route's handler answers, made a response. @module */

import type { RouteContext } from "./context.ts";
import type { ReplyHeaders } from "./header.ts";
import { JSON_HEADERS, jsonResponse, jsonText } from "./json_response.ts";
import { JsonReply, Reply } from "./reply.ts";
import type { ResponseSchemas } from "./response_schemas.ts";
import { isBodiless } from "./success_status.ts";

/** Answers a thrown value; how depends on who waits: Hono, or nobody. */
export type Caught = (thrown: unknown, c: RouteContext) => Response | Promise<Response>;

/** Makes one route's responses. */
export class Answers {
  readonly #status: number | undefined;
  readonly #schemas: ResponseSchemas | undefined;
  readonly #bodiless: boolean;

  /**
   * @param status Status of a success, if it is declared.
   * @param schemas The response schemas.
   */
  constructor(status: number | undefined, schemas: ResponseSchemas | undefined) {
    this.#status = status;
    this.#schemas = schemas;
    this.#bodiless = isBodiless(status);
  }

  /** The response for what a handler has answered, perhaps late. */
  of(c: RouteContext, result: unknown, caught: Caught): Response | Promise<Response> {
    if (result instanceof Response) return this.#finish(c, result);
    if (isThenable(result)) return this.#late(c, result, caught);
    const response = this.#respond(c, result);
    return response instanceof Promise ? response.catch((thrown) => caught(thrown, c)) : response;
  }

  async #late(c: RouteContext, result: PromiseLike<unknown>, caught: Caught): Promise<Response> {
    try {
      return await this.#respond(c, await result);
    } catch (thrown) {
      return caught(thrown, c);
    }
  }

  #respond(c: RouteContext, value: unknown): Response | Promise<Response> {
    if (value instanceof Response) return this.#finish(c, value);
    if (value instanceof Reply) return this.#reply(c, value);
    if (this.#bodiless) return this.#finish(c, c.respond(null, undefined, {}));
    return this.#checked(c, value, c.chosenStatus ?? this.#status, undefined);
  }

  #reply(c: RouteContext, reply: Reply): Response | Promise<Response> {
    if (reply instanceof JsonReply && this.#schemas !== undefined) {
      const status = reply.status ?? c.chosenStatus ?? this.#status;
      return this.#checked(c, reply.value, status, reply.headers);
    }
    const response = reply.toResponse(c);
    return response instanceof Promise
      ? response.then((each) => this.#finish(c, each))
      : this.#finish(c, response);
  }

  #checked(
    c: RouteContext,
    value: unknown,
    status: number | undefined,
    headers: ReplyHeaders | undefined,
  ): Response | Promise<Response> {
    if (this.#schemas === undefined) return this.#write(c, value, status, headers);
    const filtered = this.#schemas.apply(value, status ?? 200);
    return filtered instanceof Promise
      ? filtered.then((late) => this.#write(c, late, status, headers))
      : this.#write(c, filtered, status, headers);
  }

  #write(
    c: RouteContext,
    value: unknown,
    status: number | undefined,
    headers: ReplyHeaders | undefined,
  ): Response {
    const response = headers === undefined && c.isUntouched
      ? jsonResponse(value, status)
      : c.respond(jsonText(value), status, headers ?? JSON_HEADERS);
    return this.#finish(c, response);
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

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return value instanceof Promise ||
    (typeof value === "object" && value !== null &&
      typeof (value as { readonly then?: unknown }).then === "function");
}
