import { test } from "node:test";
import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import {
  bool,
  bytes,
  bytesFixed,
  f64,
  type Infer,
  list,
  ref,
  struct,
  type StructType,
  StructView,
  text,
  u16,
  u32,
  u64,
  u8,
  ZapParseError,
} from "../../mod.ts";
import { toHex } from "../support/vectors.ts";

const User = struct("User", { name: text, age: u8 });
const Note = struct("Note", {
  id: u64,
  title: text,
  tags: list(text),
  owner: bytesFixed(4),
  author: User,
  readers: list(User),
  scores: list(u16),
  blob: bytes,
});
type Note = Infer<typeof Note>;

const note: Note = {
  id: 7n,
  title: "Zürich 🏔",
  tags: ["red", "", "blue"],
  owner: Uint8Array.of(1, 2, 3, 4),
  author: { name: "Ada", age: 36 },
  readers: [{ name: "Bob", age: 1 }, { name: "", age: 2 }],
  scores: [1, 65535],
  blob: Uint8Array.of(9),
};

interface Tree {
  name: string;
  left: Tree | null;
  children: Tree[];
}
const Tree: StructType<Tree> = struct("Tree", {
  name: text,
  left: ref("Tree", () => Tree),
  children: list(ref("Tree", () => Tree)),
});

test("struct: fields follow one another without padding, in order of declaration", () => {
  assertEquals(Note.model.fields.map((field) => field.offset), [0, 8, 16, 24, 28, 32, 40, 48]);
  assertEquals(Note.model.size, 56);
  assertEquals(Note.name, "Note");
});

test("struct: an offset places a field, and the next one follows it", () => {
  const Placed = struct("Placed", { b: u32.at(8), c: u8, a: u64.at(0), user: User.at(16) });
  assertEquals(Placed.model.fields.map((field) => field.offset), [8, 12, 0, 16]);
  assertEquals(Placed.model.size, 20);
});

test("struct: a value survives encode and decode", () => {
  assertEquals(Note.decode(Note.encode(note)), note);
});

test("struct: a null struct, empty lists, texts and fixed bytes survive", () => {
  const empty: Note = {
    id: 0n,
    title: "",
    tags: [],
    owner: new Uint8Array(4),
    author: null,
    readers: [],
    scores: [],
    blob: new Uint8Array(0),
  };
  assertEquals(Note.decode(Note.encode(empty)), empty);
  assertEquals(
    toHex(Note.encode({ ...empty, owner: new Uint8Array(0) })),
    toHex(Note.encode(empty)),
  );
});

test("struct: properties are lower-first whatever the declaration says", () => {
  const Upper = struct("Upper", { Id: u64, HTTPPort: u16 });
  const value: Infer<typeof Upper> = { id: 1n, hTTPPort: 80 };
  assertEquals(Upper.decode(Upper.encode(value)), value);
});

test("struct: encodeInto answers the length, and refuses a buffer that is too small by one", () => {
  const bytes = Note.encode(note);
  const buffer = new Uint8Array(bytes.length + 3).fill(7);
  assertEquals(Note.encodeInto(note, buffer, 3), bytes.length);
  assertEquals(toHex(buffer.subarray(3)), toHex(bytes));
  const small = new Uint8Array(bytes.length - 1);
  assertThrows(
    () => Note.encodeInto(note, small),
    RangeError,
    `Cannot encode message: ${bytes.length} bytes at 0 exceed the buffer's ${small.length}`,
  );
  assert(small.every((byte) => byte === 0));
  assertThrows(() => Note.encodeInto(note, new Uint8Array(1000), -1), RangeError);
  assertThrows(() => Note.encodeInto(note, new Uint8Array(1000), NaN), RangeError);
  assertThrows(() => Note.encodeInto(note, new Uint8Array(1000), 0.5), RangeError);
});

test("struct: encoded messages do not overlap, also when a getter encodes something meanwhile", () => {
  const inner = { name: "inner", age: 1 };
  let innerBytes: Uint8Array | undefined;
  const outerBytes = User.encode({
    get name() {
      innerBytes = User.encode(inner);
      return "outer";
    },
    age: 2,
  });
  assertEquals(User.decode(innerBytes!), inner);
  assertEquals(User.decode(outerBytes), { name: "outer", age: 2 });
});

test("struct: results stay intact when thousands more are made", () => {
  const all = Array.from(
    { length: 5000 },
    (_, i) => User.encode({ name: `user ${i}`, age: i & 255 }),
  );
  all.forEach((bytes, i) => assertEquals(User.decode(bytes), { name: `user ${i}`, age: i & 255 }));
});

test("struct: encoding goes on when someone transfers the memory of a result", () => {
  const first = User.encode({ name: "gone", age: 1 });
  structuredClone(first, { transfer: [first.buffer] });
  const second = User.encode({ name: "here", age: 2 });
  assertEquals(User.decode(second), { name: "here", age: 2 });
});

