/** OpenAPI 3.1 of an interface (spec: schema.md, "OpenAPI 3.1"). */

import type { Interface, Method, Schema, Struct } from "../schema/model.ts";
import { type JsonSchema, mentionedBy, structSchema } from "../schema/json_schema.ts";
import { structsOf } from "../schema/from_schema.ts";
import { kebab, lowerFirst, methodPath } from "../schema/names.ts";
import type { AnyStruct } from "../schema/struct.ts";

/** An OpenAPI document: plain JSON. */
export type OpenApiDocument = Record<string, unknown>;

/** A generated file. */
export interface GeneratedFile {
  /** Its name, without a folder. */
  readonly name: string;
  /** Its whole text. */
  readonly text: string;
}

/** Where schemas stand in a document. */
const SCHEMAS = "#/components/schemas/";

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
  const schemas: Record<string, JsonSchema> = {};
  for (const [name, { model, plan }] of reachedStructs(schema, service)) {
    schemas[name] = documented(structSchema(plan, SCHEMAS), model);
  }
  const paths: Record<string, unknown> = {};
  for (const method of service.methods) {
    paths[methodPath(service.name, method.name)] = { post: operation(service, method) };
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
  return { "application/json": { schema: { $ref: SCHEMAS + struct } } };
}

/** Adds the docs of a struct and of its fields. */
function documented(schema: JsonSchema, { doc, fields }: Struct): JsonSchema {
  const properties = schema.properties as Record<string, JsonSchema>;
  for (const field of fields) {
    const property = properties[lowerFirst(field.name)]!;
    if (field.doc !== undefined) property.description = field.doc;
  }
  return doc === undefined ? schema : { description: doc, ...schema };
}

/** The structs that an interface's methods reach, by name, sorted. */
function reachedStructs(schema: Schema, service: Interface): [string, AnyStruct][] {
  const types = structsOf(schema);
  const reached = new Set<string>();
  for (const param of service.methods.flatMap(({ param, result }) => [param, result])) {
    if (!param || reached.has(param.struct)) continue;
    reached.add(param.struct);
    for (const name of mentionedBy(types.get(param.struct)!.plan).keys()) reached.add(name);
  }
  return [...reached].sort().map((name) => [name, types.get(name)!]);
}
