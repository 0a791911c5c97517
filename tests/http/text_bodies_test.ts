/** Texts in bodies, both ways: what the fast paths make of them is what the standard's coders make. */

import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { LOOP_TEXT_CHARS } from "../../src/http/defaults.ts";
import { IncomingBody } from "../../src/http/incoming_body.ts";
import { LightBody, NO_OWNER } from "../../src/http/light_body.ts";
import { LightResponse } from "../../src/http/light_response.ts";
import { HttpServer } from "../../src/http/server.ts";
import { FakeNetwork, FakeTime } from "../support/http_fake.ts";
import { latin1Bytes } from "../support/http_raw.ts";

/** Pieces of UTF-8, whole, cut short, overlong, out of range, and marks of byte order. */
const SEQUENCES = [
  ..."a é € 😀 \ufeff \ufffd".split(" ").map((text) => [...new TextEncoder().encode(text)]),
  ...[[0x80], [0xc3], [0xe2, 0x82], [0xf0, 0x9f], [0xf0, 0x9f, 0x98], [0xc0, 0xaf]],
  ...[[0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe0, 0x80, 0xaf], [0xf8, 0x88], [0xff]],
];

test("a body's text is what a TextDecoder makes of its bytes", async () => {
  const sequences = fc.array(fc.constantFrom(...SEQUENCES), { maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(sequences, fc.nat(3), async (parts, before) => {
      const bytes = Uint8Array.from([...new Array(before).fill(65), ...parts.flat()]);
      const body = new IncomingBody({ wanted: () => {} }, bytes.length - before);
      if (bytes.length > before) body.push(bytes, before, bytes.length);
      body.end();
      const wanted = new TextDecoder().decode(bytes.subarray(before));
      const light = new LightBody(body, NO_OWNER);
      assertEquals(await light.text(), wanted);
      assert(light.used);
    }),
    { numRuns: 500 },
  );
});

test("a JSON body is what its text means, a mark of byte order before it or not", async () => {
  for (const mark of ["", "\ufeff"]) {
    const bytes = new TextEncoder().encode(`${mark}{"name":"Zoë 😀"}`);
    const body = new IncomingBody({ wanted: () => {} }, bytes.length);
    body.push(bytes, 0, bytes.length);
    body.end();
    assertEquals(await new LightBody(body, NO_OWNER).json(), { name: "Zoë 😀" });
  }
});

test("a text answer is the UTF-8 of its text, with its length", async () => {
  let text = "";
  const network = new FakeNetwork();
  const server = new HttpServer(
    { network, clock: new FakeTime(), wallClock: () => 0 },
    () => new LightResponse(text),
    { maxRequestsPerConnection: 1e9 },
  );
  await server.ready;
  const peer = network.open();
  const check = (given: string): void => {
    text = given;
    peer.sent = "";
    peer.receive("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    const [head, body] = split(peer.sent);
    const wanted = new TextEncoder().encode(given);
    assertEquals(latin1Bytes(body), wanted);
    assert(head.includes(`\r\nContent-Length: ${wanted.length}\r\n`), head);
  };
  // Where as many bytes as the text has units are written before a character that is longer.
  check(`éé${"a".repeat(LOOP_TEXT_CHARS)}😀`);
  check("a".repeat(LOOP_TEXT_CHARS) + "é");
  check("\ud800".repeat(LOOP_TEXT_CHARS + 1));
  const unit = fc.constantFrom("a", "b", "é", "€", "😀", "\ud83d", "\ude00", "\0", "\x7f", "\x80");
  const texts = fc.array(unit, { minLength: 1, maxLength: 3 * LOOP_TEXT_CHARS })
    .map((units) => units.join(""));
  fc.assert(fc.property(texts, check), { numRuns: 500 });
});

function split(answer: string): [string, string] {
  const end = answer.indexOf("\r\n\r\n") + 4;
  return [answer.slice(0, end), answer.slice(end)];
}
