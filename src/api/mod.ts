/**
 * The API framework: typed routes on Hono, documented by what they declare.
 *
 * @module
 */

import { type FileHelper, fileHelper } from "./file.ts";
import type { FileSource } from "./file_source.ts";
import { makeResponsesBy } from "./json_response.ts";
import { quickJson, textResponse } from "../runtime/text_response.ts";

makeResponsesBy(textResponse, quickJson);

/** The machine's files. What opens them is loaded with the first one: an app at the edge has none. */
const machineFiles: FileSource = {
  open: async (path, root) => (await import("../runtime/files.ts")).machineFiles.open(path, root),
};

export { type AddRoute, type AnyApi, Api } from "./api.ts";
export type { AnyHono, HonoApp, HonoContext, Middleware, WebSocketEvents } from "./hono_types.ts";
export type { ApiOptions, IncludeOptions } from "./api_options.ts";
export {
  type ContextHost,
  type ExecutionContext,
  type MatchedParams,
  type PendingInput,
  RouteContext,
  type RouteInfo,
  type RouteInputs,
} from "./context.ts";
export {
  type CookieOptions,
  deleteCookie,
  getCookie,
  getSignedCookie,
  setCookie,
  setSignedCookie,
} from "./cookie.ts";
export { dep, Dependency, type DependencyOptions, type Provided, resolve } from "./dependency.ts";
export { type FileHelper, fileHelper } from "./file.ts";
export type { FileOptions } from "./file_options.ts";
export type { FileSource, OpenFile } from "./file_source.ts";
export { formParts } from "./form.ts";
export { HttpError, type HttpErrorOptions, reasonPhrase, ValidationError } from "./http_error.ts";
export type { Issue } from "./issue.ts";
export { type ApiLimits, DEFAULT_LIMITS } from "./limits.ts";
export { llm, type LlmOptions, LlmWriter } from "./llm.ts";
export type { FormPart } from "./multipart.ts";
export type { ReplyHeaders } from "./header.ts";
export { type Answer, html, json, noContent, redirect, Reply } from "./reply.ts";
export type {
  AnswerOf,
  CallOf,
  Handler,
  InputsOf,
  PlaceInput,
  PlaceOutput,
  Prefixed,
  PrefixedCall,
  ResultOf,
  RouteOptions,
  RouteType,
  StatusOf,
  SuccessStatus,
} from "./route_options.ts";
export type { StaticBody, StaticOptions } from "./static.ts";
export type { PathNames, PathParams, SegmentName } from "./path_template.ts";
export type { FixedResponse } from "./route_table.ts";
export {
  type Refusal,
  Security,
  type SecurityDocument,
  type SecurityOptions,
  type Verify,
} from "./security.ts";
export { apiKey, type ApiKeyOptions } from "./security_api_key.ts";
export { basic, type BasicCredential, type BasicOptions } from "./security_basic.ts";
export { bearer, type BearerOptions } from "./security_bearer.ts";
export { oauth2, type OAuth2Flow, type OAuth2Options, type Scoped } from "./security_oauth2.ts";
export { type CapRequest, zapCap, type ZapCapOptions } from "./security_zap_cap.ts";
export { type ServerSentEvent, sse, type SseOptions, SseWriter } from "./sse.ts";
export { stream, type StreamOptions, StreamWriter } from "./stream.ts";
export type {
  AnySchema,
  Flat,
  InferInput,
  InferOutput,
  JsonSchema,
  JsonSchemaOptions,
  Shape,
  ShapeInput,
  ShapeOutput,
  StandardIssue,
  StandardJsonSchema,
  StandardProps,
  StandardResult,
  StandardSchema,
} from "./standard_schema.ts";
export type { TextOptions } from "./types/text.ts";
export { text } from "./text.ts";
export { bool } from "./types/bool.ts";
export { INVALID, type Invalid } from "./issue.ts";
export { conventions } from "./types/conventions.ts";
export { enumOf } from "./types/enum_of.ts";
export {
  base64,
  type DatetimeForms,
  email,
  ipv4,
  ipv6,
  isoDate,
  isoDatetime,
  url,
  uuid,
} from "./types/formats.ts";
export { list, type ListForms, type ListOptions } from "./types/list.ts";
export { float, type FloatOptions, int, type IntOptions } from "./types/number.ts";
export {
  object,
  type ObjectOptions,
  ObjectType,
  type ShapeForm,
  type ShapeForms,
} from "./types/object.ts";
export type {
  AnswerInput,
  FormsOf,
  JsonForm,
  ReceivedOutput,
  SentInput,
  StructLike,
} from "./types/struct.ts";
export { upload, type UploadOptions } from "./types/upload.ts";
export { type Forms, type FormsOr, type PlainForms, Type } from "./types/type.ts";
export {
  type AcceptUpgrade,
  createUpgradeWebSocket,
  type UpgradedSocket,
  type UpgradedSocketHandlers,
  type UpgradeHelper,
} from "./upgrade_websocket.ts";

/**
 * Answers with a file of the machine: conditional requests and ranges, 404 for one that is not there
 * or leaves `root`.
 *
 * @param path The path; with `root`, below that.
 * @param options How it is sent.
 * @returns The reply.
 * @throws {TypeError} For an option that is not known.
 * @example
 * ```ts
 * import { Api, file } from "@zap-proto/edge/api";
 *
 * new Api().get("/assets/*path", (c) => file(c.path.path, { root: "public", maxAge: 3600 }));
 * ```
 */
export const file: FileHelper = fileHelper(machineFiles);
