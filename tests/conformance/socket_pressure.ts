import { assert, assertEquals } from "@std/assert";
import process from "node:process";
import { test } from "node:test";
import { HIGH_WATER_BYTES, type Network } from "../../src/runtime/types.ts";
import { pattern, type Recorder, withPair } from "./socket_harness.ts";

const MIB = 1024 * 1024;
const CHUNK_BYTES = 64 * 1024;
/** What Linux may hold of one direction: 4 MiB to send and 6 MiB received, and some in our hands. */
const SYSTEM_BYTES = 12 * MIB;

/** Sends `total` bytes, waiting for `drain` as the contract asks; tells how full it got. */
async function pour(from: Recorder, to: Recorder, total: number) {
  let mostBuffered = 0;
  let mostUnderWay = 0;
  let waits = 0;
  const chunk = pattern(CHUNK_BYTES);
  for (let sent = 0; sent < total;) {
    const { drains } = from;
    const goOn = from.socket.write(chunk);
    sent += chunk.length;
    mostBuffered = Math.max(mostBuffered, from.socket.bufferedBytes);
    mostUnderWay = Math.max(mostUnderWay, sent - to.received);
    if (goOn) continue;
    waits++;
    await from.until(() => from.drains > drains, "drain");
    assertEquals(from.drains, drains + 1, "one drain for one false");
  }
  return { mostBuffered, mostUnderWay, waits };
}

/** Reads a little, rests, and reads on. */
function readSlowly(reader: Recorder): void {
  let before = 0;
  reader.onData = () => {
    if (reader.received - before < MIB) return;
    before = reader.received;
    reader.pause();
    setTimeout(() => reader.resume(), 4);
  };
}

/** Backpressure, both ways. */
export function pressureTests(network: Network): void {
  test("socket: 64 MiB each way with slow readers stay bounded", () =>
    withPair(network, async ({ client, server }) => {
      const total = 64 * MIB;
      readSlowly(client);
      readSlowly(server);
      const rssBefore = process.memoryUsage.rss();
      const pours = await Promise.all([pour(client, server, total), pour(server, client, total)]);
      await client.until(() => client.received === total, "64 MiB at the client");
      await server.until(() => server.received === total, "64 MiB at the server");
      for (const { mostBuffered, mostUnderWay, waits } of pours) {
        assert(waits > 0, "the writer was asked to wait");
        assert(mostBuffered <= HIGH_WATER_BYTES + CHUNK_BYTES, `${mostBuffered} bytes queued`);
        assert(mostUnderWay <= SYSTEM_BYTES, `${mostUnderWay} bytes neither here nor there`);
      }
      const grown = process.memoryUsage.rss() - rssBefore;
      // Received chunks wait for the collector; unbounded queues would add 128 MiB to them.
      assert(grown < 200 * MIB, `grown by ${grown} bytes`);
    }));

  test("socket: a reader that pauses for good stops the writer", () =>
    withPair(network, async ({ client, server }) => {
      server.pause();
      let sent = 0;
      const chunk = pattern(CHUNK_BYTES);
      for (;;) {
        const { drains } = client;
        const goOn = client.socket.write(chunk);
        sent += chunk.length;
        assert(sent < SYSTEM_BYTES, "the writer is never stopped");
        if (goOn) continue;
        // A drain within a moment means that the system took more; none means that it is full.
        const more = client.until(() => client.drains > drains, "drain").then(() => true);
        const full = new Promise<boolean>((resolve) => setTimeout(resolve, 200, false));
        more.catch(() => {});
        if (!await Promise.race([more, full])) break;
      }
      assert(client.socket.bufferedBytes <= HIGH_WATER_BYTES + CHUNK_BYTES);
      assertEquals(server.received, 0);
      server.onData = () => {};
      const { drains } = client;
      server.resume();
      await client.until(() => client.drains === drains + 1, "drain after resume");
      await server.until(() => server.received === sent, "everything");
      assertEquals(client.socket.bufferedBytes, 0);
    }));

  test("socket: what the peer takes of one large write is seen while it goes on", () =>
    withPair(network, async ({ client, server }) => {
      server.pause();
      client.socket.write(pattern(32 * MIB));
      // Whatever the system holds, it has taken when nothing changes any more.
      let before = -1;
      while (before !== client.socket.bufferedBytes) {
        before = client.socket.bufferedBytes;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      assert(before > 16 * MIB, `${before} of 32 MiB wait`);
      server.onData = () => {
        if (server.received >= 8 * MIB) server.pause();
      };
      server.resume();
      await server.until(() => server.received >= 8 * MIB, "a part");
      const falls = (): boolean => client.socket.bufferedBytes <= before - 4 * MIB;
      const poll = setInterval(() => client.changed(), 5);
      await client.until(falls, "the count of what waits, after 8 MiB were read")
        .finally(() => clearInterval(poll));
      server.onData = () => {};
      server.resume();
      await server.until(() => server.received === 32 * MIB, "the rest");
      await client.until(() => client.drains === 1, "drain");
      assertEquals(client.socket.bufferedBytes, 0);
    }));

  test("socket: a writer that does not wait loses nothing", () =>
    withPair(network, async ({ client, server }) => {
      server.pause();
      const chunk = pattern(CHUNK_BYTES);
      for (let i = 0; i < 512; i++) client.socket.write(chunk);
      assert(client.socket.bufferedBytes > HIGH_WATER_BYTES);
      server.onData = () => {};
      server.resume();
      await server.until(() => server.received === 512 * CHUNK_BYTES, "all 32 MiB");
      await client.until(() => client.drains > 0, "drain");
      assertEquals(client.drains, 1);
      assertEquals(client.socket.bufferedBytes, 0);
    }));

  test("socket: writing within drain goes on", () =>
    withPair(network, async ({ client, server }) => {
      let left = 100;
      const chunk = pattern(256 * 1024);
      server.onData = () => {};
      const fill = (): void => {
        while (left > 0) {
          left--;
          if (!client.socket.write(chunk)) return;
        }
        client.socket.end();
      };
      client.onDrain = fill;
      fill();
      await server.until(() => server.ends === 1, "FIN");
      assertEquals(server.received, 100 * chunk.length);
    }));
}
