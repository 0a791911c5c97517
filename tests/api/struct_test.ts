/** `.zap` structs as schemas of routes: read and written by their JSON form. */

import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { Api, int, list, object } from "../../src/api/mod.ts";
import { client, type RoutesOf } from "../../src/api/client.ts";
import { parseSchema, structsOf } from "../../src/schema/mod.ts";
import * as zap from "../../src/schema/mod.ts";
import { assertValidDocument } from "./support/openapi.ts";

const Tag = zap.struct("Tag", { name: zap.text });
const Note = zap.struct("Note", {
  id: zap.u64,
  pages: zap.u8,
  data: zap.bytes,
  owner: zap.bytesFixed(2),
  tags: zap.list(Tag),
  first: Tag,
});
type Note = zap.Infer<typeof Note>;

const JSON_NOTE = {
  id: "18446744073709551615",
  pages: 3,
  data: "AQL/",
  owner: "AAE=",
  tags: [{ name: "red" }],
  first: { name: "blue" },
};
const NOTE: Note = {
  id: 18446744073709551615n,
  pages: 3,
  data: new Uint8Array([1, 2, 255]),
  owner: new Uint8Array([0, 1]),
  tags: [{ name: "red" }],
  first: { name: "blue" },
};

const sent = (value: unknown): RequestInit => ({
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify(value),
});

for (const development of [true, false]) {
  test(`a struct is read from JSON and written as JSON, development ${development}`, async () => {
    let seen: unknown;
    const api = new Api({ development }).post("/notes", {
      body: Note,
      response: { 200: Note },
    }, (c) => {
      seen = c.body;
      // What the struct does not have does not leave.
      return { ...c.body, secret: 1 };
    });
    const response = await api.request("/notes", sent(JSON_NOTE));
    assertEquals(response.status, 200);
    assertEquals(await response.json(), JSON_NOTE);
    assertEquals(seen, NOTE);
  });

  test(`structs within our own types are written as JSON, development ${development}`, async () => {
    const Page = object({ notes: list(Note), next: int().optional() });
    const api = new Api({ development });
    api.get("/notes", { response: { 200: Page } }, () => ({ notes: [NOTE] }));
    api.post("/notes", { body: Page, response: { 200: Page } }, (c) => c.body);
    assertEquals(await (await api.request("/notes")).json(), { notes: [JSON_NOTE] });
    const echoed = await api.request("/notes", sent({ notes: [JSON_NOTE], next: 1 }));
    assertEquals(await echoed.json(), { notes: [JSON_NOTE], next: 1 });
  });

  test(`an answer that a struct cannot say is a 500, told to the log only, development ${development}`, async () => {
    const told: unknown[] = [];
    const api = new Api({ development, log: (error) => told.push(String(error)) });
    api.get("/", { response: { 200: Note } }, () => ({ ...NOTE, pages: 256 }));
    const response = await api.request("/");
    assertEquals(response.status, 500);
    assertEquals(await response.json(), { detail: "Internal Server Error" });
    assertEquals(told, [
      "Error: Cannot answer GET /: the value does not fit its schema for 200: pages: 256 is no u8",
    ]);
  });
}

test("all that is wrong with a struct's JSON is told at once, with its place", async () => {
  const api = new Api().post("/notes", { body: Note }, () => null);
  const response = await api.request(
    "/notes",
    sent({ id: "-1", pages: 1.5, data: "?", owner: "", tags: [{ name: 1 }], first: null, more: 1 }),
  );
  assertEquals(response.status, 422);
  const { detail } = await response.json() as { detail: { type: string; loc: unknown[] }[] };
  assertEquals(detail.map(({ type, loc }) => [type, loc]), [
    ["range", ["body", "id"]],
    ["range", ["body", "pages"]],
    ["format", ["body", "data"]],
    ["length", ["body", "owner"]],
    ["type", ["body", "tags", 0, "name"]],
    ["type", ["body", "first"]],
    ["unknown", ["body", "more"]],
  ]);
  const empty = await api.request("/notes", sent({}));
  const { detail: missing } = await empty.json() as {
    detail: { type: string; loc: unknown[]; msg: string }[];
  };
  assertEquals(
    missing.map(({ type, loc }) => [type, loc]),
    ["id", "pages", "data", "owner", "tags", "first"].map((key) => ["missing", ["body", key]]),
  );
  const absent = await api.request("/notes", { method: "POST" });
  assertEquals(await absent.json(), {
    detail: [{ type: "missing", loc: ["body"], msg: "Field required" }],
  });
});