test("struct: messages of any size, up to megabytes", () => {
  for (const length of [100, 5_000, 20_000, 300_000, 2_000_000]) {
    const value = { name: "é".repeat(length), age: 1 };
    assertEquals(User.decode(User.encode(value)), value);
  }
});

test("struct: a value of wrong types never touches messages that were given out", () => {
  const Message = struct("Message", { title: text, id: u64, tags: list(text) });
  const good = { title: "secret", id: 7n, tags: ["a"] };
  const wrong = [
    { title: 5, id: 7, tags: [] },
    { title: { length: -10_000 }, id: 7, tags: [] },
    { title: { length: NaN }, id: 7, tags: [] },
    { title: "x", id: 7, tags: { length: -10_000 } },
    { title: { length: "x" }, id: 7n, tags: [] },
  ];
  for (const value of wrong) {
    const given = Array.from({ length: 20 }, () => Message.encode(good));
    assertThrows(() => Message.encode(value as never), TypeError, "Cannot encode");
    assertThrows(() => Message.encodeInto(value as never, new Uint8Array(1000)), TypeError);
    for (let i = 0; i < 20; i++) Message.encode({ title: "other", id: 0n, tags: [] });
    for (const bytes of given) assertEquals(Message.decode(bytes), good);
  }
});

test("struct: encode says which field is missing or wrong", () => {
  const broken = { ...note, title: undefined } as unknown as Note;
  assertThrows(
    () => Note.encode(broken),
    TypeError,
    "Cannot encode Note: /title: expected a string, got nothing",
  );
  assertThrows(
    () => Note.encode({ ...note, owner: new Uint8Array(3) }),
    RangeError,
    "Cannot encode Note: /owner: expected 4 bytes, got 3",
  );
  assertThrows(
    () => Note.encode({ ...note, owner: new ArrayBuffer(4) } as unknown as Note),
    TypeError,
    "Cannot encode Note: /owner: expected a Uint8Array or a base64 string of 4 bytes, got an object",
  );
  assertThrows(() => Note.encode({ ...note, id: 7 } as unknown as Note), TypeError);
  assertThrows(
    () => Note.encodeInto(broken, new Uint8Array(1000)),
    TypeError,
    "Cannot encode Note: /title: expected a string, got nothing",
  );
});

test("struct: decode refuses what is not a message, and nothing else", () => {
  assertThrows(() => Note.decode(new Uint8Array(15)), ZapParseError);
  assertThrows(() => Note.view(new Uint8Array(16)), ZapParseError);
  const rootless = Note.encode(note).slice();
  rootless.fill(0, 8, 12);
  assertEquals(Note.decode(rootless).title, "");
  assertEquals(Note.decode(rootless).owner, new Uint8Array(4));
});

test("struct: a view reads fields on demand, with lists and structs typed", () => {
  const view = Note.view(Note.encode(note));
  assertEquals(view.id, 7n);
  assertEquals(view.title, note.title);
  assertEquals(view.tags.toArray(), note.tags);
  assertEquals(view.tags.at(-1), "blue");
  assertEquals(view.tags.at(3), undefined);
  assertEquals([...view.scores], note.scores);
  assertEquals(view.author.name, "Ada");
  assertEquals(view.author.isNull(), false);
  assertEquals([...view.readers].map((user) => user.name), ["Bob", ""]);
  assertEquals(view.readers.at(1)?.age, 2);
  assertEquals(view.blob, Uint8Array.of(9));
});

test("struct: a view's getter has its field's name, also where StructView has a member of it", () => {
  const Clash = struct("Clash", { data: u8, text, list: u8, ok: bool, constructor: u8 });
  const bytes = Clash.encode({ data: 1, text: "t", list: 2, ok: true, constructor: 3 });
  const view = Clash.view(bytes);
  assertEquals([view.data, view.text, view.list, view.ok], [1, "t", 2, true]);
  assertStrictEquals(view.constructor, 3);
  assertEquals(StructView.prototype.isNull.call(view), false);
  assertStrictEquals(StructView.prototype.text.call(view, 1), "t");
  assertEquals(Clash.decode(bytes).constructor, 3);
});

test("struct: every field's getter reads the field, whatever its name and type", () => {
  const names = [
    ...Object.getOwnPropertyNames(StructView.prototype),
    ...Object.getOwnPropertyNames(Object.prototype).filter((name) => name !== "__proto__"),
    "wrap",
    "then",
    "name",
  ];
  const Inner = struct("Inner", { data: u8 });
  const value = { data: 7 };
  for (const name of names) {
    const Number = struct("Number", { before: u8, [name]: u8 });
    const number = Number.view(Number.encode({ before: 1, [name]: 5 }));
    assertStrictEquals((number as unknown as Record<string, unknown>)[name], 5, name);
    const Nested = struct("Nested", { before: u8, [name]: Inner });
    const nested = Nested.view(Nested.encode({ before: 1, [name]: value }));
    const inner = (nested as unknown as Record<string, unknown>)[name];
    assertStrictEquals((inner as { data: number }).data, 7, name);
    const Listed = struct("Listed", { before: u8, [name]: list(Inner) });
    const listed = Listed.view(Listed.encode({ before: 1, [name]: [value, value] }));
    const inners = (listed as unknown as Record<string, Iterable<typeof value>>)[name]!;
    assertEquals([...inners].map(({ data }) => data), [7, 7], name);
  }
});

