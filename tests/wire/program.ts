/** Runs the builder programs of `wire.json` (spec: wire.md, the table of ops). */

import { Builder } from "../../src/wire/builder.ts";
import type { ListBuilder } from "../../src/wire/list_builder.ts";
import type { StructBuilder } from "../../src/wire/struct_builder.ts";
import { fromHex } from "../support/vectors.ts";

export type Op = (string | number | boolean)[];

export interface Program {
  version: number;
  capacity: number;
  flags: number;
  ops: Op[];
  hex: string;
}

function float(bits: string): number {
  const view = new DataView(fromHex(bits).buffer);
  return bits.length === 8 ? view.getFloat32(0) : view.getFloat64(0);
}

export function run(program: Program): Uint8Array {
  const builder = new Builder(program.capacity, program.version);
  const objects = new Map<number, StructBuilder>();
  const lists = new Map<number, ListBuilder>();
  const finished = new Map<number, number>();
  for (const [op, ref, ...rest] of program.ops) {
    const r = ref as number;
    switch (op) {
      case "object":
        objects.set(r, builder.startObject(rest[0] as number));
        break;
      case "list":
        lists.set(r, builder.startList());
        break;
      case "add":
        add(lists.get(r)!, rest[0] as string, rest[1]!);
        break;
      case "set":
        set(objects.get(r)!, rest[0] as string, rest[1] as number, rest[2]!);
        break;
      case "setList": {
        const list = lists.get(rest[1] as number)!;
        objects.get(r)!.setList(rest[0] as number, list.finishOffset(), list.len());
        break;
      }
      case "setObject":
        objects.get(r)!.setObject(rest[0] as number, finished.get(rest[1] as number)!);
        break;
      case "finish":
        finished.set(r, objects.get(r)!.finish());
        break;
      case "finishAsRoot":
        finished.set(r, objects.get(r)!.finishAsRoot());
        break;
      default:
        throw new Error(`Unknown op ${op}`);
    }
  }
  return program.flags ? builder.finishWithFlags(program.flags) : builder.finish();
}

function add(list: ListBuilder, kind: string, value: Op[number]): void {
  if (kind === "u8") list.addU8(value as number);
  else if (kind === "u32") list.addU32(value as number);
  else if (kind === "u64") list.addU64(BigInt(value as string));
  else if (kind === "element") list.addObjectBytes(fromHex(value as string));
  else throw new Error(`Unknown element kind ${kind}`);
}

function set(object: StructBuilder, kind: string, offset: number, value: Op[number]): void {
  const number = value as number;
  const string = value as string;
  switch (kind) {
    case "bool":
      return object.setBool(offset, value as boolean);
    case "u8":
      return object.setU8(offset, number);
    case "i8":
      return object.setI8(offset, number);
    case "u16":
      return object.setU16(offset, number);
    case "i16":
      return object.setI16(offset, number);
    case "u32":
      return object.setU32(offset, number);
    case "i32":
      return object.setI32(offset, number);
    case "u64":
      return object.setU64(offset, BigInt(string));
    case "i64":
      return object.setI64(offset, BigInt(string));
    case "f32":
      return object.setF32(offset, float(string));
    case "f64":
      return object.setF64(offset, float(string));
    case "text":
      return object.setText(offset, string);
    case "bytes":
      return object.setBytes(offset, fromHex(string));
    case "fixed":
      return object.setBytesFixed(offset, fromHex(string));
    default:
      throw new Error(`Unknown slot kind ${kind}`);
  }
}
