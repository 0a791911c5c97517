/** Loads the module that `zap serve` serves. */

import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Handler, StaticResponse } from "../http/mod.ts";
import type { Framing, Handlers } from "../rpc/mod.ts";
import { fileError } from "./file_error.ts";

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
  /** Bytes that a request's body may have, where it is not the server's own limit. An `Api` has it. */
  bodyLimitOf?(method: string, path: string): number | undefined;
  /** What its paths are, so that start-up names one to try. An `Api` has it. */
  openapi?(): ApiDocument;
  /** The same. A Hono app has it. */
  readonly routes?: readonly { readonly method: string; readonly path: string }[];
  /** Told where the servers listen, and what ZAP calls must be framed as; answers more lines for start-up to print. */
  onListening?(addresses: Addresses, zap: ZapPort): readonly string[] | Promise<readonly string[]>;
}

/** An OpenAPI document, as far as start-up reads it. */
export interface ApiDocument {
  /** Operations by path and method. */
  readonly paths?: Readonly<Record<string, { readonly get?: Operation }>>;
}

/** An operation of it. */
export interface Operation {
  /** Who may call; not there for everybody. */
  readonly security?: unknown;
  /** What it is given. */
  readonly parameters?: readonly { readonly required?: boolean }[];
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

/** How the ZAP server's port is spoken to. */
export interface ZapPort {
  /** What `--framing` chose: a client must name it where it is `"mux"`. */
  readonly framing: Framing;
}

/**
 * Loads a module by its path.
 *
 * @throws {Error} If there is no such file, it cannot be loaded, or it exports nothing to serve; the
 * message says what to do.
 */
export async function loadModule(path: string): Promise<ServedModule> {
  const file = resolve(path);
  const found = await stat(file).catch((error) => {
    throw fileError(error, file);
  });
  if (found.isDirectory()) throw new Error(`${file} is a folder: name the module in it`);
  let loaded: { default?: unknown };
  try {
    loaded = await import(pathToFileURL(file).href) as { default?: unknown };
  } catch (cause) {
    if ((cause as { code?: string }).code === "ERR_UNKNOWN_FILE_EXTENSION") {
      throw new Error(
        `this Node does not run TypeScript. In its place:\n` +
          `  npx tsx node_modules/.bin/zap serve ${path}   (after: npm install --save-dev tsx)\n` +
          `  bunx --bun zap serve ${path}\n` +
          `  deno run -A npm:@zap-proto/edge/zap serve ${path}`,
        { cause },
      );
    }
    throw new Error(`${path} cannot be loaded: ${whyNotLoaded(cause, file)}`, { cause });
  }
  const served = loaded.default as ServedModule | undefined;
  const hasFetch = typeof served?.fetch === "function";
  const hasRpc = typeof served?.rpc === "object" && served.rpc !== null;
  if (!hasFetch && !hasRpc) {
    throw new Error(
      `${path} has nothing to serve: its default export needs "fetch" (for HTTP) or "rpc" (for ZAP), ` +
        `as in "export default { fetch: (request) => new Response() }" or ` +
        `"export default { rpc: { call: (call) => call.payload } }"`,
    );
  }
  return served!;
}

/** What went wrong, and where in the user's code: the frames of the runtime and of zap tell nothing. */
export function whyNotLoaded(cause: unknown, file: string): string {
  if (!(cause instanceof Error)) return String(cause);
  // Bun tells all that is wrong with a module that cannot be parsed; the first leads to the rest.
  if (cause instanceof AggregateError && cause.errors[0] instanceof Error) {
    return whyNotLoaded(cause.errors[0], file);
  }
  const { name, message, stack = "" } = cause;
  const lines = stack.split("\n").filter((line) => /^\s*at /.test(line) && !INNER.test(line))
    .filter((line) => !message.includes(line));
  // Bun says where a module cannot be parsed beside the stack.
  const at = (cause as { position?: { file: string; line: number; column: number } }).position;
  if (at) lines.unshift(`    at ${at.file}:${at.line}:${at.column}`);
  if (lines.length === 0 && cause instanceof SyntaxError && !stack.includes(file)) {
    lines.push(`  "node --check ${file}" shows where`);
  }
  return [`${name}: ${message}`, ...lines].join("\n");
}

/** Frames of the runtimes' own modules and of this package's command line. */
const INNER =
  /\bnode:|\/node_modules\/tsx\/|\bext:|\(unknown:|\bprocessTicksAndRejections\b|\/src\/cli\/\w+\.[jt]s:/;
