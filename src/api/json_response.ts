/**
 * Hot path: responses of a text that is there already, made the cheapest way that the classes in
 * force have (`bench/api.ts`).
 *
 * @module
 */

import { JSON_TYPE } from "./header.ts";

/** The fields of JSON without more. */
export const JSON_HEADERS: Readonly<Record<string, string>> = { "content-type": JSON_TYPE };

/** Makes a response of a text. */
export type MakeResponse = (text: string, init: ResponseInit) => Response;

/** A response of a text. */
export let textResponse: MakeResponse = (text, init) => new Response(text, init);

/**
 * Puts a runtime's own way in the place of the constructor; for the entry that knows the runtime.
 *
 * @param way Makes responses.
 * @param slow The runtime's `Headers`, where copying one costs more than reading an object's fields.
 */
export function makeResponsesBy(way: MakeResponse, slow: typeof Headers | undefined): void {
  textResponse = way;
  slowHeaders = slow;
}

let slowHeaders: typeof Headers | undefined;
let headers: Headers | undefined;

/**
 * A JSON response. The fields are a `Headers` made once, whose copy costs less than reading an
 * object's fields, save where it does not; made again when another class stands in
 * the place of `Headers`.
 */
export function jsonResponse(text: string, status: number): Response {
  if (Headers === slowHeaders) return textResponse(text, { status, headers: JSON_HEADERS });
  if (headers?.constructor !== Headers) headers = new Headers(JSON_HEADERS);
  return textResponse(text, { status, headers });
}
