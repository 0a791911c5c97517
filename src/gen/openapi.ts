/** OpenAPI 3.1 of an interface (spec: schema.md, "OpenAPI 3.1"). */

import type { Interface, Method, Schema, Type } from "../schema/model.ts";
import { kebab, lowerFirst } from "../schema/names.ts";
import { type JsonSchema, structJsonSchema } from "./json_schema.ts";

/** An OpenAPI document: plain JSON. */
export type OpenApiDocument = Record<string, unknown>;

/** A generated file. */
export interface GeneratedFile {
  /** Its name, without a folder. */
  readonly name: string;
  /** Its whole text. */
  readonly text: string;
}

const ERRORS: Readonly<Record<string, { readonly description: string }>> = {
  "400": { description: "Bad request: the body does not fit its schema" },
  "401": { description: "Unauthorized: credentials are missing or invalid" },
  "403": { description: "Forbidden: the credentials do not permit this" },
  "404": { description: "Not found" },
  "500": { description: "Internal error" },
};

/**
 * The OpenAPI files of a schema: one document an interface.
 *
 * @param schema The schema.
 * @param base The schema file's name without `.zap`, which begins the files' names.
 * @returns No file if the schema has no interface.
 */
export function openApiFiles(schema: Schema, base: string): GeneratedFile[] {
  const several = schema.interfaces.length > 1;
  return schema.interfaces.map((service) => ({
    name: several ? `${base}.${kebab(service.name)}.openapi.json` : `${base}.openapi.json`,
    text: JSON.stringify(openApiDocument(schema, service), null, 2) + "\n",
  }));
}

/**
 * The OpenAPI document of one interface: each method a `POST`, and the structs it reaches.
 *
 * @example
 * ```ts
 * import { openApiDocument, parseSchema } from "@zap-proto/edge";
 *
 * const schema = parseSchema("package p\nstruct A\n  X u8\ninterface Notes\n  create(a: A)\n");
 * const document = openApiDocument(schema, schema.interfaces[0]!);
 * console.log(Object.keys(document.paths as object)); // ["/notes/create"]
 * ```
 */
export function openApiDocument(schema: Schema, service: Interface): OpenApiDocument {
  const structs = new Map(schema.structs.map((struct) => [struct.name, struct]));
  const schemas: Record<string, JsonSchema> = {};
  for (const name of reachedStructs(schema, service)) {
    schemas[name] = structJsonSchema(structs.get(name)!, refTo);
  }
  const paths: Record<string, unknown> = {};
  for (const method of service.methods) {
    paths[methodPath(service, method)] = { post: operation(service, method) };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: service.name,
      ...(service.doc !== undefined && { description: service.doc }),
      version: schema.version ?? "1.0.0",
    },
    ...(schema.servers.length > 0 && { servers: schema.servers.map((url) => ({ url })) }),
    paths,
    components: { schemas },
  };
}

/** The HTTP path of a method: `/<service-kebab>/<method-kebab>`. */
export function methodPath(service: Interface, method: Method): string {
  return `/${kebab(service.name)}/${kebab(method.name)}`;
}

function operation(service: Interface, method: Method): Record<string, unknown> {
  const { name, param, result, doc } = method;
  return {
    operationId: `${lowerFirst(service.name)}.${name}`,
    ...(doc !== undefined && { description: doc }),
    ...(param && { requestBody: { required: true, content: jsonContent(param.struct) } }),
    responses: {
      "200": result
        ? { description: "OK", content: jsonContent(result.struct) }
        : { description: "OK, without a body" },
      ...ERRORS,
    },
  };
}

function jsonContent(struct: string): Record<string, unknown> {
  return { "application/json": { schema: { $ref: refTo(struct) } } };
}

function refTo(struct: string): string {
  return `#/components/schemas/${struct}`;
}

/** Names of the structs that an interface's methods reach, sorted. */
function reachedStructs(schema: Schema, service: Interface): string[] {
  const structs = new Map(schema.structs.map((struct) => [struct.name, struct]));
  const reached = new Set<string>();
  const open = service.methods.flatMap(({ param, result }) => [param, result])
    .flatMap((param) => param ? [param.struct] : []);
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (reached.has(name)) continue;
    reached.add(name);
    for (const { type } of structs.get(name)!.fields) open.push(...structsOf(type));
  }
  return [...reached].sort();
}

function structsOf(type: Type): string[] {
  if (type.kind === "list") return structsOf(type.of);
  return type.kind === "struct" ? [type.name] : [];
}
