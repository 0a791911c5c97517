import { test } from "node:test";
import fc from "fast-check";
import { assert, assertEquals, assertLess } from "@std/assert";
import type { Schema } from "../../src/schema/model.ts";
import { checkSchema, parseSchema } from "../../src/schema/parser/parse_schema.ts";
import { arbitrarySchema, schemaText } from "./arbitrary_schema.ts";

const SPEC_EXAMPLE = `package notes                      # required, first

# @openapi:version 1.2.0
# @openapi:server https://api.example.com/v1

type id32 = bytes_fixed[32]

struct Note {
  Id      u64        @0            # name type @byteOffset
  Title   text       @8
  Tags    list<text> @16
  Owner   id32       @24
}
struct NotePage { Notes list<Note> @0 }

interface Notes {
  create(note: Note) returns (note: Note)   # ordinal 1
  list() returns (page: NotePage)           # ordinal 2
  touch(note: Note)                         # ordinal 3: no body in the answer
}
`;

const INDENTED_EXAMPLE = `package notes

# @openapi:version 1.2.0
# @openapi:server https://api.example.com/v1

type id32 = bytes_fixed[32]

struct Note
  Id      u64        # name type @byteOffset
  Title   text

  Tags    list<text>
# a comment line does not end the block
  Owner   id32
struct NotePage
  Notes list<Note>

interface Notes
  create(note: Note) returns (note: Note)
  list()
    returns (page: NotePage)
  touch(note: Note)
`;

test("the specification's example gives its model", () => {
  assertEquals(parseSchema(SPEC_EXAMPLE), {
    package: "notes",
    version: "1.2.0",
    servers: ["https://api.example.com/v1"],
    aliases: [{ name: "id32", type: { kind: "bytes_fixed", size: 32 } }],
    structs: [{
      name: "Note",
      fields: [
        { name: "Id", type: { kind: "u64" }, offset: 0, doc: "name type @byteOffset" },
        { name: "Title", type: { kind: "text" }, offset: 8 },
        { name: "Tags", type: { kind: "list", of: { kind: "text" } }, offset: 16 },
        { name: "Owner", type: { kind: "bytes_fixed", size: 32 }, offset: 24 },
      ],
      size: 56,
    }, {
      name: "NotePage",
      fields: [{
        name: "Notes",
        type: { kind: "list", of: { kind: "struct", name: "Note" } },
        offset: 0,
      }],
      size: 8,
    }],
    interfaces: [{
      name: "Notes",
      methods: [
        {
          name: "create",
          ordinal: 1,
          param: { name: "note", struct: "Note" },
          result: { name: "note", struct: "Note" },
        },
        { name: "list", ordinal: 2, result: { name: "page", struct: "NotePage" } },
        { name: "touch", ordinal: 3, param: { name: "note", struct: "Note" } },
      ],
    }],
  });
});

function withoutDocs(schema: Schema): unknown {
  return JSON.parse(JSON.stringify(schema, (key, value) => key === "doc" ? undefined : value));
}

test("the indented form of the example gives the same schema", () => {
  assertEquals(
    withoutDocs(parseSchema(INDENTED_EXAMPLE)),
    withoutDocs(parseSchema(SPEC_EXAMPLE)),
  );
});

test("both forms of a thousand random schemas give the model they were made from", () => {
  fc.assert(
    fc.property(arbitrarySchema, (schema) => {
      assertEquals(parseSchema(schemaText(schema, true)), schema);
      assertEquals(parseSchema(schemaText(schema, false)), schema);
    }),
    { numRuns: 1000 },
  );
});

function offsets(body: string): number[] {
  return parseSchema(`package p\nstruct S\n${body}`).structs[0]!.fields.map((f) => f.offset);
}

