/** Loads the module that `zap serve` serves. */

import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Handlers } from "../rpc/mod.ts";

/** What a served module's default export may have; at least one of them. */
export interface ServedModule {
  /** Answers HTTP requests: a Hono app, an `Api`, or any object with `fetch`. */
  readonly fetch?: (request: Request, ...rest: unknown[]) => Response | Promise<Response>;
  /** Answers ZAP calls. */
  readonly rpc?: Handlers;
}

/**
 * Loads a module by its path.
 *
 * @throws {Error} If there is no such file, it cannot be loaded, or it exports nothing to serve; the
 * message says what to do.
 */
export async function loadModule(path: string): Promise<ServedModule> {
  const file = resolve(path);
  await stat(file).catch(() => {
    throw new Error(`there is no file ${file}`);
  });
  let loaded: { default?: unknown };
  try {
    loaded = await import(pathToFileURL(file).href) as { default?: unknown };
  } catch (cause) {
    const { code, message, stack } = cause as Error & { code?: string };
    if (code === "ERR_UNKNOWN_FILE_EXTENSION") {
      throw new Error(
        `this Node does not run TypeScript: use "deno run -A" or "bun run", start zap with ` +
          `"node --import tsx", or compile ${path} to JavaScript`,
        { cause },
      );
    }
    throw new Error(`${path} cannot be loaded: ${stack ?? message}`, { cause });
  }
  const served = loaded.default as ServedModule | undefined;
  const hasFetch = typeof served?.fetch === "function";
  const hasRpc = typeof served?.rpc === "object" && served.rpc !== null;
  if (!hasFetch && !hasRpc) {
    throw new Error(
      `${path} has nothing to serve: its default export needs "fetch" (for HTTP) or "rpc" (for ZAP), ` +
        `as in "export default { rpc: { call: (call) => call.payload } }"`,
    );
  }
  return served!;
}
