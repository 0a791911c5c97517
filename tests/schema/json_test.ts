import { test } from "node:test";
import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import * as fc from "fast-check";
import {
  bool,
  bytes,
  bytesFixed,
  f32,
  f64,
  i16,
  i32,
  i64,
  i8,
  JsonError,
  list,
  ref,
  struct,
  structsOf,
  type StructType,
  text,
  u16,
  u32,
  u64,
  u8,
} from "../../mod.ts";
import { decodeBase64, encodeBase64 } from "../../src/schema/base64.ts";
import { sampleArbitrary } from "./arbitrary.ts";

const User = struct("Echo.User", { name: text });
const All = struct("All", {
  bool,
  u8,
  u16,
  u32,
  u64,
  i8,
  i16,
  i32,
  i64,
  f32,
  f64,
  text,
  bytes,
  fixed: bytesFixed(4),
  list: list(u64),
  user: User,
  users: list(User),
});

const json = {
  bool: true,
  u8: 255,
  u16: 65535,
  u32: 4294967295,
  u64: "18446744073709551615",
  i8: -128,
  i16: -32768,
  i32: -2147483648,
  i64: "-9223372036854775808",
  f32: 1.5,
  f64: 1e300,
  text: "Zürich",
  bytes: "AQI=",
  fixed: "AQIDBA==",
  list: ["1", "2"],
  user: { name: "Ada" },
  users: [{ name: "Bob" }],
};

interface Node {
  value: number;
  next: Node | null;
}
const Node: StructType<Node> = struct("Node", { value: u8, next: ref("Node", () => Node) });

function issues(read: () => unknown): string[] {
  return assertThrows(read, JsonError).issues.map((issue) => `${issue.pointer} ${issue.code}`);
}

test("json: every type in its form, both ways", () => {
  const value = All.fromJson(json);
  assertEquals(value.u64, 2n ** 64n - 1n);
  assertEquals(value.i64, -(2n ** 63n));
  assertEquals(value.fixed, Uint8Array.of(1, 2, 3, 4));
  assertEquals(value.users, [{ name: "Bob" }]);
  assertEquals(All.toJson(value), json);
  assertEquals(All.toJson(All.decode(All.encode(value))), json);
});

test("json: a thousand random values round-trip through JSON text", () => {
  fc.assert(
    fc.property(sampleArbitrary, ({ structs, name, value }) => {
      const type = structsOf({ structs }).get(name)!;
      const text = JSON.stringify(type.toJson(value));
      const back = type.fromJson(JSON.parse(text));
      assertEquals(JSON.stringify(type.toJson(back)), text);
    }),
    { numRuns: 1000 },
  );
});

