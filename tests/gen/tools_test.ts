/**
 * Generated code of random schemas passes `deno check`, `tsc --strict` and `deno lint`. The tools are
 * the same whichever runtime runs the test, so one of them is enough: Node, or whatever a developer
 * runs by hand. The fixtures are checked with all sources by `npm test checks`.
 */

import { test } from "node:test";
import { execFile } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import fc from "fast-check";
import { assertEquals } from "@std/assert";
import { typescriptFile } from "../../src/gen/typescript.ts";
import { arbitrarySchema } from "../schema/arbitrary_schema.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const run = promisify(execFile);

async function succeeds(program: string, args: string[], cwd: string): Promise<void> {
  const env = { ...process.env, NO_COLOR: "1" };
  const { code, output } = await run(program, args, { cwd, env, maxBuffer: 1 << 26 }).then(
    () => ({ code: 0, output: "" }),
    (error) => ({ code: error.code, output: `${error.stdout}${error.stderr}`.slice(0, 4000) }),
  );
  assertEquals(output, "");
  assertEquals(code, 0);
}

const elsewhere = !["node", undefined].includes(process.env.ZAP_TEST_RUNTIME);

test("generated code of random schemas passes deno check, tsc --strict and deno lint", {
  skip: elsewhere,
}, async () => {
  // Not in .build, which deno.json excludes from checks.
  const folder = `${root}tests/gen/generated-${process.pid}`;
  mkdirSync(folder, { recursive: true });
  try {
    const seed = Math.floor(Math.random() * 2 ** 31);
    for (const [i, schema] of fc.sample(arbitrarySchema, { numRuns: 60, seed }).entries()) {
      const { name, text } = typescriptFile(schema, `seed${seed}_${i}`, {
        runtime: "../../../mod.ts",
      });
      writeFileSync(`${folder}/${name}`, text);
    }
    const tsconfig = {
      extends: "../../../tsconfig.json",
      compilerOptions: { noUnusedLocals: true, noUnusedParameters: true },
      include: ["."],
    };
    writeFileSync(`${folder}/tsconfig.json`, JSON.stringify(tsconfig));
    const bin = `${root}node_modules/.bin/`;
    await succeeds(`${bin}deno`, ["check", "--quiet", "."], folder);
    await succeeds(`${bin}deno`, ["lint", "--quiet", "."], folder);
    await succeeds(`${bin}tsc`, ["-p", "."], folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
