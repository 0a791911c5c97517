import { test } from "node:test";
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { runtimeName } from "../support/runtime.ts";
import { LateResponse, type TextInit, textResponse } from "../../src/runtime/text_response.ts";

/** Elsewhere the constructor is as cheap, and the class is never made. */
const options = {
  skip: runtimeName === "node" ? false : "late responses are made on Node only",
};
const INIT = { status: 201, headers: { "content-type": "application/json", "x-a": "b" } };
const TEXT = '{"name":"ü\ud800"}';
const lateOf = (text: string, init: TextInit) =>
  new LateResponse(text, init) as unknown as Response;
const both = () => [lateOf(TEXT, INIT), new Response(TEXT, INIT)] as const;

test("a late response is what the runtime's own is", options, async () => {
  const [late, own] = both();
  assert(late instanceof Response);
  assertEquals([late.status, late.ok, late.statusText], [own.status, own.ok, own.statusText]);
  assertEquals([...late.headers], [...own.headers]);
  assertEquals([late.bodyUsed, own.bodyUsed], [false, false]);
  assert(late.body instanceof ReadableStream);
  assert(late.body === late.body);
  assertEquals([late.bodyUsed, await late.text(), late.bodyUsed], [false, await own.text(), true]);
  await assertRejects(() => late.text());
  assertThrows(() => late.clone());
});

test("each way to read a late body gives what the runtime's gives", options, async () => {
  for (
    const read of [
      (each) => each.text(),
      (each) => each.json(),
      async (each) => new Uint8Array(await each.arrayBuffer()),
      (each) => each.bytes(),
      async (each) => [(await each.blob()).type, await (await each.blob()).text()],
      async (each) => {
        const blob = await each.blob();
        return [blob.type, blob.size];
      },
      async (each) => await new Response(each.body, each).text(),
      async (each) => {
        let text = "";
        for await (const chunk of each.body!.pipeThrough(new TextDecoderStream())) text += chunk;
        return text;
      },
    ] satisfies ((response: Response) => Promise<unknown>)[]
  ) {
    const [late, own] = both();
    const [a, b] = await Promise.allSettled([read(late), read(own)]);
    assertEquals([read.toString(), a.status], [read.toString(), b.status]);
    if (a.status === "fulfilled" && b.status === "fulfilled") assertEquals(a.value, b.value);
  }
});

test("a late form is read by its content type", options, async () => {
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const form = await lateOf("a=1&b=%C3%BC", { status: 200, headers }).formData();
  assertEquals([...form], [["a", "1"], ["b", "ü"]]);
});

test(
  "copies of a late response are read apart, also after its body was touched",
  options,
  async () => {
    for (const touch of [false, true]) {
      const late = lateOf(TEXT, INIT);
      if (touch) void late.body;
      const copy = late.clone();
      late.headers.set("x-a", "changed");
      assertEquals(copy.headers.get("x-a"), "b");
      assertEquals(await copy.text(), await late.text());
      assertEquals([copy.status, copy.bodyUsed, late.bodyUsed], [201, true, true]);
    }
  },
);

test("headers of a late response can be changed, and a new one made of it", options, async () => {
  const late = lateOf("x", INIT);
  late.headers.set("x-b", "c");
  const again = new Response(late.body, late);
  assertEquals([again.status, again.headers.get("x-b"), await again.text()], [201, "c", "x"]);
  assertEquals(late.bodyUsed, true);
});

test("a late response says all that the runtime's own does", options, () => {
  for (const init of [INIT, { status: 404, headers: {} }, { status: 200, headers: [] }]) {
    const late = lateOf("x", init);
    const own = new Response("x", init);
    for (const name in Response.prototype) {
      const [a, b] = [late, own].map((each) => each[name as keyof Response]);
      const told = typeof b === "object" || typeof b === "function" ? [typeof a, typeof b] : [a, b];
      assertEquals([name, told[0]], [name, told[1]]);
    }
    assertEquals([...late.headers], [...own.headers]);
  }
});

test(
  "what reaches past a late response's public members fails, and finds no empty body",
  options,
  async () => {
    for (
      const [name, { get, value }] of Object.entries(
        Object.getOwnPropertyDescriptors(Response.prototype),
      )
    ) {
      if (name === "constructor" || name === "headers") continue;
      await assertRejects(async () => await (get ?? value).call(lateOf("x", INIT)), TypeError);
    }
    assertEquals(Object.getOwnPropertySymbols(lateOf("x", INIT)), []);
  },
);

test("a cancelled late body is over", options, async () => {
  const late = lateOf("x", INIT);
  await late.body!.cancel();
  await assertRejects(() => late.text());
});

test("a text response refuses what the runtime's refuses, and takes the class in force", async () => {
  const headers = {};
  for (const status of [199, 204, 205, 304, 600, 200.5, NaN]) {
    let expected: unknown;
    try {
      expected = new Response("x", { status }).status;
    } catch {
      assertThrows(() => textResponse("x", { status, headers }));
      continue;
    }
    assertEquals(textResponse("x", { status, headers }).status, expected);
  }
  assertThrows(() => textResponse("x", { status: 200, headers: { "a b": "c" } }), TypeError);
  assertEquals(await textResponse("x", INIT).text(), "x");
  const before = globalThis.Response;
  class Other extends before {}
  try {
    globalThis.Response = Other as typeof Response;
    assert(textResponse("x", INIT) instanceof Other);
  } finally {
    globalThis.Response = before;
  }
});
