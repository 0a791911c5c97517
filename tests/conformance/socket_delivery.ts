import { assert, assertEquals } from "@std/assert";
import { test } from "node:test";
import type { Network } from "../../src/runtime/types.ts";
import { bytes, pattern, withPair } from "./socket_harness.ts";

/** Bytes arrive, all, in order, and are the receiver's. */
export function deliveryTests(network: Network): void {
  test("socket: what is sent comes back", () =>
    withPair(network, async ({ client, server }) => {
      server.onData = (chunk) => server.socket.write(chunk);
      client.socket.write(bytes("hello"));
      await client.until(() => client.received === 5, "the echo");
      assertEquals(client.text(), "hello");
    }));

  test("socket: 10,000 small writes arrive in order", () =>
    withPair(network, async ({ client, server }) => {
      let expected = "";
      for (let i = 0; i < 10_000; i++) {
        const text = `${i},`;
        expected += text;
        client.socket.write(bytes(text));
      }
      await server.until(() => server.received === expected.length, "all the writes");
      assertEquals(server.text(), expected);
    }));

  test("socket: one write of 8 MiB arrives whole", () =>
    withPair(network, async ({ client, server }) => {
      const length = 8 * 1024 * 1024;
      let wrong = 0;
      const sent = pattern(length);
      server.onData = (chunk) => {
        // `received` counts this chunk already.
        const start = server.received - chunk.length;
        for (let i = 0; i < chunk.length; i++) if (chunk[i] !== sent[start + i]) wrong++;
      };
      client.socket.write(sent);
      await server.until(() => server.received === length, "8 MiB");
      assertEquals(wrong, 0);
    }));

  test("socket: an empty write is no event", () =>
    withPair(network, async ({ client, server }) => {
      assertEquals(client.socket.write(new Uint8Array(0)), true);
      client.socket.write(bytes("x"));
      await server.until(() => server.received > 0, "the byte after it");
      assertEquals(server.text(), "x");
    }));

  test("socket: a chunk handed up never changes", () =>
    withPair(network, async ({ client, server }) => {
      const kept: { chunk: Uint8Array; copy: Uint8Array }[] = [];
      server.onData = (chunk) => {
        kept.push({ chunk, copy: chunk.slice() });
        server.socket.write(chunk.slice(0, 1));
      };
      for (let i = 0; i < 200; i++) {
        client.socket.write(pattern(1 + (i * 97) % 5000, i));
        await client.until(() => client.received > i, `answer ${i}`);
      }
      for (const { chunk, copy } of kept) assertEquals(chunk, copy);
    }));

  test("socket: writes before the first event are kept", () =>
    withPair(network, async ({ client, server }) => {
      server.act((socket) => socket.write(bytes("greeting")));
      await client.until(() => client.received === 8, "the greeting");
      assertEquals(client.text(), "greeting");
    }));

  test("socket: pause stops data and end, resume goes on", () =>
    withPair(network, async ({ client, server }) => {
      server.pause();
      client.socket.write(bytes("a"));
      client.socket.end();
      // A second connection's round trip: by now the first one's bytes have come as well.
      await withPair(network, async (other) => {
        other.server.onData = (chunk) => other.server.socket.write(chunk);
        other.client.socket.write(bytes("ping"));
        await other.client.until(() => other.client.received === 4, "ping");
      });
      assertEquals([server.received, server.ends], [0, 0]);
      server.resume();
      await server.until(() => server.ends === 1, "end after resume");
      assertEquals(server.text(), "a");
    }));

  test("socket: pause within data holds the next chunk", () =>
    withPair(network, async ({ client, server }) => {
      const length = 4 * 1024 * 1024;
      let pauses = 0;
      server.onData = () => {
        pauses++;
        server.pause();
        setTimeout(() => server.resume(), 0);
      };
      client.socket.write(pattern(length));
      await server.until(() => server.received === length, "all bytes");
      assert(pauses > 1, "more than one chunk came");
    }));

  test("socket: pause and resume in one turn lose nothing", () =>
    withPair(network, async ({ client, server }) => {
      server.onData = () => {
        server.pause();
        server.resume();
        server.pause();
        server.resume();
      };
      client.socket.write(pattern(1024 * 1024));
      client.socket.end();
      await server.until(() => server.ends === 1, "end");
      assertEquals(server.received, 1024 * 1024);
    }));
}
