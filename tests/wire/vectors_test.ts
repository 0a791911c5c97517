import { test } from "node:test";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { Message, type StructView } from "../../src/wire/views.ts";
import { ZapParseError } from "../../src/wire/parse_error.ts";
import { fromHex, toHex, vectors } from "../support/vectors.ts";
import { type Program, run } from "./program.ts";

type Read = (string | number | boolean | unknown[])[];
interface ReadCase {
  hex: string;
  error?: "magic" | "version" | "size";
  version: number;
  flags: number;
  size: number;
  rootNull: boolean;
  reads: Read[];
}

const CODES = {
  magic: ["bad_magic"],
  version: ["bad_version"],
  size: ["too_short", "bad_size"],
} as const;

test("wire.json: every program builds the reference's bytes", () => {
  const programs = vectors<Program[]>("wire.json");
  assert(programs.length > 100);
  programs.forEach((program, i) => assertEquals(toHex(run(program)), program.hex, `case ${i}`));
});

test("reads.json: every hostile buffer reads as the reference reads it", () => {
  const cases = vectors<ReadCase[]>("reads.json");
  assert(cases.length > 100);
  cases.forEach((c, i) => {
    const bytes = fromHex(c.hex);
    if (c.error) {
      const error = assertThrows(() => Message.parse(bytes), ZapParseError);
      assert(
        (CODES[c.error] as readonly string[]).includes(error.code),
        `case ${i}: ${error.code}`,
      );
      return;
    }
    const message = Message.parse(bytes);
    assertEquals(message.version(), c.version, `case ${i}`);
    assertEquals(message.flags(), c.flags, `case ${i}`);
    assertEquals(message.size(), c.size, `case ${i}`);
    const root = message.root();
    assertEquals(root.isNull(), c.rootNull, `case ${i}`);
    for (const read of c.reads ?? []) check(root, read, `case ${i}: ${JSON.stringify(read)}`);
  });
});

/** Whether this engine keeps a NaN's payload on its way through a number: V8 does, JSC does not. */
const KEEPS_NAN_PAYLOADS = (() => {
  const view = new DataView(fromHex("ffffe865").buffer);
  view.setFloat32(0, view.getFloat32(0));
  return view.getUint32(0) === 0xffffe865;
})();

/** The bits of a float; where the engine changes a NaN's payload, one NaN stands for all. */
function bits(value: number, width: 4 | 8): string {
  if (Number.isNaN(value) && !KEEPS_NAN_PAYLOADS) return "nan";
  const view = new DataView(new ArrayBuffer(width));
  if (width === 4) view.setFloat32(0, value);
  else view.setFloat64(0, value);
  return toHex(new Uint8Array(view.buffer));
}

function canonical(hex: string): string {
  if (KEEPS_NAN_PAYLOADS) return hex;
  const view = new DataView(fromHex(hex).buffer);
  return hex.length === 8 ? bits(view.getFloat32(0), 4) : bits(view.getFloat64(0), 8);
}

function check(root: StructView, read: Read, where: string): void {
  const [kind, at, ...answer] = read;
  const offset = at as number;
  switch (kind) {
    case "bool":
    case "u8":
    case "i8":
    case "u16":
    case "i16":
    case "u32":
    case "i32":
    case "text":
      return assertEquals<unknown>(root[kind](offset), answer[0], where);
    case "u64":
    case "i64":
      return assertEquals(root[kind](offset).toString(), answer[0], where);
    case "f32":
      return assertEquals(bits(root.f32(offset), 4), canonical(answer[0] as string), where);
    case "f64":
      return assertEquals(bits(root.f64(offset), 8), canonical(answer[0] as string), where);
    case "bytes":
      return assertEquals(toHex(root.bytes(offset)), answer[0], where);
    case "fixed":
      return assertEquals(toHex(root.bytesFixed(offset, answer[0] as number)), answer[1], where);
    case "object": {
      const object = root.object(offset);
      assertEquals(object.isNull(), answer[0], where);
      if (answer.length > 1) assertEquals(object.u32(answer[1] as number), answer[2], where);
      return;
    }
    case "list": {
      const list = root.list(offset);
      const [length, ...elements] = answer.flat(1) as unknown[];
      assertEquals<unknown>(list.len(), length, where);
      const got = [0, 1, 2].map((i) => [
        list.u8(i),
        list.u32(i),
        list.u64(i).toString(),
        toHex(list.bytesAt(i)),
      ]);
      assertEquals(JSON.stringify(got.flat()), JSON.stringify(elements.flat(2)), where);
      return;
    }
    default:
      throw new Error(`Unknown read ${kind}`);
  }
}
