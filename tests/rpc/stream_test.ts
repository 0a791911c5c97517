import { assert, assertEquals, assertRejects } from "@std/assert";
import { test } from "node:test";
import { RpcError, type ServerOptions, ZapClient, ZapServer } from "../../src/rpc/mod.ts";

const bytes = (...values: number[]): Uint8Array => new Uint8Array(values);

async function serving(
  options: ServerOptions,
  use: (client: ZapClient, server: ZapServer) => Promise<void>,
): Promise<void> {
  const server = new ZapServer(options);
  const address = await server.listen({ port: 0, framing: "mux" });
  assert(address.transport === "tcp");
  const client = await ZapClient.connect({
    port: address.port,
    framing: "mux",
  });
  try {
    await use(client, server);
  } finally {
    client.close();
    await server.close();
  }
}

test("stream: first data, messages both ways, ends; empty messages are messages", async () => {
  await serving({
    stream: async (stream) => {
      for await (const message of stream) {
        await stream.write(bytes(...message, stream.method));
      }
    },
  }, async (client) => {
    const stream = client.stream(9, { payload: bytes(1) });
    await stream.write(bytes());
    await stream.write(bytes(2, 3));
    stream.end();
    const seen: number[][] = [];
    for await (const message of stream) seen.push([...message]);
    assertEquals(seen, [[1, 9], [9], [2, 3, 9]]);
    await assertRejects(() => stream.write(bytes(1)), RpcError);
  });
});

test("stream: web streams pipe through it", async () => {
  await serving(
    { stream: (stream) => stream.readable.pipeTo(stream.writable) },
    async (client) => {
      const stream = client.stream(1);
      const source = new ReadableStream<Uint8Array>({
        start(controller) {
          for (let i = 0; i < 1000; i++) {
            controller.enqueue(new Uint8Array(1000).fill(i));
          }
          controller.close();
        },
      });
      const sent = source.pipeTo(stream.writable);
      let count = 0;
      for await (const message of stream) {
        assertEquals([message.length, message[999]], [1000, count & 255]);
        count++;
      }
      await sent;
      assertEquals(count, 1000);
    },
  );
});

test("stream: a slow reader holds the writer back", async () => {
  const size = 64 * 1024;
  let written = 0;
  let stopped = (): void => {};
  const stop = new Promise<void>((resolve) => stopped = resolve);
  await serving({
    stream: async (stream) => {
      for (; written < 400; written++) {
        const room = stream.write(new Uint8Array(size));
        const timer = setTimeout(stopped, 200);
        await room;
        clearTimeout(timer);
      }
    },
  }, async (client) => {
    const stream = client.stream(1);
    const iterator = stream[Symbol.asyncIterator]();
    await iterator.next();
    await stop;
    // 25 MiB are on offer; sockets and both ends' buffers hold a part of it.
    assert(written < 300, `${written} messages were written for a reader of one`);
    let count = 1;
    while (!(await iterator.next()).done) count++;
    assertEquals(count, 400);
  });
});

test("stream: refused, failed and guarded streams end with their status", async () => {
  await serving({
    guard: ({ method }) => method === 3 ? 403 : 200,
    stream: (stream) => {
      if (stream.method === 1) throw new Error("secret");
      return Promise.reject(new Error("secret"));
    },
  }, async (client) => {
    for (const [method, status] of [[1, 500], [2, 500], [3, 403]] as const) {
      const reader = client.stream(method).readable.getReader();
      const error = await assertRejects(() => reader.read(), RpcError);
      assertEquals([error.code, error.status, error.method], ["status", status, method]);
    }
  });
  await serving({ call: () => bytes() }, async (client) => {
    const error = await assertRejects(() => client.stream(1).readable.getReader().read(), RpcError);
    assertEquals(error.status, 404);
  });
});

test("stream: abort and a lost connection fail both halves", async () => {
  await serving({
    call: (_call, peer) => (peer.close(), bytes()),
    stream: () => new Promise<void>(() => {}),
  }, async (client) => {
    const controller = new AbortController();
    const one = client.stream(1, { signal: controller.signal });
    const reading = assertRejects(() => one.readable.getReader().read(), RpcError);
    controller.abort();
    assertEquals((await reading).code, "aborted");
    await assertRejects(() => one.write(bytes(1)), RpcError);
    const two = client.stream(2);
    const lost = assertRejects(() => two.readable.getReader().read(), RpcError);
    await assertRejects(() => client.call(1), RpcError);
    assertEquals((await lost).code, "lost");
  });
});

test("stream: what the peer has sent and ended is read in order, though the connection is gone by then", async () => {
  await serving({
    stream: async (stream) => {
      for (let i = 0; i < 5; i++) await stream.write(bytes(i));
    },
  }, async (client, server) => {
    const stream = client.stream(1);
    assertEquals((await client.call(1)).status, 404); // what the handler sends stands before it
    await server.drain(1000);
    while (client.connected) await new Promise((resolve) => setTimeout(resolve, 1));
    await assertRejects(() => stream.write(bytes(1)), RpcError);
    const got: number[] = [];
    for await (const message of stream) got.push(message[0]!);
    assertEquals(got, [0, 1, 2, 3, 4]);
  });
});

