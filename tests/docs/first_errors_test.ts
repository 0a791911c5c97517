/** The mistakes of a first hour: each message says what, where, and what to do. */

import { test } from "node:test";
import { assertRejects, assertThrows } from "@std/assert";
import { Ed25519Signer, issue } from "../../cap.ts";
import { list, struct, text, u64 } from "../../mod.ts";
import { Api, int } from "../../src/api/mod.ts";
import { serve } from "../../src/http/mod.ts";
import { ZapClient, ZapServer } from "../../src/rpc/mod.ts";

// deno-lint-ignore no-explicit-any
const any = (value: unknown): any => value;
const Note = struct("Note", { id: u64, title: text });
const api = new Api({ title: "Notes", version: "1.0.0" });

const MISTAKES: [name: string, make: () => unknown, ...says: string[]][] = [
  ["a type by its name", () => struct("A", { x: any("u64") }), 'struct "A": field "x"', '"u64"'],
  ["a constructor", () => struct("A", { x: any(Number) }), 'field "x": function is no type'],
  ["an import that is not there", () => struct("A", { x: any(undefined) }), "undefined is no type"],
  ["null for a type", () => struct("A", { x: any(null) }), "null is no type; use u64, text"],
  ["an object for a type", () => struct("A", { x: any({}) }), "object is no type"],
  ["a list of a name", () => list(any("text")), 'Cannot declare list: "text" is no type'],
  ["a number for u64", () => Note.encode({ id: any(1), title: "" }), "encode Note", "such as 1n"],
  ["a missing field", () => Note.encode(any({ id: 1n })), "Cannot encode Note: /title"],
  ["an option of Api", () => new Api(any({ titel: "x" })), 'did you mean "title"?'],
  ["an option of a route", () => api.get("/a", any({ qurey: {} }), () => 1), '"query"', "GET /a"],
  [
    "a schema",
    () => api.get("/b/{id}", { path: { id: any(Number) } }, () => 1),
    "use int(), text()",
  ],
  ["a parameter", () => api.get("/c/{id}", { path: { idd: int() } }, () => 1), "/c/{id}", '"idd"'],
  ["serve(app)", () => serve(any(api), { port: 0 }), "serve(app.fetch)"],
  ["serve()", () => serve(any(undefined)), "handler is no function"],
  ["an option of serve", () => serve(() => new Response(), any({ host: "x" })), '"hostname"'],
  ["a handler of ZapServer", () => new ZapServer(any({ cal() {} })), 'did you mean "call"?'],
];

for (const [name, make, ...says] of MISTAKES) {
  test(`a first mistake is told: ${name}`, () => {
    for (const words of says) assertThrows(make, Error, words);
  });
}

test("a first mistake is told: connecting and minting", async () => {
  const signer = await Ed25519Signer.generate();
  const issuance = { kind: 1, permissions: any(1) };
  await assertRejects(() => issue(issuance, signer), TypeError, '"permissions" must be a bigint');
  const none = { kind: 1 };
  await assertRejects(() => issue(any(none), signer), TypeError, "such as 1n, not undefined");
  const where = any({ hostname: "127.0.0.1", port: 1 });
  await assertRejects(() => ZapClient.connect(where), TypeError, "known are host, port");
  const refused = { host: "127.0.0.1", port: 1 };
  await assertRejects(() => ZapClient.connect(refused), Error, "Cannot connect to 127.0.0.1:1");
});
