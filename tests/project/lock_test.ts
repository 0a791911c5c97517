import { test } from "node:test";
import { readFileSync } from "node:fs";
import { assert, assertEquals } from "@std/assert";

interface LockedPackage {
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}
type Packages = Readonly<Record<string, LockedPackage>>;

/** Optional packages that a lock file leaves out: npm drops those of other platforms when it writes one beside an installation. */
function missingOptionals(packages: Packages): string[] {
  const present = new Set(Object.keys(packages).map((path) => path.split("node_modules/").at(-1)));
  return Object.values(packages).flatMap((each) => Object.keys(each.optionalDependencies ?? {}))
    .filter((name) => !present.has(name));
}

for (const folder of ["", "bench/"]) {
  test(`${folder}package-lock.json names the packages of every platform, or npm ci refuses it`, () => {
    const url = new URL(`../../${folder}package-lock.json`, import.meta.url);
    const { packages } = JSON.parse(readFileSync(url, "utf8")) as { readonly packages: Packages };
    assert(Object.keys(packages).length > 10);
    assertEquals(missingOptionals(packages), []);
  });
}

test("a lock file without the package of a platform is seen", () => {
  const packages = { "node_modules/deno": { optionalDependencies: { "@deno/win32-x64": "2" } } };
  assertEquals(missingOptionals(packages), ["@deno/win32-x64"]);
});
