/** Compile-only: what `deno check` and `tsc` must infer. The assertions run when types are checked. */

import { test } from "node:test";
import { assertEquals } from "@std/assert";
import {
  bytesFixed,
  type Infer,
  type List,
  list,
  struct,
  type StructType,
  text,
  u32,
  u64,
} from "../../mod.ts";

import type { InferOutput, StandardJSONSchemaV1, StandardSchemaV1 } from "./standard_schema.ts";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true
  : false;
function expect<_T extends true>(): void {}

test("struct: types are inferred", () => {
  const User = struct("User", { Name: text });
  const Note = struct("Note", {
    id: u64,
    count: u32,
    tags: list(text),
    owner: bytesFixed(32),
    author: User,
    readers: list(User),
    text,
  });
  type Note = Infer<typeof Note>;
  expect<
    Equal<Note, {
      id: bigint;
      count: number;
      tags: string[];
      owner: Uint8Array;
      author: { name: string } | null;
      readers: { name: string }[];
      text: string;
    }>
  >();
  type View = ReturnType<typeof Note.view>;
  expect<Equal<View["tags"], List<string>>>();
  expect<Equal<View["author"]["name"], string>>();
  expect<Equal<View["text"], string>>();
  expect<Equal<View["isNull"], () => boolean>>();
  expect<Equal<Infer<typeof u64>, bigint>>();
  expect<Equal<Parameters<typeof Note.encode>[0]["tags"], readonly string[]>>();
  // @ts-expect-error: a field is missing
  (() => Note.encode({ id: 1n }));
});

test("struct: a view of a struct that contains itself has typed getters", () => {
  interface Tree {
    data: number;
    note: Uint8Array | null;
    parent: Tree | null;
    children: Tree[];
  }
  type View = ReturnType<StructType<Tree>["view"]>;
  expect<Equal<View["data"], number>>();
  expect<Equal<View["note"], Uint8Array>>();
  expect<Equal<View["parent"]["parent"]["data"], number>>();
  expect<
    Equal<View["children"] extends List<infer Child> ? Child["data" & keyof Child] : never, number>
  >();
  expect<Equal<View["isNull"], () => boolean>>();
  expect<Equal<ReturnType<StructType<Record<string, unknown>>["view"]>["data"], unknown>>();
});

test("struct: it is a Standard Schema, and a Standard JSON Schema, as published", () => {
  const User = struct("User", { name: text, id: u64 });
  const schema: StandardSchemaV1<unknown, Infer<typeof User>> = User;
  const json: StandardJSONSchemaV1<unknown, Infer<typeof User>> = User;
  expect<Equal<InferOutput<typeof User>, { name: string; id: bigint }>>();
  assertEquals(schema["~standard"].validate({ name: "Ada", id: "7" }), {
    value: { name: "Ada", id: 7n },
  });
  for (const convert of ["input", "output"] as const) {
    const draft = json["~standard"].jsonSchema[convert]({
      target: "draft-07",
      libraryOptions: {},
    });
    assertEquals(draft["$schema"], "http://json-schema.org/draft-07/schema#");
  }
});
