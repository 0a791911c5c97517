import { test } from "node:test";
import fc from "fast-check";
import { assertEquals } from "@std/assert";
import { diffSchemas, isBreaking } from "../../src/schema/diff.ts";
import { parseSchema } from "../../src/schema/parser/parse_schema.ts";
import { Builder } from "../../src/wire/builder.ts";
import { Message } from "../../src/wire/views.ts";
import { arbitrarySchema } from "./arbitrary_schema.ts";

interface Case {
  name: string;
  before: string;
  after: string;
  /** `where: what [who is broken]` */
  changes: string[];
}

const READERS = "[old readers, new readers]";
const CLIENTS = "[old clients, new clients]";
const A = "struct A\n  X u8\n";
const B = "struct B\n  Y u8\n";

const CASES: Case[] = [
  {
    name: "nothing",
    before: "struct A\n  X u8\n",
    after: "struct A {\n  X u8 @0 # doc\n}\n",
    changes: [],
  },
  {
    name: "case of a field's first letter",
    before: "struct A\n  Id u8\n",
    after: "struct A\n  id u8\n",
    changes: [],
  },
  {
    name: "alias for the same type",
    before: "struct A\n  X u8\n",
    after: "type t = u8\nstruct A\n  X t\n",
    changes: [],
  },
  {
    name: "field moved",
    before: A,
    after: "struct A\n  X u8 @1\n",
    changes: [`A.X: offset @0 became @1 ${READERS}`],
  },
  {
    name: "field of another width",
    before: "struct A\n  X u32\n",
    after: "struct A\n  X u64\n",
    changes: [`A.X: type u32 became u64 ${READERS}`],
  },
  {
    name: "field of another sign",
    before: "struct A\n  X u32\n",
    after: "struct A\n  X i32\n",
    changes: [`A.X: type u32 became i32 ${READERS}`],
  },
  {
    name: "text to bytes",
    before: "struct A\n  X text\n",
    after: "struct A\n  X bytes\n",
    changes: ["A.X: type text became bytes [old readers]"],
  },
  {
    name: "bytes to text, in a list",
    before: "struct A\n  X list<bytes>\n",
    after: "struct A\n  X list<text>\n",
    changes: ["A.X: type list<bytes> became list<text> [new readers]"],
  },
  {
    name: "fixed bytes of another size",
    before: "struct A\n  X bytes_fixed[4]\n",
    after: "struct A\n  X bytes_fixed[8]\n",
    changes: [`A.X: type bytes_fixed[4] became bytes_fixed[8] ${READERS}`],
  },
  {
    name: "field to a list",
    before: "struct A\n  X u64\n",
    after: "struct A\n  X list<u64>\n",
    changes: [`A.X: type u64 became list<u64> ${READERS}`],
  },
  {
    name: "field to another struct",
    before: A + B + "struct C\n  F A\n",
    after: A + B + "struct C\n  F B\n",
    changes: [`C.F: type A became B ${READERS}`],
  },
  {
    name: "field renamed",
    before: A,
    after: "struct A\n  Z u8\n",
    changes: ["A.X: field renamed to Z []"],
  },
  {
    name: "field removed from the end",
    before: "struct A\n  X u8\n  Y u8\n",
    after: A,
    changes: ["A.Y: field removed [old readers]"],
  },
  {
    name: "field removed, gap left",
    before: "struct A\n  X u8\n  Y u8\n",
    after: "struct A\n  Y u8 @1\n",
    changes: ["A.X: field removed [old readers]"],
  },
  {
    name: "field replaced by another type",
    before: "struct A\n  X u32\n",
    after: "struct A\n  Y f32\n",
    changes: ["A.X: field removed [old readers]", "A.Y: field added @0 [new readers]"],
  },
  {
    name: "field added in a gap",
    before: "struct A\n  X u8\n  Y u8 @8\n",
    after: "struct A\n  X u8\n  Z u32 @4\n  Y u8 @8\n",
    changes: ["A.Z: field added @4 []"],
  },
  {
    name: "field appended where nothing follows",
    before: A,
    after: "struct A\n  X u8\n  Y u32\n",
    changes: ["A.Y: field added @1 []"],
  },
  {
    name: "field appended where text follows",
    before: "struct A\n  X text\n",
    after: "struct A\n  X text\n  Y u32\n",
    changes: ["A.Y: field added @8 [new readers]"],
  },
  {
    name: "field appended to a nested struct",
    before: A + "struct C\n  F A\n",
    after: "struct A\n  X u8\n  Y u32\nstruct C\n  F A\n",
    changes: ["A.Y: field added @1 [new readers]"],
  },
  {
    name: "field appended to an element of a list",
    before: A + "struct C\n  F list<A>\n",
    after: "struct A\n  X u8\n  Y u32\nstruct C\n  F list<A>\n",
    changes: ["A.Y: field added @1 []"],
  },
  {
    name: "fields declared in another order",
    before: "struct A\n  X u8 @0\n  Y u8 @1\n",
    after: "struct A\n  Y u8 @1\n  X u8 @0\n",
    changes: ["A: fields declared in another order []"],
  },
  { name: "struct added", before: A, after: A + B, changes: ["B: struct added []"] },
  { name: "struct removed", before: A + B, after: A, changes: [`B: struct removed ${READERS}`] },
  {
    name: "struct renamed, recursive and in use",
    before: "struct A\n  X A\nstruct C\n  F list<A>\ninterface I\n  m(a: A)\n",
    after: "struct Z\n  X Z\nstruct C\n  F list<Z>\ninterface I\n  m(a: Z)\n",
    changes: ["A: struct renamed to Z []"],
  },
  {
    name: "structs renamed, one of which has the other, declared before it",
    before: "struct C\n  F A\n  L list<A>\n" + A,
    after: "struct Z\n  F Y\n  L list<Y>\n" + A.replace("A", "Y"),
    changes: ["C: struct renamed to Z []", "A: struct renamed to Y []"],
  },
  {
    name: "structs renamed that have each other",
    before: "struct C\n  F D\nstruct D\n  F C\n",
    after: "struct X\n  F Y\nstruct Y\n  F X\n",
    changes: ["C: struct renamed to X []", "D: struct renamed to Y []"],
  },
  {
    name: "structs renamed, one of which has another struct than before",
    before: "struct C\n  F D\n  G E\nstruct D\n  X u8\nstruct E\n  X u8\n",
    after: "struct Z\n  F D2\n  G D2\nstruct D2\n  X u8\n",
    changes: [
      `C: struct removed ${READERS}`,
      "D: struct renamed to D2 []",
      `E: struct removed ${READERS}`,
      "Z: struct added []",
    ],
  },
  {
    name: "method appended",
    before: A + "interface I\n  a()\n",
    after: A + "interface I\n  a()\n  b()\n",
    changes: ["I.b: method added, ordinal 2 []"],
  },
  {
    name: "method inserted",
    before: A + "interface I\n  a()\n",
    after: A + "interface I\n  b()\n  a()\n",
    changes: [`I.a: ordinal 1 became 2 ${CLIENTS}`, "I.b: method added, ordinal 1 []"],
  },
  {
    name: "methods swapped",
    before: A + "interface I\n  a()\n  b()\n",
    after: A + "interface I\n  b()\n  a()\n",
    changes: [`I.a: ordinal 1 became 2 ${CLIENTS}`, `I.b: ordinal 2 became 1 ${CLIENTS}`],
  },
  {
    name: "method removed from the end",
    before: A + "interface I\n  a()\n  b()\n",
    after: A + "interface I\n  a()\n",
    changes: ["I.b: method removed [old clients]"],
  },
  {
    name: "method renamed",
    before: A + "interface I\n  a()\n",
    after: A + "interface I\n  z()\n",
    changes: ["I.a: method renamed to z []"],
  },
  {
    name: "parameter added",
    before: A + "interface I\n  a()\n",
    after: A + "interface I\n  a(x: A)\n",
    changes: ["I.a: parameter A added [old clients]"],
  },
  {
    name: "parameter removed",
    before: A + "interface I\n  a(x: A)\n",
    after: A + "interface I\n  a()\n",
    changes: ["I.a: parameter A removed [new clients]"],
  },
  {
    name: "parameter renamed",
    before: A + "interface I\n  a(x: A)\n",
    after: A + "interface I\n  a(y: A)\n",
    changes: [],
  },
  {
    name: "result added",
    before: A + "interface I\n  a()\n",
    after: A + "interface I\n  a() returns (x: A)\n",
    changes: ["I.a: result A added [new clients]"],
  },
  {
    name: "result removed",
    before: A + "interface I\n  a() returns (x: A)\n",
    after: A + "interface I\n  a()\n",
    changes: ["I.a: result A removed [old clients]"],
  },
  {
    name: "another parameter",
    before: A + B + "interface I\n  a(x: A)\n",
    after: A + B + "interface I\n  a(x: B)\n",
    changes: [`I.a: parameter A became B ${CLIENTS}`],
  },
  {
    name: "interface added",
    before: A,
    after: A + "interface I\n  a()\n",
    changes: ["I: interface added []"],
  },
  {
    name: "interface removed",
    before: A + "interface I\n  a()\n",
    after: A,
    changes: ["I: interface removed [old clients]"],
  },
  {
    name: "interface renamed",
    before: A + "interface I\n  a()\n",
    after: A + "interface J\n  a()\n",
    changes: ["I: interface renamed to J []"],
  },
];

