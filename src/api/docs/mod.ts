/**
 * The interactive page of an API's document: Swagger UI, whole, from the server itself. `Api` loads
 * this module when somebody opens the page; until then it costs nothing.
 *
 * @module
 */

import { PAGE_CSS, PAGE_JS, pageHtml, pagePolicy } from "./page.ts";
import { SWAGGER_UI_CSS } from "./swagger_ui_css.ts";
import { SWAGGER_UI_JS } from "./swagger_ui_js.ts";

/** What the page is told. */
export interface DocsPageOptions {
  /** Its title. */
  readonly title: string;
  /** Where its scripts are, seen from the page. */
  readonly base: string;
  /** Where the document is, seen from the page. */
  readonly openapiUrl: string;
  /** Origins of other servers that requests may be sent to. */
  readonly origins: readonly string[];
}

/** The page's parts, by name below `base`. */
export type DocsAsset =
  | "swagger-ui.js"
  | "swagger-ui.css"
  | "page.js"
  | "page.css";

/**
 * The page.
 *
 * @param options What it is told.
 * @returns The response, with a strict Content-Security-Policy.
 */
export function docsPage(options: DocsPageOptions): Response {
  const { title, base, openapiUrl, origins } = options;
  return new Response(pageHtml(title, base, openapiUrl), {
    headers: {
      "content-type": "text/html; charset=UTF-8",
      "content-security-policy": pagePolicy(origins),
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "cache-control": "no-cache",
    },
  });
}

/**
 * A script or style sheet of the page.
 *
 * @param name Which.
 * @param acceptEncoding The request's `accept-encoding`.
 * @returns The response, gzipped where it can be.
 */
export function docsAsset(
  name: DocsAsset,
  acceptEncoding: string | null,
): Response {
  const headers: Record<string, string> = {
    "content-type": name.endsWith(".js")
      ? "text/javascript; charset=UTF-8"
      : "text/css; charset=UTF-8",
    // The version is in the URL.
    "cache-control": "public, max-age=31536000, immutable",
    "x-content-type-options": "nosniff",
    vary: "accept-encoding",
  };
  if (name === "page.js" || name === "page.css") {
    return new Response(name === "page.js" ? PAGE_JS : PAGE_CSS, { headers });
  }
  const bytes = fromBase64(
    name === "swagger-ui.js" ? SWAGGER_UI_JS : SWAGGER_UI_CSS,
  );
  if (/\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/i.test(acceptEncoding ?? "")) {
    return new Response(bytes, {
      headers: { ...headers, "content-encoding": "gzip" },
    });
  }
  const plain = new Blob([bytes]).stream().pipeThrough(
    new DecompressionStream("gzip"),
  );
  return new Response(plain, { headers });
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}
