/** Links within the documentation lead somewhere, and every page is reached. */

import { test } from "node:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { assertEquals } from "@std/assert";

const PAGES = [
  ...readdirSync(".").filter((name) => name.endsWith(".md")),
  ...["docs", "deploy", "bench"].flatMap((folder) =>
    readdirSync(folder).filter((name) => name.endsWith(".md")).map((name) => join(folder, name))
  ),
];

/** A page's text without its code. */
function proseOf(page: string): string {
  return readFileSync(page, "utf8").replace(/```.*?```/gs, "").replace(/`[^`]*`/g, "code");
}

/** Anchors of a page's headings, as GitHub makes them. */
function anchorsOf(page: string): string[] {
  const text = readFileSync(page, "utf8").replace(/```.*?```/gs, "");
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading!.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, "").replaceAll(" ", "-")
  );
}

test("links between pages lead to a file, and anchors to a heading", () => {
  const broken: string[] = [];
  const reached = new Set(["README.md"]);
  for (const page of PAGES) {
    for (const [, link] of proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(link!)) continue;
      const [path = "", anchor] = link!.split("#");
      const target = path === "" ? page : normalize(join(dirname(page), path));
      reached.add(target);
      const found = existsSync(target) &&
        (anchor === undefined || anchorsOf(target).includes(anchor));
      if (!found) broken.push(`${page}: ${link}`);
    }
  }
  assertEquals(broken, []);
  assertEquals(PAGES.filter((page) => !reached.has(page)), []);
});
