/**
 * Generated code of random schemas, and of names that mean something, passes `deno check`, `tsc --strict` and `deno lint`. The tools are
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
import type { Schema } from "../../src/schema/model.ts";
import { kebab } from "../../src/schema/names.ts";
import { parseSchema } from "../../src/schema/parser/parse_schema.ts";
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

/** Names that mean something in TypeScript, to the platform, or to generated code itself. */
const NAMES: readonly string[] = [
  ...("abstract accessor any arguments as asserts async await bigint boolean break call caller case " +
    "catch class codec const constructor continue debugger declare default delete describeService do " +
    "else end enum eval export extends false finally for from function get global hasOwnProperty if " +
    "implements import in infer Infinity instanceof interface intrinsic is isNull isPrototypeOf item " +
    "Iterable keyof length let List MethodDescriptor module name namespace NaN never new newA null " +
    "number object of offset Omit options out override package Partial Pick private promise " +
    "PromiseHandle propertyIsEnumerable protected prototype public readonly require return root " +
    "satisfies ServiceDescriptor set start static stop string StructType StructView stub super switch " +
    "symbol then this throw toString true try type typeof undefined unique unknown using valueOf " +
    "value var view void while with wrap yield A").split(" "),
  ...Object.getOwnPropertyNames(globalThis).filter((name) => /^[A-Z][A-Za-z0-9]*$/.test(name)),
];

/** A struct, its fields, a method and a parameter of each name. */
function namesSchema(): Schema {
  const names = [...new Set(NAMES)];
  const paths = new Map(names.map((name) => [kebab(name), name]));
  const structs = names.map((name) =>
    `struct ${name}\n  ${name} u8\n  Text text\n  Many list<${name}>\n  One ${name}\n`
  );
  const methods = [...paths.values()].map((name) =>
    `  ${name}(${name}: ${name}) returns (${name}: ${name})\n`
  );
  const parameters = names.map((name, i) => `  m${i}(${name}: Symbol)\n`);
  return parseSchema(
    `package p\n${structs.join("")}interface Methods\n${methods.join("")}` +
      `interface Parameters\n${parameters.join("")}`,
  );
}

const elsewhere = !["node", undefined].includes(process.env.ZAP_TEST_RUNTIME);

test(
  "generated code of random schemas, and of names with a meaning, passes deno check, tsc --strict and deno lint",
  {
    skip: elsewhere,
  },
  async () => {
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
      const { name, text } = typescriptFile(namesSchema(), "names", { runtime: "../../../mod.ts" });
      writeFileSync(`${folder}/${name}`, text);
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
  },
);
