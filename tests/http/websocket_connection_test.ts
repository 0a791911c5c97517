import { test } from "node:test";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { concatBytes } from "../../src/base/bytes.ts";
import { WebSocketConnection } from "../../src/http/websocket/connection.ts";
import { deflateMessage, inflateMessage } from "../../src/http/websocket/deflate.ts";
import { FrameParser } from "../../src/http/websocket/frame_parser.ts";
import { encodeClose, encodeFrame, encodeText } from "../../src/http/websocket/frame_writer.ts";
import { DEFAULT_WEBSOCKET_LIMITS, LINGER_BYTES } from "../../src/http/websocket/limits.ts";
import { OPCODE } from "../../src/http/websocket/opcodes.ts";
import type { WebSocketHandlers, WebSocketPeer } from "../../src/http/websocket/types.ts";
import { ManualClock, ManualSocket } from "./websocket_fixture.ts";

const MASK = new Uint8Array([1, 2, 3, 4]);
const text = (value: string) => encodeFrame(OPCODE.text, encodeText(value), { mask: MASK });
const tick = () => new Promise((resolve) => setTimeout(resolve, 0));

function setup(
  handlers: WebSocketHandlers = {},
  role: "server" | "client" = "server",
  deflate = false,
) {
  const socket = new ManualSocket();
  const clock = new ManualClock();
  const log: unknown[][] = [];
  const connection = new WebSocketConnection(socket, {
    open: (ws) => {
      log.push(["open"]);
      return handlers.open?.(ws);
    },
    message: (ws, data) => {
      log.push(["message", data]);
      return handlers.message?.(ws, data);
    },
    close: (_, code, reason) => void log.push(["close", code, reason]),
    error: (_, error) => void log.push(["error", error.message]),
    drain: () => void log.push(["drain"]),
  }, { role, protocol: undefined, deflate, limits: DEFAULT_WEBSOCKET_LIMITS, clock });
  socket.handlers = connection.socketHandlers;
  connection.start();
  return { socket, clock, log, connection, peer: connection.socketHandlers };
}

/** What a peer would read in these bytes. */
function read(bytes: Uint8Array, masked = false): unknown[][] {
  const steps: unknown[][] = [];
  const parser = new FrameParser({
    text: (value) => steps.push(["text", value]),
    binary: (value) => steps.push(["binary", value]),
    deflated: (value, isText) => steps.push(["deflated", value, isText]),
    ping: (value) => steps.push(["ping", value]),
    pong: (value) => steps.push(["pong", value]),
    close: (code, reason) => steps.push(["close", code, reason]),
    fault: (fault) => steps.push(["fault", fault.code]),
  }, { masked, maxMessageBytes: 10_000_000, deflate: true });
  parser.push(bytes.slice());
  return steps;
}

test("messages go both ways", () => {
  const { socket, log, connection, peer } = setup();
  peer.data(text("hello"));
  assertEquals(log, [["open"], ["message", "hello"]]);
  assert(connection.send("grüße"));
  assert(connection.send(new Uint8Array([1, 2])));
  assertEquals(read(socket.take()), [["text", "grüße"], ["binary", new Uint8Array([1, 2])]]);
});

test("a client masks each frame with a fresh key", () => {
  const { socket, connection } = setup({}, "client");
  connection.send("a");
  connection.send("a");
  const [first, second] = socket.written;
  assertEquals(read(concatBytes([first!, second!]), true), [["text", "a"], ["text", "a"]]);
  assert(first!.subarray(2, 6).some((byte, i) => byte !== second![2 + i]));
});

test("the peer closes: echoed, ended, reported once, and no timer is left", () => {
  const { socket, clock, log, connection, peer } = setup();
  peer.data(encodeClose(3001, "enough", MASK));
  assertEquals(read(socket.take()), [["close", 3001, ""]]);
  assert(socket.ended);
  assertEquals(connection.state, "closing");
  assertEquals(connection.send("too late"), false);
  peer.end();
  peer.close();
  peer.close();
  assertEquals(log, [["open"], ["close", 3001, "enough"]]);
  assertEquals(clock.pending, 0);
});

test("a close frame without a code is echoed so and reported as 1005", () => {
  const { socket, log, peer } = setup();
  peer.data(encodeClose(undefined, "", MASK));
  assertEquals(read(socket.take()), [["close", undefined, ""]]);
  peer.close();
  assertEquals(log.at(-1), ["close", 1005, ""]);
});

