import { test } from "node:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assertEquals } from "@std/assert";
import { start } from "../support/runtime.ts";

/** A module that says which version of it is served. */
function source(version: number): string {
  return `export default {
  rpc: { call: () => new Uint8Array([${version}]) },
  onListening: () => ["version ${version} is up"],
};`;
}

test("zap serve --watch starts again after a change, also after one that does not load", async () => {
  const folder = mkdtempSync(join(tmpdir(), "zap-edge-watch-"));
  try {
    const file = join(folder, "app.mjs");
    writeFileSync(file, source(1));
    const program = start(["src/cli/zap.ts", "serve", file, "--zap=127.0.0.1:0", "--watch"]);
    await program.printed(/version 1 is up/);
    writeFileSync(file, "this is no program");
    await program.complained(/cannot be loaded/);
    writeFileSync(file, source(2));
    await program.printed(/version 2 is up/);
    program.signal("SIGTERM");
    assertEquals(await program.exited, 0, program.err);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
