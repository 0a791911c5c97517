import { codec, type List, Message, StructView } from "../../../mod.ts";

export interface SmallInput {
  readonly id: bigint;
  readonly count: number;
  readonly active: boolean;
  readonly score: number;
  readonly name: string;
}
export interface SmallValue {
  id: bigint;
  count: number;
  active: boolean;
  score: number;
  name: string;
}
export class Small extends StructView {
  static wrap(bytes: Uint8Array): Small {
    const root = Message.parse(bytes).root();
    return new Small(root.data, root.offset);
  }
  get id(): bigint {
    return this.u64(0);
  }
  get count(): number {
    return this.u32(8);
  }
  get active(): boolean {
    return this.bool(12);
  }
  get score(): number {
    return this.f64(13);
  }
  get name(): string {
    return this.text(21);
  }
}
function boundSmall(value: SmallInput): number {
  return 36 + 3 * value.name.length;
}
function putSmall(
  bytes: Uint8Array,
  view: DataView,
  _base: number,
  at: number,
  value: SmallInput,
): number {
  view.setBigUint64(at, value.id, true);
  view.setUint32(at + 8, value.count, true);
  bytes[at + 12] = value.active ? 1 : 0;
  view.setFloat64(at + 13, value.score, true);
  return codec.putText(bytes, view, at + 21, at + 29, value.name);
}
const writeSmall: codec.WriteMessage<SmallInput> = (
  bytes,
  view,
  base,
  value,
) => {
  const end = putSmall(bytes, view, base, base + 16, value);
  codec.putHeader(view, base, end);
  return end;
};
export function newSmall(value: SmallInput): Uint8Array {
  return codec.encode(16 + boundSmall(value), writeSmall, value);
}
export function encodeSmallInto(
  value: SmallInput,
  buffer: Uint8Array,
  offset = 0,
): number {
  return codec.encodeInto(
    16 + boundSmall(value),
    writeSmall,
    value,
    buffer,
    offset,
  );
}
const SMALL_SLOTS: readonly number[] = [29, 0, 8, 8, 4, 12, 1, 13, 8, 21, 8];
function fieldsSmall(
  bytes: Uint8Array,
  _base: number,
  end: number,
  at: number,
): SmallValue {
  return {
    id: codec.getU64(bytes, at),
    count: codec.getU32(bytes, at + 8),
    active: bytes[at + 12] !== 0,
    score: codec.getF64(bytes, at + 13),
    name: codec.getText(bytes, end, at + 21),
  };
}
const readSmall: codec.ReadStruct<SmallValue> = (bytes, base, end, at) =>
  at !== 0 && at + 29 <= end
    ? fieldsSmall(bytes, base, end, at)
    : codec.getShort(bytes, base, end, at, SMALL_SLOTS, fieldsSmall);
export function decodeSmall(bytes: Uint8Array): SmallValue {
  return codec.decode(bytes, readSmall);
}

export interface AuthorInput {
  readonly name: string;
  readonly age: number;
}
export interface AuthorValue {
  name: string;
  age: number;
}
function boundAuthor(value: AuthorInput): number {
  return 16 + 3 * value.name.length;
}
function putAuthor(
  bytes: Uint8Array,
  view: DataView,
  _base: number,
  at: number,
  value: AuthorInput,
): number {
  bytes[at + 8] = value.age;
  return codec.putText(bytes, view, at, at + 9, value.name);
}
const AUTHOR_SLOTS: readonly number[] = [9, 0, 8, 8, 1];
function fieldsAuthor(
  bytes: Uint8Array,
  _base: number,
  end: number,
  at: number,
): AuthorValue {
  return { name: codec.getText(bytes, end, at), age: bytes[at + 8]! };
}
const readAuthor: codec.ReadStruct<AuthorValue> = (bytes, base, end, at) =>
  at !== 0 && at + 9 <= end
    ? fieldsAuthor(bytes, base, end, at)
    : codec.getShort(bytes, base, end, at, AUTHOR_SLOTS, fieldsAuthor);