test("this side closes: the frame once, messages after it are dropped, the echo ends it", () => {
  const { socket, log, connection, peer } = setup();
  connection.close(1001, "going");
  connection.close(1000);
  assertEquals(read(socket.take()), [["close", 1001, "going"]]);
  peer.data(text("dropped"));
  peer.data(encodeClose(1001, "", MASK));
  assertEquals(socket.take().length, 0);
  assert(socket.ended);
  peer.close();
  assertEquals(log, [["open"], ["close", 1001, ""]]);
  assertThrows(() => connection.close(1005), RangeError);
});

test("a peer that never answers a close is dropped after the timeout", async () => {
  const { socket, clock, log, connection } = setup();
  connection.close();
  clock.pass(DEFAULT_WEBSOCKET_LIMITS.closeTimeoutMs - 1);
  assert(!socket.destroyed);
  clock.pass(1);
  assert(socket.destroyed);
  await tick();
  assertEquals(log.at(-1), ["close", 1006, ""]);
});

test("a fault is answered with its code, lingered over, and bounded", () => {
  const { socket, log, peer, clock } = setup();
  peer.data(new Uint8Array([0x83, 0x80]));
  assertEquals(read(socket.take()), [["close", 1002, "opcode 3 is reserved"]]);
  assert(socket.ended && !socket.destroyed);
  assertEquals(log.at(-1), ["error", "WebSocket peer broke the protocol: opcode 3 is reserved"]);
  peer.data(new Uint8Array(LINGER_BYTES));
  assert(!socket.paused);
  peer.data(new Uint8Array(1));
  assert(socket.paused && !socket.destroyed); // a reset now could cost the peer the close frame
  clock.pass(DEFAULT_WEBSOCKET_LIMITS.closeTimeoutMs);
  assert(socket.destroyed);
});

test("pings are answered; while the queue is full only the latest is", () => {
  const { socket, log, peer } = setup();
  const ping = (n: number) => encodeFrame(OPCODE.ping, new Uint8Array([n]), { mask: MASK });
  peer.data(ping(1));
  assertEquals(read(socket.take()), [["pong", new Uint8Array([1])]]);
  socket.free = false;
  for (let n = 2; n < 1000; n++) peer.data(ping(n & 0xff));
  assertEquals(socket.written.length, 1);
  socket.take();
  socket.free = true;
  peer.drain();
  assertEquals(read(socket.take()), [["pong", new Uint8Array([999 & 0xff])]]);
  assertEquals(log.at(-1), ["drain"]);
});

test("send tells when to stop, and drops a peer too far behind", async () => {
  const { socket, log, connection } = setup();
  socket.free = false;
  assertEquals(connection.send("x"), false);
  socket.bufferedBytes = DEFAULT_WEBSOCKET_LIMITS.maxBufferedBytes + 1;
  assertEquals(connection.send("y"), false);
  assert(socket.destroyed);
  assertEquals(log.at(-1), ["error", "Peer reads too slowly: send queue is full"]);
  await tick();
  assertEquals(log.at(-1), ["close", 1006, ""]);
});

test("a silent peer is pinged, then dropped; one that answers stays", () => {
  const interval = DEFAULT_WEBSOCKET_LIMITS.pingIntervalMs;
  const { socket, clock, log, peer } = setup();
  clock.pass(2 * interval);
  assertEquals(read(socket.take()), [["ping", new Uint8Array(0)]]);
  peer.data(encodeFrame(OPCODE.pong, new Uint8Array(0), { mask: MASK }));
  clock.pass(interval);
  assert(!socket.destroyed);
  clock.pass(2 * interval);
  assert(socket.destroyed);
  assertEquals(log.at(-1), ["error", "Peer has not answered a ping"]);
});

test("a peer that talks but takes no bytes is dropped", () => {
  const interval = DEFAULT_WEBSOCKET_LIMITS.pingIntervalMs;
  const { socket, clock, log, connection, peer } = setup();
  connection.send("x".repeat(100));
  socket.bufferedBytes = 50;
  for (let i = 0; i < 2; i++) {
    peer.data(text("still here"));
    clock.pass(interval);
  }
  assert(socket.destroyed);
  assertEquals(log.at(-1), ["error", "Peer has stopped reading"]);
});

test("pause holds messages, also those already received; resume goes on in order", () => {
  const { socket, log, connection, peer } = setup({
    message: (ws, data) => data === "a" ? ws.pause() : undefined,
  });
  peer.data(concatBytes([text("a"), text("b")]));
  assert(socket.paused);
  peer.data(text("c"));
  assertEquals(log, [["open"], ["message", "a"]]);
  connection.resume();
  assert(!socket.paused);
  assertEquals(log.slice(2), [["message", "b"], ["message", "c"]]);
});

test("a handler that throws or rejects closes with 1011", async () => {
  for (
    const message of [() => {
      throw new Error("bug");
    }, () => Promise.reject(new Error("bug"))]
  ) {
    const { socket, log, peer } = setup({ message });
    peer.data(text("x"));
    await tick();
    assertEquals(read(socket.take()), [["close", 1011, ""]]);
    assertEquals(log.at(-1), ["error", "bug"]);
  }
});

