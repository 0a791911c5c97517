/** JSON in UTF-8; 64-bit integers as strings, bytes as base64, as in our JSON mapping. */

import { large, medium, small } from "../values.ts";
import type { Case, Peer } from "./types.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

const base64 = (bytes: Uint8Array) =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("base64");
const bytes = (text: string) => Buffer.from(text, "base64");

// deno-lint-ignore no-explicit-any
type Any = any;

function of<T>(
  value: T,
  to: (value: T) => unknown,
  from: (json: Any) => unknown,
): Case {
  return {
    encode: () => encoder.encode(JSON.stringify(to(value))),
    decode: (data) => from(JSON.parse(decoder.decode(data))),
  };
}

export const jsonPeer: Peer = {
  name: "JSON",
  small: of(
    small,
    (value) => ({ ...value, id: value.id.toString() }),
    (json) => ({ ...json, id: BigInt(json.id) }),
  ),
  medium: of(
    medium,
    (value) => ({
      ...value,
      id: value.id.toString(),
      created: value.created.toString(),
      owner: base64(value.owner),
      body: base64(value.body),
    }),
    (json) => ({
      ...json,
      id: BigInt(json.id),
      created: BigInt(json.created),
      owner: bytes(json.owner),
      body: bytes(json.body),
    }),
  ),
  large: of(
    large,
    (value) => ({
      ...value,
      items: value.items.map((item) => ({
        ...item,
        id: item.id.toString(),
        data: base64(item.data),
      })),
    }),
    (json) => ({
      ...json,
      items: json.items.map((item: Any) => ({
        ...item,
        id: BigInt(item.id),
        data: bytes(item.data),
      })),
    }),
  ),
};
