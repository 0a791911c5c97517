/** Bad input by table: what a route reads from text and JSON, and what must never get through. */

import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { z } from "zod";
import {
  Api,
  base64,
  bool,
  conventions,
  email,
  enumOf,
  float,
  int,
  ipv4,
  ipv6,
  isoDate,
  isoDatetime,
  json,
  list,
  object,
  text,
  type Type,
  url,
  uuid,
} from "../../src/api/mod.ts";

// deno-lint-ignore no-explicit-any -- an answer is read by path
type Answer = any;

/** A type, what is refused (with the error's type), and what is taken (with the value). */
type Table = [
  name: string,
  type: Type<Answer>,
  taken: [string, unknown][],
  refused: [string, string][],
];

const MAX = "9007199254740991";

const TEXTS: Table[] = [
  ["int", int(), [
    ["0", 0],
    ["-0", 0],
    ["+5", 5],
    ["007", 7],
    [MAX, 2 ** 53 - 1],
    [`-${MAX}`, -(2 ** 53 - 1)],
    ["0".repeat(5000) + "1", 1],
  ], [
    ["", "int_parsing"],
    ["+", "int_parsing"],
    ["-", "int_parsing"],
    ["--1", "int_parsing"],
    ["1_000", "int_parsing"],
    [" 1", "int_parsing"],
    ["1 ", "int_parsing"],
    ["1\n", "int_parsing"],
    ["0x10", "int_parsing"],
    ["1e3", "int_parsing"],
    ["1.0", "int_parsing"],
    ["١٢", "int_parsing"],
    ["１２", "int_parsing"],
    ["NaN", "int_parsing"],
    ["null", "int_parsing"],
    ["9007199254740992", "int_parsing_size"],
    ["9007199254740993", "int_parsing_size"],
    ["-9007199254740992", "int_parsing_size"],
    ["9".repeat(5000), "int_parsing_size"],
  ]],
  ["int bounds", int({ gt: 1, le: 10, multipleOf: 3 }), [["3", 3], ["9", 9]], [
    ["1", "greater_than"],
    ["12", "less_than_equal"],
    ["4", "multiple_of"],
  ]],
  ["float", float(), [
    ["1.5", 1.5],
    ["-0", -0],
    ["+.5", 0.5],
    ["5.", 5],
    ["1e3", 1000],
    ["1E-3", 0.001],
    ["1e-400", 0],
  ], [
    ["", "float_parsing"],
    ["1e400", "finite_number"],
    ["-1e400", "finite_number"],
    ["inf", "finite_number"],
    ["NaN", "finite_number"],
    ["1_0.0", "float_parsing"],
    ["0x1p3", "float_parsing"],
    [" 1", "float_parsing"],
    ["1e", "float_parsing"],
    [".", "float_parsing"],
    ["١", "float_parsing"],
    ["1,5", "float_parsing"],
  ]],
  ["float inf", float({ allowInfNan: true }), [
    ["inf", Infinity],
    ["-Infinity", -Infinity],
    ["1e400", Infinity],
  ], [["infinite", "float_parsing"]]],
  ["float multiple", float({ multipleOf: 0.1 }), [["0.3", 0.3], ["1e10", 1e10]], [
    ["0.35", "multiple_of"],
  ]],
  ["bool", bool(), [
    ["1", true],
    ["TRUE", true],
    ["On", true],
    ["yEs", true],
    ["0", false],
    ["False", false],
    ["OFF", false],
    ["no", false],
  ], [
    ["", "bool_parsing"],
    ["2", "bool_parsing"],
    ["t", "bool_parsing"],
    ["y", "bool_parsing"],
    [" true", "bool_parsing"],
    ["trueé", "bool_parsing"],
    ["constructor", "bool_parsing"],
  ]],
  ["text", text({ min: 2, max: 3, trim: true, upper: true }), [[" ab ", "AB"], [
    "😀😀😀",
    "😀😀😀",
  ]], [
    ["a", "string_too_short"],
    ["  a  ", "string_too_short"],
    ["😀", "string_too_short"],
    ["abcd", "string_too_long"],
  ]],
  ["pattern", text({ pattern: /^a+$/gy }), [["aa", "aa"], ["a", "a"]], [[
    "b",
    "string_pattern_mismatch",
  ]]],
  ["email", email(), [["a@b.co", "a@b.co"], ["ü+x@b.c.de", "ü+x@b.c.de"]], [
    ["a", "value_error"],
    ["@b.co", "value_error"],
    ["a@", "value_error"],
    ["a@b", "value_error"],
    ["a@b@c.de", "value_error"],
    ["a@.b", "value_error"],
    ["a@b.", "value_error"],
    ["a b@c.de", "value_error"],
    ["a@b.c\r\nBcc: x", "value_error"],
  ]],
  ["url", url(), [["http://a", "http://a"], ["https://a.b/c?d#e", "https://a.b/c?d#e"]], [
    ["javascript:alert(1)", "url_parsing"],
    ["//a", "url_parsing"],
    ["http://", "url_parsing"],
    ["http:///a", "url_parsing"],
    ["http://a b", "url_parsing"],
    ["ja\nvascript:x", "url_parsing"],
    ["http://[::1", "url_parsing"],
  ]],
  ["uuid", uuid(), [[
    "123e4567-e89b-12d3-a456-426614174000",
    "123e4567-e89b-12d3-a456-426614174000",
  ]], [
    ["123e4567e89b12d3a456426614174000", "uuid_parsing"],
    ["123e4567-e89b-12d3-a456-42661417400g", "uuid_parsing"],
    ["{123e4567-e89b-12d3-a456-426614174000}", "uuid_parsing"],
  ]],
  ["ipv4", ipv4(), [["0.0.0.0", "0.0.0.0"], ["255.255.255.255", "255.255.255.255"]], [
    ["256.0.0.1", "ip_v4_address"],
    ["01.2.3.4", "ip_v4_address"],
    ["1.2.3", "ip_v4_address"],
    ["1.2.3.4.5", "ip_v4_address"],
    ["0x7f.1.1.1", "ip_v4_address"],
    ["1.2.3.4\n", "ip_v4_address"],
  ]],
  ["ipv6", ipv6(), [
    ["::", "::"],
    ["::1", "::1"],
    ["1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"],
    ["::ffff:1.2.3.4", "::ffff:1.2.3.4"],
    ["fe80::", "fe80::"],
    ["1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:1.2.3.4"],
  ], [
    ["1:2:3:4:5:6:7", "ip_v6_address"],
    ["1::2::3", "ip_v6_address"],
    ["1:2:3:4:5:6:7:8:9", "ip_v6_address"],
    ["1:2:3:4:5:6:7::8", "ip_v6_address"],
    ["::12345", "ip_v6_address"],
    ["::1.2.3", "ip_v6_address"],
    ["[::1]", "ip_v6_address"],
    ["fe80::1%eth0", "ip_v6_address"],
    [":1:2:3:4:5:6:7", "ip_v6_address"],
  ]],
  ["isoDate", isoDate(), [["2024-02-29", "2024-02-29"], ["2000-02-29", "2000-02-29"]], [
    ["2023-02-29", "date_parsing"],
    ["1900-02-29", "date_parsing"],
    ["2024-13-01", "date_parsing"],
    ["2024-04-31", "date_parsing"],
    ["2024-00-10", "date_parsing"],
    ["24-01-01", "date_parsing"],
    ["2024-1-1", "date_parsing"],
    ["٢٠٢٤-01-01", "date_parsing"],
  ]],
  ["isoDatetime", isoDatetime(), [
    ["2024-02-29T23:59:60Z", "2024-02-29T23:59:60Z"],
    ["2024-02-29t00:00:00.123+05:30", "2024-02-29t00:00:00.123+05:30"],
  ], [
    ["2024-02-29", "datetime_parsing"],
    ["2024-02-29T24:00:00Z", "datetime_parsing"],
    ["2024-02-29T12:00Z", "datetime_parsing"],
    ["2024-02-29T12:00:00", "datetime_parsing"],
    ["2024-02-30T12:00:00Z", "datetime_parsing"],
    ["2024-02-29T12:00:00+24:00", "datetime_parsing"],
  ]],
  ["base64", base64(), [["", ""], ["YQ==", "YQ=="], ["+/+/", "+/+/"]], [
    ["YQ=", "base64_decode"],
    ["YQ", "base64_decode"],
    ["Y===", "base64_decode"],
    ["-_-_", "base64_decode"],
    ["YQ==\n", "base64_decode"],
  ]],
  ["enumOf", enumOf("a", 1), [["a", "a"], ["1", 1]], [
    ["b", "enum"],
    ["1.0", "enum"],
    ["constructor", "enum"],
    ["__proto__", "enum"],
  ]],
  ["optional", int().optional(), [["", undefined], ["1", 1]], [["x", "int_parsing"]]],
  ["default", int().default(7), [["", 7], ["1", 1]], [["x", "int_parsing"]]],
  ["convention email", conventions({ work_email: text() }).work_email, [["a@b.co", "a@b.co"]], [[
    "a",
    "value_error",
  ]]],
  ["convention _ne", conventions({ name_ne: text() }).name_ne, [["a", "a"]], [[
    "",
    "string_too_short",
  ]]],
];

