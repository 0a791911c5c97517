/**
 * Packs the npm package, installs it into an empty folder, and there: imports every entry under
 * Node without code from strings, bundles those for browsers, type-checks a program that uses them
 * and the samples of the documentation with other settings than ours, and runs both binaries.
 */

import { spawnSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import process from "node:process";

const root = resolve(".");
const run = (cwd: string, program: string, ...args: string[]): string => {
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd,
    encoding: "utf8",
    maxBuffer: 1 << 26,
  });
  if (status === 0) return stdout;
  console.error(`Failed: ${program} ${args.join(" ")}\n${stdout}${stderr}`);
  process.exit(1);
};

run(root, "node", "scripts/build.mjs", "--check");
const folder = mkdtempSync(join(tmpdir(), "zap-edge-pack-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
const [packed] = JSON.parse(
  run(root, "npm", "pack", "--json", "--pack-destination", folder),
) as [
  { filename: string; files: { path: string }[] },
];
const stray = packed.files.filter(({ path }) =>
  !/^(dist\/|package\.json$|README\.md$|LICENSE$|CHANGELOG\.md$)/.test(path)
);
if (stray.length > 0) {
  console.error(
    `The package holds what it should not: ${stray.map((f) => f.path).join(", ")}`,
  );
  process.exit(1);
}

// Unpacked by hand, with this project's own copies of the dependencies: works without a registry.
const home = join(folder, "node_modules/@zap-proto/edge");
mkdirSync(home, { recursive: true });
run(
  folder,
  "tar",
  "-xzf",
  join(folder, packed.filename),
  "-C",
  home,
  "--strip-components=1",
);
const manifest = JSON.parse(readFileSync("package.json", "utf8")) as {
  dependencies: Record<string, string>;
  exports: Record<string, unknown>;
  bin: Record<string, string>;
};
for (
  const name of [
    ...Object.keys(manifest.dependencies),
    "@noble/hashes",
    "@noble/ciphers",
  ]
) {
  const [scope] = name.split("/");
  if (name.startsWith("@")) {
    mkdirSync(join(folder, "node_modules", scope!), { recursive: true });
  }
  symlinkSync(
    join(root, "node_modules", name),
    join(folder, "node_modules", name),
  );
}

const entries = Object.keys(manifest.exports).map((name) => name.replace(/^\./, "@zap-proto/edge"));
const names = entries.map((entry, i) => `import * as e${i} from "${entry}";`)
  .join("\n");
writeFileSync(
  join(folder, "package.json"),
  `{ "type": "module", "private": true }`,
);
writeFileSync(
  join(folder, "use.mjs"),
  `${names}\nfor (const e of [${entries.map((_, i) => `e${i}`)}]) {
  if (Object.keys(e).length === 0) throw new Error("an entry exports nothing");
}\n`,
);
// Edge workers and pages with a strict policy allow no code from strings.
run(folder, "node", "--disallow-code-generation-from-strings", "use.mjs");

// What is for browsers must bundle for them, and ask for nothing of Node's.
for (const entry of ["", "/cap", "/cap/schemes", "/api", "/api/client", "/api/workers"]) {
  writeFileSync(join(folder, "page.mjs"), `export * from "@zap-proto/edge${entry}";\n`);
  const bundle = ["--bundle", "--platform=browser", "--format=esm", "--log-level=error"];
  const code = run(folder, join(root, "node_modules/.bin/esbuild"), "page.mjs", ...bundle);
  const builtin = /(?:from|import\(|import) ?["']node:\w+/.exec(code);
  if (builtin) {
    console.error(`The browser's bundle of "@zap-proto/edge${entry}" has ${builtin[0]}`);
    process.exit(1);
  }
}

writeFileSync(
  join(folder, "use.ts"),
  `${names}
import { Builder, Message } from "@zap-proto/edge";
const builder = new Builder();
builder.startObject(8).finishAsRoot();
export const size: number = Message.parse(builder.finish()).size();
export const entries: object[] = [${entries.map((_, i) => `e${i}`)}];
`,
);
// The samples of the documentation, but for those that need a generated file.
const pages = ["README.md", ...readdirSync("docs").map((name) => `docs/${name}`)];
const samples = pages.flatMap((page) =>
  [...readFileSync(page, "utf8").matchAll(/```ts\n(.*?)```/gs)]
    .map(([, code]) => code!).filter((code) => !code.includes('from "./'))
).map((code, i) => {
  writeFileSync(join(folder, `sample${i}.ts`), `${code}\nexport {};\n`);
  return `sample${i}.ts`;
});
for (const resolution of ["nodenext", "bundler"]) {
  const module = resolution === "bundler" ? "esnext" : "nodenext";
  run(
    folder,
    join(root, "node_modules/.bin/tsc"),
    ...[
      "--strict",
      "--noEmit",
      "--target",
      "es2022",
      "--lib",
      "es2023,esnext.disposable,dom,dom.iterable",
    ],
    ...[
      "--module",
      module,
      "--moduleResolution",
      resolution,
      "--types",
      "",
      "--skipLibCheck",
      "false",
    ],
    "use.ts",
    ...samples,
  );
}

for (const [name, path] of Object.entries(manifest.bin)) {
  const help = run(folder, "node", join(home, path), "--help");
  if (!help.includes("Usage:")) {
    console.error(`"${name} --help" does not show its usage`);
    process.exit(1);
  }
}
console.log(
  `${packed.files.length} files, ${entries.length} entries, ${
    Object.keys(manifest.bin).length
  } binaries`,
);
