import { REASON_PHRASES } from "../base/reason_phrases.ts";
import { bodyHeaders, JSON_TYPE } from "./header.ts";
import type { Issue } from "./issue.ts";
import { ERROR_LIMITS } from "./limits.ts";

/** What an HTTP error carries beside its status. */
export interface HttpErrorOptions {
  /** The body's `detail`. Default: the status's reason phrase. */
  readonly detail?: unknown;
  /** Header fields of the response. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What led to it; logged for a 5xx, never sent. */
  readonly cause?: unknown;
}

/**
 * An answer by exception: thrown in a handler, dependency or middleware, it becomes
 * `{"detail": …}` with its status.
 *
 * @example
 * ```ts
 * import { Api, HttpError } from "@zap-proto/edge/api";
 *
 * new Api().get("/notes/{id}", () => {
 *   throw new HttpError(404, { detail: "No such note" });
 * });
 * ```
 */
export class HttpError extends Error {
  /** Always `"HttpError"`, but for subclasses. */
  override readonly name: string = "HttpError";
  /** The status, 400 to 599. */
  readonly status: number;
  /** The body's `detail`: the status's reason phrase, if none was given. */
  readonly detail: unknown;
  /** Header fields of the response, in lower case. */
  readonly headers: Readonly<Record<string, string>>;

  /**
   * Makes the error.
   *
   * @param status 400 to 599.
   * @param options Detail, headers, cause.
   * @throws {RangeError} For another status.
   * @throws {TypeError} For a header value that could end its line.
   */
  constructor(status: number, options: HttpErrorOptions = {}) {
    if (!Number.isInteger(status) || status < 400 || status > 599) {
      throw new RangeError(
        `Cannot make an HttpError with status ${status}: it must be 400 to 599`,
      );
    }
    const headers = bodyHeaders(JSON_TYPE, options.headers);
    const detail = options.detail ?? reasonPhrase(status);
    super(
      `${status} ${typeof detail === "string" ? detail : reasonPhrase(status)}`,
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.status = status;
    this.detail = detail;
    this.headers = headers;
  }

  /** The response; Hono's own error handler calls this. */
  getResponse(): Response {
    return new Response(JSON.stringify({ detail: this.detail }), {
      status: this.status,
      headers: this.headers,
    });
  }
}

/** The 422 for input that does not fit. */
export class ValidationError extends HttpError {
  /** Always `"ValidationError"`. */
  override readonly name: string = "ValidationError";
  /** What is wrong, the first hundred of it. */
  readonly issues: readonly Issue[];

  /**
   * Makes the error.
   *
   * @param issues Everything that is wrong.
   */
  constructor(issues: readonly Issue[]) {
    const told = issues.slice(0, ERROR_LIMITS.maxIssues);
    super(422, { detail: told });
    this.issues = told;
  }
}

/** The reason phrase of a status (RFC 9110 §15, IANA registry); `Unknown` for one without. */
export function reasonPhrase(status: number): string {
  return REASON_PHRASES[status] ?? "Unknown";
}
