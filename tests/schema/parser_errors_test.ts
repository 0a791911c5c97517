import { test } from "node:test";
import { assert, assertEquals, assertGreaterOrEqual, assertThrows } from "@std/assert";
import { checkSchema, parseSchema } from "../../src/schema/parser/parse_schema.ts";
import { PARSER_LIMITS } from "../../src/schema/parser/limits.ts";
import { SchemaError } from "../../src/schema/parser/problems.ts";
import { BAD_SCHEMAS } from "./bad_schemas.ts";

test("the table of bad schemas holds at least sixty, each once", () => {
  assertGreaterOrEqual(BAD_SCHEMAS.length, 60);
  assertEquals(new Set(BAD_SCHEMAS.map(({ text }) => text)).size, BAD_SCHEMAS.length);
});

for (const { name, text, problems } of BAD_SCHEMAS) {
  test(`bad schema: ${name}`, () => {
    const check = checkSchema(text);
    assert(!check.ok);
    assertEquals(
      check.problems.map((p) => `${p.line}:${p.column} ${p.code}: ${p.message}`),
      [...problems],
    );
  });
}

test("parseSchema throws all problems with the file's name", () => {
  const error = assertThrows(
    () => parseSchema("package p\nstruct A {\n  X u9 @0\n  Y u7 @1\n}\n", { file: "a/b.zap" }),
    SchemaError,
  );
  assertEquals(error.file, "a/b.zap");
  assertEquals(error.problems.length, 2);
  assertEquals(
    error.message,
    'a/b.zap:3:5: Unknown type "u9" of field "X": did you mean "u8"?\n' +
      'a/b.zap:4:5: Unknown type "u7" of field "Y": did you mean "u8"?',
  );
});

test("a file of nothing but mistakes reports a bounded number of them", () => {
  const check = checkSchema("package p\nstruct A {\n" + "  X u8 @0\n".repeat(50_000) + "}\n");
  assert(!check.ok);
  assertEquals(check.problems.length, PARSER_LIMITS.problems);
});
