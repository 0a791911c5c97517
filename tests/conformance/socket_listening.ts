import { assert, assertEquals, assertRejects } from "@std/assert";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { SocketError } from "../../src/base/socket_error.ts";
import type { Accept, Network } from "../../src/runtime/types.ts";
import { bytes, dial, reach } from "./socket_harness.ts";

/** Accepts and echoes. */
const echo: Accept = (socket) => ({
  data: (chunk) => void socket.write(chunk),
  end: () => socket.end(),
  drain() {},
  close() {},
});

/** Leaves a socket file behind, as a crash does. */
const CRASH = `
const { existsSync } = process.getBuiltinModule("node:fs");
const path = process.env.ZAP_TEST_PATH;
process.getBuiltinModule("node:net").createServer().listen(path, () => process.kill(process.pid, "SIGKILL"));
`;

/** Listening: ports, Unix sockets, and their end. */
export function listeningTests(network: Network): void {
  async function answers(options: Parameters<typeof dial>[1]): Promise<void> {
    const client = await dial(network, options);
    client.socket.write(bytes("x"));
    await client.until(() => client.received === 1, "the echo");
    client.socket.end();
    await client.gone();
    client.check();
  }

  async function withFolder(body: (folder: string) => Promise<void>): Promise<void> {
    const folder = mkdtempSync(join(tmpdir(), "zap-edge-"));
    try {
      await body(folder);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  test("socket: a port that is taken is an error, and close frees it", async () => {
    const listener = await network.listen({}, echo);
    assert(listener.address.transport === "tcp");
    const { port } = listener.address;
    const error = await assertRejects(() => network.listen({ port }, echo), SocketError);
    assertEquals(error.code, "address_in_use", error.message);
    assert(error.message.startsWith(`Cannot listen on 127.0.0.1:${port}`), error.message);
    await listener.close();
    await listener.close();
    const again = await network.listen({ port }, echo);
    await answers({ port });
    await again.close();
  });

  test("socket: an address that is not this machine's is an error", async () => {
    const error = await assertRejects(
      () => network.listen({ hostname: "192.0.2.1" }, echo),
      SocketError,
    );
    assertEquals(error.code, "address_invalid", error.message);
  });

  test("socket: closing the listener leaves open connections alone", async () => {
    const listener = await network.listen({}, echo);
    const client = await dial(network, reach(listener));
    client.socket.write(bytes("x"));
    await client.until(() => client.received === 1, "the echo");
    await listener.close();
    client.socket.write(bytes("y"));
    await client.until(() => client.received === 2, "the echo after close");
    const error = await assertRejects(() => dial(network, reach(listener)), SocketError);
    assertEquals(error.code, "refused");
    client.socket.end();
    await client.gone();
    client.check();
  });

  test("socket: reusePort lets two listeners share a port, or is refused by name", async () => {
    let first;
    try {
      first = await network.listen({ reusePort: true }, echo);
    } catch (error) {
      assert(error instanceof SocketError && error.code === "unsupported", String(error));
      assert(error.message.includes("reusePort"), error.message);
      assertEquals(network.name, "node");
      return;
    }
    assert(first.address.transport === "tcp");
    const { port } = first.address;
    const second = await network.listen({ port, reusePort: true }, echo);
    for (let i = 0; i < 20; i++) await answers({ port });
    await first.close();
    for (let i = 0; i < 5; i++) await answers({ port });
    await second.close();
  });

  test("socket: a Unix socket echoes, tells its path, and removes its file", () =>
    withFolder(async (folder) => {
      const path = join(folder, "zap.sock");
      const listener = await network.listen({ path }, echo);
      assertEquals(listener.address, { transport: "unix", path });
      const client = await dial(network, { path });
      assertEquals(client.socket.remoteAddress, { transport: "unix", path });
      client.socket.write(bytes("x"));
      await client.until(() => client.received === 1, "the echo");
      client.socket.end();
      await client.gone();
      client.check();
      await listener.close();
      assertEquals(existsSync(path), false);
    }));

  test("socket: a Unix socket in use is left alone", () =>
    withFolder(async (folder) => {
      const path = join(folder, "zap.sock");
      const listener = await network.listen({ path }, echo);
      const error = await assertRejects(() => network.listen({ path }, echo), SocketError);
      assertEquals(error.code, "address_in_use", error.message);
      await answers({ path });
      await listener.close();
    }));

  test("socket: a Unix socket left over from a crash is replaced", () =>
    withFolder(async (folder) => {
      const path = join(folder, "zap.sock");
      const args = "Deno" in globalThis ? ["eval", CRASH] : ["-e", CRASH];
      const child = spawn(process.execPath, args, {
        stdio: "inherit",
        env: { ...process.env, ZAP_TEST_PATH: path },
      });
      await once(child, "exit");
      assert(existsSync(path), "the crash left a file");
      const listener = await network.listen({ path }, echo);
      await answers({ path });
      await listener.close();
      assertEquals(existsSync(path), false);
    }));

  test("socket: a file that is not a socket is never removed", () =>
    withFolder(async (folder) => {
      const path = join(folder, "precious.txt");
      writeFileSync(path, "precious");
      const error = await assertRejects(() => network.listen({ path }, echo), SocketError);
      assertEquals(error.code, "address_in_use", error.message);
      assert(existsSync(path));
    }));

  test("socket: a folder that does not exist is an error", async () => {
    const error = await assertRejects(
      () => network.listen({ path: "/nowhere/at/all/zap.sock" }, echo),
      SocketError,
    );
    assertEquals(error.code, "address_invalid", error.message);
  });

  test("socket: reload of a listener without TLS is refused", async () => {
    const listener = await network.listen({}, echo);
    const error = await assertRejects(() => listener.reload({ cert: "", key: "" }), SocketError);
    assertEquals(error.code, "unsupported");
    await listener.close();
  });
}
