/** What plain JavaScript and misspelt options let through is refused with a word, not sent as something else. */

import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import {
  connectOverWebSocket,
  Pipeliner,
  RpcError,
  type ServerOptions,
  ZapClient,
  ZapServer,
} from "../../src/rpc/mod.ts";
import { serving } from "./serving.ts";
import { bytes, frame, RawPeer, u32 } from "../hostile/rpc_support.ts";

/** Not bytes; some have a length, some have not. */
const NO_BYTES: unknown[] = [
  "text",
  "a text of twenty-four b.",
  new ArrayBuffer(24),
  new Uint16Array(24),
  new DataView(new ArrayBuffer(24)),
  [1, 2, 3],
  24,
  null,
];
const wrong = (value: unknown): Uint8Array => value as Uint8Array;

const echo: ServerOptions = {
  call: (call) => call.payload,
  stream: async (stream) => {
    for await (const message of stream) await stream.write(message);
  },
};

test("mux: what is no byte array is not written to a stream, and harms nobody on its connection", async () => {
  await serving(echo, "mux", async (port) => {
    const client = await ZapClient.connect({ port, framing: "mux", timeoutMs: 5000 });
    const stream = client.stream(1);
    for (const value of NO_BYTES) {
      await assertRejects(() => stream.write(wrong(value)), TypeError, "Uint8Array");
      assertThrows(() => client.stream(1, { cap: wrong(value) }), TypeError, "Uint8Array");
      assertThrows(() => client.stream(1, { payload: wrong(value) }), TypeError, "Uint8Array");
    }
    await stream.write(Buffer.from([7]));
    stream.end();
    const got: number[][] = [];
    for await (const message of stream) got.push([...message]);
    assertEquals(got, [[7]]);
    assertEquals([...(await client.call(1, { payload: bytes(9) })).body], [9]);
    client.close();
  });
});

test("node: what is no message is not sent, and harms nobody on its connection", async () => {
  await serving(echo, "node", async (port) => {
    const client = await ZapClient.connect({ port, timeoutMs: 5000 });
    const wrongSize = new Uint8Array(24);
    wrongSize.set([0x5a, 0x41, 0x50, 0, 2, 0, 0, 7, 16, 0, 0, 0, 25]);
    for (const value of [...NO_BYTES, undefined, bytes(), new Uint8Array(24), wrongSize]) {
      await assertRejects(() => client.send(wrong(value)), TypeError, "no message");
    }
    assertEquals([...(await client.call(1, { payload: bytes(9) })).body], [9]);
    client.close();
  });
});

test("what is no byte array is refused also where a call or message waits for a connection", async () => {
  const server = new ZapServer(echo);
  const { port } = await server.listen({ port: 0 });
  const client = await ZapClient.connect({ port, timeoutMs: 5000 });
  await server.close();
  while (client.connected) await new Promise((resolve) => setTimeout(resolve, 1));
  for (const value of NO_BYTES) {
    await assertRejects(() => client.call(1, { payload: wrong(value) }), TypeError, "Uint8Array");
    await assertRejects(() => client.send(wrong(value)), TypeError, "no message");
    if (value === null) continue; // no capability but the client's
    await assertRejects(() => client.call(1, { cap: wrong(value) }), TypeError, "Uint8Array");
  }
  client.close();
});

test("node: a message's handler that answers what is no message is answered for with 500, and told of", async () => {
  const request = new Uint8Array(24);
  request.set([0x5a, 0x41, 0x50, 0, 2, 0, 0, 0, 16, 0, 0, 0, 24]);
  const told: string[] = [];
  const answers: Record<number, unknown> = {
    1: bytes(1, 2, 3),
    2: "text",
    3: Promise.resolve(bytes()),
    4: Promise.resolve(5),
    5: undefined,
    6: Promise.resolve(null),
    7: request,
  };
  await serving(
    {
      messages: Object.fromEntries(
        Object.entries(answers).map(([type, answer]) => [type, () => answer as Uint8Array]),
      ),
      onError: (error) => told.push((error as Error).message),
    },
    "node",
    async (port) => {
      const peer = await (await RawPeer.connect(port)).greet();
      for (const type of [1, 2, 3, 4, 5, 6]) {
        request[7] = type;
        await peer.send(frame(u32(type), u32(1), request));
        const { reqID, status } = await peer.answer();
        assertEquals([reqID, status], [type, type < 5 ? 500 : 200]);
      }
      request[7] = 7;
      await peer.send(frame(u32(7), u32(1), request));
      assertEquals([...(await peer.frame())!.subarray(8)], [...request]);
      peer.socket.destroy();
    },
  );
  assertEquals(told.length, 4);
  for (const message of told) assert(message.startsWith("Cannot send answer: "), message);
});

