/** Header fields of a helper's response. */
export type ReplyHeaders = Readonly<Record<string, string | string[]>>;

/**
 * Refuses a header value that could end its line. `Headers` alone does not do: it cuts CR and LF off
 * both ends silently (Fetch, "normalize").
 *
 * @param name The field's name, for the message.
 * @param value The value, or several.
 * @throws {TypeError} For a CR, LF or NUL.
 */
export function assertHeaderValue(
  name: string,
  value: string | readonly string[],
): void {
  if (typeof value !== "string") {
    for (const each of value) assertHeaderValue(name, each);
    return;
  }
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    if (code === 13 || code === 10 || code === 0) {
      throw new TypeError(
        `Cannot set header "${name}": the value has a CR, LF or NUL`,
      );
    }
  }
}

/** Content type of `json`, and of whatever a handler returns. */
export const JSON_TYPE: string = "application/json";
/** Content type of `text`. */
export const TEXT_TYPE: string = "text/plain; charset=UTF-8";
/** Content type of `html`. */
export const HTML_TYPE: string = "text/html; charset=UTF-8";

/**
 * Header fields of a body: its content type, unless they name another.
 *
 * @param type The content type.
 * @param headers More fields; in the result in lower case, so that none is there twice.
 * @returns The fields.
 * @throws {TypeError} For a CR, LF or NUL in a value.
 */
export function bodyHeaders<T extends string | string[] = string>(
  type: string,
  headers?: Readonly<Record<string, T>>,
): Record<string, T | string> {
  assertHeaders(headers);
  const out: Record<string, T | string> = { "content-type": type };
  for (const name in headers) out[name.toLowerCase()] = headers[name]!;
  return out;
}

/**
 * Refuses header fields of which one could end its line.
 *
 * @param headers The fields.
 * @throws {TypeError} For a CR, LF or NUL.
 */
export function assertHeaders(
  headers: Readonly<Record<string, string | readonly string[]>> | undefined,
): void {
  for (const name in headers) assertHeaderValue(name, headers[name]!);
}