test("json: a wrong value of each type, with its pointer and the reason", () => {
  const cases: [Partial<Record<keyof typeof json, unknown>>, string][] = [
    [{ bool: 1 }, "/bool type"],
    [{ bool: "true" }, "/bool type"],
    [{ u8: 256 }, "/u8 range"],
    [{ u8: -1 }, "/u8 range"],
    [{ u8: 1.5 }, "/u8 range"],
    [{ u8: "1" }, "/u8 type"],
    [{ u8: NaN }, "/u8 range"],
    [{ u8: true }, "/u8 type"],
    [{ u16: 65536 }, "/u16 range"],
    [{ u32: 4294967296 }, "/u32 range"],
    [{ i8: 128 }, "/i8 range"],
    [{ i8: -129 }, "/i8 range"],
    [{ i16: 32768 }, "/i16 range"],
    [{ i32: 2147483648 }, "/i32 range"],
    [{ i32: null }, "/i32 type"],
    [{ u64: "18446744073709551616" }, "/u64 range"],
    [{ u64: "-1" }, "/u64 range"],
    [{ u64: -1 }, "/u64 range"],
    [{ u64: 2 ** 53 }, "/u64 range"],
    [{ u64: 1.5 }, "/u64 range"],
    [{ u64: "" }, "/u64 format"],
    [{ u64: "+5" }, "/u64 format"],
    [{ u64: "05" }, "/u64 format"],
    [{ u64: "0x5" }, "/u64 format"],
    [{ u64: " 5" }, "/u64 format"],
    [{ u64: "5\n" }, "/u64 format"],
    [{ u64: "٥" }, "/u64 format"],
    [{ u64: "1e3" }, "/u64 format"],
    [{ u64: "1".repeat(1_000_000) }, "/u64 format"],
    [{ u64: 5n }, "/u64 type"],
    [{ u64: null }, "/u64 type"],
    [{ i64: "9223372036854775808" }, "/i64 range"],
    [{ i64: "-0" }, "/i64 format"],
    [{ f32: 1e39 }, "/f32 range"],
    [{ f32: "1" }, "/f32 type"],
    [{ f64: Infinity }, "/f64 range"],
    [{ f64: NaN }, "/f64 range"],
    [{ text: 5 }, "/text type"],
    [{ text: "\ud800" }, "/text format"],
    [{ bytes: "AQ" }, "/bytes format"],
    [{ bytes: "AR==" }, "/bytes format"],
    [{ bytes: "A===" }, "/bytes format"],
    [{ bytes: "AQ-_" }, "/bytes format"],
    [{ bytes: "AQ==\n" }, "/bytes format"],
    [{ bytes: "====" }, "/bytes format"],
    [{ bytes: [1, 2] }, "/bytes type"],
    [{ bytes: Uint8Array.of(1) }, "/bytes type"],
    [{ fixed: "AQID" }, "/fixed length"],
    [{ fixed: "" }, "/fixed length"],
    [{ list: "1" }, "/list type"],
    [{ list: { 0: "1", length: 1 } }, "/list type"],
    [{ list: ["1", 2, -3] }, "/list/2 range"],
    [{ list: [null] }, "/list/0 type"],
    [{ user: null }, "/user type"],
    [{ user: [] }, "/user type"],
    [{ user: "Ada" }, "/user type"],
    [{ user: {} }, "/user/name missing"],
    [{ user: { name: "Ada", "a/b~c": 1 } }, "/user/a~1b~0c unknown"],
    [{ users: [{ name: "a" }, { name: 5 }] }, "/users/1/name type"],
    [{ users: [null] }, "/users/0 type"],
  ];
  assert(cases.length > 50);
  for (const [wrong, expected] of cases) {
    const given = { ...json, ...wrong };
    assertEquals(issues(() => All.fromJson(given)), [expected], Object.keys(wrong)[0]);
  }
});

test("json: a number is taken for a 64-bit integer where it is exact", () => {
  const value = All.fromJson({ ...json, u64: Number.MAX_SAFE_INTEGER, i64: -5, list: [0, -0] });
  assertEquals([value.u64, value.i64, value.list], [2n ** 53n - 1n, -5n, [0n, 0n]]);
});

test("json: minus zero stays in floats and leaves integers", () => {
  const value = All.fromJson({ ...json, u8: -0, f64: -0 });
  assert(Object.is(value.u8, 0));
  assert(Object.is(value.f64, -0));
});

test("json: all faults at once, in the order of the fields", () => {
  assertEquals(issues(() => All.fromJson({ extra: 1, u8: "x", list: [1.5, "x"], users: {} })), [
    "/bool missing",
    "/u8 type",
    "/u16 missing",
    "/u32 missing",
    "/u64 missing",
    "/i8 missing",
    "/i16 missing",
    "/i32 missing",
    "/i64 missing",
    "/f32 missing",
    "/f64 missing",
    "/text missing",
    "/bytes missing",
    "/fixed missing",
    "/list/0 range",
    "/list/1 format",
    "/user missing",
    "/users type",
    "/extra unknown",
  ]);
  for (const not of [null, 5, "x", [], undefined, true]) {
    assertEquals(issues(() => All.fromJson(not)), [" type"]);
  }
});