export interface MediumInput {
  readonly id: bigint;
  readonly created: bigint;
  readonly count: number;
  readonly level: number;
  readonly kind: number;
  readonly active: boolean;
  readonly score: number;
  readonly owner: Uint8Array;
  readonly title: string;
  readonly city: string;
  readonly country: string;
  readonly email: string;
  readonly phone: string;
  readonly company: string;
  readonly tags: readonly string[];
  readonly author: AuthorInput | null;
  readonly body: Uint8Array;
}
export interface MediumValue {
  id: bigint;
  created: bigint;
  count: number;
  level: number;
  kind: number;
  active: boolean;
  score: number;
  owner: Uint8Array;
  title: string;
  city: string;
  country: string;
  email: string;
  phone: string;
  company: string;
  tags: string[];
  author: AuthorValue | null;
  body: Uint8Array;
}
export class Medium extends StructView {
  static wrap(bytes: Uint8Array): Medium {
    const root = Message.parse(bytes).root();
    return new Medium(root.data, root.offset);
  }
  get count(): number {
    return this.u32(16);
  }
  get title(): string {
    return this.text(64);
  }
  get tags(): List<string> {
    return codec.list(this, 112, codec.asText);
  }
}
function boundMedium(value: MediumInput): number {
  let bound = 139 +
    3 *
      (value.title.length + value.city.length + value.country.length +
        value.email.length + value.phone.length + value.company.length) +
    codec.boundTexts(value.tags) + value.body.length;
  if (value.author !== null) bound += boundAuthor(value.author);
  return bound;
}
function putMedium(
  bytes: Uint8Array,
  view: DataView,
  base: number,
  at: number,
  value: MediumInput,
): number {
  let end = at + 132;
  view.setBigUint64(at, value.id, true);
  view.setBigInt64(at + 8, value.created, true);
  view.setUint32(at + 16, value.count, true);
  view.setUint16(at + 20, value.level, true);
  bytes[at + 22] = value.kind;
  bytes[at + 23] = value.active ? 1 : 0;
  view.setFloat64(at + 24, value.score, true);
  codec.putFixed(bytes, at + 32, 32, value.owner);
  end = codec.putTexts(bytes, view, base, at + 112, end, value.tags);
  const author = value.author;
  if (author === null) {
    codec.putPointer(view, at + 120, 0);
  } else {
    const start = codec.align(bytes, base, end);
    codec.putPointer(view, at + 120, start);
    end = putAuthor(bytes, view, base, start, author);
  }
  end = codec.putText(bytes, view, at + 64, end, value.title);
  end = codec.putText(bytes, view, at + 72, end, value.city);
  end = codec.putText(bytes, view, at + 80, end, value.country);
  end = codec.putText(bytes, view, at + 88, end, value.email);
  end = codec.putText(bytes, view, at + 96, end, value.phone);
  end = codec.putText(bytes, view, at + 104, end, value.company);
  return codec.putBytes(bytes, view, at + 124, end, value.body);
}
const writeMedium: codec.WriteMessage<MediumInput> = (
  bytes,
  view,
  base,
  value,
) => {
  const end = putMedium(bytes, view, base, base + 16, value);
  codec.putHeader(view, base, end);
  return end;
};
export function newMedium(value: MediumInput): Uint8Array {
  return codec.encode(16 + boundMedium(value), writeMedium, value);
}
export function encodeMediumInto(
  value: MediumInput,
  buffer: Uint8Array,
  offset = 0,
): number {
  return codec.encodeInto(
    16 + boundMedium(value),
    writeMedium,
    value,
    buffer,
    offset,
  );
}
const MEDIUM_SLOTS: readonly number[] = [
  132,
  0,
  8,
  8,
  8,
  16,
  4,
  20,
  2,
  22,
  1,
  23,
  1,
  24,
  8,
  32,
  32,
  64,
  8,
  72,
  8,
  80,
  8,
  88,
  8,
  96,
  8,
  104,
  8,
  112,
  8,
  120,
  4,
  124,
  8,
];
function fieldsMedium(
  bytes: Uint8Array,
  base: number,
  end: number,
  at: number,
): MediumValue {
  return {
    id: codec.getU64(bytes, at),
    created: codec.getI64(bytes, at + 8),
    count: codec.getU32(bytes, at + 16),
    level: codec.getU16(bytes, at + 20),
    kind: bytes[at + 22]!,
    active: bytes[at + 23] !== 0,
    score: codec.getF64(bytes, at + 24),
    owner: codec.getFixed(bytes, at + 32, 32),
    title: codec.getText(bytes, end, at + 64),
    city: codec.getText(bytes, end, at + 72),
    country: codec.getText(bytes, end, at + 80),
    email: codec.getText(bytes, end, at + 88),
    phone: codec.getText(bytes, end, at + 96),
    company: codec.getText(bytes, end, at + 104),
    tags: codec.getTexts(bytes, base, end, at + 112),
    author: codec.getStruct(bytes, base, end, at + 120, readAuthor),
    body: codec.getBytes(bytes, end, at + 124),
  };
}
const readMedium: codec.ReadStruct<MediumValue> = (bytes, base, end, at) =>
  at !== 0 && at + 132 <= end
    ? fieldsMedium(bytes, base, end, at)
    : codec.getShort(bytes, base, end, at, MEDIUM_SLOTS, fieldsMedium);
