import { assert, assertEquals, assertRejects } from "@std/assert";
import { test } from "node:test";
import { SocketError } from "../../src/base/socket_error.ts";
import type { Accept, Network } from "../../src/runtime/types.ts";
import { bytes, dial, pattern, reach, Recorder, turns, withPair } from "./socket_harness.ts";

const BUG = new RangeError("A bug of the room above");

function bug(): never {
  throw BUG;
}

/** A handler that throws takes its own socket down, and nothing else. */
export function handlerTests(network: Network): void {
  test("socket: a throw in data closes with the error as cause", () =>
    withPair(network, async ({ client, server }) => {
      server.onData = bug;
      client.follow();
      client.socket.write(bytes("x"));
      await server.gone();
      assertEquals(server.error?.code, "handler");
      assert(server.error?.cause === BUG);
      await client.gone();
    }));

  test("socket: a throw in end closes with the error as cause", () =>
    withPair(network, async ({ client, server }) => {
      server.onEnd = bug;
      client.socket.end();
      await server.gone();
      assertEquals(server.error?.code, "handler");
      assert(server.error?.cause === BUG);
    }));

  test("socket: a throw in drain closes with the error as cause", () =>
    withPair(network, async ({ client, server }) => {
      server.pause();
      client.onDrain = bug;
      server.follow();
      while (client.socket.write(pattern(256 * 1024)));
      server.onData = () => {};
      server.resume();
      await client.gone();
      assertEquals(client.error?.code, "handler");
      assert(client.error?.cause === BUG);
      await server.gone();
    }));

  test("socket: a throw after destroy changes nothing", () =>
    withPair(network, async ({ client, server }) => {
      server.onData = () => {
        server.act((socket) => socket.destroy());
        bug();
      };
      client.socket.write(bytes("x"));
      await server.gone();
      assertEquals(server.error, undefined);
    }));

  test("socket: a throw in close harms nobody", () =>
    withPair(network, async ({ client, server }) => {
      server.onClose = bug;
      client.onClose = bug;
      server.act((socket) => socket.destroy());
      await turns();
      client.act((socket) => socket.destroy());
      await client.until(() => client.closes > 0 && server.closes > 0, "both closed");
    }));

  test("socket: accept that throws destroys the connection, is reported, and accepts the next", async () => {
    const faults: SocketError[] = [];
    let accepted = 0;
    const server = new Recorder();
    const listener = await network.listen({ onError: (error) => faults.push(error) }, (socket) => {
      if (accepted++ === 0) bug();
      server.socket = socket;
      return server;
    });
    const first = await dial(network, reach(listener));
    first.onEnd = () => first.act((socket) => socket.end());
    await first.gone();
    first.check();
    assertEquals(faults.map((fault) => fault.code), ["handler"]);
    assert(faults[0]?.cause === BUG);
    const second = await dial(network, reach(listener));
    second.socket.write(bytes("x"));
    await server.until(() => server.received === 1, "the second connection's byte");
    second.socket.destroy();
    server.socket.destroy();
    await second.gone();
    await server.gone();
    await listener.close();
  });

  test("socket: opened that throws rejects connect and destroys the connection", async () => {
    const server = new Recorder();
    const listener = await network.listen({}, (socket) => {
      server.socket = socket;
      server.onEnd = () => socket.end();
      return server;
    });
    const error = await assertRejects(() => network.connect(reach(listener), bug), SocketError);
    assertEquals(error.code, "handler");
    assert(error.cause === BUG);
    await server.gone();
    await listener.close();
  });

  for (const where of ["accept", "opened"]) {
    test(`socket: destroy within ${where} closes once, afterwards`, async () => {
      const doomed = new Recorder();
      const other = new Recorder();
      const destroyAtOnce: Accept = (socket) => {
        doomed.socket = socket;
        doomed.act((socket) => {
          socket.destroy();
          assertEquals(socket.write(bytes("late")), false);
        });
        return doomed;
      };
      const keep: Accept = (socket) => {
        other.socket = socket;
        other.follow();
        return other;
      };
      const listener = await network.listen({}, where === "accept" ? destroyAtOnce : keep);
      try {
        await network.connect(reach(listener), where === "opened" ? destroyAtOnce : keep);
      } catch (error) {
        // The reset may overtake the news that the connection stands.
        assert(error instanceof SocketError && error.code === "reset", String(error));
      }
      await doomed.gone();
      await turns();
      doomed.check();
      assertEquals([doomed.received, doomed.ends, doomed.error], [0, 0, undefined]);
      if (other.socket !== undefined) await other.gone();
      await listener.close();
    });
  }

  test("socket: write, pause and end within accept take effect", async () => {
    const server = new Recorder();
    const listener = await network.listen({}, (socket) => {
      server.socket = socket;
      server.pause();
      socket.write(bytes("first words"));
      return server;
    });
    const client = await dial(network, reach(listener));
    client.socket.write(bytes("x"));
    await client.until(() => client.received === 11, "the first words");
    await turns();
    assertEquals(server.received, 0);
    server.resume();
    await server.until(() => server.received === 1, "the byte after resume");
    client.socket.destroy();
    server.socket.destroy();
    await client.gone();
    await server.gone();
    await listener.close();
  });
}
