/** avsc: Avro, compiled at run time. */

import avro from "avsc";
import { plainLarge, plainMedium, plainSmall } from "./plain.ts";
import type { Case, Peer } from "./types.ts";

// deno-lint-ignore no-explicit-any
type Any = any;

const author = {
  type: "record",
  name: "Author",
  fields: [f("name", "string"), f("age", "int")],
};

function f(name: string, type: unknown): unknown {
  return { name, type };
}

function record(name: string, fields: unknown[]): Any {
  return avro.Type.forSchema({ type: "record", name, fields } as Any);
}

const Small = record("Small", [
  f("id", "long"),
  f("count", "int"),
  f("active", "boolean"),
  f("score", "double"),
  f("name", "string"),
]);
const Medium = record("Medium", [
  f("id", "long"),
  f("created", "long"),
  f("count", "int"),
  f("level", "int"),
  f("kind", "int"),
  f("active", "boolean"),
  f("score", "double"),
  f("owner", { type: "fixed", name: "Owner", size: 32 }),
  f("title", "string"),
  f("city", "string"),
  f("country", "string"),
  f("email", "string"),
  f("phone", "string"),
  f("company", "string"),
  f("tags", { type: "array", items: "string" }),
  f("author", author),
  f("body", "bytes"),
]);
const Large = record("Large", [
  f("version", "int"),
  f("items", {
    type: "array",
    items: {
      type: "record",
      name: "Item",
      fields: [
        f("id", "long"),
        f("count", "int"),
        f("name", "string"),
        f("data", "bytes"),
      ],
    },
  }),
]);

const buffer = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);

function of(type: Any, value: unknown): Case {
  return {
    encode: () => type.toBuffer(value),
    decode: (data) => type.fromBuffer(data),
  };
}

export const avscPeer: Peer = {
  name: "avsc",
  small: of(Small, plainSmall),
  medium: of(Medium, {
    ...plainMedium,
    owner: buffer(plainMedium.owner),
    body: buffer(plainMedium.body),
  }),
  large: of(Large, {
    ...plainLarge,
    items: plainLarge.items.map((item) => ({
      ...item,
      data: buffer(item.data),
    })),
  }),
};