test("error and close handlers that throw or reject end nothing but themselves", async () => {
  const { console } = globalThis;
  const { error } = console;
  const lines: string[] = [];
  console.error = (line: string) => void lines.push(line);
  try {
    const fail = () => {
      throw new Error("in a handler");
    };
    const failLater = () => Promise.reject(new Error("in a handler, later"));
    for (const handler of [fail, failLater]) {
      const socket = new ManualSocket();
      const clock = new ManualClock();
      const connection = new WebSocketConnection(
        socket,
        { error: handler, close: handler },
        {
          role: "server",
          protocol: undefined,
          deflate: false,
          limits: DEFAULT_WEBSOCKET_LIMITS,
          clock,
        },
      );
      socket.handlers = connection.socketHandlers;
      connection.start();
      socket.handlers.data(new Uint8Array([0x83, 0x80])); // an unknown opcode: error
      socket.destroy(); // close
      await tick();
      assertEquals(connection.state, "closed");
      assertEquals(clock.pending, 0);
    }
  } finally {
    console.error = error;
  }
  assertEquals(lines.length, 4);
  assert(lines.every((line) => line.startsWith("A WebSocket handler failed: Error: in a handler")));
});

test("messages that wait to be deflated count as queued", async () => {
  const { socket, log, connection } = setup({}, "server", true);
  const { maxBufferedBytes } = DEFAULT_WEBSOCKET_LIMITS;
  connection.send(new Uint8Array(maxBufferedBytes));
  assertEquals(connection.bufferedBytes, maxBufferedBytes);
  connection.send("one more is taken");
  connection.send("and the next is too many");
  assert(socket.destroyed);
  await tick();
  assertEquals(log.at(-1), ["close", 1006, ""]);
});

test("a connection lost without a close frame is 1006", () => {
  const { log, peer, clock } = setup();
  peer.end();
  peer.close();
  assertEquals(log, [["open"], ["close", 1006, ""]]);
  assertEquals(clock.pending, 0);
});

test("deflated messages go both ways, in order", async () => {
  let resolve = (): void => {};
  const promise = new Promise<void>((done) => resolve = done);
  let count = 0;
  const { socket, log, connection, peer } = setup(
    { message: (_ws: WebSocketPeer) => ++count === 3 ? resolve() : undefined },
    "server",
    true,
  );
  const deflated = await deflateMessage(encodeText("a".repeat(1000)));
  assert(deflated.length < 100);
  const compressed = encodeFrame(OPCODE.text, deflated, { mask: MASK, deflated: true });
  peer.data(concatBytes([compressed.slice(), text("plain"), compressed]));
  await promise;
  assertEquals(log.slice(1), [["message", "a".repeat(1000)], ["message", "plain"], [
    "message",
    "a".repeat(1000),
  ]]);
  connection.send("b".repeat(500));
  connection.send("c");
  connection.close();
  while (read(concatBytes(socket.written)).length < 3) await tick();
  const [first, second, close] = read(socket.take());
  assertEquals(await inflateMessage(first![1] as Uint8Array, 500), encodeText("b".repeat(500)));
  assertEquals(await inflateMessage(second![1] as Uint8Array, 500), encodeText("c"));
  assertEquals(close, ["close", 1000, ""]);
});

test("inflating: sync-flushed input (RFC 7692 §7.2.3.1), empty, too big, and not deflate", async () => {
  const hello = new Uint8Array([0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00]);
  assertEquals(await inflateMessage(hello, 100), encodeText("Hello"));
  assertEquals(await inflateMessage(new Uint8Array([0]), 100), new Uint8Array(0));
  const final = new Uint8Array([0xf3, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 0x00]);
  assertEquals(await inflateMessage(final, 100), encodeText("Hello"));
  const bomb = await deflateMessage(new Uint8Array(50_000_000));
  assertEquals(await inflateMessage(bomb, 1_000_000), "too big");
  assertEquals(await inflateMessage(new Uint8Array([0xff, 0xff, 1]), 100), "invalid");
});

test("a deflated bomb closes with 1009", async () => {
  const { socket, peer } = setup({}, "server", true);
  const bomb = await deflateMessage(new Uint8Array(2 * DEFAULT_WEBSOCKET_LIMITS.maxMessageBytes));
  peer.data(encodeFrame(OPCODE.binary, bomb, { mask: MASK, deflated: true }));
  while (socket.written.length === 0) await tick();
  assertEquals(read(socket.take())[0]!.slice(0, 2), ["close", 1009]);
});
