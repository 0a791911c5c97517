import { HttpError, reasonPhrase } from "./http_error.ts";

/** What a handler threw that is no `Error`, made one, so that Hono's middleware and `onError` see it. */
export class ThrownValue extends Error {
  override readonly name: string = "ThrownValue";
  /** What was thrown. */
  readonly value: unknown;

  /** @param value What was thrown. */
  constructor(value: unknown) {
    super(
      `A handler threw ${value === null ? "null" : typeof value}: ${show(value)}`,
    );
    this.value = value;
  }
}

/** Any thrown value as an `Error`. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new ThrownValue(thrown);
}

/** What a client is told of an error: an `HttpError`'s own answer, Hono's exceptions in our shape, else a 500 without internals. */
export function errorResponse(error: Error, requestId: string): Response {
  try {
    return ownResponse(error) ?? unknownError(requestId);
  } catch {
    // A detail that JSON cannot say, or a `getResponse` that fails.
    return unknownError(requestId);
  }
}

function ownResponse(error: Error): Response | undefined {
  if (error instanceof HttpError) return error.getResponse();
  const status = (error as { readonly status?: unknown }).status;
  if ("getResponse" in error && typeof error.getResponse === "function") {
    const response = error.getResponse() as Response;
    // Middleware's exceptions (basic-auth, jwt, body-limit) carry a text; one with a content of its own is left alone.
    const type = response.headers.get("content-type");
    if (type !== null && !type.startsWith("text/plain")) return response;
    const headers = new Headers(response.headers);
    headers.set("content-type", "application/json");
    const code = typeof status === "number" && status >= 400 ? status : 500;
    const detail = error.message || reasonPhrase(code);
    return new Response(JSON.stringify({ detail }), { status: code, headers });
  }
  return undefined;
}

function unknownError(requestId: string): Response {
  return new Response('{"detail":"Internal Server Error"}', {
    status: 500,
    headers: { "content-type": "application/json", "x-request-id": requestId },
  });
}

function show(value: unknown): string {
  try {
    return String(value).slice(0, 200);
  } catch {
    return "(unprintable)";
  }
}
