import type { ReplyHeaders } from "./header.ts";
import { plain, type Reply } from "./reply.ts";
import { type TextOptions, textType } from "./types/text.ts";
import type { Type } from "./types/type.ts";

/**
 * A plain text response, UTF-8.
 *
 * @param value The text.
 * @param status Default 200, or the route's `status`.
 * @param headers More header fields.
 * @returns The reply.
 */
export function text(
  value: string,
  status?: number,
  headers?: ReplyHeaders,
): Reply;
/**
 * The schema type of a text.
 *
 * @param options Lengths, pattern, and what is done to it first.
 * @returns The type.
 * @throws {TypeError} For an option that is not known, or `lower` with `upper`.
 * @example
 * ```ts
 * import { text } from "@zap-proto/edge/api";
 *
 * const name = text({ min: 1, max: 80, trim: true });
 * ```
 */
export function text(options?: TextOptions): Type<string>;
/** Both: a string is answered, options make a type. */
export function text(
  given?: string | TextOptions,
  status?: number,
  headers?: ReplyHeaders,
): Reply | Type<string> {
  return typeof given === "string" ? plain(given, status, headers) : textType(given);
}
