import { compact } from "./compact.ts";
import { reasonPhrase } from "./http_error.ts";
import type { ParamSet } from "./param_set.ts";
import { Components, toComponent } from "./openapi_components.ts";
import type { Route } from "./route.ts";
import type { RouteOptions } from "./route_options.ts";
import type { PlacedRoute } from "./route_table.ts";
import type { JsonSchema } from "./standard_schema.ts";
import { responseSchema } from "./types/to_type.ts";
import { ANY_FILE } from "./types/upload.ts";

/** What the document says of the API as a whole. */
export interface DocumentInfo {
  /** Title of the API. Default `API`. */
  readonly title?: string;
  /** Version of the API. Default `0.1.0`. */
  readonly version?: string;
  /** What the API is for, in Markdown. */
  readonly description?: string;
  /** Where it is served. */
  readonly servers?: readonly {
    readonly url: string;
    readonly description?: string;
  }[];
}

/** Methods that a path item of OpenAPI 3.1 has. */
const METHODS: readonly string[] = [
  "GET",
  "PUT",
  "POST",
  "DELETE",
  "OPTIONS",
  "HEAD",
  "PATCH",
  "TRACE",
];

/**
 * The OpenAPI 3.1 document of an app's routes.
 *
 * @param info What it says of the API as a whole.
 * @param routes The routes.
 * @returns The document.
 * @throws {TypeError} If two operations have one `name`.
 */
export function openApiDocument(
  info: DocumentInfo,
  routes: readonly PlacedRoute[],
): JsonSchema {
  const paths: Record<string, Record<string, JsonSchema>> = {};
  const components = new Components();
  const ids = new OperationIds(routes);
  for (const placed of routes) {
    if (placed.isOwn) continue;
    const methods = placed.method === "ALL"
      ? METHODS.filter((m) => m !== "TRACE")
      : [placed.method];
    for (const method of methods) {
      // OpenAPI 3.1 has no place for other methods.
      if (!METHODS.includes(method)) continue;
      const item = paths[placed.openapiPath] ??= {};
      item[method.toLowerCase()] ??= operation(placed, method, components, ids);
    }
  }
  const { title = "API", version = "0.1.0", description, servers } = info;
  return compact({
    openapi: "3.1.0",
    info: compact({ title, version, description }),
    servers,
    paths,
    components: components.toJson(),
  });
}

function operation(
  placed: PlacedRoute,
  method: string,
  components: Components,
  ids: OperationIds,
): JsonSchema {
  const { route } = placed;
  const { summary, description, deprecated } = route.options;
  const tags = [...placed.tags, ...route.options.tags ?? []];
  const parameters = parametersOf(placed, components);
  const body = requestBody(route, components);
  const needed: Record<string, readonly string[]> = {};
  for (const { document } of route.security) {
    const scheme = components.addSecurity(document.name, document.scheme);
    needed[scheme] = [...new Set([...needed[scheme] ?? [], ...document.scopes])];
  }
  return compact({
    operationId: ids.of(placed, method),
    tags: [...new Set(tags)],
    summary,
    description,
    deprecated: deprecated || undefined,
    parameters,
    requestBody: body,
    responses: responsesOf(
      route,
      parameters.length > 0 || body !== undefined,
      components,
    ),
    // One object with all schemes: all of them are needed.
    security: route.security.length === 0 ? undefined : [needed],
  });
}

const PLACES = [["path", "path"], ["query", "query"], ["headers", "header"], [
  "cookies",
  "cookie",
]] as const;

function parametersOf(
  placed: PlacedRoute,
  components: Components,
): JsonSchema[] {
  const { route } = placed;
  const out: JsonSchema[] = [];
  const declared = new Set<string>();
  for (const [option, place] of PLACES) {
    const set = route.inputs[option];
    if (set === undefined) continue;
    const whole = set.whole?.jsonSchema();
    const properties = whole?.["properties"] as
      | Record<string, JsonSchema>
      | undefined;
    const required = (whole?.["required"] ?? []) as string[];
    for (const { key, name, type } of set.params) {
      if (place === "path") declared.add(name);
      const schema = properties?.[key] ?? type.jsonSchema();
      const needed = whole === undefined ? !type.isOptional : required.includes(key);
      const { description, ...rest } = schema;
      // A repeated key is one value each; a list in a header is separated by commas.
      const isRepeated = type.repeats && place === "query" || undefined;
      out.push(compact({
        name,
        in: place,
        required: place === "path" ? true : needed,
        description,
        schema: toComponent(rest, components),
        style: isRepeated && "form",
        explode: isRepeated,
      }));
    }
  }
  for (const [, name] of placed.openapiPath.matchAll(/\{([^}]+)\}/g)) {
    if (declared.has(name!)) continue;
    out.push({
      name: name!,
      in: "path",
      required: true,
      schema: { type: "string" },
    });
  }
  return out;
}

