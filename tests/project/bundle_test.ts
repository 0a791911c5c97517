import { test } from "node:test";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { assert, assertEquals } from "@std/assert";

const project = fileURLToPath(new URL("../..", import.meta.url));

interface Bundle {
  status: number | null;
  text: string;
  errors: string;
}

/** Bundles an entry for a browser, where a runtime built-in cannot be resolved. */
function bundle(entry: string): Bundle {
  const { status, stdout, stderr } = spawnSync(
    `${project}/node_modules/.bin/esbuild`,
    [entry, "--bundle", "--format=esm", "--platform=browser", "--minify"],
    { cwd: project, encoding: "utf8", maxBuffer: 1 << 26 },
  );
  return { status, text: stdout, errors: stderr };
}

const UNIVERSAL = ["mod.ts", "cap.ts"].filter((entry) => existsSync(`${project}/${entry}`));

for (const entry of UNIVERSAL) {
  test(`${entry} bundles for a browser without a runtime built-in`, () => {
    const { status, text, errors } = bundle(entry);
    assertEquals(status, 0, errors);
    assert(text.length > 1000);
    for (const name of ["node:", "Deno.", "Bun.", "process.", "require("]) {
      assert(!text.includes(name), `${entry} holds ${name}`);
    }
  });
}

test("the bundle check sees a built-in where there is one", () => {
  const { status, errors } = bundle("src/cli/io.ts");
  assert(status !== 0);
  assert(errors.includes("node:"));
});
