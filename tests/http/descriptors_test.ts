/** A process that has no descriptor left: it lives, answers whom it has, and takes others again when it can. */

import process from "node:process";
import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { startProgram } from "./program_support.ts";
import { rawClient } from "./raw_client.ts";

const FIXTURE = new URL("./descriptors_fixture.ts", import.meta.url).href;
const GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
const FREE = 12;

const reason = "Deno" in globalThis
  ? "Deno 2.9.6 itself panics with few descriptors (its signal handling)"
  : process.platform === "linux"
  ? undefined
  : "the limit is set by Linux' shell";

test("without descriptors the server lives, and recovers", async (t) => {
  if (reason !== undefined) {
    console.log(`skipped: ${reason}`);
    return t.skip(reason);
  }
  const program = startProgram(FIXTURE, { FREE: String(FREE) }, 128);
  try {
    const port = Number((await program.line((line) => line.startsWith("listening "))).slice(10));
    const first = await rawClient(port);
    first.send(GET);
    await first.until((received) => received.endsWith("}"));

    const others = await Promise.allSettled(
      Array.from({ length: 5 * FREE }, () => rawClient(port)),
    );
    if ("Bun" in globalThis) await program.line((line) => line === "fault descriptors");
    first.send(GET); // whom it has, it answers
    await first.until((received) => received.match(/200 OK/g)?.length === 2);
    for (const other of others) {
      if (other.status === "fulfilled") other.value.socket.destroy();
    }

    const again = await comeBack(port);
    const { accepted, closed, open } = JSON.parse(again.slice(again.indexOf("{")));
    assert(accepted > 2 && accepted <= 5 * FREE + 20, `${accepted} accepted`);
    assertEquals(accepted, closed + open);
    first.socket.destroy();
    process.kill(program.child.pid!, "SIGTERM");
    assertEquals((await program.exit).code, 0);
  } finally {
    program.child.kill("SIGKILL");
  }
});

/** The first answer on a new connection. */
async function comeBack(port: number): Promise<string> {
  for (;;) {
    try {
      const client = await rawClient(port);
      client.send(GET);
      const answer = await client.until((received) => received.endsWith("}"));
      client.socket.destroy();
      return answer;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20)); // it listens again within a quarter of a second
    }
  }
}
