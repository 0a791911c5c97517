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
  /** Its path; its scripts are below it. */
  readonly docsUrl: string;
  /** The document's path. */
  readonly openapiUrl: string;
  /** URLs of the document's servers: requests may be sent to their origins. */
  readonly servers: readonly string[];
}

/** The page's parts, by name below its path. */
export type DocsAsset =
  | "swagger-ui.js"
  | "swagger-ui.css"
  | "page.js"
  | "page.css";

/**
 * The page. It names its parts and the document by relative URLs, so that it works behind a proxy's prefix.
 *
 * @param options What it is told.
 * @returns The response, with a strict Content-Security-Policy.
 */
export function docsPage(options: DocsPageOptions): Response {
  const { title, docsUrl, openapiUrl, servers } = options;
  const path = docsUrl.replace(/\/+$/, "");
  const base = docsUrl.endsWith("/") ? "." : path.slice(path.lastIndexOf("/") + 1);
  const origins = servers.flatMap((url) => URL.canParse(url) ? [new URL(url).origin] : []);
  return new Response(
    pageHtml(title, base, relativeUrl(docsUrl, openapiUrl), relativeUrl(docsUrl, "/")),
    {
      headers: {
        "content-type": "text/html; charset=UTF-8",
        "content-security-policy": pagePolicy(origins),
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cache-control": "no-cache",
      },
    },
  );
}

/** By way of the root, which behind a proxy has another name: `/a/docs` to `/b/openapi.json` is `../b/openapi.json`. */
function relativeUrl(from: string, to: string): string {
  return ("../".repeat(from.split("/").length - 2) || "./") + to.slice(1);
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
  const isOwn = name === "page.js" || name === "page.css";
  const headers: Record<string, string> = {
    "content-type": name.endsWith(".js")
      ? "text/javascript; charset=UTF-8"
      : "text/css; charset=UTF-8",
    // Swagger UI's version is in the URL; the page's own parts change without it.
    "cache-control": isOwn ? "no-cache" : "public, max-age=31536000, immutable",
    "x-content-type-options": "nosniff",
    vary: "accept-encoding",
  };
  if (isOwn) {
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
