/** Against the generator of `@zap-proto/zap`: the same documents, the same bytes. */

import { test } from "node:test";
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath, pathToFileURL } from "node:url";
import fc from "fast-check";
import { assertEquals, assertGreater } from "@std/assert";
import { openApiFiles } from "../../src/gen/openapi.ts";
import { parseSchema } from "../../src/schema/parser/parse_schema.ts";
import { arbitrarySchema, schemaText } from "../schema/arbitrary_schema.ts";
import { importGenerated } from "./generated_module.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Runs the reference's zapgen on a schema; `use` gets the folder with what it wrote. */
async function reference<T>(
  text: string,
  emit: string,
  use: (folder: string) => T | Promise<T>,
): Promise<T> {
  const folder = `${root}.build/reference-${process.pid}-${count++}`;
  mkdirSync(folder, { recursive: true });
  try {
    writeFileSync(`${folder}/m.zap`, text);
    const zapgen = `${root}node_modules/@zap-proto/zap/dist/bin/zapgen.mjs`;
    execFileSync("node", [zapgen, `--emit=${emit}`, `${folder}/m.zap`]);
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

let count = 0;

/** The document without descriptions, which are each generator's own words. */
function withoutWords(document: string): unknown {
  return JSON.parse(document, (_, value) => {
    if (typeof value === "object" && value !== null) delete value.description;
    return value;
  });
}

function documents(folder: string): Map<string, unknown> {
  const names = readdirSync(folder).filter((name) => name.endsWith(".json")).sort();
  return new Map(
    names.map((name) => [name, withoutWords(readFileSync(`${folder}/${name}`, "utf8"))]),
  );
}

test("OpenAPI documents are the reference's, for random schemas", async () => {
  // Its parser knows no dots in names. A struct that contains itself is another story: its document
  // has no finite JSON, ours allows null there.
  const schemas = fc.sample(arbitrarySchema, 200).filter(({ structs, interfaces }) =>
    interfaces.length > 0 &&
    structs.every(({ name, fields }) =>
      !name.includes(".") && fields.every(({ type }) => type.kind !== "struct")
    )
  ).slice(0, 15);
  assertGreater(schemas.length, 5);
  for (const schema of schemas) {
    const text = "# @openapi:version 4.5\n" + schemaText(schema, true);
    const ours = openApiFiles(parseSchema(text), "m").map(({ name, text }) =>
      [name, withoutWords(text)] as const
    );
    assertEquals(new Map(ours), await reference(text, "openapi", documents));
  }
});

test("names of files, paths and operations are the reference's", async () => {
  const text = `package p
struct A { X u8 @0 }
interface HTTPServer { getAll(in: A) returns (out: A) get_one() URLPath(a: A) toJSON() }
interface noteBook2 { x2Y() ABC() parseHTTP2Frame() }
`;
  const ours = openApiFiles(parseSchema(text), "m").map(({ name, text }) =>
    [name, withoutWords(text)] as const
  ).sort(([a], [b]) => a < b ? -1 : 1);
  assertEquals(new Map(ours), await reference(text, "openapi", documents));
});

test("generated code writes the bytes of the reference's generated code", async () => {
  const text = `package p
struct Everything {
  A bool @0
  B u8 @1
  C u16 @2
  D u32 @4
  E u64 @8
  F i8 @16
  G i16 @18
  H i32 @20
  I i64 @24
  J f32 @32
  K f64 @40
  L text @48
  M bytes @56
  N bytes_fixed[7] @64
  O list<bytes> @72
  P text @90
  Q list<bytes> @80
}
`;
  const value = {
    ...{ a: true, b: 255, c: 65535, d: 4294967295, e: 2n ** 64n - 1n, f: -128, g: -32768 },
    ...{ h: -2147483648, i: -(2n ** 63n), j: 1.5, k: Math.PI, l: "Zoë 日本 \u{1f600}" },
    ...{ m: new Uint8Array([1, 2, 3]), n: new Uint8Array(7).fill(9), p: "last" },
    ...{ o: [new Uint8Array([4]), new Uint8Array(0), new Uint8Array(9).fill(5)], q: [] },
  };
  const [module] = await importGenerated([parseSchema(text)]);
  const bytes = new Uint8Array(module!.newEverything(value));
  await reference(text, "ts", async (folder) => {
    const theirs = await import(pathToFileURL(`${folder}/m_zap.ts`).href);
    assertEquals(bytes, new Uint8Array(theirs.newEverything(value)));
    const view = theirs.Everything.wrap(bytes);
    assertEquals([view.l, view.e, view.p], [value.l, value.e, value.p]);
  });
});
