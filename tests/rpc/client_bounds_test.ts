/** What a client refuses, bounds and keeps apart: deadlines, ids, what waits for a connection. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { Buffer } from "node:buffer";
import process from "node:process";
import { test } from "node:test";
import { Calls } from "../../src/rpc/stub.ts";
import {
  type ClientOptions,
  RpcError,
  type ServerOptions,
  ZapClient,
  ZapServer,
} from "../../src/rpc/mod.ts";
import { serving } from "./serving.ts";
import { bytes, eventually, frame, join, rawServer } from "../hostile/rpc_support.ts";
import { buildResponse, parseRequest } from "../../src/rpc/envelope.ts";

const framings = ["node", "mux"] as const;

const echo: ServerOptions = { call: (call) => call.payload };

for (const framing of framings) {
  test(`${framing}: a deadline that is no time is refused; Infinity and centuries are for ever`, async () => {
    await serving(echo, framing, async (port) => {
      const client = await ZapClient.connect({ port, framing });
      for (const timeoutMs of [-1, NaN, -Infinity]) {
        await assertRejects(() => client.call(1, { timeoutMs }), RangeError, "timeoutMs");
      }
      for (const timeoutMs of [0, Infinity, 2 ** 40]) {
        assertEquals((await client.call(1, { timeoutMs })).status, 200);
      }
      // Those above must not have broken the wheel for others.
      const never = client.call(1, { timeoutMs: Infinity });
      await never;
      assertEquals(client.pendingCalls, 0);
      client.close();
    });
  });

  test(`${framing}: a deadline of centuries does not fire, and a short one beside it does`, async () => {
    await serving({ call: () => new Promise<Uint8Array>(() => {}) }, framing, async (port) => {
      const client = await ZapClient.connect({ port, framing });
      let settled = 0;
      const long = [2 ** 31, 2 ** 40, Infinity].map((timeoutMs) =>
        client.call(1, { timeoutMs }).catch((error: RpcError) => (settled++, error.code))
      );
      await assertRejects(() => client.call(2, { timeoutMs: 40 }), RpcError, "in time");
      assertEquals([settled, client.pendingCalls], [0, 3]);
      client.close();
      assertEquals(await Promise.all(long), ["closed", "closed", "closed"]);
    });
  });

  test(`${framing}: promise id 0 is a fresh one, and ids are taken modulo 2^32`, async () => {
    await serving(echo, framing, async (port) => {
      const client = await ZapClient.connect({ port, framing, timeoutMs: 2000 });
      const payload = (value: number): { payload: Uint8Array; promiseID: number } => ({
        payload: bytes(value),
        promiseID: 0,
      });
      const answers = await Promise.all(
        [1, 2, 3, 4].map((value) => client.call(1, payload(value))),
      );
      assertEquals(answers.map(({ body }) => body[0]), [1, 2, 3, 4]);
      assert(answers.every(({ promiseID }) => promiseID !== 0));
      const named = await client.call(1, { promiseID: -1 });
      assertEquals([named.status, named.promiseID], [200, 0xffffffff]);
      const later = await client.call(1, { payload: bytes(9) });
      assertEquals(later.body[0], 9);
      client.close();
    });
  });

  test(`${framing}: what is no byte array is refused, not sent as something else`, async () => {
    await serving(echo, framing, async (port) => {
      const client = await ZapClient.connect({ port, framing });
      for (const payload of ["text", new ArrayBuffer(4), [1, 2]] as unknown as Uint8Array[]) {
        await assertRejects(() => client.call(1, { payload }), TypeError, "Uint8Array");
      }
      assertEquals((await client.call(1, { payload: bytes(1) })).body[0], 1);
      client.close();
    });
  });

  test(`${framing}: what waits for a connection is bounded by count and by bytes`, async () => {
    await serving(echo, framing, async (port, server) => {
      const client = await ZapClient.connect({
        port,
        framing,
        maxPendingCalls: 6,
        maxQueuedBytes: 100_000,
      });
      await server.close();
      await eventually(() => !client.connected);
      const outcome = (call: Promise<unknown>): Promise<string> =>
        call.then(() => "answered", (error: RpcError) => error.code);
      const large = Array.from(
        { length: 4 },
        () => outcome(client.call(1, { payload: new Uint8Array(60_000) })),
      );
      assertEquals(await Promise.all(large.slice(2)), ["busy", "busy"]);
      client.close();
      assertEquals(await Promise.all(large), ["closed", "closed", "busy", "busy"]);
    });
    await serving(echo, framing, async (port, server) => {
      const client = await ZapClient.connect({ port, framing, maxPendingCalls: 6 });
      await server.close();
      await eventually(() => !client.connected);
      const codes: string[] = [];
      const all = Array.from({ length: 10 }, (_, i) => {
        const done = i % 2 ? client.call(1) : client.send(new Uint8Array(20));
        return done.then(() => {}, (error: RpcError) => void codes.push(error.code));
      });
      await eventually(() => codes.length === 4);
      assertEquals([codes, client.pendingCalls], [["busy", "busy", "busy", "busy"], 6]);
      client.close();
      await Promise.all(all);
      assertEquals(client.pendingCalls, 0);
    });
  });

  test(`${framing}: a call that found no connection says why the last attempt failed`, async () => {
    await serving(echo, framing, async (port, server) => {
      const client = await ZapClient.connect({ port, framing });
      await server.close();
      await eventually(() => !client.connected);
      const error = await assertRejects(() => client.call(1, { timeoutMs: 100 }), RpcError);
      assertEquals([error.code, (error.cause as RpcError).code], ["deadline", "connect"]);
      client.close();
    });
  });

  test(`${framing}: a waiting call's capability and payload are its own`, async () => {
    let seen: number[] = [];
    const options: ServerOptions = {
      call: ({ method, cap, payload }, peer) => {
        if (method === 2) peer.close();
        seen = [...cap, ...payload];
        return bytes();
      },
    };
    await serving(options, framing, async (port) => {
      const client = await ZapClient.connect({ port, framing });
      await assertRejects(() => client.call(2), RpcError);
      await eventually(() => !client.connected);
      // Buffers, whose `slice` is a view.
      const [cap, payload] = [Buffer.from([1, 2]), Buffer.from([3])];
      const call = client.call(1, { cap, payload });
      cap.fill(9);
      payload.fill(9);
      assertEquals((await call).status, 200);
      assertEquals(seen, [1, 2, 3]);
      client.close();
    });
  });
}

test("mux: an answer for promise 0 or for a stream's id is nobody's", async () => {
  const ids: number[] = [];
  const server = await rawServer(async (peer) => {
    for (;;) {
      const got = await peer.frame();
      if (got === undefined) return;
      const { promiseID } = parseRequest(got.subarray(1));
      ids.push(promiseID);
      const stray = [0, ids[0]!, 0].map((id) => frame(bytes(2), buildResponse(200, id, bytes(66))));
      const answer = frame(bytes(2), buildResponse(200, promiseID, bytes(got[0]!)));
      await peer.send(join(...stray, ...(got[0] === 1 ? [answer] : []), ...stray));
    }
  });
  const client = await ZapClient.connect({ port: server.port, framing: "mux", timeoutMs: 1000 });
  const stream = client.stream(5);
  for (let i = 0; i < 5; i++) {
    const calls = [1, 2, 3].map((method) =>
      client.call(method, { promiseID: i === 2 ? 0 : undefined! })
    );
    for (const { body } of await Promise.all(calls)) assertEquals([...body], [1]);
  }
  assertEquals([new Set(ids).size, ids.length, client.pendingCalls], [16, 16, 0]);
  stream.end();
  client.close();
  await server.close();
});

test("mux: a user's promise id cannot be one that is taken, and ours pass over it", async () => {
  const taken: number[] = [];
  let release = (): void => {};
  const released = new Promise<void>((resolve) => release = resolve);
  await serving(
    {
      call: async ({ promiseID, method }) => {
        taken.push(promiseID);
        if (method === 1) await released;
        return bytes(method);
      },
    },
    "mux",
    async (port) => {
      const client = await ZapClient.connect({ port, framing: "mux" });
      const first = client.call(1);
      await eventually(() => taken.length === 1);
      const same = await assertRejects(() => client.call(2, { promiseID: taken[0]! }), RpcError);
      assertEquals(same.code, "busy");
      // The next of ours is given away beforehand: it is passed over.
      const named = client.call(1, { promiseID: taken[0]! + 3 });
      const more = await Promise.all([3, 4, 5, 6].map((method) => client.call(method)));
      assertEquals(more.map(({ body }) => body[0]), [3, 4, 5, 6]);
      release();
      assertEquals([(await first).body[0], (await named).body[0]], [1, 1]);
      assertEquals((await named).promiseID, taken[0]! + 3);
      assertEquals(new Set(taken).size, taken.length);
      client.close();
    },
  );
});

test("a call of what is neither an ordinal nor an envelope is refused", async () => {
  await serving(echo, "node", async (port) => {
    const client = await ZapClient.connect({ port });
    const call = client.call("notes.list" as unknown as number);
    await assertRejects(() => call, TypeError, "neither an ordinal nor a request envelope");
    client.close();
  });
});

test("options out of range are refused before anything is opened", async () => {
  const wrong: ClientOptions[] = [
    { timeoutMs: -1 },
    { timeoutMs: NaN },
    { connectTimeoutMs: 0 },
    { connectTimeoutMs: Infinity },
    { maxPendingCalls: 0 },
    { maxPendingCalls: NaN },
    { maxQueuedBytes: -5 },
    { nodeID: "" },
    { nodeID: "é".repeat(31) },
    { limits: { maxInFlight: 0 } },
  ];
  for (const options of wrong) {
    const [key] = Object.keys(options);
    const name = key === "limits" ? "maxInFlight" : key!;
    await assertRejects(() => ZapClient.connect({ port: 1, ...options }), RangeError, name);
  }
  for (const port of [-1, 1.5, 65_536, "80" as unknown as number]) {
    await assertRejects(() => ZapClient.connect({ port }), RangeError, "0 to 65535");
    await assertRejects(() => new ZapServer({}).listen({ port }), RangeError, "0 to 65535");
  }
  for (const options of [{ nodeID: "" }, { timeoutMs: NaN }, { nodeID: "x".repeat(61) }]) {
    const [key] = Object.keys(options);
    let message = "";
    try {
      new ZapServer(options);
    } catch (error) {
      assert(error instanceof RangeError);
      message = error.message;
    }
    assert(message.includes(key!), `${key} was taken`);
  }
});

test("a typed call that others build on may fail unheard", async () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown): void => void unhandled.push(reason);
  process.on("unhandledRejection", note);
  await serving({ call: () => ({ status: 404, body: bytes() }) }, "node", async (port) => {
    const client = await ZapClient.connect({ port });
    const calls = new Calls("Notes", client);
    const first = calls.origin("read", 1, bytes(), (body) => body);
    const second = calls.pipe("share", 2, first, (body) => body);
    assertEquals((await assertRejects(() => second, RpcError)).status, 400);
    await new Promise((resolve) => setTimeout(resolve, 5));
    client.close();
  });
  process.removeListener("unhandledRejection", note);
  assertEquals(unhandled, []);
});
