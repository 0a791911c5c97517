import type { AnyHandler } from "./route.ts";

/** The routes of the interactive page. */
export function docsRoutes(
  docsUrl: string,
  openapiUrl: string,
  title: string,
): [path: string, handler: AnyHandler][] {
  return [];
}
