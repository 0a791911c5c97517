import { basename } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { assert } from "@std/assert";
import { build } from "esbuild";

const entry = (path: string) => fileURLToPath(new URL(`../../src/api/${path}`, import.meta.url));

/** Bytes, minified and gzipped, of what an entry loads at start: with Hono, without what it imports later. */
async function bundled(path: string): Promise<number> {
  const result = await build({
    entryPoints: [entry(path)],
    bundle: true,
    minify: true,
    format: "esm",
    platform: "neutral",
    mainFields: ["module", "main"],
    conditions: ["import"],
    splitting: true,
    outdir: "/bundle",
    write: false,
    metafile: true,
  });
  const outputs = result.metafile.outputs;
  const first = Object.keys(outputs).find((name) => outputs[name]!.entryPoint?.endsWith(path))!;
  const loaded = new Set<string>();
  const visit = (name: string): void => {
    if (loaded.has(name)) return;
    loaded.add(name);
    for (const each of outputs[name]!.imports) {
      if (each.kind === "import-statement" && !each.external) visit(each.path);
    }
  };
  visit(first);
  const names = new Set([...loaded].map((name) => basename(name)));
  const files = result.outputFiles.filter((file) => names.has(basename(file.path)));
  return files.reduce((sum, file) => sum + gzipSync(file.contents).length, 0);
}

const isNode = !("Deno" in globalThis) && !("Bun" in globalThis);
// The bundle is the same whatever runtime makes it.
const skip = isNode ? false : "one runtime is enough";

test("the API with Hono is at most 38 KB gzipped, without the docs page", { skip }, async () => {
  const size = await bundled("mod.ts");
  console.log(`./api: ${size} bytes, minified and gzipped`);
  assert(size > 5_000 && size <= 38_000, `./api is ${size} bytes, minified and gzipped`);
});

test("the client alone is at most 2 KB gzipped", { skip }, async () => {
  const size = await bundled("client.ts");
  console.log(`./api/client: ${size} bytes, minified and gzipped`);
  assert(size > 300 && size <= 2_000, `./api/client is ${size} bytes, minified and gzipped`);
});
