/**
 * Hot path: reads the declared parameters out of a URL's query in one pass, without `URL` or
 * `URLSearchParams`; what is not declared costs a comparison and no allocation, so a query with a
 * million unknown keys is linear work.
 *
 * @module
 */

import { INVALID, type Invalid, invalid, type Issue } from "./issue.ts";

/** Decodes a query's or form's component: `+` is a space. */
export function decodeComponent(text: string): string | undefined {
  if (text.indexOf("+") !== -1) text = text.replaceAll("+", " ");
  if (text.indexOf("%") === -1) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** As {@linkcode decodeComponent}, noting an issue for a bad escape. */
export function decodeOrNote(text: string, issues: Issue[]): string | Invalid {
  return decodeComponent(text) ??
    invalid(
      issues,
      "percent_encoding",
      "Input should be percent-encoded UTF-8",
      text,
    );
}

/** Raw values of a query's declared parameters. */
export type QueryReader = (
  url: string,
  from: number,
) => (string | string[] | undefined)[];

/**
 * A function that reads the named parameters: raw (still encoded) texts by index; the first of a
 * repeated key, or all of them where `repeats` says so.
 *
 * @param names The parameters.
 * @param repeats Whether each is read whole.
 * @param bare What each says as a key without `=`: a flag is true.
 * @param maxValues How many values of one key are taken.
 */
export function queryReader(
  names: readonly string[],
  repeats: readonly boolean[],
  bare: readonly string[],
  maxValues: number,
): QueryReader {
  const none: undefined[] = new Array(names.length).fill(undefined);
  return (url, from) => {
    const found: (string | string[] | undefined)[] = none.slice();
    const hash = url.indexOf("#", from);
    const end = hash === -1 ? url.length : hash;
    let at = from;
    while (at < end) {
      let stop = url.indexOf("&", at);
      if (stop === -1 || stop > end) stop = end;
      let equals = at;
      let escaped = false;
      for (; equals < stop; equals++) {
        const code = url.charCodeAt(equals);
        if (code === 0x3d) break;
        if (code === 0x25 || code === 0x2b) escaped = true;
      }
      const index = escaped
        ? names.indexOf(decodeComponent(url.slice(at, equals)) ?? "")
        : indexOfName(url, at, equals, names);
      if (index !== -1) {
        const value = equals < stop ? url.slice(equals + 1, stop) : bare[index]!;
        const before = found[index];
        if (repeats[index]) {
          if (before === undefined) found[index] = [value];
          else if (before.length < maxValues) (before as string[]).push(value);
        } else if (before === undefined) found[index] = value;
      }
      at = stop + 1;
    }
    return found;
  };
}

function indexOfName(
  url: string,
  at: number,
  end: number,
  names: readonly string[],
): number {
  const length = end - at;
  for (let i = 0; i < names.length; i++) {
    const name = names[i]!;
    if (name.length === length && url.startsWith(name, at)) return i;
  }
  return -1;
}

/**
 * All keys and values of a query or a urlencoded form, decoded, in order; what is between two `&`
 * and empty is no pair.
 *
 * @throws {URIError} For what is not percent-encoded UTF-8.
 */
export function* allPairs(text: string): Generator<[key: string, value: string], void, void> {
  for (let at = 0; at < text.length;) {
    let stop = text.indexOf("&", at);
    if (stop === -1) stop = text.length;
    if (stop > at) {
      let equals = text.indexOf("=", at);
      if (equals === -1 || equals > stop) equals = stop;
      const key = decodeComponent(text.slice(at, equals));
      const value = decodeComponent(text.slice(equals + 1, stop));
      if (key === undefined || value === undefined) throw new URIError("Malformed escape");
      yield [key, value];
    }
    at = stop + 1;
  }
}

/** All keys and their first values, for a query schema whose keys are not known; no prototype. */
export function readAllQuery(
  url: string,
  from: number,
  maxValues: number,
): Record<string, string> | Invalid {
  const out: Record<string, string> = Object.create(null);
  const hash = url.indexOf("#", from);
  let count = 0;
  try {
    for (const [key, value] of allPairs(url.slice(from, hash === -1 ? undefined : hash))) {
      if (++count > maxValues) return INVALID;
      if (key !== "" && !(key in out)) out[key] = value;
    }
  } catch {
    return INVALID;
  }
  return out;
}