function requestBody(
  route: Route,
  components: Components,
): JsonSchema | undefined {
  if (route.body !== undefined) {
    const { type } = route.body;
    const schema = toComponent(type.jsonSchema(), components);
    return {
      required: !type.isOptional,
      content: { "application/json": { schema } },
    };
  }
  const form = route.inputs.form;
  if (form === undefined) return undefined;
  const schema = toComponent(formSchema(form), components);
  const files = JSON.stringify(formSchema(form)).includes('"format":"binary"');
  return {
    required: true,
    content: {
      "multipart/form-data": compact({ schema, encoding: encodingOf(form) }),
      ...(files ? {} : { "application/x-www-form-urlencoded": { schema } }),
    },
  };
}

/** What files of a form may be, where that is not anything. */
function encodingOf({ params }: ParamSet): JsonSchema | undefined {
  const encoding: JsonSchema = {};
  for (const { name, type } of params) {
    const schema = type.jsonSchema();
    const { contentMediaType: contentType } = (schema["items"] ?? schema) as JsonSchema;
    if ((contentType ?? ANY_FILE) !== ANY_FILE) encoding[name] = { contentType };
  }
  return Object.keys(encoding).length === 0 ? undefined : encoding;
}

function formSchema(form: ParamSet): JsonSchema {
  if (form.whole !== undefined) return form.whole.jsonSchema();
  const required = form.params.filter(({ type }) => !type.isOptional).map((
    { name },
  ) => name);
  return compact({
    type: "object",
    properties: Object.fromEntries(
      form.params.map(({ name, type }) => [name, type.jsonSchema()]),
    ),
    required,
  });
}

function responsesOf(
  route: Route,
  hasInput: boolean,
  components: Components,
): JsonSchema {
  const out: Record<string, JsonSchema> = {};
  for (const [status, type] of route.responses?.types ?? []) {
    const schema = toComponent(responseSchema(type), components);
    out[status] = {
      description: reasonPhrase(status),
      content: { "application/json": { schema } },
    };
  }
  const status = route.status ?? 200;
  out[status] ??= { description: reasonPhrase(status) };
  if (route.security.length > 0) {
    out[401] ??= { description: reasonPhrase(401) };
    out[403] ??= { description: reasonPhrase(403) };
  }
  if (hasInput) {
    out[422] ??= {
      description: reasonPhrase(422),
      content: {
        "application/json": {
          schema: toComponent(VALIDATION_ERROR, components),
        },
      },
    };
  }
  return out;
}

const ISSUE: JsonSchema = {
  title: "ValidationIssue",
  type: "object",
  properties: {
    type: { type: "string" },
    loc: { type: "array", items: { type: ["string", "integer"] } },
    msg: { type: "string" },
    input: {},
  },
  required: ["type", "loc", "msg"],
};

const VALIDATION_ERROR: JsonSchema = {
  title: "ValidationError",
  type: "object",
  properties: { detail: { type: "array", items: ISSUE } },
  required: ["detail"],
};

/** Hands out operationIds, no two the same: `get_users_user_id`. */
class OperationIds {
  readonly #used: Set<string> = new Set();

  /** Routes that stand for several operations: for all methods, or at two places. */
  readonly #many: Set<RouteOptions> = new Set();

  constructor(routes: readonly PlacedRoute[]) {
    const named = new Map<string, RouteOptions>();
    for (const { route: { options }, method } of routes) {
      const { name } = options;
      if (name === undefined) continue;
      const other = named.get(name);
      if (other !== undefined && other !== options) {
        throw new TypeError(
          `Cannot write the document: two operations are named "${name}"`,
        );
      }
      if (other === options || method === "ALL") this.#many.add(options);
      named.set(name, options);
    }
    for (const name of named.keys()) this.#used.add(name);
  }

  of({ route, openapiPath }: PlacedRoute, method: string): string {
    const { name } = route.options;
    if (name !== undefined && !this.#many.has(route.options)) return name;
    const words = `${method} ${name ?? openapiPath}`.toLowerCase().match(/[a-z0-9_]+/g)!;
    const base = words.join("_");
    let id = base;
    for (let n = 2; this.#used.has(id); n++) id = `${base}_${n}`;
    this.#used.add(id);
    return id;
  }
}
