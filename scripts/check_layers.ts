/**
 * Fails on an import that the house forbids, on a runtime's name outside the rooms that may name
 * one, and on an import cycle (type imports included). Usage: check_layers.ts [folder]
 */

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import process from "node:process";

/** What each room may import beside itself; `types` only as `import type`. */
const ROOMS: Record<
  string,
  { may: string[]; types?: string[]; packages?: RegExp }
> = {
  base: { may: [] },
  wire: { may: ["base"] },
  schema: { may: ["base", "wire"] },
  cap: { may: ["base", "wire"], packages: /^@noble\/(curves|post-quantum)\// },
  runtime: { may: ["base"], packages: /^node:/ },
  rpc: { may: ["base", "wire"], types: ["runtime"] },
  http: { may: ["base"], types: ["runtime"] },
  api: { may: ["base", "schema"], packages: /^hono(\/|$)/ },
  service: { may: ["base", "wire", "schema", "cap", "rpc", "api"] },
  gen: { may: ["base", "schema"] },
  cli: {
    may: [
      "base",
      "wire",
      "schema",
      "cap",
      "runtime",
      "rpc",
      "http",
      "api",
      "service",
      "gen",
    ],
    packages: /^node:/,
  },
};

/** Entries wire a room to the running machine: they alone may import these values of `src/runtime`. */
const WIRING: Record<string, RegExp> = {
  "src/rpc/mod.ts": /^src\/runtime\/current\.ts$/,
  "src/http/mod.ts": /^src\/runtime\/(current|process|workers)\.ts$/,
  "src/api/mod.ts": /^src\/runtime\/(files|text_response)\.ts$/,
};

/** Packages that only one place may import. */
const PACKAGE_PLACES: [RegExp, RegExp][] = [[
  /^@noble\//,
  /^src\/cap\/schemes\//,
]];

const RUNTIME_NAME =
  /\b(Deno|Bun)\s*[.?!)\]]|["']node:|globalThis[^\n]*\b(Deno|Bun)\b|\bprocess\s*\.\s*(env|versions|argv|on|exit)\b/;

const IMPORT =
  /^\s*(?:import|export)\s+(type\s+)?(?:([^"'`;]*?)\s*from\s*)?["']([^"']+)["']|\bimport\s*\(\s*["']([^"']+)["']\s*\)/gm;

interface Import {
  target: string;
  typeOnly: boolean;
}

const root = process.argv[2] ?? ".";
const problems: string[] = [];
const graph = new Map<string, string[]>();

for (const file of sourceFiles()) {
  const text = withoutComments(readFileSync(join(root, file), "utf8"));
  const imports = importsOf(file, text);
  graph.set(
    file,
    imports.filter((i) => !isPackage(i.target)).map((i) => i.target),
  );
  const room = roomOf(file);
  if (room === undefined) continue;
  if (!(room in ROOMS)) {
    problems.push(`${file}: "${room}" is not a room of the house`);
  }
  for (const found of imports) checkImport(file, room, found);
  if (room !== "runtime" && room !== "cli") checkNames(file, text);
}
for (const cycle of cycles()) {
  problems.push(`Import cycle: ${cycle.join(" → ")}`);
}

for (const problem of problems) console.error(problem);
console.log(`${graph.size} files, ${problems.length} problems`);
process.exitCode = problems.length === 0 && graph.size > 0 ? 0 : 1;

function sourceFiles(): string[] {
  const inSrc = readdirSync(join(root, "src"), { recursive: true }).map((
    name,
  ) => `src/${name}`);
  const top = readdirSync(root).filter((name) => name.endsWith(".ts"));
  return [...top, ...inSrc].filter((file) => file.endsWith(".ts")).sort();
}

/** The room of a file in src/; `undefined` at the top level, whose files are entries. */
function roomOf(file: string): string | undefined {
  return /^src\/([^/]+)\//.exec(file)?.[1];
}

function isPackage(target: string): boolean {
  return !target.endsWith(".ts") && !target.startsWith(".");
}

/** Comments may name what code may not, and hold examples with imports. */
function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, (c) => c.replace(/[^\n]/g, " "))
    .replace(/(^|[\s;{(,])\/\/[^\n]*/g, "$1");
}

function importsOf(file: string, text: string): Import[] {
  return [...text.matchAll(IMPORT)].map((match) => {
    const specifier = (match[3] ?? match[4])!;
    const target = specifier.startsWith(".")
      ? normalize(join(dirname(file), specifier))
      : specifier;
    const names = (match[2] ?? "").trim();
    const everyNameIsType = /^\{[\s\S]*\}$/.test(names) &&
      names.slice(1, -1).split(",").every((name) => /^\s*(type\s|$)/.test(name));
    return { target, typeOnly: match[1] !== undefined || everyNameIsType };
  });
}

function checkImport(
  file: string,
  room: string,
  { target, typeOnly }: Import,
): void {
  const rules = ROOMS[room];
  if (!rules) return;
  if (isPackage(target)) {
    if (!rules.packages?.test(target)) {
      problems.push(`${file}: ${room} may not import "${target}"`);
    }
    for (const [name, place] of PACKAGE_PLACES) {
      if (name.test(target) && !place.test(file)) {
        problems.push(`${file}: only ${place.source} may import "${target}"`);
      }
    }
    return;
  }
  const other = roomOf(target);
  if (other === undefined) {
    problems.push(
      `${file}: a room may not import the entry ${relative(".", target)}`,
    );
  } else if (
    other !== room && !rules.may.includes(other) &&
    !(typeOnly && rules.types?.includes(other)) && !WIRING[file]?.test(target)
  ) {
    const how = rules.types?.includes(other) ? "only types of" : "nothing of";
    problems.push(
      `${file}: ${room} may import ${how} ${other}, found ${target}`,
    );
  }
}

function checkNames(file: string, text: string): void {
  text.split("\n").forEach((line, i) => {
    const found = RUNTIME_NAME.exec(line);
    if (found) {
      problems.push(`${file}:${i + 1}: names a runtime: ${found[0].trim()}`);
    }
  });
}

/** Every strongly connected set of more than one file, by Tarjan's algorithm. */
function cycles(): string[][] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const found: string[][] = [];
  const visit = (file: string): void => {
    index.set(file, index.size);
    low.set(file, index.get(file)!);
    stack.push(file);
    for (const next of graph.get(file) ?? []) {
      if (!index.has(next)) visit(next);
      if (stack.includes(next)) {
        low.set(file, Math.min(low.get(file)!, low.get(next)!));
      }
    }
    if (low.get(file) !== index.get(file)) return;
    const component = stack.splice(stack.indexOf(file));
    if (component.length > 1) found.push(component);
  };
  for (const file of graph.keys()) if (!index.has(file)) visit(file);
  return found;
}