test("stream: one that is aborted is not read any more, though the peer has ended its half", async () => {
  await serving({
    stream: async (stream) => {
      await stream.write(bytes(1, 2, 3));
      stream.end();
      for await (const _ of stream);
    },
  }, async (client) => {
    const stream = client.stream(1);
    assertEquals((await client.call(1)).status, 404);
    await stream.writable.abort("enough");
    const reading = async (): Promise<void> => {
      for await (const _ of stream) throw new Error("There is nothing to read");
    };
    assertEquals((await assertRejects(reading, RpcError)).code, "aborted");
  });
});

test("stream: the server opens one to the client", async () => {
  const got: number[] = [];
  let done = (): void => {};
  const over = new Promise<void>((resolve) => done = resolve);
  const server = new ZapServer({
    onConnection: async (peer) => {
      const stream = peer.stream(5);
      await stream.write(bytes(1, 2));
      stream.end();
      for await (const message of stream) got.push(...message);
      done();
    },
  });
  const address = await server.listen({ port: 0, framing: "mux" });
  assert(address.transport === "tcp");
  const client = await ZapClient.connect({
    port: address.port,
    framing: "mux",
    stream: async (stream) => {
      for await (const message of stream) {
        await stream.write(message.map((byte) => byte * 2));
      }
    },
  });
  await over;
  assertEquals(got, [2, 4]);
  client.close();
  await server.close();
});

test("stream: one more than the server holds is refused with 429, and the others go on", async () => {
  await serving({
    maxStreams: 2,
    stream: (stream) => stream.readable.pipeTo(stream.writable),
  }, async (client) => {
    const echoed = async (stream: ReturnType<ZapClient["stream"]>): Promise<number[][]> => {
      stream.end();
      const seen: number[][] = [];
      for await (const message of stream) seen.push([...message]);
      return seen;
    };
    const held = [client.stream(1), client.stream(1)];
    for (const [i, stream] of held.entries()) await stream.write(bytes(i));
    const error = await assertRejects(() => echoed(client.stream(1)), RpcError);
    assertEquals(error.status, 429);
    assertEquals((await client.call(1)).status, 404);
    for (const [i, stream] of held.entries()) assertEquals(await echoed(stream), [[i]]);
    const later = client.stream(1);
    await later.write(bytes(5));
    assertEquals(await echoed(later), [[5]]);
  });
});

test("stream: a client that has its own limit open is told before anything is sent", async () => {
  await serving({ stream: (stream) => stream.readable.pipeTo(stream.writable) }, async (client) => {
    const open = Array.from({ length: 256 }, () => client.stream(1));
    const error = await assertRejects(async () => await client.stream(1).write(bytes(1)), RpcError);
    assertEquals([error.code, error.status], ["busy", 429]);
    for (const stream of open) stream.end();
  });
});

test("stream: one that is given up is failed at the other end, not ended in order", async () => {
  const seen: string[] = [];
  let arrived = (): void => {};
  await serving({
    stream: async (stream) => {
      let messages = 0;
      try {
        for await (const _ of stream) if (++messages === 1) arrived();
        seen.push(`complete after ${messages}`);
      } catch (error) {
        seen.push(`${(error as RpcError).code} after ${messages}`);
      }
    },
  }, async (client, server) => {
    const given = async (
      up: (stream: ReturnType<ZapClient["stream"]>, first: Promise<void>) => Promise<unknown>,
    ): Promise<void> => {
      const first = new Promise<void>((resolve) => arrived = resolve);
      const controller = new AbortController();
      const stream = client.stream(1, { signal: controller.signal });
      await up(stream, first).catch(() => {});
      await first;
      controller.abort("enough");
      await assertRejects(() => stream.write(bytes(1)), RpcError);
    };
    // By its signal; by a source that breaks; by a writer.
    await given((stream) => stream.write(bytes(1)));
    await given((stream, first) => {
      let pulls = 0;
      const source = new ReadableStream<Uint8Array>({
        pull: async (controller) => {
          if (++pulls === 1) return controller.enqueue(bytes(1));
          await first;
          controller.error(new Error("broken"));
        },
      }, { highWaterMark: 0 });
      return source.pipeTo(stream.writable);
    });
    await given(async (stream, first) => {
      const writer = stream.writable.getWriter();
      await writer.write(bytes(1));
      await first;
      await writer.abort("no more");
    });
    for (let i = 0; i < 1000 && seen.length < 3; i++) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    assertEquals([seen, server.runningCalls], [Array(3).fill("status after 1"), 0]);
  });
});
