/** Loads the module that `zap serve` serves. */

import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Handler, StaticResponse } from "../http/mod.ts";
import type { Handlers } from "../rpc/mod.ts";

/** What a served module's default export may have; `fetch` or `rpc`, or both. */
export interface ServedModule {
  /** Answers HTTP requests: a Hono app, an `Api`, or any object with `fetch`. */
  readonly fetch?: Handler;
  /** Answers ZAP calls. */
  readonly rpc?: Handlers;
  /** Runs before anything listens. An `Api` has it. */
  startup?(): unknown;
  /** Runs when asked to stop, before what is under way is waited for: the moment to end streams. */
  onStopping?(): void;
  /** Runs when everything has stopped. An `Api` has it. */
  shutdown?(): unknown;
  /** Responses that are sent without calling `fetch`. An `Api` has it. */
  fixedResponses?(): Iterable<readonly [method: string, path: string, response: FixedResponse]>;
  /** Told where the servers listen; answers more lines for start-up to print. */
  onListening?(addresses: Addresses): readonly string[] | Promise<readonly string[]>;
}

/** A response that is known before the request. */
export type FixedResponse = Pick<StaticResponse, "status" | "headers" | "body">;

/** Where the servers listen, as a client would write it. */
export interface Addresses {
  /** Such as `http://127.0.0.1:8080`. */
  readonly http?: string;
  /** Such as `zap://127.0.0.1:9999`. */
  readonly zap?: string;
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
