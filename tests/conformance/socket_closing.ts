import { assert, assertEquals } from "@std/assert";
import { once } from "node:events";
import { connect } from "node:net";
import { test } from "node:test";
import type { Network } from "../../src/runtime/types.ts";
import { countDescriptors } from "./descriptors.ts";
import { bytes, dial, pattern, reach, Recorder, turns, withPair } from "./socket_harness.ts";

/** Half-close, close, reset, and what is left afterwards. */
export function closingTests(network: Network): void {
  test("socket: after FIN data still flows the other way", () =>
    withPair(network, async ({ client, server }) => {
      client.socket.write(bytes("question"));
      client.act((socket) => socket.end());
      await server.until(() => server.ends === 1, "FIN");
      assertEquals(server.text(), "question");
      assertEquals([client.closes, server.closes], [0, 0]);
      server.socket.write(bytes("answer"));
      await client.until(() => client.received === 6, "the answer after FIN");
      server.act((socket) => socket.end());
      await client.gone();
      await server.gone();
      assertEquals(client.text(), "answer");
      assertEquals(client.ends, 1, "the client saw the server's FIN");
      assertEquals([client.error, server.error], [undefined, undefined]);
    }));

  test("socket: both ends may end at once", () =>
    withPair(network, async ({ client, server }) => {
      client.act((socket) => socket.end());
      server.act((socket) => socket.end());
      await client.gone();
      await server.gone();
      assertEquals([client.ends, server.ends], [1, 1]);
      assertEquals([client.error, server.error], [undefined, undefined]);
    }));

  test("socket: end within end closes in order", () =>
    withPair(network, async ({ client, server }) => {
      server.follow();
      client.act((socket) => socket.end());
      await client.gone();
      await server.gone();
      assertEquals([client.error, server.error], [undefined, undefined]);
    }));

  test("socket: end sends what was written before, then FIN", () =>
    withPair(network, async ({ client, server }) => {
      const length = 16 * 1024 * 1024;
      server.pause();
      client.socket.write(pattern(length));
      client.act((socket) => socket.end());
      server.onData = () => {};
      server.resume();
      await server.until(() => server.ends === 1, "FIN after 16 MiB");
      assertEquals(server.received, length);
    }));

  test("socket: bytes and FIN that came while paused survive this end's own FIN", () =>
    withPair(network, async ({ client, server }) => {
      server.pause();
      client.socket.write(pattern(300_000));
      client.act((socket) => socket.end());
      server.act((socket) => socket.end());
      await client.until(() => client.ends === 1, "the server's FIN");
      await turns();
      server.onData = () => {};
      server.resume();
      await server.gone();
      assertEquals([server.received, server.ends, server.error], [300_000, 1, undefined]);
    }));

  test("socket: end twice, write after end, and every call after close do nothing", () =>
    withPair(network, async ({ client, server }) => {
      client.act((socket) => {
        socket.end();
        socket.end();
        assertEquals(socket.write(bytes("late")), false);
      });
      await server.until(() => server.ends === 1, "FIN");
      assertEquals(server.received, 0);
      server.act((socket) => socket.end());
      await client.gone();
      await server.gone();
      for (const end of [client, server]) {
        end.act((socket) => {
          assertEquals(socket.write(bytes("late")), false);
          assertEquals(socket.bufferedBytes, 0);
          socket.end();
          socket.pause();
          socket.resume();
          socket.destroy();
          socket.destroy();
        });
      }
    }));

  test("socket: destroy is no error here, and a reset at the peer where the runtime can", () =>
    withPair(network, async ({ client, server }) => {
      server.follow();
      client.act((socket) => socket.destroy());
      await client.gone();
      assertEquals(client.error, undefined);
      await server.gone();
      // Deno can only end: docs/runtime.md.
      assertEquals(server.error?.code, network.name === "deno" ? undefined : "reset");
    }));

  test("socket: destroy within data stops all events but close", () =>
    withPair(network, async ({ client, server }) => {
      client.follow();
      server.onData = () => server.act((socket) => socket.destroy());
      client.socket.write(pattern(1024 * 1024));
      await server.gone();
      const { received } = server;
      await client.gone();
      assertEquals(server.received, received);
      assertEquals(server.error, undefined);
    }));

  test("socket: destroy right after end closes, whatever the peer does", () =>
    withPair(network, async ({ client }) => {
      client.act((socket) => {
        socket.end();
        socket.destroy();
      });
      await client.gone();
      assertEquals(client.error, undefined);
    }));

  test("socket: destroy closes when FIN has arrived and the peer keeps its side open", () =>
    withPair(network, async ({ client, server }) => {
      client.act((socket) => socket.end());
      await server.until(() => server.ends === 1, "FIN");
      client.act((socket) => socket.destroy());
      await client.gone();
      assertEquals(client.error, undefined);
    }));

  test("socket: destroy after end drops what a peer that never reads has left unsent", () =>
    withPair(network, async ({ client, server }) => {
      server.pause();
      while (client.socket.write(pattern(256 * 1024)));
      client.act((socket) => socket.end());
      assert(client.socket.bufferedBytes > 0);
      client.act((socket) => socket.destroy());
      assertEquals(client.socket.bufferedBytes, 0);
      await client.gone();
      assertEquals([client.error, server.ends], [undefined, 0]);
    }));

  test("socket: destroy while paused closes, and what waited to be read never comes", () =>
    withPair(network, async ({ client, server }) => {
      client.follow();
      server.pause();
      client.socket.write(pattern(300_000));
      await turns();
      server.act((socket) => socket.destroy());
      await server.gone();
      await client.gone();
      await turns();
      assertEquals([server.received, server.ends, server.error], [0, 0, undefined]);
    }));

  test("socket: destroy while paused closes, also with FIN waiting to be read", () =>
    withPair(network, async ({ client, server }) => {
      server.pause();
      client.socket.write(bytes("last words"));
      client.act((socket) => socket.end());
      await turns();
      server.act((socket) => socket.destroy());
      await server.gone();
      await client.gone();
      assertEquals([server.received, server.ends, server.error], [0, 0, undefined]);
    }));

  test("socket: a peer that resets is an error of code reset", async () => {
    const server = new Recorder();
    const listener = await network.listen({}, (socket) => {
      server.socket = socket;
      return server;
    });
    const { address } = listener;
    assert(address.transport === "tcp");
    // `node:net` is the one way to send a reset on all three runtimes.
    const peer = connect({ host: address.hostname, port: address.port });
    await once(peer, "connect");
    peer.write("x");
    await server.until(() => server.received === 1, "the byte");
    peer.resetAndDestroy();
    await server.gone();
    assertEquals(server.error?.code, "reset");
    assert(server.error?.cause !== undefined, "the runtime's error is the cause");
    await turns();
    server.check();
    await listener.close();
  });

  test("socket: destroy with unsent bytes and a peer that never reads", () =>
    withPair(network, async ({ client, server }) => {
      server.pause();
      while (client.socket.write(pattern(256 * 1024)));
      assert(client.socket.bufferedBytes > 0);
      client.act((socket) => socket.destroy());
      assertEquals(client.socket.bufferedBytes, 0);
      await client.gone();
      assertEquals(client.error, undefined);
    }));

  test("socket: 1,000 connections opened and closed leave no handle", async () => {
    const servers = new Set<Recorder>();
    const listener = await network.listen({}, (socket) => {
      const server = new Recorder();
      server.socket = socket;
      servers.add(server);
      server.onData = (chunk) => socket.write(chunk);
      server.onEnd = () => socket.end();
      return server;
    });
    const visit = async (i: number): Promise<void> => {
      const client = await dial(network, reach(listener));
      client.socket.write(bytes("x"));
      await client.until(() => client.received === 1, "the echo");
      // In turn: an end in order, a drop, and a drop with unread bytes.
      if (i % 3 === 0) client.socket.end();
      else client.socket.destroy();
      await client.gone();
      client.check();
    };
    const visits = async (count: number): Promise<void> => {
      for (let i = 0; i < count; i += 50) {
        await Promise.all(Array.from({ length: 50 }, (_, k) => visit(i + k)));
      }
      for (const server of servers) await server.gone();
      await turns();
    };
    await visits(100);
    const before = countDescriptors();
    await visits(1000);
    assertEquals(servers.size, 1100);
    for (const server of servers) server.check();
    assert(countDescriptors() <= before, `${countDescriptors()} descriptors, ${before} before`);
    await listener.close();
  });
}
