/**
 * How long type-checking takes by the number of routes in one app, in TypeScript's own count:
 * `tsc --extendedDiagnostics`. Fails where 500 routes take 5 s or more, or where the work grows
 * faster than linearly; work is counted in type instantiations, which are the same on every run. Once
 * with a statement a route, once with all routes in one chained expression, which carries their types.
 */

import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

const MOST_GROWTH = 1.1;
const folder = join(".build", "types_bench");
mkdirSync(folder, { recursive: true });

function source(routes: number, chained: boolean): string {
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

function costOf(routes: number, chained: boolean): Cost {
  const file = join(folder, `routes_${routes}.ts`);
  writeFileSync(file, source(routes, chained));
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
for (const chained of [false, true]) {
  console.log(chained ? "In one chained expression" : "One statement each");
  const costs = counts.map((count) => costOf(count, chained));
  counts.forEach((count, i) => {
    const { seconds, instantiations } = costs[i]!;
    console.log(
      `${count} routes: ${seconds.toFixed(2)} s to check, ${instantiations} instantiations`,
    );
  });
  const [none, small, , large] = costs as [Cost, Cost, Cost, Cost];
  const perRoute = (cost: Cost, count: number) =>
    (cost.instantiations - none.instantiations) / count;
  const growth = perRoute(large, 500) / perRoute(small, 100);
  console.log(`a route among 500 takes ${growth.toFixed(2)} times the work of one among 100`);
  if (large.seconds >= 5 || growth > MOST_GROWTH) {
    console.error("Type-checking is too slow, or grows faster than linearly");
    process.exitCode = 1;
  }
}
rmSync(folder, { recursive: true });
