/**
 * `npm test`: every test on Deno, Bun and Node, and the project's checks. The last line is the sum,
 * `N passed, N failed`. Usage: test.mjs [deno|bun|node|checks …] [--room=NAME …]
 */

import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ensureInstalled } from "./install.mjs";
import { RUNTIMES } from "./runtimes.mjs";
import { CHECKS } from "./checks.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
process.chdir(root);

const words = process.argv.slice(2);
const rooms = words.filter((word) => word.startsWith("--room=")).map((word) => word.slice(7));
const parts = words.filter((word) => !word.startsWith("--"));
const known = [...Object.keys(RUNTIMES), "checks"];
const wrong = words.find((word) => !word.startsWith("--room=") && !known.includes(word));
if (wrong) {
  console.error(
    `Unknown word "${wrong}": use ${known.join(", ")} or --room=NAME`,
  );
  process.exit(2);
}

ensureInstalled();
rmSync(".build/junit", { recursive: true, force: true });
mkdirSync(".build/junit", { recursive: true });

/** The arguments with which each runtime runs test files and writes a JUnit report. */
const TEST_ARGS = {
  deno: (
    files,
    report,
  ) => [
    "test",
    "-A",
    "--no-check",
    "--quiet",
    `--junit-path=${report}`,
    ...files,
  ],
  bun: (files, report) => [
    "test",
    "--timeout=60000",
    "--reporter=junit",
    `--reporter-outfile=${report}`,
    ...files.map((file) => `./${file}`),
  ],
  node: (files, report) => [
    "--import",
    "tsx",
    "--test",
    "--test-concurrency=1",
    "--test-reporter=dot",
    "--test-reporter-destination=stdout",
    "--test-reporter=junit",
    `--test-reporter-destination=${report}`,
    ...files,
  ],
};

const sum = { passed: 0, failed: 0, skipped: 0 };
for (const part of parts.length > 0 ? parts : known) {
  if (part === "checks") runChecks();
  else runTests(part);
}
const skipped = sum.skipped > 0 ? `, ${sum.skipped} skipped` : "";
console.log(`\n${sum.passed} passed, ${sum.failed} failed${skipped}`);
process.exitCode = sum.failed === 0 && sum.passed > 0 ? 0 : 1;

/** Test files of the chosen rooms, sorted. */
function testFiles() {
  const chosen = rooms.length > 0 ? rooms : readdirSync("tests");
  return chosen
    .flatMap((room) => listFiles(`tests/${room}`))
    .filter((file) => file.endsWith("_test.ts"))
    .sort();
}

function listFiles(path) {
  try {
    return readdirSync(path, { recursive: true }).map((name) => `${path}/${name}`);
  } catch {
    return [];
  }
}

function runTests(name) {
  const report = `.build/junit/${name}.xml`;
  const started = Date.now();
  console.log(`\n== tests on ${name}`);
  const { status } = spawnSync(
    RUNTIMES[name].program,
    TEST_ARGS[name](testFiles(), report),
    {
      stdio: "inherit",
      env: { ...process.env, ZAP_TEST_RUNTIME: name },
    },
  );
  const count = readReport(report);
  // A runner that dies without a failed test, or that ran none, is itself a failure.
  if (count.failed === 0 && (status !== 0 || count.passed === 0)) {
    count.failed = 1;
  }
  for (const key of Object.keys(sum)) sum[key] += count[key];
  const seconds = ((Date.now() - started) / 1000).toFixed(0);
  console.log(
    `${name}: ${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped in ${seconds} s`,
  );
}

/** Counts the test cases of a JUnit report: the one format that all three runners write. */
function readReport(path) {
  let xml = "";
  try {
    xml = readFileSync(path, "utf8");
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
  const count = { passed: 0, failed: 0, skipped: 0 };
  for (
    const [, , closed, body] of xml.matchAll(
      /<testcase\b((?:[^>"]|"[^"]*")*?)(\/>|>([\s\S]*?)<\/testcase>)/g,
    )
  ) {
    void closed;
    if (/<(failure|error)\b/.test(body ?? "")) count.failed++;
    else if (/<skipped\b/.test(body ?? "")) count.skipped++;
    else count.passed++;
  }
  return count;
}

function runChecks() {
  console.log("\n== checks");
  for (const { name, run } of CHECKS) {
    const started = Date.now();
    const { ok, output } = run();
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    console.log(`${ok ? "ok    " : "FAILED"} ${name} (${seconds} s)`);
    if (!ok) console.log(output);
    sum[ok ? "passed" : "failed"]++;
  }
}
