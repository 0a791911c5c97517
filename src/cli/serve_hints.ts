/** What start-up says to type next, where the module does not say it. */

import type { Addresses, ApiDocument, Operation, ServedModule } from "./load_module.ts";

/**
 * The lines that say what to try.
 *
 * @param module What is served.
 * @param addresses Where.
 * @param framing What the ZAP port speaks.
 * @returns The lines; none for HTTP where no path is known that answers a plain GET.
 */
export function tryIt(
  module: ServedModule,
  { http, zap }: Addresses,
  framing: "node" | "mux",
): string[] {
  const lines = [];
  try {
    const path = http?.startsWith("http") ? pathToTry(module) : undefined;
    if (path !== undefined) lines.push(`Try: curl ${http}${path}`);
  } catch (error) { // what is served is served; its document will fail whoever asks for it
    const reason = error instanceof Error ? error.message : String(error);
    lines.push(`Its OpenAPI document cannot be made: ${reason}`);
  }
  const option = framing === "mux" ? " --framing=mux" : "";
  if (zap !== undefined) lines.push(`Try: zap call ${zap} 1 hello${option}`);
  return lines;
}

/** A path that answers a GET; `/` where nobody knows the module's paths. */
function pathToTry(module: ServedModule): string | undefined {
  const paths = module.openapi === undefined
    ? honoPaths(module.routes)
    : documentedPaths(module.openapi());
  return paths === undefined || paths.includes("/") ? "/" : paths[0];
}

function honoPaths(routes: ServedModule["routes"]): string[] | undefined {
  // `Bun.serve` has an object of that name.
  if (!Array.isArray(routes)) return undefined;
  return routes.filter(({ method, path }) => method === "GET" && !/[:*{?]/.test(path))
    .map(({ path }) => path);
}

/** Those that ask for nothing go first. */
function documentedPaths(document: ApiDocument): string[] {
  const asks = ({ security, parameters = [] }: Operation) =>
    security !== undefined || parameters.some((each) => each.required === true) ? 1 : 0;
  return Object.entries(document.paths ?? {})
    .flatMap(([path, { get }]) => get && !path.includes("{") ? [{ path, rank: asks(get) }] : [])
    .sort((a, b) => a.rank - b.rank)
    .map(({ path }) => path);
}
