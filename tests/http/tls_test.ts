/** HTTPS, and certificates that change while connections stay open. */

import { readFileSync } from "node:fs";
import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { currentNetwork } from "../../src/runtime/current.ts";
import type { Socket } from "../../src/runtime/types.ts";
import { latin1Bytes, served, tick } from "../support/http_raw.ts";

function pem(name: string): string {
  return readFileSync(new URL(`../support/certs/${name}`, import.meta.url), "utf8");
}

test("HTTPS answers, knows its scheme, and changes its certificate without dropping a connection", async () => {
  const tls = { cert: pem("server.pem"), key: pem("server.key") };
  const faults: Error[] = [];
  const { server, port } = await served(
    (request, info) => Response.json([request.url.split(":")[0], info.tls !== undefined]),
    { tls, events: { listenerFault: (error) => faults.push(error) } },
  );
  const before = await open(port);
  await ask(before, 1);
  await server.reload({ cert: pem("server_next.pem"), key: pem("server_next.key") });
  const after = await open(port);
  await ask(after, 1);
  await ask(before, 2);
  assertEquals(before.text.match(/\["https",true\]/g)?.length, 2);
  assert(after.text.endsWith('["https",true]'));

  let closed = false;
  const plain = await currentNetwork().connect({ port }, () => ({
    data: () => {},
    end: () => plain.end(),
    drain: () => {},
    close: () => void (closed = true),
  }));
  plain.write(latin1Bytes("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
  while (!closed || faults.length === 0) await tick(5); // closed, and counted
  before.socket.destroy();
  after.socket.destroy();
  await server.stop({ now: true });
});

test("connections in their handshake count: a flood of silent ones takes no more descriptors", async () => {
  const tls = { cert: pem("server.pem"), key: pem("server.key") };
  const { server, port } = await served(() => Response.json([true]), { tls, maxConnections: 8 });
  const client = await open(port);
  const dropped: boolean[] = [];
  const flood = await Promise.all(
    Array.from({ length: 30 }, (_, i) => silent(port, () => dropped[i] = true)),
  );
  // All but 8: there is room for 8, of which the client has one, and for one to be refused.
  while (dropped.filter(Boolean).length < 22) await tick(5);
  await tick(50);
  assertEquals(dropped.filter(Boolean).length, 22);
  await ask(client, 1);
  for (const socket of [client.socket, ...flood]) socket.destroy();
  await server.stop({ now: true });
});

test("stop drops handshakes under way, which would keep the process, and finishes what is in work", async () => {
  const tls = { cert: pem("server.pem"), key: pem("server.key") };
  const faults: Error[] = [];
  let release!: () => void;
  const released = new Promise<void>((resolve) => release = resolve);
  const { server, port } = await served(async () => {
    await released;
    return Response.json([true]);
  }, { tls, events: { listenerFault: (error) => faults.push(error) } });
  let dropped = false;
  await silent(port, () => dropped = true);
  const client = await open(port);
  const answer = ask(client, 1);
  while (server.stats.activeRequests === 0) await tick(5);
  const stopped = server.stop();
  while (!dropped) await tick(5);
  release();
  await answer;
  client.socket.destroy();
  await stopped;
  assertEquals(faults, []);
});

/** A connection that says nothing. */
async function silent(port: number, closed: () => void): Promise<Socket> {
  const socket: Socket = await currentNetwork().connect({ port }, () => ({
    data: () => {},
    end: () => socket.destroy(),
    drain: () => {},
    close: closed,
  }));
  return socket;
}

interface Client {
  socket: Socket;
  text: string;
}

async function open(port: number): Promise<Client> {
  const client = { text: "" } as Client;
  client.socket = await currentNetwork().connect(
    { port, tls: { ca: pem("ca.pem"), serverName: "localhost" } },
    () => ({
      data: (chunk) => {
        for (const byte of chunk) client.text += String.fromCharCode(byte);
      },
      end: () => {},
      drain: () => {},
      close: () => {},
    }),
  );
  return client;
}

async function ask(client: Client, answers: number): Promise<void> {
  client.socket.write(latin1Bytes("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"));
  while ((client.text.match(/true\]/g)?.length ?? 0) < answers) await tick(5);
}