export function decodeMedium(bytes: Uint8Array): MediumValue {
  return codec.decode(bytes, readMedium);
}

export interface ItemInput {
  readonly id: bigint;
  readonly count: number;
  readonly name: string;
  readonly data: Uint8Array;
}
export interface ItemValue {
  id: bigint;
  count: number;
  name: string;
  data: Uint8Array;
}
export class Item extends StructView {
  get id(): bigint {
    return this.u64(0);
  }
  get count(): number {
    return this.u32(8);
  }
  get name(): string {
    return this.text(12);
  }
}
const itemElement: codec.Element<Item> = codec.asStruct(Item);
function boundItem(value: ItemInput): number {
  return 35 + 3 * value.name.length + value.data.length;
}
function putItem(
  bytes: Uint8Array,
  view: DataView,
  _base: number,
  at: number,
  value: ItemInput,
): number {
  view.setBigUint64(at, value.id, true);
  view.setUint32(at + 8, value.count, true);
  const end = codec.putText(bytes, view, at + 12, at + 28, value.name);
  return codec.putBytes(bytes, view, at + 20, end, value.data);
}
const writeItem: codec.WriteMessage<ItemInput> = (bytes, view, base, value) => {
  const end = putItem(bytes, view, base, base + 16, value);
  codec.putHeader(view, base, end);
  return end;
};
const ITEM_SLOTS: readonly number[] = [28, 0, 8, 8, 4, 12, 8, 20, 8];
function fieldsItem(
  bytes: Uint8Array,
  _base: number,
  end: number,
  at: number,
): ItemValue {
  return {
    id: codec.getU64(bytes, at),
    count: codec.getU32(bytes, at + 8),
    name: codec.getText(bytes, end, at + 12),
    data: codec.getBytes(bytes, end, at + 20),
  };
}
const readItem: codec.ReadStruct<ItemValue> = (bytes, base, end, at) =>
  at !== 0 && at + 28 <= end
    ? fieldsItem(bytes, base, end, at)
    : codec.getShort(bytes, base, end, at, ITEM_SLOTS, fieldsItem);

export interface LargeInput {
  readonly version: number;
  readonly items: readonly ItemInput[];
}
export interface LargeValue {
  version: number;
  items: ItemValue[];
}
export class Large extends StructView {
  static wrap(bytes: Uint8Array): Large {
    const root = Message.parse(bytes).root();
    return new Large(root.data, root.offset);
  }
  get version(): number {
    return this.u32(0);
  }
  get items(): List<Item> {
    return codec.list(this, 4, itemElement);
  }
}
function boundLarge(value: LargeInput): number {
  let bound = 26;
  for (const item of value.items) bound += 20 + boundItem(item);
  return bound;
}
function putLarge(
  bytes: Uint8Array,
  view: DataView,
  base: number,
  at: number,
  value: LargeInput,
): number {
  view.setUint32(at, value.version, true);
  const items = value.items;
  let end = codec.align(bytes, base, at + 12);
  codec.putList(view, at + 4, end, items.length);
  for (const item of items) {
    const stop = writeItem(bytes, view, end + 4, item);
    view.setUint32(end, stop - end - 4, true);
    end = stop;
  }
  return end;
}
const writeLarge: codec.WriteMessage<LargeInput> = (
  bytes,
  view,
  base,
  value,
) => {
  const end = putLarge(bytes, view, base, base + 16, value);
  codec.putHeader(view, base, end);
  return end;
};
export function newLarge(value: LargeInput): Uint8Array {
  return codec.encode(16 + boundLarge(value), writeLarge, value);
}
export function encodeLargeInto(
  value: LargeInput,
  buffer: Uint8Array,
  offset = 0,
): number {
  return codec.encodeInto(
    16 + boundLarge(value),
    writeLarge,
    value,
    buffer,
    offset,
  );
}
const LARGE_SLOTS: readonly number[] = [12, 0, 4, 4, 8];
function fieldsLarge(
  bytes: Uint8Array,
  base: number,
  end: number,
  at: number,
): LargeValue {
  return {
    version: codec.getU32(bytes, at),
    items: codec.getStructs(bytes, base, end, at + 4, readItem),
  };
}
const readLarge: codec.ReadStruct<LargeValue> = (bytes, base, end, at) =>
  at !== 0 && at + 12 <= end
    ? fieldsLarge(bytes, base, end, at)
    : codec.getShort(bytes, base, end, at, LARGE_SLOTS, fieldsLarge);
export function decodeLarge(bytes: Uint8Array): LargeValue {
  return codec.decode(bytes, readLarge);
}
