import { test } from "node:test";
import { spawnSync } from "node:child_process";
import process from "node:process";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { main } from "../../src/cli/main.ts";
import { VERSION } from "../../src/base/version.ts";
import { nearestName } from "../../src/base/options.ts";
import { fileError } from "../../src/cli/file_error.ts";
import { whyNotLoaded } from "../../src/cli/load_module.ts";
import { fakeIo } from "../support/cli_io.ts";
import { runtimeName, start } from "../support/runtime.ts";

const TOP = ["serve", "call", "decode", "cap", "gen", "fmt", "diff"];
const CAP = ["keygen", "issue", "attenuate", "inspect", "verify", "revoke"];
const COMMANDS = [...TOP.map((name) => [name]), ...CAP.map((name) => ["cap", name])];

async function zap(...args: string[]) {
  const io = fakeIo();
  return { code: await main(args, io), out: io.out, err: io.err };
}

test("every command has help that fits 80 columns, also as zap help", async () => {
  for (const words of [[], ...COMMANDS]) {
    const { code, out, err } = await zap(...words, "--help");
    assertEquals([code, err], [0, ""], words.join(" "));
    assertMatch(out, /^Usage: zap/);
    for (const line of out.split("\n")) assert(line.length <= 80, line);
    if (words.length === 1) assertEquals((await zap("help", ...words)).out, out);
  }
});

test("a wrong option is exit code 2, on standard error, with the one that was meant", async () => {
  const typos: Record<string, string> = {
    serve: "--worker",
    call: "--timeot",
    decode: "--shema",
    gen: "--wtach",
    fmt: "--chek",
    diff: "--hepl",
  };
  for (const [command, typo] of Object.entries(typos)) {
    const { code, out, err } = await zap(command, "x", typo);
    assertEquals([code, out], [2, ""], command);
    assertMatch(err, new RegExp(`unknown option ${typo}: did you mean --\\w+\\?\n`));
  }
  for (const words of COMMANDS) {
    if (words.join() === "cap") continue;
    const { code, out, err } = await zap(...words, "--qqqqqqqq");
    assertEquals([code, out], [2, ""]);
    assertStringIncludes(err, "unknown option --qqqqqqqq\nRun ");
    assertEquals((await zap(...words, "-q")).code, 2);
  }
});

test("no command is the usage on standard error; an unknown one names the nearest", async () => {
  const none = await zap();
  assertEquals([none.code, none.out], [2, ""]);
  assertMatch(none.err, /^Usage: zap/);
  const wrong = await zap("sreve");
  assertEquals(wrong.code, 2);
  assertStringIncludes(wrong.err, 'did you mean "serve"?');
});

test("the version is the package's", async () => {
  assertEquals((await zap("--version")).out, `${VERSION}\n`);
  assertEquals((await zap("gen", "--version")).out, `${VERSION}\n`);
});

test("a suggestion is near: an edit a three letters, or the same beginning", () => {
  const names = ["hostname", "port", "timeoutMs", "out"];
  assertEquals(nearestName("host", names), "hostname");
  assertEquals(nearestName("prot", names), "port");
  assertEquals(nearestName("timeout", names), "timeoutMs");
  assertEquals(nearestName("bogus", names), undefined);
  assertEquals(nearestName("x", names), undefined);
  assertEquals(nearestName("portNumberOf", names), undefined);
});

test("errors of files are words, with the system's error as their cause", () => {
  const system = (code: string) => Object.assign(new Error("raw"), { code });
  assertEquals(fileError(system("ENOENT"), "a/b").message, "no such file: a/b");
  assertEquals(fileError(system("EISDIR"), "a").message, "a is a folder");
  assertEquals(fileError(system("EMFILE"), "a").message, "raw");
  const cause = system("EACCES");
  assertEquals(fileError(cause, "a").cause, cause);
});

test("why a module cannot be loaded shows the user's lines alone", () => {
  const error = new Error("boom");
  error.stack = [
    "Error: boom",
    "    at file:///app/thr.mjs:1:7",
    "    at ModuleJob.run (node:internal/modules/esm/module_job:325:25)",
    "    at async runServe (file:///x/dist/src/cli/serve.js:28:18)",
  ].join("\n");
  assertEquals(
    whyNotLoaded(error, "/app/thr.mjs"),
    "Error: boom\n    at file:///app/thr.mjs:1:7",
  );
  const position = { file: "/app/syn.mjs", line: 1, column: 24 };
  const bun = Object.assign(new SyntaxError("end of file"), { position, stack: "" });
  assertStringIncludes(whyNotLoaded(bun, "/app/syn.mjs"), "\n    at /app/syn.mjs:1:24");
  const several = new AggregateError([bun, new Error("and more")], "2 errors building");
  assertEquals(whyNotLoaded(several, "/app/syn.mjs"), whyNotLoaded(bun, "/app/syn.mjs"));
  const node = Object.assign(new SyntaxError("end of input"), { stack: "SyntaxError: end" });
  assertStringIncludes(whyNotLoaded(node, "/app/syn.mjs"), '"node --check /app/syn.mjs"');
});

test("a reader that leaves early gets no stack trace", () => {
  const run = {
    deno: ["run", "-A", "--no-check", "-q"],
    bun: ["run"],
    node: ["--import", "tsx"],
  }[runtimeName];
  // The shell closes the pipe before zap has started; the exit code is zap's own.
  const words = [process.execPath, ...run, "src/cli/zap.ts", "gen", "--help"];
  const quoted = words.map((word) => `'${word}'`).join(" ");
  const { stdout, stderr } = spawnSync(
    "bash",
    ["-c", `{ ${quoted}; echo "code $?" >&2; } | true`],
    { encoding: "utf8", env: { ...process.env, NO_COLOR: "1" } },
  );
  assertEquals([stdout, stderr], ["", "code 0\n"]);
});

test("the process exits with the command's code", async () => {
  assertEquals(await start(["src/cli/zap.ts", "--version"]).exited, 0);
  assertEquals(await start(["src/cli/zap.ts", "sreve"]).exited, 2);
  assertEquals(await start(["src/cli/zap.ts", "decode", "none"]).exited, 1);
});