for (const { name, before, after, changes } of CASES) {
  test(`evolution: ${name}`, () => {
    const found = diffSchemas(
      parseSchema("package p\n" + before),
      parseSchema("package p\n" + after),
    );
    assertEquals(
      found.map(({ where, what, breaks }) => `${where}: ${what} [${breaks.join(", ")}]`),
      changes,
    );
    assertEquals(isBreaking(found), changes.some((change) => !change.endsWith("[]")));
  });
}

test("a package may be renamed", () => {
  const found = diffSchemas(parseSchema("package p\n" + A), parseSchema("package q\n" + A));
  assertEquals(found.map(({ where, breaks }) => [where, breaks.length]), [["package", 0]]);
});

test("a schema does not differ from itself", () => {
  fc.assert(fc.property(arbitrarySchema, (schema) => {
    assertEquals(diffSchemas(schema, structuredClone(schema)), []);
  }));
});

test("what the check says of appended fields is what readers do", () => {
  // Text follows the object: the new field reads it.
  const withText = new Builder();
  const note = withText.startObject(8);
  note.setText(0, "\x01\x02\x03\x04");
  note.finishAsRoot();
  assertEquals(Message.parse(withText.finish()).root().u32(8), 0x04030201);
  // Nothing follows: it reads as zero.
  const flat = new Builder();
  flat.startObject(1).finishAsRoot();
  assertEquals(Message.parse(flat.finish()).root().u32(1), 0);
});
