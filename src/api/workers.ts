/**
 * A Fetch handler for Cloudflare Workers, Deno Deploy, Bun and Vercel. An `Api` is one already; this
 * one also runs the start-up hooks before the first request.
 *
 * @module
 */

import type { ExecutionContext } from "./context.ts";

/** What answers: an `Api`, or anything with a `fetch`. */
export interface WorkersApp {
  /** Answers a request. */
  fetch(
    request: Request,
    env?: unknown,
    execution?: ExecutionContext,
  ): Response | Promise<Response>;
  /** Runs once, before the first request. */
  startup?(): Promise<void>;
}

/** What the platforms call. */
export interface WorkersHandler {
  /** Answers a request. */
  readonly fetch: (
    request: Request,
    env?: unknown,
    execution?: ExecutionContext,
  ) => Promise<Response>;
}

/**
 * Makes a Fetch handler.
 *
 * @param app The app.
 * @returns What to export as `default`.
 * @example
 * ```ts
 * import { Api } from "@zap-proto/edge/api";
 * import { workersHandler } from "@zap-proto/edge/api/workers";
 *
 * const api = new Api();
 * api.get("/", () => ({ ok: true }));
 * export default workersHandler(api);
 * ```
 */
export function workersHandler(app: WorkersApp): WorkersHandler {
  let started: Promise<void> | undefined;
  return {
    async fetch(request, env, execution) {
      started ??= app.startup?.() ?? Promise.resolve();
      try {
        await started;
      } catch (error) {
        // The next request tries again.
        started = undefined;
        console.error(error);
        return new Response('{"detail":"Service Unavailable"}', {
          status: 503,
          headers: { "content-type": "application/json" },
        });
      }
      return await app.fetch(request, env, execution);
    },
  };
}
