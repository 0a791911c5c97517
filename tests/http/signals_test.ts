/** Signals end a program in order, or at once; no connection that says nothing keeps it. */

import { connect, type Socket } from "node:net";
import process from "node:process";
import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { startProgram } from "./program_support.ts";

const FIXTURE = new URL("./signals_fixture.ts", import.meta.url).href;

/** A client that sends this and reads what comes. */
function client(port: number, text: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.write(text);
      resolve(socket);
    });
    socket.on("error", reject);
    socket.resume();
  });
}

const gone = (socket: Socket) =>
  new Promise<void>((resolve) => {
    socket.removeAllListeners("error");
    socket.on("error", () => {});
    socket.on("close", () => resolve());
  });

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  test(`${signal} drains, and the program ends though clients stay`, async () => {
    const program = startProgram(FIXTURE);
    try {
      const { port } = JSON.parse(await program.line((line) => line.startsWith('{"port"')));
      const idle = await client(port, "GET /quick HTTP/1.1\r\nHost: a\r\n\r\n");
      await new Promise((resolve) => idle.once("data", resolve));
      const ends = [idle, await client(port, "")].map(gone);
      process.kill(program.child.pid!, signal);
      const { code, output } = await program.exit;
      assertEquals(code, 0, output);
      assert(output.includes("drained, 0 reset"), output);
      await Promise.all(ends);
    } finally {
      program.child.kill("SIGKILL");
    }
  });
}

test("a second signal stops at once, with work and half a head under way", async () => {
  const program = startProgram(FIXTURE);
  try {
    const { port } = JSON.parse(await program.line((line) => line.startsWith('{"port"')));
    const ends = [
      await client(port, "GET / HT"),
      await client(port, "GET /slow HTTP/1.1\r\nHost: a\r\n\r\n"),
    ].map(gone);
    await program.line((line) => line === "in work");
    process.kill(program.child.pid!, "SIGTERM");
    await program.line((line) => line === "drain");
    process.kill(program.child.pid!, "SIGINT");
    const { code, output } = await program.exit;
    assertEquals(code, 0, output);
    assert(output.includes("drained, 2 reset"), output);
    await Promise.all(ends);
  } finally {
    program.child.kill("SIGKILL");
  }
});

test("a second signal ends workers at once, with work under way", async () => {
  const program = startProgram(FIXTURE, { ZAP_TEST_WORKERS: "2" });
  try {
    const { port } = JSON.parse(await program.line((line) => line.startsWith('{"port"')));
    const end = gone(await client(port, "GET /slow HTTP/1.1\r\nHost: a\r\n\r\n"));
    await program.line((line) => line === "in work");
    process.kill(program.child.pid!, "SIGTERM");
    await program.output((output) => output.match(/^drain$/gm)?.length === 2); // both have been told
    process.kill(program.child.pid!, "SIGTERM");
    const { code, output } = await program.exit;
    assertEquals(code, 0, output);
    await end;
  } finally {
    program.child.kill("SIGKILL");
  }
});