test("text: every boundary of every type, in a query, a path and a form", async () => {
  for (const [name, type, taken, refused] of TEXTS) {
    const api = new Api({ log: () => {} });
    let read: unknown;
    const keep = (value: unknown) => {
      read = value;
      return "ok";
    };
    api.get("/q", { query: { x: type } }, (c) => keep(c.query.x));
    api.get("/p/{x}", { path: { x: type } }, (c) => keep(c.path.x));
    api.post("/f", { form: { x: type } }, (c) => keep(c.form.x));
    const ask = async (input: string): Promise<[string, Answer, number][]> => {
      const encoded = encodeURIComponent(input);
      const headers = { "content-type": "application/x-www-form-urlencoded" };
      const places: [string, () => Promise<Response>][] = [
        ["query", () => api.request(`/q?x=${encoded}`)],
        ["body", () => api.request("/f", { method: "POST", headers, body: `x=${encoded}` })],
      ];
      // An empty segment is another path, and a dot is none to a URL.
      if (input !== "" && input !== ".") places.push(["path", () => api.request(`/p/${encoded}`)]);
      const out: [string, Answer, number][] = [];
      for (const [place, send] of places) {
        read = undefined;
        const response = await send();
        const body = await response.json();
        out.push([place, response.status === 200 ? read : body.detail, response.status]);
      }
      return out;
    };
    for (const [input, value] of taken) {
      for (const [place, answer, status] of await ask(input)) {
        const shown = `${name} ${place} ${input.slice(0, 40)}`;
        assertEquals([shown, status, answer], [shown, 200, value]);
      }
    }
    for (const [input, kind] of refused) {
      for (const [place, detail, status] of await ask(input)) {
        const shown = `${name} ${place} ${input.slice(0, 40)}`;
        assertEquals([shown, status, detail?.[0]?.type], [shown, 422, kind]);
        assertEquals(detail[0].loc, [place, "x"]);
        assert(JSON.stringify(detail).length < 1000, `${shown}: the answer repeats too much`);
      }
    }
  }
});