test("json: the message says what was expected and what was found", () => {
  const error = assertThrows(() => All.fromJson({ ...json, u8: 256, user: 5 }), JsonError);
  assertEquals(
    error.message,
    "Cannot read JSON: /u8: expected an integer from 0 to 255, got 256 (and 1 more)",
  );
  assertEquals(error.issues[1]!.message, "expected an object, got a number");
  assertEquals(error.issues[1]!.path, ["user"]);
});

test("json: __proto__, constructor and inherited properties are no fields", () => {
  const hostile = JSON.parse('{"name":"a","__proto__":{"admin":true}}');
  assertEquals(issues(() => User.fromJson(hostile)), ["/__proto__ unknown"]);
  assertEquals(issues(() => User.fromJson(JSON.parse('{"name":"a","constructor":1}'))), [
    "/constructor unknown",
  ]);
  assertEquals(issues(() => User.fromJson(Object.create({ name: "a" }))), ["/name missing"]);
  const Odd = struct("Odd", { constructor: u8, toString: u8 });
  assertEquals(issues(() => Odd.fromJson({})), ["/constructor missing", "/toString missing"]);
  assertEquals(Odd.toJson(Odd.fromJson({ constructor: 1, toString: 2 })), {
    constructor: 1,
    toString: 2,
  });
  assertStrictEquals(({} as { admin?: boolean }).admin, undefined);
});

test("json: nesting is bounded, and so is the number of faults", () => {
  const deep = JSON.parse('{"value":1,"next":'.repeat(100_000) + "null" + "}".repeat(100_000));
  assertEquals(issues(() => Node.fromJson(deep)), [`${"/next".repeat(64)} depth`]);
  const circle: Node = { value: 1, next: null };
  circle.next = circle;
  assertEquals(issues(() => Node.toJson(circle)), [`${"/next".repeat(64)} depth`]);
  const many = { ...json, list: new Array(1_000_000).fill("x") };
  assertEquals(issues(() => All.fromJson(many)).length, 100);
  const long = { ...json, ["k".repeat(1_000_000)]: 1 };
  assert(assertThrows(() => All.fromJson(long), JsonError).message.length < 300);
});

test("json: a null struct becomes its zero value; only where that would not end, null", () => {
  const value = { ...All.fromJson(json), user: null };
  assertEquals(All.toJson(value)["user"], { name: "" });
  const node: Node = { value: 1, next: { value: 2, next: null } };
  const written = { value: 1, next: { value: 2, next: null } };
  assertEquals(Node.toJson(node), written);
  assertEquals(Node.fromJson(written), node);
});

test("json: what JSON does not have is refused on output, with its pointer", () => {
  const value = All.fromJson(json);
  assertEquals(issues(() => All.toJson({ ...value, f64: NaN })), ["/f64 range"]);
  assertEquals(issues(() => All.toJson({ ...value, f32: -Infinity })), ["/f32 range"]);
  assertEquals(issues(() => All.toJson({ ...value, f32: 1e39 })), ["/f32 range"]);
  assertEquals(issues(() => All.toJson({ ...value, u64: 5 } as never)), ["/u64 type"]);
  assertEquals(issues(() => All.toJson({ ...value, u64: -1n })), ["/u64 range"]);
  assertEquals(issues(() => All.toJson({ ...value, u8: 256 })), ["/u8 range"]);
  assertEquals(issues(() => All.toJson({ ...value, i32: 1.5 })), ["/i32 range"]);
  assertEquals(issues(() => All.toJson({ ...value, list: [1n, "2"] } as never)), ["/list/1 type"]);
  assertEquals(issues(() => All.toJson({ ...value, list: new Array(1) })), ["/list/0 type"]);
  const { message } = assertThrows(() => All.toJson({ ...value, f64: NaN }), JsonError);
  assertEquals(message, "Cannot write JSON: /f64: JSON has no NaN");
});

