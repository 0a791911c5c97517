import type { HonoContext, Middleware, WebSocketEvents } from "./hono_types.ts";
import type { RouteContext } from "./context.ts";
import type { ApiLimits } from "./limits.ts";
import type { Answer } from "./reply.ts";

/** What an app is told about itself. */
export interface ApiOptions {
  /** The document's title. Default `API`. */
  readonly title?: string;
  /** The document's version of the API. Default `0.1.0`. */
  readonly version?: string;
  /** Markdown for the document. */
  readonly description?: string;
  /** Where the API is served, for the document. */
  readonly servers?: readonly {
    readonly url: string;
    readonly description?: string;
  }[];
  /** Path of the interactive page; `null` for none. Default `/docs`. */
  readonly docsUrl?: string | null;
  /** Path of the OpenAPI document; `null` for none, and then no page either. Default `/openapi.json`. */
  readonly openapiUrl?: string | null;
  /** Answers an error instead of `{"detail": …}`; `undefined` leaves it to that. */
  readonly onError?: (
    error: Error,
    c: RouteContext,
  ) => Answer | undefined | Promise<Answer | undefined>;
  /** Answers a request that no route matches, instead of the 404. */
  readonly notFound?: (c: RouteContext) => Answer | Promise<Answer>;
  /** Whether responses are checked against their schemas, or only filtered by them. Default `true`. */
  readonly development?: boolean;
  /** Limits other than the defaults. */
  readonly limits?: Partial<ApiLimits>;
  /** Upgrades to WebSocket: `createUpgradeWebSocket(acceptWebSocket)` on this project's server, Hono's elsewhere. */
  readonly upgradeWebSocket?: (
    events: (c: HonoContext) => WebSocketEvents | Promise<WebSocketEvents>,
  ) => unknown;
  /** Told of unknown errors and failed tasks. Default: the console. */
  readonly log?: (error: unknown, fields: Record<string, unknown>) => void;
}

/** Every key of {@linkcode ApiOptions}. */
export const API_OPTION_KEYS: readonly string[] = [
  "title",
  "version",
  "description",
  "servers",
  "docsUrl",
  "openapiUrl",
  "onError",
  "notFound",
  "development",
  "limits",
  "upgradeWebSocket",
  "log",
];

/** How a router is included. */
export interface IncludeOptions {
  /** Tags of all its operations, before their own. */
  readonly tags?: readonly string[];
  /** Middleware around all its routes. */
  readonly middleware?: readonly Middleware[];
}
