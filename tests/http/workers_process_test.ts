import { connect } from "node:net";
import process from "node:process";
import { test } from "node:test";
import { assert, assertEquals, assertGreater, assertNotEquals } from "@std/assert";
import { startProgram } from "./program_support.ts";

const FIXTURE = new URL("./workers_fixture.ts", import.meta.url).href;

/** What a connection is told: the process that answered. */
function ask(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    const socket = connect({ host: "127.0.0.1", port });
    socket.on("data", (chunk) => text += chunk);
    socket.on("end", () => socket.end());
    socket.on("error", reject);
    socket.on("close", () => resolve(text.trim()));
  });
}

test("two real workers share a port, a killed one is replaced, SIGTERM drains all", async () => {
  const program = startProgram(FIXTURE);
  try {
    const { port, limit } = JSON.parse(await program.line((line) => line.startsWith('{"port"')));
    assertGreater(limit, 0);
    const seen = new Set<string>();
    for (let i = 0; i < 500 && seen.size < 2; i++) seen.add(await ask(port));
    assertEquals(seen.size, 2);
    const [victim] = seen;
    process.kill(Number(victim), "SIGKILL");
    await program.line((line) => line.includes('"restarting"'));
    await program.output((output) => output.split('"started"').length - 1 === 3);
    const after = new Set<string>();
    for (let i = 0; i < 500 && after.size < 2; i++) after.add(await ask(port));
    assertEquals(after.size, 2);
    assert(!after.has(victim!));
    assertNotEquals([...after].sort(), [...seen].sort());
    process.kill(program.child.pid!, "SIGTERM");
    const { code, output } = await program.exit;
    assertEquals(code, 0, output);
    assert(output.includes("stopped"), output);
  } finally {
    program.child.kill("SIGKILL");
  }
});
