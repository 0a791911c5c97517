import { assert, assertEquals, assertRejects } from "@std/assert";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { SocketError, type SocketErrorCode } from "../../src/base/socket_error.ts";
import type { ConnectOptions, Network } from "../../src/runtime/types.ts";
import { withBlockedListener } from "./blocked_listener.ts";
import { bytes, dial, reach, Recorder, turns, withPair } from "./socket_harness.ts";

/** Connecting: where to, how long, and what if not. */
export function connectingTests(network: Network): void {
  /** Expects connect to fail with the code, and never to call `opened`. */
  async function refuses(options: ConnectOptions, code: SocketErrorCode): Promise<SocketError> {
    const opened = (): never => {
      throw new Error("opened was called");
    };
    const error = await assertRejects(() => network.connect(options, opened), SocketError);
    assertEquals(error.code, code, error.message);
    assert(error.message.startsWith("Cannot connect to "), error.message);
    return error;
  }

  async function freePort(): Promise<number> {
    const listener = await network.listen({}, () => new Recorder());
    await listener.close();
    return listener.address.transport === "tcp" ? listener.address.port : 0;
  }

  test("socket: both ends of a TCP connection ask now and then whether the other is there", {
    skip: existsSync("/proc/net/tcp") ? false : "only Linux tells",
  }, () =>
    withPair(network, ({ client }) => {
      const { localAddress, remoteAddress } = client.socket;
      assert(localAddress.transport === "tcp" && remoteAddress.transport === "tcp");
      const [own, other] = [localAddress, remoteAddress].map(({ port }) =>
        `:${port.toString(16).toUpperCase().padStart(4, "0")}`
      ) as [string, string];
      const rows = readFileSync("/proc/net/tcp", "utf8").split("\n")
        .map((row) => row.trim().split(/\s+/))
        .filter(([, local = "", remote = ""]) =>
          [local, remote].every((end) => end.endsWith(own) || end.endsWith(other))
        );
      // proc(5): the timer that runs, 02 being the one of SO_KEEPALIVE.
      assertEquals(rows.map((row) => row[5]?.slice(0, 2)), ["02", "02"]);
      return Promise.resolve();
    }));

  test("socket: a port where nobody listens refuses", async () => {
    const port = await freePort();
    const error = await refuses({ port }, "refused");
    assert(error.message.includes(`127.0.0.1:${port}`), error.message);
    assert(error.cause !== undefined);
  });

  test("socket: a Unix path where nothing is refuses", async () => {
    await refuses({ path: "/tmp/zap-edge-nothing-here.sock" }, "refused");
  });

  test("socket: a name that does not resolve is unreachable", async () => {
    await refuses({ hostname: "nowhere.invalid", port: 80 }, "unreachable");
  });

  test("socket: a port out of range is an invalid address", async () => {
    await refuses({ port: 65_536 }, "address_invalid");
    await refuses({ port: -1 }, "address_invalid");
    await refuses({ port: 0.5 }, "address_invalid");
    await refuses({}, "address_invalid");
  });

  test("socket: a signal that has fired aborts before anything is tried", async () => {
    const signal = AbortSignal.abort(new Error("no longer wanted"));
    const error = await refuses({ port: 9, signal }, "aborted");
    assertEquals((error.cause as Error).message, "no longer wanted");
  });

  test("socket: silence ends with the connect timeout, or with the caller's signal", () =>
    withBlockedListener(async (port) => {
      // The queue takes some connections (Bun's 512); the next one's SYN stays unanswered.
      const queued: Recorder[] = [];
      let timeout: unknown;
      while (timeout === undefined && queued.length < 1_000) {
        try {
          queued.push(await dial(network, { port, connectTimeoutMs: 250 }));
        } catch (error) {
          timeout = error;
        }
      }
      assert(timeout instanceof SocketError, "the queue fills");
      assertEquals(timeout.code, "timeout");
      assert(timeout.message.includes("250 ms"), timeout.message);
      const abort = new AbortController();
      const aborted = refuses({ port, signal: abort.signal }, "aborted");
      await turns();
      abort.abort(new Error("changed my mind"));
      assertEquals(((await aborted).cause as Error).message, "changed my mind");
      for (const client of queued) {
        client.socket.destroy();
        await client.gone();
      }
    }));

  test("socket: a signal that fires after connect changes nothing", async () => {
    const server = new Recorder();
    const listener = await network.listen({}, (socket) => {
      server.socket = socket;
      return server;
    });
    const abort = new AbortController();
    const client = await dial(network, { ...reach(listener), signal: abort.signal });
    abort.abort();
    client.socket.write(bytes("still here"));
    await server.until(() => server.received === 10, "the bytes");
    client.socket.destroy();
    server.socket.destroy();
    await client.gone();
    await server.gone();
    await listener.close();
  });

  for (const hostname of ["127.0.0.1", "::1", "localhost"]) {
    test(`socket: addresses of both ends on ${hostname}`, async () => {
      const server = new Recorder();
      const listener = await network.listen({ hostname }, (socket) => {
        server.socket = socket;
        return server;
      });
      assert(listener.address.transport === "tcp");
      assert(listener.address.port > 0);
      const { port } = listener.address;
      const client = await dial(network, { hostname, port });
      client.socket.write(bytes("x"));
      await server.until(() => server.received === 1, "the byte");
      assertEquals(client.socket.remoteAddress, server.socket.localAddress);
      assertEquals(client.socket.localAddress, server.socket.remoteAddress);
      assertEquals(client.socket.remoteAddress, listener.address);
      if (hostname !== "localhost") assertEquals(listener.address.hostname, hostname);
      assertEquals([client.socket.tls, server.socket.tls], [undefined, undefined]);
      client.socket.destroy();
      server.socket.destroy();
      await client.gone();
      await server.gone();
      await listener.close();
    });
  }
}
