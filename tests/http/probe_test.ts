/**
 * Clients that end their side early, and go on reading, while a stream says nothing: what the server
 * sends meanwhile (RFC 9112 §7.1: leading zeros of the next chunk's size) must mean nothing to them.
 * The reader is the runtime's own `fetch`, which is strict; a relay ends its side for it.
 */

import { connect, createServer, type Server } from "node:net";
import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { type Clock, SYSTEM_CLOCK } from "../../src/base/clock.ts";
import { MAX_PROBES } from "../../src/http/defaults.ts";
import { HttpServer } from "../../src/http/server.ts";
import { currentNetwork } from "../../src/runtime/current.ts";

const SPEED = 500;

/** A minute of the machine's time: nothing but the probes may depend on the fast clock. */
const PATIENT_MS = 60_000 * SPEED;

/** A day in three minutes: minutes of silence are over soon, with all that is due in them. */
const fast: Clock = {
  now: () => SYSTEM_CLOCK.now() * SPEED,
  after: (ms, fn) => SYSTEM_CLOCK.after(ms / SPEED, fn),
  clear: (timer) => SYSTEM_CLOCK.clear(timer),
};

/** Passes a request on, ends its side towards the server, and passes the answer back as it comes. */
function halfClosingRelay(port: number, seen: (bytes: Uint8Array) => void): Promise<Server> {
  const relay = createServer((client) => {
    const upstream = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    client.once("data", (request) => upstream.end(request));
    upstream.on("data", (bytes) => {
      seen(bytes);
      client.write(bytes);
    });
    upstream.on("end", () => client.end());
    for (const socket of [client, upstream]) {
      socket.on("error", () => {
        client.destroy();
        upstream.destroy();
      });
    }
  });
  return new Promise((resolve) => relay.listen(0, "127.0.0.1", () => resolve(relay)));
}

test("a strict reader that has ended its side decodes a stream with silences as it was sent", async () => {
  let received = "";
  const probed = new RegExp(`\\r\\n0{${MAX_PROBES}}`, "g");
  const silences = () => received.match(probed)?.length ?? 0;
  const bytes = (text: string) => new TextEncoder().encode(text);
  const pieces = ["one", "x".repeat(70_000), "three"];
  /** Each piece when the silence before it was probed to the end. */
  const stream = (at = 0): ReadableStream<Uint8Array<ArrayBuffer>> =>
    new ReadableStream({
      async pull(controller) {
        while (silences() < at) await new Promise((resolve) => setTimeout(resolve, 1));
        if (at < pieces.length) controller.enqueue(bytes(pieces[at++]!));
        else controller.close();
      },
    });
  const server = new HttpServer(
    { network: currentNetwork(), clock: fast, wallClock: Date.now },
    () => new Response(stream()),
    {
      port: 0,
      requestTimeoutMs: 0,
      headersTimeoutMs: PATIENT_MS,
      writeTimeoutMs: PATIENT_MS,
      lingerMs: PATIENT_MS,
      drainTimeoutMs: PATIENT_MS,
    },
  );
  const address = await server.ready;
  assert(address.transport === "tcp");
  const relay = await halfClosingRelay(address.port, (bytes) => {
    received += String.fromCharCode(...bytes.subarray(-64));
  });
  try {
    const { port } = relay.address() as { port: number };
    const answer = await fetch(`http://127.0.0.1:${port}/`);
    assertEquals(await answer.text(), pieces.join(""));
    assertEquals(silences(), pieces.length);
  } finally {
    relay.close();
    await server.stop();
  }
});
