/** flatbuffers: what flatc emits, made by hand because flatc is not on npm. */

import { Builder, ByteBuffer, type Offset } from "flatbuffers";
import { large, medium, small } from "../values.ts";
import type { Peer } from "./types.ts";

/** A table: where it is, and where its fields are. */
class Table {
  readonly bb: ByteBuffer;
  readonly at: number;
  constructor(bb: ByteBuffer, at: number) {
    this.bb = bb;
    this.at = at;
  }
  static root(data: Uint8Array): Table {
    const bb = new ByteBuffer(data);
    return new Table(bb, bb.readInt32(bb.position()) + bb.position());
  }
  slot(i: number): number {
    const offset = this.bb.__offset(this.at, 4 + 2 * i);
    return offset ? this.at + offset : 0;
  }
  u8(i: number): number {
    const at = this.slot(i);
    return at ? this.bb.readUint8(at) : 0;
  }
  u16(i: number): number {
    const at = this.slot(i);
    return at ? this.bb.readUint16(at) : 0;
  }
  u32(i: number): number {
    const at = this.slot(i);
    return at ? this.bb.readUint32(at) : 0;
  }
  u64(i: number): bigint {
    const at = this.slot(i);
    return at ? this.bb.readUint64(at) : 0n;
  }
  f64(i: number): number {
    const at = this.slot(i);
    return at ? this.bb.readFloat64(at) : 0;
  }
  text(i: number): string {
    const at = this.slot(i);
    return at ? this.bb.__string(at) as string : "";
  }
  bytes(i: number): Uint8Array {
    const at = this.slot(i);
    if (!at) return new Uint8Array();
    const start = this.bb.__vector(at);
    return this.bb.bytes().subarray(start, start + this.bb.__vector_len(at));
  }
  length(i: number): number {
    const at = this.slot(i);
    return at ? this.bb.__vector_len(at) : 0;
  }
  element(i: number, index: number): Table {
    return new Table(
      this.bb,
      this.bb.__indirect(this.bb.__vector(this.slot(i)) + 4 * index),
    );
  }
  textElement(i: number, index: number): string {
    return this.bb.__string(
      this.bb.__vector(this.slot(i)) + 4 * index,
    ) as string;
  }
  table(i: number): Table {
    return new Table(this.bb, this.bb.__indirect(this.slot(i)));
  }
}

function vector(builder: Builder, offsets: Offset[]): Offset {
  builder.startVector(4, offsets.length, 4);
  for (let i = offsets.length - 1; i >= 0; i--) builder.addOffset(offsets[i]!);
  return builder.endVector();
}

export const flatbuffersPeer: Peer = {
  name: "flatbuffers",
  small: {
    encode() {
      const builder = new Builder(256);
      const name = builder.createString(small.name);
      builder.startObject(5);
      builder.addFieldInt64(0, small.id, 0n);
      builder.addFieldInt32(1, small.count, 0);
      builder.addFieldInt8(2, small.active ? 1 : 0, 0);
      builder.addFieldFloat64(3, small.score, 0);
      builder.addFieldOffset(4, name, 0);
      builder.finish(builder.endObject());
      return builder.asUint8Array();
    },
    decode(data) {
      const root = Table.root(data);
      return {
        id: root.u64(0),
        count: root.u32(1),
        active: root.u8(2) !== 0,
        score: root.f64(3),
        name: root.text(4),
      };
    },
    field: (data) => Table.root(data).u32(1),
  },
  medium: {
    encode() {
      const builder = new Builder(1024);
      const owner = builder.createByteVector(medium.owner);
      const texts = [
        medium.title,
        medium.city,
        medium.country,
        medium.email,
        medium.phone,
        medium.company,
      ].map((text) => builder.createString(text));
      const tags = vector(
        builder,
        medium.tags.map((tag) => builder.createString(tag)),
      );
      const name = builder.createString(medium.author.name);
      builder.startObject(2);
      builder.addFieldOffset(0, name, 0);
      builder.addFieldInt8(1, medium.author.age, 0);
      const author = builder.endObject();
      const body = builder.createByteVector(medium.body);
      builder.startObject(17);
      builder.addFieldInt64(0, medium.id, 0n);
      builder.addFieldInt64(1, medium.created, 0n);
      builder.addFieldInt32(2, medium.count, 0);
      builder.addFieldInt16(3, medium.level, 0);
      builder.addFieldInt8(4, medium.kind, 0);
      builder.addFieldInt8(5, medium.active ? 1 : 0, 0);
      builder.addFieldFloat64(6, medium.score, 0);
      builder.addFieldOffset(7, owner, 0);
      texts.forEach((text, i) => builder.addFieldOffset(8 + i, text, 0));
      builder.addFieldOffset(14, tags, 0);
      builder.addFieldOffset(15, author, 0);
      builder.addFieldOffset(16, body, 0);
      builder.finish(builder.endObject());
      return builder.asUint8Array();
    },
    decode(data) {
      const root = Table.root(data);
      const author = root.table(15);
      return {
        id: root.u64(0),
        created: BigInt.asIntN(64, root.u64(1)),
        count: root.u32(2),
        level: root.u16(3),
        kind: root.u8(4),
        active: root.u8(5) !== 0,
        score: root.f64(6),
        owner: root.bytes(7),
        title: root.text(8),
        city: root.text(9),
        country: root.text(10),
        email: root.text(11),
        phone: root.text(12),
        company: root.text(13),
        tags: Array.from(
          { length: root.length(14) },
          (_, i) => root.textElement(14, i),
        ),
        author: { name: author.text(0), age: author.u8(1) },
        body: root.bytes(16),
      };
    },
    field: (data) => Table.root(data).u32(2),
  },
  large: {
    encode() {
      const builder = new Builder(70_000);
      const items = vector(
        builder,
        large.items.map((item) => {
          const name = builder.createString(item.name);
          const data = builder.createByteVector(item.data);
          builder.startObject(4);
          builder.addFieldInt64(0, item.id, 0n);
          builder.addFieldInt32(1, item.count, 0);
          builder.addFieldOffset(2, name, 0);
          builder.addFieldOffset(3, data, 0);
          return builder.endObject();
        }),
      );
      builder.startObject(2);
      builder.addFieldInt32(0, large.version, 0);
      builder.addFieldOffset(1, items, 0);
      builder.finish(builder.endObject());
      return builder.asUint8Array();
    },
    decode(data) {
      const root = Table.root(data);
      const items = [];
      const length = root.length(1);
      for (let i = 0; i < length; i++) {
        const item = root.element(1, i);
        items.push({
          id: item.u64(0),
          count: item.u32(1),
          name: item.text(2),
          data: item.bytes(3),
        });
      }
      return { version: root.u32(0), items };
    },
    field: (data) => Table.root(data).u32(0),
    walk(data) {
      const root = Table.root(data);
      const length = root.length(1);
      let sum = 0;
      for (let i = 0; i < length; i++) sum += root.element(1, i).u32(1);
      return sum;
    },
  },
};
