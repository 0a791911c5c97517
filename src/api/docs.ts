import type { AnyHandler } from "./route.ts";
import type { DocsAsset } from "./docs/mod.ts";

const ASSETS: readonly DocsAsset[] = [
  "swagger-ui.js",
  "swagger-ui.css",
  "page.js",
  "page.css",
];

/** What an app tells its page. */
export interface DocsRouteOptions {
  /** The page's path. */
  readonly docsUrl: string;
  /** The document's path. */
  readonly openapiUrl: string;
  /** The page's title. */
  readonly title: string;
  /** The document's servers. */
  readonly servers: readonly string[];
}

/**
 * The routes of the interactive page. They name each other by relative URLs, so that the page works
 * behind a proxy's prefix, and load the page's module when first asked.
 *
 * @param options What the app tells its page.
 * @returns Paths and handlers.
 */
export function docsRoutes(
  options: DocsRouteOptions,
): [path: string, handler: AnyHandler][] {
  const { docsUrl, openapiUrl, title, servers } = options;
  const base = docsUrl.replace(/\/+$/, "");
  const here = docsUrl.endsWith("/") ? "." : base.slice(base.lastIndexOf("/") + 1);
  const origins = servers.flatMap((url) => URL.canParse(url) ? [new URL(url).origin] : []);
  return [
    [docsUrl, async () => {
      const { docsPage } = await import("./docs/mod.ts");
      const document = relativeUrl(docsUrl, openapiUrl);
      return docsPage({ title, base: here, openapiUrl: document, origins });
    }],
    ...ASSETS.map((
      name,
    ): [string, AnyHandler] => [`${base}/${name}`, async (c) => {
      const { docsAsset } = await import("./docs/mod.ts");
      return docsAsset(name, c.request.headers.get("accept-encoding"));
    }]),
  ];
}

/** By way of the root, which behind a proxy has another name: `/a/docs` to `/b/openapi.json` is `../b/openapi.json`. */
function relativeUrl(from: string, to: string): string {
  return ("../".repeat(from.split("/").length - 2) || "./") + to.slice(1);
}
