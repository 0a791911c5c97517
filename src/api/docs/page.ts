import { SWAGGER_UI_VERSION } from "./version.ts";

/** The page: nothing inline, so that its policy can be strict. */
export function pageHtml(
  title: string,
  base: string,
  openapiUrl: string,
  root: string,
): string {
  const asset = (name: string) => escapeHtml(`${base}/${name}?v=${SWAGGER_UI_VERSION}`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${asset("swagger-ui.css")}">
<link rel="stylesheet" href="${asset("page.css")}">
<script src="${asset("swagger-ui.js")}" defer></script>
<script src="${asset("page.js")}" defer></script>
</head>
<body>
<main id="api" data-openapi="${escapeHtml(openapiUrl)}" data-root="${escapeHtml(root)}"></main>
<noscript>This page needs JavaScript. The API's document is at <a href="${
    escapeHtml(openapiUrl)
  }">${escapeHtml(openapiUrl)}</a>.</noscript>
</body>
</html>
`;
}

/**
 * Starts the page, and follows the system between light and dark. A document that names no server is
 * served where the page is: below a proxy's prefix or another app's path, perhaps.
 */
export const PAGE_JS: string = `"use strict";
const dark = matchMedia("(prefers-color-scheme: dark)");
const follow = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
follow();
dark.addEventListener("change", follow);
const main = document.getElementById("api");
const url = new URL(main.dataset.openapi, location.href).href;
const prefix = new URL(main.dataset.root, location.href).pathname.replace(/\\/$/, "");
function atPrefix(response) {
  if (prefix === "" || response.url !== url || !response.ok) return response;
  const api = JSON.parse(response.text);
  api.servers ??= [{ url: prefix }];
  response.text = JSON.stringify(api);
  return response;
}
SwaggerUIBundle({
  url,
  responseInterceptor: atPrefix,
  domNode: main,
  deepLinking: true,
  validatorUrl: null,
  tryItOutEnabled: true,
  displayRequestDuration: true,
  withCredentials: true,
  filter: true,
});
`;

/** What Swagger UI leaves to be done: room on phones, and a focus that is seen. What is important here stands against the elements' own styles. */
export const PAGE_CSS: string = `body { margin: 0; }
html.dark-mode { color-scheme: dark; background: #1c2022; }
:focus-visible {
  outline: 2px solid #1f5fa8 !important;
  outline-offset: 2px !important;
}
html.dark-mode :focus-visible { outline-color: #8cc2ff !important; }
.swagger-ui .wrapper { max-width: 1200px; }
.swagger-ui .opblock.opblock-deprecated { opacity: 0.85; }
.swagger-ui .opblock.opblock-deprecated .opblock-summary-method { background: #5c6470; }
@media (max-width: 640px) {
  .swagger-ui .wrapper { padding: 0 8px; }
  .swagger-ui .info { margin: 16px 0; }
  .swagger-ui .filter .operation-filter-input { box-sizing: border-box; width: 100%; }
  .swagger-ui .opblock .opblock-section-header { flex-wrap: wrap; gap: 8px; }
  .swagger-ui .opblock .opblock-summary { flex-wrap: wrap; }
  .swagger-ui .opblock .opblock-summary-path { max-width: 100%; overflow-wrap: anywhere; }
  .swagger-ui .parameters-col_description input[type="text"],
  .swagger-ui .parameters-col_description select { max-width: 100%; width: 100%; }
  .swagger-ui table.parameters, .swagger-ui table.parameters > tbody,
  .swagger-ui table.parameters > tbody > tr,
  .swagger-ui table.parameters > tbody > tr > td { display: block; width: auto; }
  .swagger-ui table.parameters > thead { display: none; }
  .swagger-ui .response-col_links { display: none; }
  .swagger-ui .highlight-code > .microlight { padding-bottom: 48px !important; }
}
`;

/**
 * The page's Content-Security-Policy: nothing from elsewhere, nothing inline, no \`eval\`.
 *
 * @param origins Where requests may be sent beside the page's own origin: the document's servers.
 */
export function pagePolicy(origins: readonly string[]): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    `connect-src ${["'self'", ...origins].join(" ")}`,
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
