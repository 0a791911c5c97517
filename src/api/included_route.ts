import type { ApiOptions } from "./api_options.ts";
import { asError } from "./fault.ts";
import { Reply, responseOf } from "./reply.ts";
import type { Route } from "./route.ts";

/**
 * The same route, about whose errors the app that declared it is asked before the one that includes it.
 *
 * @param route The route.
 * @param onError What that app says; `undefined` for nothing of its own.
 * @returns The route.
 */
export function answeredBy(route: Route, onError: ApiOptions["onError"]): Route {
  if (onError === undefined) return route;
  const run: Route["run"] = (c, match, caught) =>
    route.run(c, match, async (thrown) => {
      if (thrown instanceof Response || thrown instanceof Reply) return caught(thrown, c);
      try {
        const answer = await onError(asError(thrown), c);
        return answer === undefined ? caught(thrown, c) : responseOf(answer, c);
      } catch (second) {
        return caught(second, c);
      }
    });
  return Object.create(route, { run: { value: run } });
}
