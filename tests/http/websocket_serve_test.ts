import { test } from "node:test";
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { Hono } from "hono";
import { createUpgradeWebSocket } from "../../src/api/upgrade_websocket.ts";
import { SocketError } from "../../src/base/socket_error.ts";
import {
  acceptWebSocket,
  connectWebSocket,
  serve,
  type ServeOptions,
  type WebSocketHandlers,
} from "../../src/http/mod.ts";
import type { Handler } from "../../src/http/types.ts";
import { currentNetwork } from "../../src/runtime/current.ts";
import { exchange, rawClient } from "./raw_client.ts";

async function withServer(
  handler: Handler,
  body: (port: number, server: ReturnType<typeof serve>) => Promise<void>,
  options: ServeOptions = {},
): Promise<void> {
  const server = serve(handler, { port: 0, ...options });
  const address = await server.ready;
  try {
    await body(address.transport === "tcp" ? address.port : 0, server);
  } finally {
    await server.stop();
  }
}

const echo: Handler = (request, info) =>
  acceptWebSocket(request, info, { message: (socket, data) => socket.send(data) }, {
    protocols: ["echo"],
  });

/** A client whose events are kept, and awaited. */
async function openClient(port: number, options: object = {}) {
  const log: unknown[][] = [];
  let changed = (): void => {};
  const tell = (...step: unknown[]) => {
    log.push(step);
    changed();
  };
  const handlers: WebSocketHandlers = {
    open: () => tell("open"),
    message: (_, data) => tell("message", data),
    close: (_, code, reason) => tell("close", code, reason),
    error: (_, error) => tell("error", error.message),
  };
  const socket = await connectWebSocket(currentNetwork(), handlers, {
    connect: { port },
    ...options,
  });
  const until = async (kind: string, count = 1) => {
    while (log.filter((step) => step[0] === kind).length < count) {
      await new Promise<void>((next) => changed = next);
    }
  };
  return { socket, log, until };
}

test("client and server exchange messages of every size, and close in order", async () => {
  await withServer(echo, async (port, server) => {
    const { socket, log, until } = await openClient(port, { protocols: ["other", "echo"] });
    assertEquals(socket.protocol, "echo");
    const texts = ["", "hello", "grüße 🎉", "x".repeat(125), "x".repeat(126), "y".repeat(70_000)];
    for (const text of texts) socket.send(text);
    const large = new Uint8Array(500_000).map((_, i) => i * 7);
    socket.send(large);
    await until("message", texts.length + 1);
    assertEquals(log.slice(1, -1).map((step) => step[1]), texts);
    assertEquals(log.at(-1)![1], large);
    socket.close(3000, "done");
    await until("close");
    assertEquals(log.at(-1), ["close", 3000, ""]);
    while (server.stats.connections > 0) await new Promise((next) => setTimeout(next, 1));
  });
});

test("the platform's own WebSocket is understood, where there is one", async () => {
  const Platform = (globalThis as { WebSocket?: typeof WebSocket }).WebSocket;
  if (!Platform) return; // Node 20 has none
  await withServer(echo, async (port) => {
    const socket = new Platform(`ws://127.0.0.1:${port}/`, ["echo"]);
    socket.binaryType = "arraybuffer";
    await new Promise((resolve) => socket.onopen = resolve);
    assertEquals(socket.protocol, "echo");
    const next = () => new Promise<MessageEvent>((resolve) => socket.onmessage = resolve);
    let answer = next();
    socket.send("grüße");
    assertEquals((await answer).data, "grüße");
    answer = next();
    socket.send(new Uint8Array([1, 2, 3]));
    assertEquals(new Uint8Array((await answer).data), new Uint8Array([1, 2, 3]));
    const closed = new Promise<CloseEvent>((resolve) => socket.onclose = resolve);
    socket.close(3001, "bye");
    const { code, wasClean } = await closed;
    assertEquals([code, wasClean], [3001, true]);
  });
});

test("frames that come with the handshake are not lost, and a request before it is answered first", async () => {
  await withServer(
    (request, info) => request.headers.has("upgrade") ? echo(request, info) : new Response("plain"),
    async (port) => {
      const client = await rawClient(port);
      client.send(
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n" +
          "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
          "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n" +
          "\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58",
      );
      const text = await client.until((received) => received.endsWith("\x81\x05Hello"));
      assert(text.indexOf("plain") < text.indexOf("101 Switching Protocols"));
      assertStringIncludes(
        text.toLowerCase(),
        "sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo=",
      );
      client.socket.destroy();
    },
  );
});