test("JSON: a value of another type is refused, never coerced", async () => {
  const table: [Type<Answer>, unknown[], [unknown, string][]][] = [
    [int(), [0, -1, 1.0, 2 ** 53 - 1], [
      ["1", "int_type"],
      [true, "int_type"],
      [null, "int_type"],
      [1.5, "int_from_float"],
      [2 ** 53, "int_parsing_size"],
      [[1], "int_type"],
    ]],
    [float(), [0.5, 1], [["0.5", "float_type"], [null, "float_type"]]],
    [bool(), [true, false], [[1, "bool_type"], ["true", "bool_type"]]],
    [text(), ["", "x"], [[1, "string_type"], [{}, "string_type"], [null, "string_type"]]],
    [text().nullable(), ["", null], [[1, "string_type"]]],
    [list(int(), { min: 1, max: 2 }), [[1], [1, 2]], [
      [[], "too_short"],
      [[1, 2, 3], "too_long"],
      [{ 0: 1 }, "list_type"],
      ["1", "list_type"],
      [[1, "2"], "int_type"],
    ]],
    [object({ a: int() }), [{ a: 1 }], [
      [[], "model_type"],
      [null, "model_type"],
      ["{}", "model_type"],
      [{}, "missing"],
      [{ A: 1 }, "missing"],
    ]],
  ];
  for (const [type, taken, refused] of table) {
    const api = new Api();
    api.post("/", { body: type }, (c) => json(c.body));
    const post = async (value: unknown) => {
      const response = await api.request("/", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(value),
      });
      return [response.status, await response.json()];
    };
    for (const value of taken) assertEquals(await post(value), [200, value]);
    for (const [value, kind] of refused) {
      const [status, body] = await post(value) as [number, Answer];
      assertEquals([value, status, body.detail?.[0]?.type], [value, 422, kind]);
    }
  }
});

