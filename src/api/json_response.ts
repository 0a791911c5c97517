/**
 * Hot path: responses of a text or of JSON, made the cheapest way that the classes in force have
 * (`bench/api.ts`).
 *
 * @module
 */

import { JSON_TYPE } from "./header.ts";

/** The fields of JSON without more. */
export const JSON_HEADERS: Readonly<Record<string, string>> = { "content-type": JSON_TYPE };

/** Makes a response of a text. */
export type MakeResponse = (
  text: string,
  init: { readonly status: number; readonly headers: HeadersInit },
) => Response;

/** A response of a text. */
export let textResponse: MakeResponse = (text, init) => new Response(text, init);

/**
 * Puts a runtime's own way in the place of the constructor; for the entry that knows the runtime.
 *
 * @param way Makes responses.
 * @param quick The runtime's `Response`, where its static `json` is the cheapest way to one.
 */
export function makeResponsesBy(way: MakeResponse, quick: typeof Response | undefined): void {
  textResponse = way;
  quickJson = quick;
}

let quickJson: typeof Response | undefined;
let headers: Headers | undefined;

/** A value as JSON; what JSON has no word for is `null`. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value) ?? "null";
}

/**
 * A JSON response. The fields are a `Headers` made once, whose copy costs less than reading an
 * object's fields; made again when another class stands in the place of `Headers`.
 *
 * @param value What it says.
 * @param status Its status; `undefined` is 200.
 */
export function jsonResponse(value: unknown, status: number | undefined): Response {
  if (quickJson !== undefined && typeof value === "object" && Response === quickJson) {
    try {
      return status === undefined ? quickJson.json(value) : quickJson.json(value, { status });
    } catch {
      // A `toJSON` that answers nothing is `null` below; what fails fails there again.
    }
  }
  if (headers?.constructor !== Headers) headers = new Headers(JSON_HEADERS);
  return textResponse(jsonText(value), { status: status ?? 200, headers });
}
