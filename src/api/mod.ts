/**
 * The API framework: typed routes on Hono, documented by what they declare.
 *
 * @module
 */

export { type AddRoute, Api, type ApiOptions, type IncludeOptions } from "./api.ts";
export { type ExecutionContext, RouteContext, type RouteInputs } from "./context.ts";
export { dep, Dependency, type DependencyOptions, resolve } from "./dependency.ts";
export { HttpError, type HttpErrorOptions, reasonPhrase, ValidationError } from "./http_error.ts";
export type { Issue } from "./issue.ts";
export { type ApiLimits, DEFAULT_LIMITS } from "./limits.ts";
export { html, json, noContent, redirect, Reply } from "./reply.ts";
export type { Handler, RouteOptions, RouteType } from "./route_options.ts";
export type { FixedResponse } from "./route_table.ts";
export { apiKey, basic, bearer, oauth2, Security, zapCap } from "./security.ts";
export type {
  AnySchema,
  InferInput,
  InferOutput,
  JsonSchema,
  Shape,
  StandardSchema,
} from "./standard_schema.ts";
export { text } from "./text.ts";
export { bool } from "./types/bool.ts";
export { conventions } from "./types/conventions.ts";
export { enumOf } from "./types/enum_of.ts";
export { base64, email, ipv4, ipv6, isoDate, isoDatetime, url, uuid } from "./types/formats.ts";
export { list } from "./types/list.ts";
export { float, int } from "./types/number.ts";
export { object } from "./types/object.ts";
export { Type } from "./types/type.ts";