test("JSON that is none names the position", async () => {
  const api = new Api();
  api.post("/", { body: z.unknown() }, () => 1);
  const table: [string, number][] = [
    ["{", 1],
    ["[1,]", 3],
    ['{"a" 1}', 5],
    ["{a:1}", 1],
    ["01", 1],
    ["1 2", 2],
    ['"\n"', 1],
    ['"\\x"', 1],
    ["nul", 0],
    ["[1}", 2],
    ["'a'", 0],
    ["\ufeff", 0],
    ["NaN", 0],
    ["1e", 1],
    ["-", 0],
    [" ", 1],
    ["[".repeat(100_000), 100_000],
    ['{"a":'.repeat(100_000), 500_000],
    ['{"a":"' + "x".repeat(9_000_000), 9_000_006],
    ['{"a":"' + "x".repeat(9_000_000) + '"', 9_000_007],
    ['["' + "é\\n".repeat(1_000_000) + "\u0001", 3_000_002],
  ];
  for (const [body, position] of table) {
    const response = await api.request("/", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
    });
    const { detail } = await response.json();
    const shown = body.slice(0, 20);
    assertEquals([shown, response.status, detail[0].type], [shown, 422, "json_invalid"]);
    assertEquals([shown, detail[0].loc], [shown, ["body", position]]);
  }
});

test("JSON nested 100,000 deep is an answer, not a crash", async () => {
  const api = new Api({ log: () => {} });
  type Tree = { child?: Tree | undefined };
  const Tree: z.ZodType<Tree> = z.lazy(() => z.object({ child: Tree.optional() }));
  api.post("/own", { body: object({ a: list(int()) }) }, (c) => c.body);
  api.post("/zod", { body: Tree }, () => "read");
  const post = (path: string, body: string) =>
    api.request(path, { method: "POST", headers: { "content-type": "application/json" }, body });
  const deep = '{"a":' + "[".repeat(100_000) + "]".repeat(100_000) + "}";
  assertEquals((await post("/own", deep)).status, 422);
  const tree = '{"child":'.repeat(100_000) + "{}" + "}".repeat(100_000);
  assertEquals((await post("/zod", tree)).status, 422);
  assertEquals((await post("/zod", '{"child":{"child":{}}}')).status, 200);
});

