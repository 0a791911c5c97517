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
