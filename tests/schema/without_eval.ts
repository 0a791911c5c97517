/** A program for `eval_free_test.ts`: everything of the codec where code from strings is forbidden. */

import { assertEquals, assertThrows } from "@std/assert";
import { bytesFixed, describeService, list, parseSchema, struct, text, u64 } from "../../mod.ts";
import { openApiDocument, structsOf, typescriptFile } from "../../mod.ts";
import { decodeNote, newNote, Note } from "../fixtures/notes_zap.ts";

assertThrows(() => new Function("return 1")(), EvalError);

const value = { id: 7n, title: "Zoë", tags: ["a", "b"], owner: new Uint8Array(32).fill(1) };
const Declared = struct("Note", { id: u64, title: text, tags: list(text), owner: bytesFixed(32) });
const bytes = Declared.encode(value);
assertEquals(Declared.decode(bytes), value);
assertEquals([...Declared.view(bytes).tags], value.tags);
assertEquals(Declared.fromJson(Declared.toJson(value)), value);
assertEquals(Declared["~standard"].validate(value), { value });
assertEquals(Declared.jsonSchema()["type"], "object");

assertEquals(new Uint8Array(newNote(value)), new Uint8Array(bytes));
assertEquals(decodeNote(bytes), value);
assertEquals(Note.wrap(bytes).title, value.title);

const schema = parseSchema(
  "package p\nstruct Note\n  Id u64\n  Title text\n  Tags list<text>\n  Owner bytes_fixed[32]\n" +
    "interface Notes\n  create(note: Note) returns (note: Note)\n",
);
assertEquals(structsOf(schema).get("Note")!.decode(bytes), value);
assertEquals(Object.keys(describeService(schema, schema.interfaces[0]!).methods), ["create"]);
assertEquals(Object.keys(openApiDocument(schema, schema.interfaces[0]!)["paths"] as object), [
  "/notes/create",
]);
assertEquals(typescriptFile(schema, "notes").name, "notes_zap.ts");
console.log("all of it works");
