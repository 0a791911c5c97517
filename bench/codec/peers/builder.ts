/** The same messages by `Builder` and `StructView` of ours; zap.ts is the same code on the reference's. */

import { Builder, Message } from "../../../mod.ts";
import { large, type Medium, medium, small } from "../values.ts";
import type { Peer } from "./types.ts";

function author(builder: Builder, value: Medium["author"]): number {
  const object = builder.startObject(9);
  object.setText(0, value.name);
  object.setU8(8, value.age);
  return object.finish();
}
function item(value: (typeof large.items)[number]): Uint8Array {
  const builder = new Builder(1024);
  const object = builder.startObject(28);
  object.setU64(0, value.id);
  object.setU32(8, value.count);
  object.setText(12, value.name);
  object.setBytes(20, value.data);
  object.finishAsRoot();
  return builder.finish();
}
export const builderPeer: Peer = {
  name: "ours, Builder and views",
  small: {
    encode() {
      const builder = new Builder(256);
      const object = builder.startObject(29);
      object.setU64(0, small.id);
      object.setU32(8, small.count);
      object.setBool(12, small.active);
      object.setF64(13, small.score);
      object.setText(21, small.name);
      object.finishAsRoot();
      return builder.finish();
    },
    decode(data) {
      const root = Message.parse(data).root();
      return {
        id: root.u64(0),
        count: root.u32(8),
        active: root.bool(12),
        score: root.f64(13),
        name: root.text(21),
      };
    },
    field: (data) => Message.parse(data).root().u32(8),
  },
  medium: {
    encode() {
      const builder = new Builder(1024);
      const object = builder.startObject(132);
      object.setU64(0, medium.id);
      object.setI64(8, medium.created);
      object.setU32(16, medium.count);
      object.setU16(20, medium.level);
      object.setU8(22, medium.kind);
      object.setBool(23, medium.active);
      object.setF64(24, medium.score);
      object.setBytesFixed(32, medium.owner);
      object.setText(64, medium.title);
      object.setText(72, medium.city);
      object.setText(80, medium.country);
      object.setText(88, medium.email);
      object.setText(96, medium.phone);
      object.setText(104, medium.company);
      const tags = builder.startList();
      for (const tag of medium.tags) tags.addText(tag);
      object.setList(112, tags.finishOffset(), medium.tags.length);
      object.setObject(120, author(builder, medium.author));
      object.setBytes(124, medium.body);
      object.finishAsRoot();
      return builder.finish();
    },
    decode(data) {
      const root = Message.parse(data).root();
      const author = root.object(120);
      return {
        id: root.u64(0),
        created: root.i64(8),
        count: root.u32(16),
        level: root.u16(20),
        kind: root.u8(22),
        active: root.bool(23),
        score: root.f64(24),
        owner: root.bytesFixed(32, 32),
        title: root.text(64),
        city: root.text(72),
        country: root.text(80),
        email: root.text(88),
        phone: root.text(96),
        company: root.text(104),
        tags: root.list(112).toStringArray(),
        author: { name: author.text(0), age: author.u8(8) },
        body: root.bytes(124),
      };
    },
    field: (data) => Message.parse(data).root().u32(16),
  },
  large: {
    encode() {
      const builder = new Builder(70_000);
      const object = builder.startObject(12);
      object.setU32(0, large.version);
      const items = builder.startList();
      for (const value of large.items) items.addObjectBytes(item(value));
      object.setList(4, items.finishOffset(), large.items.length);
      object.finishAsRoot();
      return builder.finish();
    },
    decode(data) {
      const root = Message.parse(data).root();
      const list = root.list(4);
      const items = [];
      for (let i = 0; i < list.len(); i++) {
        const view = list.objectAt(i);
        items.push({
          id: view.u64(0),
          count: view.u32(8),
          name: view.text(12),
          data: view.bytes(20),
        });
      }
      return { version: root.u32(0), items };
    },
    field: (data) => Message.parse(data).root().u32(0),
    walk(data) {
      const list = Message.parse(data).root().list(4);
      let sum = 0;
      for (let i = 0; i < list.len(); i++) sum += list.objectAt(i).u32(8);
      return sum;
    },
  },
};
