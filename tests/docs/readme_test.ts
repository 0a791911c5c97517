/** The README's "One declaration", typed out as it stands: its files, its commands, its answers. */

import { test } from "node:test";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { assertEquals, assertStringIncludes } from "@std/assert";
import { runtimeName, start } from "../support/runtime.ts";

const readme = readFileSync("README.md", "utf8");
const section = readme.slice(
  readme.indexOf("## One declaration"),
  readme.indexOf("## Why, and why not"),
);
const blocks = [...section.matchAll(/```(\w*)\n(.*?)```/gs)].map(([, language, text]) => ({
  language,
  text: text!,
}));
const folder = resolve(".build", `readme-${runtimeName}`);

/** The sources' path for each name of the package. */
const entries = Object.entries(
  (JSON.parse(readFileSync("deno.json", "utf8")) as { exports: Record<string, string> }).exports,
).map(([name, path]) => [name.replace(/^\./, "@zap-proto/edge"), resolve(path)] as const);

/** The same code on the sources, because the package itself is not installed here. */
function onSources(code: string): string {
  return entries.reduce((text, [name, path]) => text.replaceAll(`"${name}"`, `"${path}"`), code);
}

/** The words of each command of a shell block, continued lines joined, comments dropped. */
function commandsOf(block: string): string[][] {
  return block.replaceAll("\\\n", " ").split("\n").filter((line) => line !== "").map((line) =>
    [...line.replace(/ # .*/, "").matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)]
      .map(([, single, double, plain]) => single ?? double ?? plain!)
  );
}

/** Runs a `zap` command in the folder; answers what it printed. */
async function zap(words: string[]): Promise<string> {
  const program = start(["src/cli/zap.ts", ...words.map(inFolder)]);
  assertEquals(await program.exited, 0, program.err);
  return program.out;
}

/** Files are named as in the folder; the commands run in the project's. */
function inFolder(word: string): string {
  return word.replace(
    /^(--\w+=@?)?((?:tasks|owner)\.\w+|token)$/,
    (_, option = "", file) => option + join(folder, file),
  );
}

test("the README's declaration is served as it says, on both interfaces", async () => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const [schema, module, setUp, tryOut] = blocks;
  assertEquals(blocks.map(({ language }) => language), ["", "ts", "sh", "sh"]);
  writeFileSync(join(folder, "tasks.zap"), schema!.text);
  const code = onSources(module!.text);
  writeFileSync(join(folder, "tasks.ts"), code.replaceAll('"owner.pub"', `"${folder}/owner.pub"`));

  const commands = commandsOf(setUp!.text);
  assertEquals(commands.map(([program]) => program), ["npm", "npx", "npx", "npx", "bunx"]);
  for (const [, , ...words] of commands.slice(1, 4)) {
    await zap(words[0] === "gen" ? [...words, `--runtime=${resolve("mod.ts")}`] : words);
  }
  const ports = ["--http=127.0.0.1:0", "--zap=127.0.0.1:0", "--json"];
  const server = start(["src/cli/zap.ts", "serve", join(folder, "tasks.ts"), ...ports]);
  const address = async (kind: string): Promise<string> => {
    const [line] = await server.printed(new RegExp(`^\\{"kind":"${kind}".*$`, "m"));
    return (JSON.parse(line) as { address: string }).address;
  };
  const [rest, rpc] = [await address("http"), await address("zap")];

  const [[, url, , , , , , body], [, , ...call]] = commandsOf(tryOut!.text) as [string[], string[]];
  const token = readFileSync(join(folder, "token"), "utf8").trim();
  const post = (authorization: Record<string, string>) =>
    fetch(rest + new URL(url!).pathname, {
      method: "POST",
      headers: { "content-type": "application/json", ...authorization },
      body: body!,
    });
  const added = await post({ authorization: `Zap ${token}` });
  assertEquals(
    [added.status, await added.json()],
    [200, { id: "1", title: "Ship", due: "1767225600" }],
  );
  const refused = await post({});
  assertEquals(refused.status, 401);
  await refused.body?.cancel();
  const garbage = await post({ authorization: "Zap garbage" });
  assertEquals(garbage.status, 401);
  await garbage.body?.cancel();
  const document = await (await fetch(`${rest}/openapi.json`)).text();
  assertStringIncludes(document, '"/tasks/add"');
  assertStringIncludes(document, '"zapCap"');
  const page = await fetch(`${rest}/docs`);
  assertEquals(page.status, 200);
  await page.body?.cancel();

  const words = call.map((word) => word === "127.0.0.1:9999" ? rpc : word);
  const answer = await zap(words);
  assertStringIncludes(answer, "200 OK");
  assertStringIncludes(answer, '"id": "2"');
  const without = start([
    "src/cli/zap.ts",
    ...words.filter((word) => !word.startsWith("--cap=")).map(inFolder),
  ]);
  assertEquals(await without.exited, 1);
  assertStringIncludes(without.out, "401");
  server.signal("SIGTERM");
  assertEquals(await server.exited, 0, server.err);
});