test("struct: recursion, and its bound in a hostile message", () => {
  const leaf: Tree = { name: "leaf", left: null, children: [] };
  const tree: Tree = { name: "root", left: { ...leaf, left: leaf }, children: [leaf, leaf] };
  assertEquals(Tree.decode(Tree.encode(tree)), tree);

  // An object whose `left` is itself: reads as deep as the bound, then null.
  const circle = Tree.encode({ ...leaf, left: leaf }).slice();
  const at = 16 + Tree.model.fields[1]!.offset;
  new DataView(circle.buffer).setInt32(at, 16 - at, true);
  let depth = 0;
  for (let next: Tree | null = Tree.decode(circle); next; next = next.left) depth++;
  assertEquals(depth, 65);
});

test("struct: pointers that share cost no more than a few times the message", () => {
  interface Pair {
    a: Pair | null;
    b: Pair | null;
    text: string;
  }
  let reads = 0;
  const Pair: StructType<Pair> = struct("Pair", {
    a: ref("Pair", () => Pair),
    b: ref("Pair", () => Pair),
    text,
  });
  // 40 objects, each pointing twice at the next: 2^40 paths.
  const bytes = new Uint8Array(16 + 40 * 16);
  bytes.set(Pair.encode({ a: null, b: null, text: "" }).subarray(0, 16));
  const view = new DataView(bytes.buffer);
  view.setUint32(12, bytes.length, true);
  for (let at = 16; at + 32 <= bytes.length; at += 16) {
    view.setInt32(at, 16, true);
    view.setInt32(at + 4, 12, true);
  }
  const count = (pair: Pair | null): void => {
    if (pair === null) return;
    reads++;
    count(pair.a);
    count(pair.b);
  };
  count(Pair.decode(bytes));
  assert(reads < 2000, `${reads} objects from ${bytes.length} bytes`);
});

test("struct: bad declarations are refused, with the reason", () => {
  const cases: [() => unknown, string][] = [
    [() => struct("", { a: u8 }), "that is not a name"],
    [() => struct("a b", { a: u8 }), "that is not a name"],
    [() => struct("A", {}), "it has no fields"],
    [() => struct("A", { "a-b": u8 }), '"a-b" is not a field\'s name'],
    [() => struct("A", { ["__proto__"]: u8 }), '"__proto__" is not a field\'s name'],
    [() => struct("A", { id: u8, Id: u8 }), '"id" and "Id" are the same property "id"'],
    [() => struct("A", { a: u32, b: u32.at(2) }), '"a" and "b" overlap'],
    [() => struct("A", { a: u8.at(-1) }), '"a" at -1 is not within 0 to 1048576'],
    [() => struct("A", { a: u8.at(1.5) }), '"a" at 1.5 is not within'],
    [() => struct("A", { a: u8.at(1 << 20) }), '"a" at 1048576 is not within'],
    [() => bytesFixed(0), "bytes_fixed[0]"],
    [() => bytesFixed(2 ** 20 + 1), "bytes_fixed[1048577]"],
    [() => list(list(u8)), "list of lists"],
    [() => list(u8.at(3)), "no offset"],
  ];
  const User = struct("User", { name: text });
  const bad = (name: string, of: unknown) =>
    struct("A", { users: list(ref(name, () => of as typeof User)) });
  cases.push(
    [() => bad("Usr", User).jsonSchema(), 'is ref("Usr", …), which gives struct "User"'],
    [() => bad("User", undefined).encode({ users: [{ name: "" }] }), "gives no struct"],
    [
      () => bad("User", u8).decode(bad("User", User).encode({ users: [{ name: "" }] })),
      "no struct",
    ],
  );
  for (const [declare, message] of cases) assertThrows(declare, Error, message);
});

test("struct: f64 keeps every bit pattern that a number has", () => {
  const Sample = struct("Sample", { value: f64 });
  for (const value of [0, -0, NaN, Infinity, -Infinity, 5e-324, Number.MAX_VALUE, 0.1]) {
    assert(Object.is(Sample.decode(Sample.encode({ value })).value, value), String(value));
  }
});

test("views of many structs are each of their own class", () => {
  const structs = Array.from(
    { length: 40 },
    (_, i) => struct(`Many${i}`, { before: bytesFixed(1 + i), [`field${i}`]: u32 }),
  );
  const views = structs.map((of, i) => {
    const value = { before: new Uint8Array(1 + i), [`field${i}`]: 1000 + i };
    return of.view(of.encode(value as never)) as unknown as StructView & Record<string, number>;
  });
  views.forEach((view, i) => {
    assertEquals(view[`field${i}`], 1000 + i);
    assertEquals(view[`field${i + 1}`], undefined);
    assertEquals(view.constructor.name, `Many${i}`);
    assert(view instanceof StructView);
  });
});
