/** Hono's types under names of our own, so that what is documented here is complete by itself. @module */

/** Hono's app. */
export type HonoApp = InstanceType<typeof import("hono")["Hono"]>;

/** Hono's context. */
export type HonoContext = InstanceType<typeof import("hono")["Context"]>;

/** Hono's middleware. */
export type Middleware = (
  c: HonoContext,
  next: () => Promise<void>,
  // deno-lint-ignore no-explicit-any -- as Hono's own: a response of any type, or none
) => Promise<any>;

/** Handlers of a WebSocket's events. */
export type WebSocketEvents = Parameters<
  Parameters<typeof import("hono/ws")["defineWebSocketHelper"]>[0]
>[1];

/** A Hono app of any environment: what tells it from other objects. */
export interface AnyHono {
  /** Its routes. */
  readonly routes: readonly { readonly path: string; readonly method: string }[];
  /** Its base path. */
  basePath(path: string): unknown;
}
