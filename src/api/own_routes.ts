import type { ApiOptions } from "./api_options.ts";
import { docsRoutes } from "./docs.ts";
import { JSON_HEADERS } from "./json_response.ts";
import type { ApiLimits } from "./limits.ts";
import { type AnyHandler, Route } from "./route.ts";
import type { JsonSchema } from "./standard_schema.ts";

/**
 * The document and its page, as routes like others.
 *
 * @param options What the app is told about itself.
 * @param limits Its limits.
 * @param makeDocument Makes the document; called when it is first asked for.
 * @returns The routes.
 */
export function ownRoutes(
  options: ApiOptions,
  limits: ApiLimits,
  makeDocument: () => JsonSchema,
): readonly Route[] {
  const { docsUrl = "/docs", openapiUrl = "/openapi.json", title = "API", servers = [] } = options;
  if (openapiUrl === null) return [];
  let text: string | undefined;
  const document: AnyHandler = (c) =>
    c.respond(text ??= JSON.stringify(makeDocument()), 200, JSON_HEADERS);
  const routes: [path: string, handler: AnyHandler][] = [[openapiUrl, document]];
  if (docsUrl !== null) {
    const urls = servers.map((each) => each.url);
    routes.push(...docsRoutes({ docsUrl, openapiUrl, title, servers: urls }));
  }
  return routes.map(([path, handler]) =>
    new Route("GET", path, {}, handler, { limits, checkResponses: false })
  );
}
