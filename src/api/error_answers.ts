import type { ApiOptions } from "./api_options.ts";
import type { RouteContext } from "./context.ts";
import { asError, errorResponse } from "./fault.ts";
import type { Log } from "./lifecycle.ts";
import { type Answer, Reply, responseOf } from "./reply.ts";

/** Answers what was thrown: by the app's `onError`, else with `{"detail": …}`. */
export class ErrorAnswers {
  readonly #onError: ApiOptions["onError"];
  readonly #log: Log;

  /**
   * @param onError The app's own way, if it has one.
   * @param log Told of every 5xx.
   */
  constructor(onError: ApiOptions["onError"], log: Log) {
    this.#onError = onError;
    this.#log = log;
  }

  /** Answers whatever was thrown; a `Response` or a helper's result is the answer itself. */
  answerThrown(thrown: unknown, c: RouteContext): Response | Promise<Response> {
    return thrown instanceof Response || thrown instanceof Reply
      ? responseOf(thrown, c)
      : this.answerError(asError(thrown), c);
  }

  /** Answers an error. */
  answerError(error: Error, c: RouteContext): Response | Promise<Response> {
    const onError = this.#onError;
    if (onError === undefined) return this.#standard(error, c);
    const failed = (second: unknown) => this.#standard(asError(second), c);
    const respond = (answer: Answer | undefined) =>
      answer === undefined ? this.#standard(error, c) : responseOf(answer, c);
    try {
      const answer = onError(error, c);
      if (!(answer instanceof Promise)) return respond(answer);
      return answer.then(respond).catch(failed);
    } catch (second) {
      return failed(second);
    }
  }

  #standard(error: Error, c: RouteContext): Response {
    const requestId = requestIdOf(c);
    const response = errorResponse(error, requestId);
    if (response.status < 500) return response;
    // A client that has gone is not a fault of the handler that noticed.
    if (error.name === "AbortError" && c.request.signal.aborted) return response;
    const { method, url } = c.request;
    this.#log(error, { requestId, method, path: new URL(url).pathname });
    return response;
  }
}

/** The id by which logs know the request: that of middleware or the server, a sane one of the client, or a new one. */
function requestIdOf(c: RouteContext): string {
  const known = c.get("requestId") ?? (c.env as { requestId?: unknown } | undefined)?.requestId;
  if (typeof known === "string") return known;
  const given = c.request.headers.get("x-request-id");
  return given !== null && /^[A-Za-z0-9._-]{1,128}$/.test(given) ? given : crypto.randomUUID();
}
