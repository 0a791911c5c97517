import { test } from "node:test";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { Validator } from "@seriousme/openapi-schema-validator";
import { assertEquals } from "@std/assert";
import { openApiDocument, openApiFiles } from "../../src/gen/openapi.ts";
import { parseSchema } from "../../src/schema/parser/parse_schema.ts";
import { arbitrarySchema } from "../schema/arbitrary_schema.ts";

function fixture(name: string): string {
  return readFileSync(new URL(`../fixtures/${name}`, import.meta.url), "utf8");
}

async function assertValid(document: unknown): Promise<void> {
  // The official JSON Schema of OpenAPI 3.1, by version of the document.
  const { valid, errors } = await new Validator().validate(
    structuredClone(document) as Record<string, unknown>,
  );
  assertEquals(errors ?? [], []);
  assertEquals(valid, true);
}

test("files: one a schema, or one an interface where there are several", () => {
  const names = (text: string): string[] =>
    openApiFiles(parseSchema(`package p\n${text}`), "a.b").map(({ name }) => name);
  assertEquals(names("struct A\n  X u8\n"), []);
  assertEquals(names("interface Notes\n  ping()\n"), ["a.b.openapi.json"]);
  assertEquals(names("interface HTTPServer\n  ping()\ninterface Echo.Req\n  ping()\n"), [
    "a.b.http-server.openapi.json",
    "a.b.echo-req.openapi.json",
  ]);
});

for (const base of ["notes", "rules"]) {
  test(`the documents of ${base}.zap are the committed ones, and valid OpenAPI 3.1`, async () => {
    for (const { name, text } of openApiFiles(parseSchema(fixture(`${base}.zap`)), base)) {
      assertEquals(text, fixture(name));
      await assertValid(JSON.parse(text));
    }
  });
}

test("the validator refuses what is not OpenAPI", async () => {
  const [file] = openApiFiles(parseSchema(fixture("notes.zap")), "notes");
  const broken = JSON.parse(file!.text.replace('"responses"', '"answers"'));
  assertEquals((await new Validator().validate(broken)).valid, false);
});

test("the document of the specification's example", () => {
  const schema = parseSchema(fixture("notes.zap"));
  const document = openApiDocument(schema, schema.interfaces[0]!);
  const ref = (name: string) => ({
    "application/json": { schema: { $ref: `#/components/schemas/${name}` } },
  });
  // deno-lint-ignore no-explicit-any
  const { paths, info, servers, components } = document as any;
  assertEquals(info, { title: "Notes", description: "Keeps notes.", version: "1.2.0" });
  assertEquals(servers, [{ url: "https://api.example.com/v1" }]);
  assertEquals(Object.keys(paths), ["/notes/create", "/notes/list", "/notes/touch"]);
  const [create, list, touch] = ["create", "list", "touch"].map((name) =>
    paths[`/notes/${name}`].post
  );
  assertEquals(create.operationId, "notes.create");
  assertEquals(create.requestBody, { required: true, content: ref("Note") });
  assertEquals(create.responses["200"].content, ref("Note"));
  assertEquals("requestBody" in list, false);
  assertEquals("content" in touch.responses["200"], false);
  for (const { responses } of [create, list, touch]) {
    assertEquals(Object.keys(responses), ["200", "400", "401", "403", "404", "500"]);
  }
  assertEquals(Object.keys(components.schemas), ["Note", "NotePage"]);
  assertEquals(components.schemas.Note, {
    description: "A note, with its owner's id.",
    type: "object",
    properties: {
      id: { type: "string", format: "int64", description: "name type @byteOffset" },
      title: { type: "string" },
      tags: { type: "array", items: { type: "string" } },
      owner: { type: "string", format: "byte", minLength: 44, maxLength: 44 },
    },
    required: ["id", "title", "tags", "owner"],
    additionalProperties: false,
  });
});

test("each type has the schema of the specification's table", () => {
  const schema = parseSchema(fixture("rules.zap"));
  const service = schema.interfaces.find(({ name }) => name === "Tree.Service")!;
  // deno-lint-ignore no-explicit-any
  const { schemas } = openApiDocument(schema, service).components as any;
  const { properties } = schemas.Everything;
  assertEquals(properties, {
    bool: { type: "boolean" },
    u8: { type: "integer", format: "uint8", minimum: 0, maximum: 255 },
    u16: { type: "integer", format: "uint16", minimum: 0, maximum: 65535 },
    u32: { type: "integer", format: "uint32", minimum: 0, maximum: 4294967295 },
    u64: { type: "string", format: "int64" },
    i8: { type: "integer", format: "int8", minimum: -128, maximum: 127 },
    i16: { type: "integer", format: "int16", minimum: -32768, maximum: 32767 },
    i32: { type: "integer", format: "int32" },
    i64: { type: "string", format: "int64" },
    f32: { type: "number", format: "float" },
    f64: { type: "number", format: "double" },
    text: { type: "string" },
    bytes: { type: "string", format: "byte" },
    fixed: { type: "string", format: "byte", minLength: 8, maxLength: 8 },
    alias: { type: "string", format: "byte", minLength: 44, maxLength: 44 },
    struct: { $ref: "#/components/schemas/Tree.Leaf" },
  });
  assertEquals(schemas.Lists.properties.u64s, {
    type: "array",
    items: { type: "string", format: "int64" },
  });
  assertEquals(schemas.Lists.properties.leaves.items, { $ref: "#/components/schemas/Tree.Leaf" });
  // Reached: through parameters, results, fields and lists; nothing else.
  assertEquals(Object.keys(schemas), [
    "Cursor",
    "Everything",
    "Lists",
    "Message",
    "MessageInput",
    "Names",
    "Placed",
    "Promise",
    "Tree.Leaf",
    "Tree.Node",
    "value",
  ]);
});

test("without directives the version is 1.0.0 and there are no servers", () => {
  const schema = parseSchema("package p\ninterface I\n  ping()\n");
  const document = openApiDocument(schema, schema.interfaces[0]!);
  assertEquals(document.info, { title: "I", version: "1.0.0" });
  assertEquals("servers" in document, false);
});

test("documents of random schemas are valid OpenAPI 3.1", async () => {
  const services = arbitrarySchema.filter(({ interfaces }) => interfaces.length > 0);
  await fc.assert(
    fc.asyncProperty(services, async (schema) => {
      await assertValid(openApiDocument(schema, schema.interfaces[0]!));
    }),
    { numRuns: 50 },
  );
});