test("percent-encoding: overlong, truncated and malformed is 422; legal forms are decoded once", async () => {
  const api = new Api();
  api.get("/p/{x}", (c) => c.path.x);
  api.get("/q", { query: { email: text().optional(), x: text().optional() } }, (c) => c.query);
  for (
    const bad of ["%", "%4", "%zz", "%C0%AF", "%E2%82", "%FF", "%ED%A0%80", "%F8%88%80%80%80", "a%"]
  ) {
    const query = await api.request(`/q?x=${bad}`);
    assertEquals([bad, query.status, (await query.json()).detail?.[0]?.type], [
      bad,
      422,
      "percent_encoding",
    ]);
    assertEquals([bad, (await api.request(`/p/${bad}`)).status], [bad, 422]);
  }
  assertEquals(await (await api.request("/q?email=a%40b.com&x=1+2%2B3")).json(), {
    email: "a@b.com",
    x: "1 2+3",
  });
  assertEquals(await (await api.request("/q?%65mail=a%2540b")).json(), { email: "a%40b" });
  assertEquals(await (await api.request("/p/a%2540b%2Fc+d")).json(), "a%40b/c+d");
  assertEquals(await (await api.request("/q?%zz=1&x=2")).json(), { x: "2" });
});

test("__proto__ and constructor as query keys, and a million of them", async () => {
  const api = new Api();
  api.get("/q", { query: { a: int().default(1), constructor: text().optional() } }, (c) => c.query);
  api.get("/open", { query: z.record(z.string(), z.string()) }, (c) => c.query);
  assertEquals(await (await api.request("/q?__proto__=x&toString=y")).json(), { a: 1 });
  assertEquals(await (await api.request("/q?constructor=y")).json(), { a: 1, constructor: "y" });
  const open = await (await api.request("/open?__proto__=x&b=1&b=2")).text();
  assert(!open.includes("polluted"));
  assertEquals(({} as Answer).x, undefined);
  const many = "x&".repeat(1_000_000) + "a=7";
  assertEquals(await (await api.request(`/q?${many}`)).json(), { a: 7 });
  const keys = Array.from({ length: 2000 }, (_, i) => `k${i}=1`).join("&");
  assertEquals((await api.request(`/open?${keys}`)).status, 422);
});

test("repeated keys feed a list, bounded; else the first counts", async () => {
  const api = new Api({ limits: { maxValues: 3 } });
  api.get("/", { query: { a: text(), l: list(int()) } }, (c) => c.query);
  assertEquals(await (await api.request("/?a=1&a=2&l=1&l=2&l=3&l=4")).json(), {
    a: "1",
    l: [1, 2, 3],
  });
  const { detail } = await (await api.request("/?a=1&l=1&l=x&l=%zz")).json();
  assertEquals(detail.map((each: Answer) => each.loc), [["query", "l", 2]]);
});

test("a hundred errors are enough, whoever finds them", async () => {
  const api = new Api();
  api.post("/own", { body: object({ l: list(int()) }) }, () => 1);
  api.post("/zod", { body: z.object({ l: z.array(z.number()) }) }, () => 1);
  api.get("/zod", { query: { l: z.array(z.number()) } }, () => 1);
  const body = JSON.stringify({ l: new Array(100_000).fill("x".repeat(20)) });
  const headers = { "content-type": "application/json" };
  const many: [string, string, RequestInit][] = [
    ["body", "/own", { method: "POST", headers, body }],
    ["body", "/zod", { method: "POST", headers, body }],
    ["query", `/zod?${"l=x&".repeat(100_000)}`, {}],
  ];
  for (const [place, path, init] of many) {
    const response = await api.request(path, init);
    const { detail } = await response.json();
    assertEquals([response.status, detail.length, detail[99].loc], [422, 100, [place, "l", 99]]);
  }
});

test("a file name, a cookie, a redirect: what a client says stays in its place", async () => {
  const { file, redirect } = await import("../../src/api/mod.ts");
  const api = new Api({ log: () => {} });
  api.get("/d", { query: { name: text() } }, (c) => file("deno.json", { filename: c.query.name }));
  api.get("/r", { query: { to: text() } }, (c) => redirect(c.query.to));
  const download = await api.request(`/d?name=${encodeURIComponent('a"\r\nx-evil: 1\\ü.txt')}`);
  assert(!download.headers.has("x-evil"));
  assertEquals((await api.request(`/r?to=${encodeURIComponent("/a\r\nx-evil: 1")}`)).status, 500);
  assertEquals(
    (await api.request(`/r?to=${encodeURIComponent("/ü %25")}`)).headers.get("location"),
    "/%C3%BC%20%25",
  );
});
