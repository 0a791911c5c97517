import type { RouteContext } from "./context.ts";
import {
  assertHeaderValue,
  bodyHeaders,
  HTML_TYPE,
  JSON_TYPE,
  type ReplyHeaders,
  TEXT_TYPE,
} from "./header.ts";

/**
 * What a helper answers: a response that is made when the context is known, so that cookies and
 * headers set before are in it.
 */
export abstract class Reply {
  /** The response. */
  abstract toResponse(c: RouteContext): Response | Promise<Response>;
}

/** What answers where no schema applies: a response, or a helper's result. */
export type Answer = Response | Reply;

/** The response of an answer. */
export function responseOf(answer: Answer, c: RouteContext): Response | Promise<Response> {
  return answer instanceof Reply ? answer.toResponse(c) : answer;
}

/** A body that is there already, with its status and headers. */
class BodyReply extends Reply {
  readonly #body: BodyInit | null;
  readonly #status: number | undefined;
  readonly #headers: Record<string, string | string[]>;

  constructor(
    body: BodyInit | null,
    status: number | undefined,
    headers: Record<string, string | string[]>,
  ) {
    super();
    this.#body = body;
    this.#status = status;
    this.#headers = headers;
  }

  toResponse(c: RouteContext): Response {
    return c.respond(this.#body, this.#status, this.#headers);
  }
}

/** A value to be written as JSON; kept as a value, so that a route's `response` schema applies. */
export class JsonReply extends Reply {
  /** The value. */
  readonly value: unknown;
  /** The status, if the helper was given one. */
  readonly status: number | undefined;
  /** More header fields. */
  readonly headers: ReplyHeaders | undefined;

  /** See {@linkcode json}. */
  constructor(
    value: unknown,
    status: number | undefined,
    headers: ReplyHeaders | undefined,
  ) {
    super();
    this.value = value;
    this.status = status;
    this.headers = headers && bodyHeaders(JSON_TYPE, headers);
  }

  toResponse(c: RouteContext): Response {
    return c.json(this.value, this.status, this.headers);
  }
}

/**
 * A JSON response.
 *
 * @param value What `JSON.stringify` takes.
 * @param status Default 200, or the route's `status`.
 * @param headers More header fields.
 * @returns The reply.
 */
export function json(
  value: unknown,
  status?: number,
  headers?: ReplyHeaders,
): Reply {
  return new JsonReply(value, status, headers);
}

/**
 * A plain text response, UTF-8.
 *
 * @param value The text.
 * @param status Default 200, or the route's `status`.
 * @param headers More header fields.
 * @returns The reply.
 */
export function plain(
  value: string,
  status?: number,
  headers?: ReplyHeaders,
): Reply {
  return new BodyReply(value, status, bodyHeaders(TEXT_TYPE, headers));
}

/**
 * An HTML response, UTF-8.
 *
 * @param value The document; escape what is not yours.
 * @param status Default 200, or the route's `status`.
 * @param headers More header fields.
 * @returns The reply.
 */
export function html(
  value: string,
  status?: number,
  headers?: ReplyHeaders,
): Reply {
  return new BodyReply(value, status, bodyHeaders(HTML_TYPE, headers));
}

/**
 * A redirect. Hono's default is 302, by which clients turn a POST into a GET; this one keeps the method.
 *
 * @param url Where to; a text with other than ASCII is percent-encoded.
 * @param status 301, 302, 303, 307 or 308. Default 307.
 * @returns The reply.
 * @throws {RangeError} For another status.
 * @throws {TypeError} For a CR, LF or NUL in the URL.
 */
export function redirect(url: string | URL, status: number = 307): Reply {
  if (![301, 302, 303, 307, 308].includes(status)) {
    throw new RangeError(`Cannot redirect with status ${status}`);
  }
  const text = String(url);
  // deno-lint-ignore no-control-regex -- what is not ASCII is what is encoded
  const location = /[^\x00-\x7f]/.test(text) ? encodeURI(text).replaceAll("%25", "%") : text;
  assertHeaderValue("location", location);
  return new BodyReply(null, status, { location });
}

/**
 * An answer without a body: 204.
 *
 * @returns The reply.
 */
export function noContent(): Reply {
  return new BodyReply(null, 204, {});
}
