import { test } from "node:test";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { assertEquals, assertStringIncludes } from "@std/assert";

const project = fileURLToPath(new URL("../..", import.meta.url));

/** Runs the check on a house of these files. */
function check(files: Record<string, string>): { status: number | null; output: string } {
  const folder = mkdtempSync(join(tmpdir(), "zap-edge-layers-"));
  try {
    for (const [name, text] of Object.entries({ "mod.ts": "", ...files })) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    mkdirSync(join(folder, "src"), { recursive: true });
    const { status, stdout, stderr } = spawnSync(
      "node",
      ["--import", "tsx", "scripts/check_layers.ts", folder],
      { cwd: project, encoding: "utf8" },
    );
    return { status, output: stdout + stderr };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("the rooms' check passes a house that keeps the rules", () => {
  const { status, output } = check({
    "src/base/a.ts": `// Deno.listen may stand in a comment\nexport const a = 1;`,
    "src/wire/b.ts": `import { a } from "../base/a.ts";\nexport const b = a;`,
    "src/runtime/types.ts": `export interface T {}`,
    "src/rpc/c.ts": `import type { T } from "../runtime/types.ts";\nexport type C = T;`,
    "src/cli/d.ts": `import process from "node:process";\nexport const d = process;`,
  });
  assertEquals(status, 0, output);
});

test("the rooms' check names each breach", () => {
  const { status, output } = check({
    "src/base/a.ts": `import { b } from "../wire/b.ts";\nexport const a = b;`,
    "src/wire/b.ts": `export const b = 1;\nexport { c } from "./c.ts";`,
    "src/wire/c.ts": `import type { B } from "./b.ts";\nexport const c = 1 as unknown as B;`,
    "src/rpc/d.ts": `import { e } from "../runtime/e.ts";\nexport const d = e;`,
    "src/runtime/e.ts": `export const e = 1;`,
    "src/http/f.ts": `export const f = Deno.pid;`,
    "src/http/g.ts": `import net from "node:net";\nexport const g = net;`,
    "src/http/h.ts": `import { Hono } from "hono";\nexport const h = Hono;`,
    "src/cap/i.ts": `import { x } from "@noble/curves/ed25519.js";\nexport const i = x;`,
    "src/cap/j.ts": `import * as all from "../../mod.ts";\nexport const j = all;`,
    "src/attic/k.ts": `export const k = 1;`,
  });
  assertEquals(status, 1);
  for (
    const breach of [
      "src/base/a.ts: base may import nothing of wire",
      "src/rpc/d.ts: rpc may import only types of runtime",
      "src/http/f.ts:1: names a runtime: Deno.",
      `src/http/g.ts: http may not import "node:net"`,
      `src/http/h.ts: http may not import "hono"`,
      `src/cap/i.ts: only ^src\\/cap\\/schemes\\/ may import "@noble/curves/ed25519.js"`,
      "src/cap/j.ts: a room may not import the entry mod.ts",
      `src/attic/k.ts: "attic" is not a room of the house`,
      "Import cycle: src/wire/b.ts → src/wire/c.ts",
    ]
  ) assertStringIncludes(output, breach);
});
