/**
 * How long type-checking takes by the number of routes in one app, in TypeScript's own count:
 * `tsc --extendedDiagnostics`. Fails where 500 routes take 5 s or more, or where the work grows
 * faster than linearly; work is counted in type instantiations, which are the same on every run.
 * Usage: types_bench.ts [--chained]
 */

import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

const chained = process.argv.includes("--chained");
// In one chained expression each step carries the union of all routes before it, for clients: about
// one and a half instantiations a route that is there already, so the growth is bounded, not 1.
const MOST_GROWTH = chained ? 1.6 : 1.1;
const folder = join(".build", "types_bench");
mkdirSync(folder, { recursive: true });

function source(routes: number): string {
  const lines = Array.from({ length: routes }, (_, i) => `
  .post("/r${i}/{id}/x/{slug}", {
    path: { id: int({ ge: ${i} }) },
    query: { limit: int().default(10), q: text().optional(), order: enumOf("a", "b") },
    body: object({ name: text(), n${i}: int(), tags: list(text()) }),
    response: { 200: object({ id: int(), name: text() }) },
  }, (c) => ({ id: c.path.id + c.query.limit + c.body.n${i}, name: c.path.slug + c.body.name }))`);
  return `import { Api, enumOf, int, list, object, text } from "../../src/api/mod.ts";
const api = new Api();
${
    chained
      ? `export const all: unknown = api${lines.join("")};`
      : lines.map((line) => `api${line.trimStart()};`).join("\n")
  }
`;
}

interface Cost {
  /** Seconds of checking, the median of three runs. */
  readonly seconds: number;
  /** Type instantiations. */
  readonly instantiations: number;
}

function costOf(routes: number): Cost {
  const file = join(folder, `routes_${routes}.ts`);
  writeFileSync(file, source(routes));
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({
      extends: "../../tsconfig.json",
      files: [`routes_${routes}.ts`],
      include: [],
    }),
  );
  const runs = [1, 2, 3].map((): Cost => {
    const options = ["-p", folder, "--extendedDiagnostics", "--singleThreaded"];
    const { stdout, status } = spawnSync("npx", ["tsc", ...options], {
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(stdout);
    return {
      seconds: Number(/^Check time:\s*([0-9.]+)s/m.exec(stdout)![1]),
      instantiations: Number(/^Instantiations:\s*([0-9]+)/m.exec(stdout)![1]),
    };
  });
  return runs.sort((a, b) => a.seconds - b.seconds)[1]!;
}

const counts = [0, 100, 250, 500];
const costs = counts.map(costOf);
rmSync(folder, { recursive: true });
counts.forEach((count, i) => {
  const { seconds, instantiations } = costs[i]!;
  console.log(
    `${count} routes: ${seconds.toFixed(2)} s to check, ${instantiations} instantiations`,
  );
});
const [none, small, , large] = costs as [Cost, Cost, Cost, Cost];
const perRoute = (cost: Cost, count: number) => (cost.instantiations - none.instantiations) / count;
const growth = perRoute(large, 500) / perRoute(small, 100);
console.log(
  `a route among 500 takes ${growth.toFixed(2)} times the work of one among 100`,
);
if (large.seconds >= 5 || growth > MOST_GROWTH) {
  console.error("Type-checking is too slow, or grows faster than linearly");
  process.exitCode = 1;
}