test("a refused handshake is an ordinary answer", async () => {
  await withServer(echo, async (port) => {
    const head =
      "GET / HTTP/1.1\r\nHost: a\r\nConnection: close, Upgrade\r\nUpgrade: websocket\r\n";
    const wrong = await exchange(port, head + "Sec-WebSocket-Version: 8\r\n\r\n");
    assertStringIncludes(wrong, "HTTP/1.1 426 ");
    assertStringIncludes(wrong.toLowerCase(), "sec-websocket-version: 13");
    assertStringIncludes(wrong.toLowerCase(), "upgrade: websocket\r\n"); // RFC 9110 §15.5.22
    assertStringIncludes(wrong, "connection: Upgrade\r\n"); // §7.8
    await assertRejects(
      () => openClient(port, { headers: { Origin: "https://evil.example" } }),
      SocketError,
      "the server answered 403",
    );
  });
});

test("stop says goodbye to WebSockets with 1001", async () => {
  await withServer(echo, async (port, server) => {
    const { log, until } = await openClient(port);
    await server.stop();
    await until("close");
    assertEquals(log, [["open"], ["close", 1001, "server is stopping"]]);
  });
});

test("Hono's upgradeWebSocket works on this server", async () => {
  const upgradeWebSocket = createUpgradeWebSocket(acceptWebSocket);
  const app = new Hono();
  app.use("*", async (c, next) => {
    await next();
    c.header("x-seen", "yes");
  });
  app.get(
    "/ws/:name",
    upgradeWebSocket((c) => ({
      onOpen: (_, ws) => ws.send(`hello ${c.req.param("name")}`),
      onMessage: (event, ws) => ws.send(`you said ${event.data}`),
    })),
  );
  await withServer(app.fetch as Handler, async (port) => {
    const { socket, log, until } = await openClient(port, { target: "/ws/ada" });
    await until("message");
    socket.send("hi");
    await until("message", 2);
    assertEquals(log.slice(1), [["message", "hello ada"], ["message", "you said hi"]]);
    socket.close();
    await until("close");
  });
});

test("what cannot be sent or is no limit is refused before anything is opened", async () => {
  const refusals: readonly (readonly [object, string])[] = [
    [{ target: "/a b" }, "target"],
    [{ target: "/\r\nX: y" }, "target"],
    [{ target: "a" }, "target"],
    [{ target: "/é" }, "target"],
    [{ headers: { "a b": "c" } }, "header name"],
    [{ headers: { a: "b\r\nc: d" } }, "visible ASCII"],
    [{ host: "a\r\nb: c" }, "visible ASCII"],
    [{ protocols: ["a\nb"] }, "visible ASCII"],
    [{ limit: {} }, 'did you mean "limits"'],
    [{ limits: { maxMessageByte: 1 } }, "maxMessageBytes"],
    [{ limits: { maxMessageBytes: NaN } }, "maxMessageBytes must be a whole number"],
    [{ limits: { maxBufferedBytes: -1 } }, "maxBufferedBytes"],
    [{ limits: { closeTimeoutMs: 0 } }, "closeTimeoutMs"],
    [{ limits: { pingIntervalMs: "5" } }, "pingIntervalMs"],
  ];
  const network = { ...currentNetwork(), connect: () => Promise.reject(new Error("connected")) };
  for (const [options, message] of refusals) {
    const open = () =>
      connectWebSocket(network, {}, { connect: { port: 1 }, ...options as { target?: string } });
    await assertRejects(open, Error, message);
  }
});

test("a limit that is undefined is the default, on both sides; one out of range is refused", async () => {
  const undefinedLimit = { maxMessageBytes: undefined } as object;
  const handler: Handler = (request, info) =>
    acceptWebSocket(
      request,
      info,
      { message: (socket) => socket.send(new Uint8Array(2_000_000)) },
      request.url.endsWith("/bad") ? { maxMessageBytes: Infinity } : undefinedLimit,
    );
  await withServer(handler, async (port) => {
    const { socket, log, until } = await openClient(port, {
      limits: { ...undefinedLimit, closeTimeoutMs: 50 },
    });
    socket.send("x"); // answered with more than the default takes
    await until("close");
    assertStringIncludes(String(log.find(([kind]) => kind === "error")![1]), "larger than 1048576");
    await assertRejects(() => openClient(port, { target: "/bad" }), SocketError, "answered 500");
  }, { onError: () => {} });
});
