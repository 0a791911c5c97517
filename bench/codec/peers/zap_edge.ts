/** Ours: generated code and `struct()`. */

import {
  bool,
  bytes,
  bytesFixed,
  f64,
  i64,
  list,
  struct,
  text,
  u16,
  u32,
  u64,
  u8,
} from "../../../mod.ts";
import * as generated from "../../generated/shapes_zap.ts";
import { large, medium, small } from "../values.ts";
import type { Peer } from "./types.ts";

export const generatedPeer: Peer = {
  name: "ours, generated",
  small: {
    encode: () => generated.newSmall(small),
    decode: (data) => generated.decodeSmall(data),
    field: (data) => generated.Small.wrap(data).count,
  },
  medium: {
    encode: () => generated.newMedium(medium),
    decode: (data) => generated.decodeMedium(data),
    field: (data) => generated.Medium.wrap(data).count,
  },
  large: {
    encode: () => generated.newLarge(large),
    decode: (data) => generated.decodeLarge(data),
    field: (data) => generated.Large.wrap(data).version,
    walk: (data) => {
      let sum = 0;
      for (const item of generated.Large.wrap(data).items) sum += item.count;
      return sum;
    },
  },
};

const into = new Uint8Array(1 << 18);
export const intoPeer: Peer = {
  name: "ours, generated, into a buffer",
  small: {
    ...generatedPeer.small,
    encode: () => into.subarray(0, generated.encodeSmallInto(small, into)),
  },
  medium: {
    ...generatedPeer.medium,
    encode: () => into.subarray(0, generated.encodeMediumInto(medium, into)),
  },
  large: {
    ...generatedPeer.large,
    encode: () => into.subarray(0, generated.encodeLargeInto(large, into)),
  },
};

const Small = struct("Small", {
  id: u64,
  count: u32,
  active: bool,
  score: f64,
  name: text,
});
const Author = struct("Author", { name: text, age: u8 });
const Medium = struct("Medium", {
  id: u64,
  created: i64,
  count: u32,
  level: u16,
  kind: u8,
  active: bool,
  score: f64,
  owner: bytesFixed(32),
  title: text,
  city: text,
  country: text,
  email: text,
  phone: text,
  company: text,
  tags: list(text),
  author: Author,
  body: bytes,
});
const Item = struct("Item", { id: u64, count: u32, name: text, data: bytes });
const Large = struct("Large", { version: u32, items: list(Item) });

export const structPeer: Peer = {
  name: "ours, struct()",
  small: {
    encode: () => Small.encode(small),
    decode: (data) => Small.decode(data),
    field: (data) => Small.view(data).count,
  },
  medium: {
    encode: () => Medium.encode(medium),
    decode: (data) => Medium.decode(data),
    field: (data) => Medium.view(data).count,
  },
  large: {
    encode: () => Large.encode(large),
    decode: (data) => Large.decode(data),
    field: (data) => Large.view(data).version,
    walk: (data) => {
      let sum = 0;
      for (const item of Large.view(data).items) sum += item.count;
      return sum;
    },
  },
};