for (const framing of ["node", "mux"] as const) {
  test(`${framing}: a number that is no ordinal is refused, not sent as another method's`, async () => {
    const called: number[] = [];
    await serving(
      {
        call: ({ method, payload }) => (called.push(method), payload),
      },
      framing,
      async (port) => {
        const client = await ZapClient.connect({ port, framing });
        const wrongs = [-1, 1.5, NaN, Infinity, 2 ** 32, 2 ** 32 + 1];
        for (const method of wrongs) {
          await assertRejects(() => client.call(method), RangeError, "ordinals");
          if (framing === "mux") assertThrows(() => client.stream(method), RangeError, "ordinals");
        }
        for (const method of [1, 2 ** 31, 2 ** 32 - 1]) {
          assertEquals((await client.call(method)).status, 200);
        }
        assertEquals(called, [1, 2 ** 31, 2 ** 32 - 1]);
        client.close();
      },
    );
  });
}

test("misspelt options of what has its own are refused with the nearest name", async () => {
  const port = 9;
  const connect = (options: object): Promise<unknown> =>
    ZapClient.connect({ port, ...options }).then((client) => client.close());
  await assertRejects(() => connect({ framing: "Mux" }), TypeError, '"Mux" is neither');
  await assertRejects(() => connect({ limits: { maxInflight: 3 } }), TypeError, '"maxInFlight"');
  await assertRejects(() => connect({ tls: { servername: "x" } }), TypeError, '"serverName"');
  await assertRejects(() => connect({ path: "/tmp/no.sock", tls: true }), TypeError, "over TCP");
  const limits = { maxParked: 3 } as object;
  assertThrows(() => new Pipeliner(() => Promise.resolve(bytes()), limits), TypeError, "maxParked");
  const server = new ZapServer({});
  await assertRejects(
    () => server.listen({ path: "/tmp/no.sock", tls: { cert: "", key: "" } }),
    TypeError,
    "over TCP",
  );
  await assertRejects(() => server.reload({ cert: "", key: "" }), TypeError, "no port has TLS");
});

test("what waits for a connection says what it is, and what is lost for good says so", async () => {
  const server = new ZapServer(echo);
  const { port } = await server.listen({ port: 0 });
  const once = await ZapClient.connect({ port, reconnect: false });
  const again = await ZapClient.connect({ port, timeoutMs: 50 });
  await server.close();
  while (once.connected || again.connected) await new Promise((resolve) => setTimeout(resolve, 1));
  await assertRejects(() => once.call(1), RpcError, "the connection is lost, and reconnect is off");
  await assertRejects(() => again.ready(), RpcError, "The client found no connection in time");
  await assertRejects(
    () => again.call(3),
    RpcError,
    "Call of method 3 found no connection in time",
  );
  again.close();
  await assertRejects(() => again.call(1), RpcError, "the client is closed");
  once.close();
});

test("mux: twenty streams of one signal are one listener of it, and all end with it", async () => {
  await serving(echo, "mux", async (port) => {
    const client = await ZapClient.connect({ port, framing: "mux" });
    const abort = new AbortController();
    let listeners = 0;
    const { addEventListener } = abort.signal;
    abort.signal.addEventListener = (...given: unknown[]) => {
      listeners++;
      Reflect.apply(addEventListener, abort.signal, given);
    };
    const streams = Array.from({ length: 20 }, () => client.stream(1, { signal: abort.signal }));
    assertEquals(listeners, 1);
    abort.abort();
    for (const stream of streams) {
      const { code } = await assertRejects(() => stream.write(bytes(1)), RpcError);
      assertEquals(code, "aborted");
    }
    client.close();
  });
});

test("a client needs nothing that only pages over HTTPS have", async () => {
  const { randomUUID } = crypto;
  const without = (value: unknown): void => {
    Object.defineProperty(crypto, "randomUUID", { value, configurable: true, writable: true });
  };
  without(undefined);
  try {
    await serving(echo, "node", async (port) => {
      const client = await ZapClient.connect({ port });
      assertEquals((await client.call(1)).status, 200);
      client.close();
    });
    // Nobody is there; it is not the page that is to blame.
    const error = await connectOverWebSocket("ws://127.0.0.1:9", {}).catch((error) => error);
    if (globalThis.WebSocket !== undefined) assertEquals((error as RpcError).code, "connect");
  } finally {
    without(randomUUID);
  }
});