test("an offset left out follows the field before, by the slot widths", () => {
  const types =
    "bool u8 u16 u32 u64 i8 i16 i32 i64 f32 f64 text bytes bytes_fixed[5] list<u8> S u8";
  const body = types.split(" ").map((type, i) => `  F${i} ${type}\n`).join("");
  assertEquals(offsets(body), [0, 1, 2, 4, 8, 16, 17, 19, 23, 31, 35, 43, 51, 59, 64, 72, 76]);
});

test("an explicit offset is kept and moves the cursor", () => {
  assertEquals(offsets("  A u8\n  B u16 @10\n  C u8\n  D u64 @2\n  E u8 @13\n"), [
    0,
    10,
    12,
    2,
    13,
  ]);
});

test("the forms may be mixed in a file, declaration by declaration", () => {
  const schema = parseSchema(
    "package p\nstruct A { X u8 @0 Y u8 @1 }\nstruct B\n  X A\ninterface I { ping() pong() }\n" +
      "interface J\n  ping(a: A)\n",
  );
  assertEquals(schema.structs.map(({ name, size }) => [name, size]), [["A", 2], ["B", 4]]);
  assertEquals(schema.interfaces.map(({ methods }) => methods.length), [2, 1]);
});

test("struct and interface are names of fields where no header can stand", () => {
  const schema = parseSchema(
    "package p\nstruct A {\n  struct u8 @0\n  interface u8 @1\n  type u8 @2\n}\n" +
      "struct B\n  struct u8 @0\n  interface u8\n  package u8\n",
  );
  assertEquals(
    schema.structs.map(({ fields }) => fields.map(({ name }) => name)),
    [["struct", "interface", "type"], ["struct", "interface", "package"]],
  );
  const { structs: [lines] } = parseSchema("package p\nstruct A {\nstruct A\n@0\n}\n");
  assertEquals(lines!.fields.map(({ name }) => name), ["struct"]);
});

test("names hold dots, types are found wherever they are declared", () => {
  const schema = parseSchema(
    "package a.b\ninterface Echo\n  echo(req: Echo.Req) returns (r: resp)\n" +
      "type resp = Echo.Resp\ntype ids = list<id>\ntype id = raw\ntype raw = u64\n" +
      "struct Echo.Req\n  Ids ids\nstruct Echo.Resp\n  Next list<Echo.Resp>\n  Best Echo.Resp\n",
  );
  assertEquals(schema.interfaces[0]!.methods[0]!.result, { name: "r", struct: "Echo.Resp" });
  assertEquals(schema.structs[0]!.fields[0]!.type, { kind: "list", of: { kind: "u64" } });
});

test("comments above become docs, without directives and marks", () => {
  const schema = parseSchema(
    "# File.\n\n# @openapi:server https://a\n# @openapi:server https://b\n# Of the package.\npackage p\n" +
      "# Detached.\n\n# First.\n#\n##  Second.\n# @openapi:version 2\nstruct A # not this\n" +
      "  # above\n  X u8 # beside\n  Y u8 # beside\n\n  # at the end\n" +
      "# An interface.\ninterface I\n  # A method.\n  ping() # ordinal 1\n",
  );
  const [a] = schema.structs;
  assertEquals(a!.doc, "First.\n\n Second.");
  assertEquals(a!.fields.map(({ doc }) => doc), ["above", "beside"]);
  assertEquals(schema.interfaces[0]!.doc, "An interface.");
  assertEquals(schema.interfaces[0]!.methods[0]!.doc, "A method.");
  assertEquals([schema.version, schema.servers], ["2", ["https://a", "https://b"]]);
});

test("directives count wherever they stand, and are docs nowhere", () => {
  const schema = parseSchema(
    "package p # @openapi:version 1\nstruct A { # @openapi:server https://a\n" +
      "  X u8 # @openapi:server https://b\n    @0 # @openapi:version 2\n}\n",
  );
  assertEquals([schema.version, schema.servers], ["2", ["https://a", "https://b"]]);
  assertEquals(schema.structs[0]!.fields[0]!.doc, undefined);
});

