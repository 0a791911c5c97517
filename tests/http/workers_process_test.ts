import { get } from "node:http";
import process from "node:process";
import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { startProgram } from "./program_support.ts";

const FIXTURE = new URL("./workers_fixture.ts", import.meta.url).href;

/** The answer to one request on a connection of its own. */
function ask(port: number, path: string = "/"): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = get({ host: "127.0.0.1", port, path, agent: false }, (response) => {
      let text = "";
      response.on("data", (chunk) => text += chunk);
      response.on("end", () => resolve(text));
    });
    request.on("error", reject);
  });
}

/** The processes that answer, as soon as there are two. */
async function bothWorkers(port: number): Promise<Set<string>> {
  const seen = new Set<string>();
  for (let i = 0; i < 1000 && seen.size < 2; i++) seen.add(await ask(port));
  assertEquals(seen.size, 2);
  return seen;
}

test("two real workers share a port, a killed one is replaced, SIGTERM drains all", async () => {
  const program = startProgram(FIXTURE);
  try {
    const { port } = JSON.parse(await program.line((line) => line.startsWith('{"port"')));
    const [victim] = await bothWorkers(port);
    process.kill(Number(victim), "SIGKILL");
    await program.line((line) => line.startsWith("Worker "));
    const replaced = async () => {
      // Until its socket is gone, a killed worker may still be chosen by the kernel.
      for (;;) {
        const seen = await bothWorkers(port).catch(() => undefined);
        if (seen && !seen.has(victim!)) return;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    };
    await replaced();
    const counted = async () => {
      const line = /^zap_http_responses_total (\d+)$/m.exec(await ask(port, "/metrics"));
      return Number(line?.[1] ?? 0);
    };
    // Both workers, and the one that was killed: more than any of them has answered alone.
    const asked = 200;
    for (let i = 0; i < asked; i++) await ask(port);
    while (await counted() < asked) await new Promise((resolve) => setTimeout(resolve, 50));
    const inWork = ask(port, "/slow");
    await program.line((line) => line === "in work");
    process.kill(program.child.pid!, "SIGTERM");
    assert(Number(await inWork) > 0);
    const { code, output } = await program.exit;
    assertEquals(code, 0, output);
  } finally {
    program.child.kill("SIGKILL");
  }
});