test("json: text is written as encode writes it, so that it can be read again", () => {
  const value = { name: "a\ud800b\udc00" };
  const written = User.toJson(value);
  assertEquals(written, { name: "a\ufffdb\ufffd" });
  assertEquals(User.fromJson(written), User.decode(User.encode(value)));
});

test("json: the schema is the table of schema.md", () => {
  assertEquals(All.jsonSchema(), {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    type: "object",
    properties: {
      bool: { type: "boolean" },
      u8: { type: "integer", format: "uint8", minimum: 0, maximum: 255 },
      u16: { type: "integer", format: "uint16", minimum: 0, maximum: 65535 },
      u32: { type: "integer", format: "uint32", minimum: 0, maximum: 4294967295 },
      u64: { type: "string", format: "int64" },
      i8: { type: "integer", format: "int8", minimum: -128, maximum: 127 },
      i16: { type: "integer", format: "int16", minimum: -32768, maximum: 32767 },
      i32: { type: "integer", format: "int32" },
      i64: { type: "string", format: "int64" },
      f32: { type: "number", format: "float" },
      f64: { type: "number", format: "double" },
      text: { type: "string" },
      bytes: { type: "string", format: "byte" },
      fixed: { type: "string", format: "byte", minLength: 8, maxLength: 8 },
      list: { type: "array", items: { type: "string", format: "int64" } },
      user: { $ref: "#/$defs/Echo.User" },
      users: { type: "array", items: { $ref: "#/$defs/Echo.User" } },
    },
    required: Object.keys(json),
    additionalProperties: false,
    $defs: {
      "Echo.User": {
        type: "object",
        properties: { name: { type: "string" } },
        required: ["name"],
        additionalProperties: false,
      },
    },
  });
  assertEquals(Node.jsonSchema()["$defs"], {
    Node: {
      type: "object",
      properties: {
        value: { type: "integer", format: "uint8", minimum: 0, maximum: 255 },
        next: { anyOf: [{ $ref: "#/$defs/Node" }, { type: "null" }] },
      },
      required: ["value", "next"],
      additionalProperties: false,
    },
  });
});

test("json: two different structs of one name cannot share a schema", () => {
  const other = struct("Echo.User", { age: u8 });
  const Both = struct("Both", { a: User, b: other });
  assertThrows(() => Both.jsonSchema(), TypeError, 'two different structs are named "Echo.User"');
});

test("json: Standard Schema v1 with its JSON Schema part", () => {
  const standard = All["~standard"];
  assertEquals([standard.version, standard.vendor], [1, "zap"]);
  const good = standard.validate(json);
  assert(!good.issues);
  assertEquals(good.value.u64, 2n ** 64n - 1n);
  assertEquals(standard.validate(good.value), good);
  const bad = standard.validate({ ...json, user: { name: 5 } });
  assertEquals(bad.issues?.map(({ message, path }) => ({ message, path })), [
    { message: "expected a string, got a number", path: ["user", "name"] },
  ]);
  assertEquals(standard.jsonSchema.input({ target: "draft-2020-12" }), All.jsonSchema());
  const old = standard.jsonSchema.output({ target: "draft-07" });
  assertEquals(old["$schema"], "http://json-schema.org/draft-07/schema#");
  assert("definitions" in old);
  assertThrows(() => standard.jsonSchema.input({ target: "openapi-3.0" }), TypeError);
});

test("base64: strict, and equal to the platform's", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), (data) => {
    const encoded = encodeBase64(data);
    assertEquals(encoded, btoa(String.fromCharCode(...data)));
    assertEquals(decodeBase64(encoded), data);
  }));
  fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 12 }), (noise) => {
    const decoded = decodeBase64(noise);
    if (decoded !== undefined) assertEquals(encodeBase64(decoded), noise);
  }));
});
