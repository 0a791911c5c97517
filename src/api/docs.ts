import type { AnyHandler } from "./route.ts";
import type { DocsAsset, DocsPageOptions } from "./docs/mod.ts";

const ASSETS: readonly DocsAsset[] = [
  "swagger-ui.js",
  "swagger-ui.css",
  "page.js",
  "page.css",
];

/**
 * The routes of the interactive page, which load the page's module when first asked.
 *
 * @param options What the app tells its page.
 * @returns Paths and handlers.
 */
export function docsRoutes(options: DocsPageOptions): [path: string, handler: AnyHandler][] {
  const { docsUrl } = options;
  const base = docsUrl.replace(/\/+$/, "");
  return [
    [docsUrl, async () => (await import("./docs/mod.ts")).docsPage(options)],
    ...ASSETS.map((name): [string, AnyHandler] => [`${base}/${name}`, async (c) => {
      const { docsAsset } = await import("./docs/mod.ts");
      return docsAsset(name, c.request.headers.get("accept-encoding"));
    }]),
  ];
}