test("a struct reads a query by its JSON form", async () => {
  const Page = zap.struct("Page", { after: zap.u64, size: zap.u16, deep: zap.bool });
  let seen: unknown;
  const api = new Api().get("/", { query: Page }, (c) => {
    seen = c.query;
    return null;
  });
  assertEquals((await api.request("/?after=9007199254740993&size=20&deep=yes")).status, 200);
  assertEquals(seen, { after: 9007199254740993n, size: 20, deep: true });
  const { detail } = await (await api.request("/?after=x&deep=1")).json() as {
    detail: { type: string; loc: unknown[] }[];
  };
  assertEquals(detail.map(({ type, loc }) => [type, loc]), [
    ["format", ["query", "after"]],
    ["missing", ["query", "size"]],
  ]);
});

test("structs of a parsed schema are schemas too", async () => {
  const structs = structsOf(parseSchema(`package notes
struct Node {
  Id u64 @0
  Next Node @8
}
`));
  const Node = structs.get("Node")!;
  const api = new Api().post("/nodes", { body: Node, response: { 200: Node } }, (c) => c.body);
  const node = { id: "1", next: { id: "2", next: null } };
  const response = await api.request("/nodes", sent(node));
  assertEquals(await response.json(), node);
  const document = api.openapi();
  await assertValidDocument(document);
  assertEquals(Object.keys((document as Document).components.schemas), [
    "Node",
    "ValidationIssue",
    "ValidationError",
  ]);
});

// deno-lint-ignore no-explicit-any -- a document is read by path
type Document = any;

test("a struct is a component of the document, with those that it mentions", async () => {
  const api = new Api();
  api.post("/notes", { body: Note, response: { 200: list(Note) } }, () => []);
  api.post(
    "/tags",
    { body: Tag, response: { 200: object({ note: Note }) } },
    () => ({ note: NOTE }),
  );
  const Other = zap.struct("Tag", { label: zap.text });
  const Box = zap.struct("Box", { tag: Other });
  api.post("/boxes", { body: Box }, () => null);
  const document: Document = api.openapi();
  await assertValidDocument(document);
  const { $schema: _, $defs: __, ...schema } = Note.jsonSchema();
  const { schemas } = document.components;
  const text = JSON.stringify({ title: "Note", ...schema });
  assertEquals(schemas.Note, JSON.parse(text.replaceAll("#/$defs/", "#/components/schemas/")));
  assertEquals(schemas.Tag.properties, { name: { type: "string" } });
  assertEquals(schemas.Tag_2.properties, { label: { type: "string" } });
  assertEquals(schemas.Box.properties, { tag: { $ref: "#/components/schemas/Tag_2" } });
  const { post } = document.paths["/notes"];
  const reference = { $ref: "#/components/schemas/Note" };
  assertEquals(post.requestBody.content["application/json"].schema, reference);
  assertEquals(post.responses[200].content["application/json"].schema, {
    type: "array",
    items: reference,
  });
});

test("the handler has the struct's types, the client those of its JSON form", async () => {
  const api = new Api().post("/notes", { body: Note, response: { 200: Note } }, (c) => {
    const id: bigint = c.body.id;
    const data: Uint8Array = c.body.data;
    return { ...c.body, id, data };
  });
  const notes = client<RoutesOf<typeof api>>("http://localhost", { fetch: api.fetch });
  const note = await notes.post("/notes", { body: JSON_NOTE });
  const id: string = note.id;
  const name: string | undefined = note.first?.name;
  assertEquals([id, name, note.data], [JSON_NOTE.id, "blue", JSON_NOTE.data]);
  // @ts-expect-error -- JSON has no bigint
  const wrong = () => notes.post("/notes", { body: { ...JSON_NOTE, id: 1n } });
  void wrong;
  // @ts-expect-error -- the id is a bigint
  new Api().get("/", { response: { 200: Note } }, () => ({ ...NOTE, id: "1" }));
});
