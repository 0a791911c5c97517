/** capnp-es: the classes that its compiler emits, made by hand because capnp is not on npm. */

import { CompositeList, Message, ObjectSize, Struct, TextList, utils } from "capnp-es";
import { large, medium, small } from "../values.ts";
import type { Peer } from "./types.ts";

class Small extends Struct {
  static override readonly _capnp = {
    displayName: "Small",
    id: "a1",
    size: new ObjectSize(24, 1),
  };
}
class Author extends Struct {
  static override readonly _capnp = {
    displayName: "Author",
    id: "a2",
    size: new ObjectSize(8, 1),
  };
}
class Medium extends Struct {
  static override readonly _capnp = {
    displayName: "Medium",
    id: "a3",
    size: new ObjectSize(40, 10),
  };
}
class Item extends Struct {
  static override readonly _capnp = {
    displayName: "Item",
    id: "a4",
    size: new ObjectSize(16, 2),
  };
}
class Large extends Struct {
  static override readonly _capnp = {
    displayName: "Large",
    id: "a5",
    size: new ObjectSize(8, 1),
  };
}
const Items = CompositeList(Item);

function bytesOf(message: Message): Uint8Array {
  return new Uint8Array(message.toArrayBuffer());
}

function setData(index: number, value: Uint8Array, struct: Struct): void {
  utils.initData(index, value.length, struct).copyBuffer(
    value as Uint8Array<ArrayBuffer>,
  );
}

export const capnpPeer: Peer = {
  name: "capnp-es",
  small: {
    encode() {
      const message = new Message();
      const root = message.initRoot(Small);
      utils.setUint64(0, small.id, root);
      utils.setUint32(8, small.count, root);
      utils.setBit(96, small.active, root);
      utils.setFloat64(16, small.score, root);
      utils.setText(0, small.name, root);
      return bytesOf(message);
    },
    decode(data) {
      const root = new Message(data, false).getRoot(Small);
      return {
        id: utils.getUint64(0, root),
        count: utils.getUint32(8, root),
        active: utils.getBit(96, root),
        score: utils.getFloat64(16, root),
        name: utils.getText(0, root),
      };
    },
    field: (data) => utils.getUint32(8, new Message(data, false).getRoot(Small)),
  },
  medium: {
    encode() {
      const message = new Message();
      const root = message.initRoot(Medium);
      utils.setUint64(0, medium.id, root);
      utils.setInt64(8, medium.created, root);
      utils.setUint32(16, medium.count, root);
      utils.setUint16(20, medium.level, root);
      utils.setUint8(22, medium.kind, root);
      utils.setBit(184, medium.active, root);
      utils.setFloat64(24, medium.score, root);
      setData(0, medium.owner, root);
      utils.setText(1, medium.title, root);
      utils.setText(2, medium.city, root);
      utils.setText(3, medium.country, root);
      utils.setText(4, medium.email, root);
      utils.setText(5, medium.phone, root);
      utils.setText(6, medium.company, root);
      const tags = utils.initList(7, TextList, medium.tags.length, root);
      medium.tags.forEach((tag, i) => tags.set(i, tag));
      const author = utils.initStructAt(8, Author, root);
      utils.setText(0, medium.author.name, author);
      utils.setUint8(0, medium.author.age, author);
      setData(9, medium.body, root);
      return bytesOf(message);
    },
    decode(data) {
      const root = new Message(data, false).getRoot(Medium);
      const author = utils.getStruct(8, Author, root);
      const tags = utils.getList(7, TextList, root);
      return {
        id: utils.getUint64(0, root),
        created: utils.getInt64(8, root),
        count: utils.getUint32(16, root),
        level: utils.getUint16(20, root),
        kind: utils.getUint8(22, root),
        active: utils.getBit(184, root),
        score: utils.getFloat64(24, root),
        owner: utils.getData(0, root).toUint8Array(),
        title: utils.getText(1, root),
        city: utils.getText(2, root),
        country: utils.getText(3, root),
        email: utils.getText(4, root),
        phone: utils.getText(5, root),
        company: utils.getText(6, root),
        tags: Array.from({ length: tags.length }, (_, i) => tags.get(i)),
        author: {
          name: utils.getText(0, author),
          age: utils.getUint8(0, author),
        },
        body: utils.getData(9, root).toUint8Array(),
      };
    },
    field: (data) => utils.getUint32(16, new Message(data, false).getRoot(Medium)),
  },
  large: {
    encode() {
      const message = new Message();
      const root = message.initRoot(Large);
      utils.setUint32(0, large.version, root);
      const items = utils.initList(0, Items, large.items.length, root);
      large.items.forEach((value, i) => {
        const item = items.get(i);
        utils.setUint64(0, value.id, item);
        utils.setUint32(8, value.count, item);
        utils.setText(0, value.name, item);
        setData(1, value.data, item);
      });
      return bytesOf(message);
    },
    decode(data) {
      const root = new Message(data, false).getRoot(Large);
      const list = utils.getList(0, Items, root);
      const items = [];
      for (let i = 0; i < list.length; i++) {
        const item = list.get(i);
        items.push({
          id: utils.getUint64(0, item),
          count: utils.getUint32(8, item),
          name: utils.getText(0, item),
          data: utils.getData(1, item).toUint8Array(),
        });
      }
      return { version: utils.getUint32(0, root), items };
    },
    field: (data) => utils.getUint32(0, new Message(data, false).getRoot(Large)),
    walk(data) {
      const list = utils.getList(
        0,
        Items,
        new Message(data, false).getRoot(Large),
      );
      let sum = 0;
      for (let i = 0; i < list.length; i++) {
        sum += utils.getUint32(8, list.get(i));
      }
      return sum;
    },
  },
};