test("line ends, tabs and a byte order mark make no difference", () => {
  assertEquals(
    parseSchema("\ufeff" + INDENTED_EXAMPLE.replaceAll("\n", "\r\n").replaceAll("  ", "\t")),
    parseSchema(INDENTED_EXAMPLE),
  );
});

const PIECES = [
  "package p\n",
  "struct ",
  "interface ",
  "type ",
  "A",
  "B ",
  "{",
  "}",
  "\n",
  "\n  ",
  "\n    ",
  "(",
  ")",
  "<",
  ">",
  "[",
  "]",
  "@",
  "=",
  ":",
  ",",
  "u8 ",
  "list",
  "bytes_fixed",
  "7",
  "# c\n",
  "returns ",
  "é",
  "\u0000",
  "\t",
  "\r\n",
  ".",
  "returns (a: A)",
  "X u8 @0 ",
];

test("any text is survived: it is a schema or has problems inside the text", () => {
  const noise = fc.oneof(
    fc.string({ unit: "binary", maxLength: 200 }),
    fc.array(fc.constantFrom(...PIECES), { maxLength: 60 }).map((parts) => parts.join("")),
  );
  fc.assert(
    fc.property(noise, (text) => {
      const check = checkSchema(text);
      if (check.ok) return;
      assert(check.problems.length > 0);
      const lines = text.split("\n");
      for (const { line, column, message } of check.problems) {
        assert(line >= 1 && line <= lines.length, `line ${line}: ${message}`);
        assert(
          column >= 1 && column <= lines[line - 1]!.length + 1,
          `column ${column}: ${message}`,
        );
      }
    }),
    { numRuns: 3000 },
  );
});

/** Ten megabytes of one kind of trouble each, and of a good schema. */
const LARGE: Record<string, () => string> = {
  "a good schema": () =>
    "package p\n" +
    Array.from({ length: 95_000 }, (_, i) =>
      `# doc ${i}\nstruct S${i} {\n  Id u64 @0 # beside\n  Title text @8\n  Other list<S${
        i * 7 % 95_000
      }> @16\n  Next S${i * 3 % 95_000} @24\n}\n`).join(""),
  "one line of braces": () => "{".repeat(1e7),
  "lists in lists": () => "package p\ntype A = " + "list<".repeat(2e6),
  "a struct of one field again and again": () =>
    "package p\nstruct A {\n" + "X u8 @0\n".repeat(1.25e6),
  "unknown types": () =>
    "package p\nstruct A {\n" +
    Array.from({ length: 500_000 }, (_, i) => `F${i} Type${i} @0\n`).join("") + "}",
  "a chain of aliases": () =>
    "package p\n" + Array.from({ length: 450_000 }, (_, i) => `type A${i} = A${i + 1}\n`).join(""),
  "a chain of aliases of lists": () =>
    "package p\n" +
    Array.from({ length: 350_000 }, (_, i) => `type A${i} = list<A${i + 1}>\n`).join(""),
  "overlapping fields": () =>
    "package p\nstruct A {\n" +
    Array.from({ length: 500_000 }, (_, i) => `F${i} u64 @${i}\n`).join("") + "}",
  "one long word": () => "x".repeat(1e7),
  "comments": () => "# x\n".repeat(2.5e6),
  "empty comments above a struct": () => `package p\n${"#\n".repeat(5e6)}struct A\n`,
  "a name of capitals": () => `package p\ninterface ${"A".repeat(1e7)}\nstruct A\n`,
  "invalid letters": () => "é\n".repeat(5e6),
};

for (const [name, text] of Object.entries(LARGE)) {
  test(`a large file is read in one pass: ${name}`, () => {
    const large = text();
    assert(large.length > 8e6);
    const started = performance.now();
    const check = checkSchema(large);
    // The requirement is 2 s for 10 MB. The test machine may be busy: ten times that still tells a
    // linear parser from a quadratic one, which would need hours.
    assertLess(performance.now() - started, 20_000);
    assertEquals(check.ok, name === "a good schema");
  });
}
