import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { serve } from "../../src/http/mod.ts";
import type { Handler } from "../../src/http/types.ts";
import { exchange } from "./raw_client.ts";

/** Bodies of the answers to these bytes, which come in one piece. */
async function answers(handler: Handler, requests: string): Promise<string[]> {
  const server = serve(handler, { port: 0 });
  const address = await server.ready;
  try {
    const received = await exchange(address.transport === "tcp" ? address.port : 0, requests);
    return received.split("HTTP/1.1 200 OK").slice(1)
      .map((answer) => answer.slice(answer.indexOf("\r\n\r\n") + 4));
  } finally {
    await server.stop();
  }
}

const post = (path: string, body: string, more = "") =>
  `POST ${path} HTTP/1.1\r\nHost: a\r\n${more}Content-Length: ${body.length}\r\n\r\n${body}`;

test("a body's buffer holds the body and nothing of the packet it came in", async () => {
  const handler: Handler = async (request) => {
    const bytes = new Uint8Array(await request.arrayBuffer());
    return new Response(`${bytes.length} ${new TextDecoder().decode(bytes)}`);
  };
  const requests = post("/", "hello") + post("/", "again", "Connection: close\r\n");
  assertEquals(await answers(handler, requests), ["5 hello", "5 again"]);
});

test("a streamed body may be taken away without the request that came behind it", async () => {
  const handler: Handler = async (request) => {
    let text = "";
    for await (const piece of request.body!) {
      // As a worker would be given it: the memory is gone from here.
      const taken = structuredClone(piece, { transfer: [piece.buffer as ArrayBuffer] });
      text += new TextDecoder().decode(taken);
    }
    return new Response(`${request.headers.get("x-name")} ${text}`);
  };
  const requests = [1, 2, 3].map((n) =>
    post(`/${n}`, `body ${n}`, `X-Name: n${n}\r\n${n === 3 ? "Connection: close\r\n" : ""}`)
  );
  assertEquals(await answers(handler, requests.join("")), [
    "n1 body 1",
    "n2 body 2",
    "n3 body 3",
  ]);
});
