import { test } from "node:test";
import fc from "fast-check";
import { assertEquals, assertThrows } from "@std/assert";
import { diffSchemas } from "../../src/schema/diff.ts";
import { formatSchema, type SchemaForm } from "../../src/schema/format.ts";
import { parseSchema } from "../../src/schema/parser/parse_schema.ts";
import { SchemaError } from "../../src/schema/parser/problems.ts";
import { arbitrarySchema, schemaText } from "./arbitrary_schema.ts";

const FORMS: readonly SchemaForm[] = ["keep", "braces", "indent"];

const MESSY = `
# License
# @openapi:server https://first


package notes   # the package
# @openapi:version 1.2.0
type id32=bytes_fixed[ 32 ]
type id = id32 # an id

# Detached.

# A note.
struct Note {   # head
     Id      u64        @0            # of the note
  # above


  Title   text       @8
  Tags  # @openapi:server https://inside
  list<  text > @16
  # tail
} # end
struct Page
    Notes list<Note>

    # next one
    Next Page   @16
    # tail
# of the interface
interface Notes { create(note: Note) returns (note:Note) list(# inside
  ) returns (page: Page) # second
}
interface Echo
 ping()
 returns(note: Note)

# fin`;

const BRACES = `# License
# @openapi:server https://first

package notes  # the package

# @openapi:version 1.2.0
type id32 = bytes_fixed[32]
type id = id32  # an id

# Detached.

# A note.
struct Note {  # head
  Id    u64        @0   # of the note
  # above

  Title text       @8
  # @openapi:server https://inside
  Tags  list<text> @16
  # tail
}  # end

struct Page {
  Notes list<Note> @0

  # next one
  Next  Page       @16
  # tail
}

# of the interface
interface Notes {
  create(note: Note) returns (note: Note)
  # inside
  list() returns (page: Page)              # second
}

interface Echo {
  ping() returns ()
  returns(note: Note)
}

# fin
`;

const INDENTED = `# License
# @openapi:server https://first

package notes  # the package

# @openapi:version 1.2.0
type id32 = bytes_fixed[32]
type id = id32  # an id

# Detached.

# A note.
struct Note  # head
  Id    u64        @0   # of the note
  # above

  Title text       @8
  # @openapi:server https://inside
  Tags  list<text> @16
  # tail
  # end

struct Page
  Notes list<Note>

  # next one
  Next  Page       @16
  # tail

# of the interface
interface Notes
  create(note: Note) returns (note: Note)
  # inside
  list() returns (page: Page)              # second

interface Echo
  ping() returns ()
  returns(note: Note)

# fin
`;

test("a messy file is printed in braces", () => {
  assertEquals(formatSchema(MESSY, { form: "braces" }), BRACES);
});

test("a messy file is printed by indentation", () => {
  assertEquals(formatSchema(MESSY, { form: "indent" }), INDENTED);
});

test("each form is its own format, and becomes the other", () => {
  for (const [text, form] of [[BRACES, "braces"], [INDENTED, "indent"]] as const) {
    assertEquals(formatSchema(text), text);
    assertEquals(formatSchema(text, { form }), text);
  }
  assertEquals(parseSchema(BRACES), parseSchema(INDENTED));
  assertEquals(parseSchema(BRACES), parseSchema(MESSY));
});

/** The text's comments in order of appearance. */
function commentsOf(text: string): string[] {
  return text.split("\n").filter((line) => line.includes("#"))
    .map((line) => line.slice(line.indexOf("#")).trimEnd()).sort();
}

test("no comment is lost", () => {
  for (const form of FORMS) {
    assertEquals(commentsOf(formatSchema(MESSY, { form })), commentsOf(MESSY));
  }
});

/** Puts comments and blank lines into random places of a text, at the ends of its lines. */
function withComments(text: string, marks: readonly number[]): string {
  return text.split("\n").map((line, i) => {
    const mark = marks[i % marks.length]!;
    if (mark === 1 && line !== "") return `${line} # c${i}`;
    if (mark === 2) return `\n\n  # above ${i}\n${line}`;
    if (mark === 3) return `# left ${i}\n\n# again\n${line}`;
    return line;
  }).join("\n");
}

test("formatting keeps the schema with its docs and comments, and is idempotent", () => {
  const commented = fc.tuple(
    arbitrarySchema,
    fc.boolean(),
    fc.array(fc.nat(9), { minLength: 1, maxLength: 40 }),
  ).map(([schema, braces, marks]) => withComments(schemaText(schema, braces), marks));
  fc.assert(
    fc.property(commented, fc.constantFrom(...FORMS), (text, form) => {
      const once = formatSchema(text, { form });
      assertEquals(parseSchema(once), parseSchema(text));
      assertEquals(commentsOf(once), commentsOf(text));
      assertEquals(formatSchema(once, { form }), once);
    }),
    { numRuns: 1000 },
  );
});

test("a name longer than a line of others moves none of them", () => {
  const long = "x".repeat(101);
  const text = `package p\n\nstruct A\n  ${long} u8 # long\n  Id u64 # short\n`;
  const once = formatSchema(text);
  assertEquals(once, `package p\n\nstruct A\n  ${long} u8  # long\n  Id u64  # short\n`);
  assertEquals(formatSchema(once), once);
});

test("a file is formatted and compared however many lines a declaration has", () => {
  const count = 150_000;
  const fields = Array.from({ length: count }, (_, i) => `  F${i} bool\n`).join("");
  const text = `package p\n\nstruct A\n${fields}`;
  const lines = formatSchema(text, { form: "braces" }).split("\n");
  assertEquals(lines.length, count + 5);
  const renamed = parseSchema(text.replaceAll("F", "G"));
  assertEquals(diffSchemas(parseSchema(text), renamed).length, count);
});

test("a bad schema is not formatted", () => {
  const error = assertThrows(
    () => formatSchema("package p\nstruct A\n", { file: "a.zap" }),
    SchemaError,
  );
  const text = "package p\nstruct A\n  X u8\n";
  const options = { form: "brace" } as unknown as { form: SchemaForm };
  assertThrows(() => formatSchema(text, options), TypeError, 'form "brace" is none of braces');
  const typo = { from: "braces" } as unknown as { form: SchemaForm };
  assertThrows(() => formatSchema(text, typo), TypeError, 'did you mean "form"?');
  const files = { fil: "a.zap" } as unknown as { file: string };
  assertThrows(() => parseSchema(text, files), TypeError, 'did you mean "file"?');
  assertEquals(error.message, 'a.zap:2:8: Expected a field in struct "A", found none');
});
