/** Edge workers and pages with a content security policy run no code from strings. */

import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { runtimeName, start } from "../support/runtime.ts";

/** How each runtime is told to refuse `eval` and `new Function`; JavaScriptCore has no such flag. */
const FLAG = "--disallow-code-generation-from-strings";
const forbidding = {
  node: { NODE_OPTIONS: FLAG },
  deno: { DENO_V8_FLAGS: FLAG },
  bun: undefined,
}[runtimeName];

test("codecs, JSON, parser and generators work where eval is forbidden", {
  skip: forbidding === undefined ? "Bun cannot forbid eval" : false,
}, async () => {
  const program = start(["tests/schema/without_eval.ts"], forbidding);
  await program.printed(/all of it works/);
  assertEquals(await program.exited, 0, program.err);
});
