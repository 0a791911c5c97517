/** Generated code, compiled and imported by the runtime that runs the test. */

import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Schema } from "../../src/schema/model.ts";
import { typescriptFile, type TypescriptOptions } from "../../src/gen/typescript.ts";

/** A generated module: whatever it exports. */
// deno-lint-ignore no-explicit-any
export type GeneratedModule = Record<string, any>;

const folder = fileURLToPath(
  new URL(`../../.build/generated-${process.pid}-${performance.timeOrigin}`, import.meta.url),
);

/** Generates a module for each schema, and imports them; the files are gone afterwards. */
export async function importGenerated(
  schemas: readonly Schema[],
  options: TypescriptOptions = {},
): Promise<GeneratedModule[]> {
  mkdirSync(folder, { recursive: true });
  try {
    const modules: GeneratedModule[] = [];
    for (const [i, schema] of schemas.entries()) {
      const base = `m${count++}`;
      const { name, text } = typescriptFile(schema, base, { runtime: "../../mod.ts", ...options });
      writeFileSync(`${folder}/${name}`, text);
      modules[i] = await import(pathToFileURL(`${folder}/${name}`).href);
    }
    return modules;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

let count = 0;
