import type { RouteOptions } from "./route_options.ts";

/** Whether an answer of a status has no body (RFC 9110 §15.3.5, §15.3.6, §15.4.5). */
export function isBodiless(status: number | undefined): boolean {
  return status === 204 || status === 205 || status === 304;
}

/**
 * The status of a route's success: the declared one, else the only success that has a schema.
 *
 * @param where The route, for messages.
 * @param options What it declares.
 * @returns The status; `undefined` where nothing is declared, which is 200.
 * @throws {TypeError} For what is no status of an answer, a schema of an answer without a body, and
 * schemas of successes that leave out the route's own: its answers would leave unfiltered.
 */
export function successStatus(
  where: string,
  { status, response = {} }: RouteOptions,
): number | undefined {
  const fail = (why: string): never => {
    throw new TypeError(`Cannot add ${where}: ${why}`);
  };
  const good: number[] = [];
  for (const key of [...Object.keys(response), status ?? 200]) {
    const each = Number(key);
    if (!Number.isInteger(each) || each < 200 || each > 599) fail(`"${key}" is no status`);
    if (typeof key === "number") continue;
    if (isBodiless(each)) fail(`an answer of ${key} has no body, so no schema`);
    if (each < 300) good.push(each);
  }
  const success = status ?? (good.length === 1 ? good[0] : undefined);
  const own = success ?? 200;
  if (good.length > 0 && own < 300 && !isBodiless(own) && !good.includes(own)) {
    fail(`its "status" is ${own}, but its "response" is for ${good.join(", ")}`);
  }
  return success;
}
