/**
 * Packs the npm package, installs it into an empty folder, and there: imports every entry under
 * Node, type-checks a program that uses them with other settings than ours, and runs both binaries.
 */

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import process from "node:process";

const root = resolve(".");
const run = (cwd: string, program: string, ...args: string[]): string => {
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd,
    encoding: "utf8",
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
run(folder, "node", "use.mjs");

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
