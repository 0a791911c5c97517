import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { test } from "node:test";
import {
  buildRequest,
  buildResponse,
  parseRequest,
  parseResponse,
} from "../../src/rpc/envelope.ts";
import { ZapParseError } from "../../src/wire/parse_error.ts";
import { Message } from "../../src/wire/views.ts";
import { fromHex, toHex, vectors } from "../support/vectors.ts";

interface Vectors {
  version: string;
  requests: {
    method: number;
    promiseID: number;
    target: number;
    cap: string;
    payload: string;
    hex: string;
  }[];
  responses: { status: number; promiseID: number; body: string; hex: string }[];
}

const known = vectors<Vectors>("envelope.json");

test(`envelope: ${known.requests.length} requests are byte-equal and read back`, () => {
  for (const { method, promiseID, target, cap, payload, hex } of known.requests) {
    const call = {
      method,
      promiseID,
      target,
      cap: fromHex(cap),
      payload: fromHex(payload),
    };
    assertEquals(toHex(buildRequest(call)), hex);
    assertEquals(parseRequest(fromHex(hex)), call);
  }
  assertEquals(known.requests.length, 75);
});

test(`envelope: ${known.responses.length} responses are byte-equal and read back`, () => {
  for (const { status, promiseID, body, hex } of known.responses) {
    const response = { status, promiseID, body: fromHex(body) };
    assertEquals(toHex(buildResponse(status, promiseID, response.body)), hex);
    assertEquals(parseResponse(fromHex(hex)), response);
  }
  assertEquals(known.responses.length, 75);
});

test("envelope: empty parts are null slots", () => {
  const empty = new Uint8Array(0);
  const call = {
    method: 1,
    promiseID: 2,
    target: 0,
    cap: empty,
    payload: empty,
  };
  assertEquals(parseRequest(buildRequest(call)), call);
  const response = { status: 404, promiseID: 2, body: empty };
  assertEquals(parseResponse(buildResponse(404, 2, empty)), response);
});

test("envelope: what is no message throws the codec's error", () => {
  const short = assertThrows(() => parseRequest(new Uint8Array(15)), ZapParseError);
  assertEquals(short.code, "too_short");
  const magic = assertThrows(() => parseResponse(new Uint8Array(64)), ZapParseError);
  assertEquals(magic.code, "bad_magic");
});

test("envelope: any bytes read as the codec's views read them", () => {
  const header = fc.tuple(
    fc.constantFrom(0, 8, 16, 17, 20, 24, 0xffffffff),
    fc.uint8Array({ minLength: 0, maxLength: 64 }),
  );
  fc.assert(
    fc.property(header, ([root, rest]) => {
      const bytes = new Uint8Array(16 + rest.length);
      const view = new DataView(bytes.buffer);
      view.setUint32(0, 0x0050415a, true);
      view.setUint16(4, 2, true);
      view.setUint32(8, root, true);
      view.setUint32(12, bytes.length, true);
      // Small values make offsets that land in the message.
      bytes.set(rest.map((byte, i) => i % 4 === 0 ? byte % 48 : byte < 250 ? 0 : byte), 16);
      const object = Message.parse(bytes).root();
      assertEquals(parseRequest(bytes), {
        method: object.u32(0),
        promiseID: object.u32(4),
        target: object.u32(8),
        cap: object.bytes(12),
        payload: object.bytes(20),
      });
      assertEquals(parseResponse(bytes), {
        status: object.u32(0),
        promiseID: object.u32(4),
        body: object.bytes(12),
      });
    }),
    { numRuns: 500 },
  );
});

test("envelope: an offset near 2^32 does not wrap into the message", () => {
  const bytes = buildResponse(200, 1, new Uint8Array(8));
  const view = new DataView(bytes.buffer);
  view.setUint32(28, 0xfffffff0, true);
  assertEquals(parseResponse(bytes).body.length, 0);
  view.setUint32(28, 8, true);
  view.setUint32(32, 0xffffffff, true);
  assertEquals(parseResponse(bytes).body.length, 0);
});
