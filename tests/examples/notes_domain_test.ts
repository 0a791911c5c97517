import { test } from "node:test";
import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assertEquals, assertThrows } from "@std/assert";
import { ChangeLog } from "../../examples/notes/change_log.ts";
import { type Change, LIMITS, Notes, NotesError } from "../../examples/notes/domain.ts";
import { openStore } from "../../examples/notes/sqlite_store.ts";
import { MemoryStore, type Store } from "../../examples/notes/store.ts";

const ALL = { search: "", tag: "", owner: "", before: 0n, limit: 0 };

/** Runs the same test on the memory store and on the runtime's SQLite where it has one. */
async function onBothStores(check: (notes: Notes) => void): Promise<void> {
  const path = join(tmpdir(), `zap-edge-notes-${crypto.randomUUID()}.db`);
  const stores: Store[] = [new MemoryStore(), await openStore(path)];
  try {
    for (const store of stores) check(new Notes(store, () => 1000));
  } finally {
    for (const store of stores) store.close();
    for (const end of ["", "-wal", "-shm"]) rmSync(path + end, { force: true });
  }
}

function note(title: string, tags: string[] = [], owner = "ada") {
  return { title, body: `body of ${title}`, tags, owner };
}

test("notes are kept, found, listed in pages and deleted", async () => {
  await onBothStores((notes) => {
    for (let i = 1; i <= 5; i++) notes.create(note(`n${i}`, i % 2 ? ["odd"] : ["even"]));
    assertEquals(notes.get(3n), {
      ...note("n3", ["odd"]),
      id: 3n,
      createdAt: 1000n,
      attachment: "",
    });
    const first = notes.list({ ...ALL, limit: 2 });
    assertEquals([first.notes.map((n) => n.id), first.next], [[5n, 4n], 4n]);
    const second = notes.list({ ...ALL, limit: 3, before: first.next });
    assertEquals([second.notes.map((n) => n.id), second.next], [[3n, 2n, 1n], 0n]);
    assertEquals(notes.list({ ...ALL, tag: "even" }).notes.map((n) => n.id), [4n, 2n]);
    assertEquals(notes.list({ ...ALL, search: "BODY OF N2" }).notes.map((n) => n.id), [2n]);
    assertEquals(notes.list({ ...ALL, search: "%" }).notes, []);
    const { id } = notes.create(note("ÉTÉ 😀".repeat(30)));
    assertEquals(notes.list({ ...ALL, search: "été" }).notes.map((n) => n.id), [id]);
    assertEquals(notes.get(id).title, "ÉTÉ 😀".repeat(30));
    notes.delete(id);
    assertEquals(notes.list({ ...ALL, owner: "eve" }).notes, []);
    notes.delete(3n);
    for (const id of [3n, 0n, 99n, (1n << 64n) - 1n]) {
      assertEquals(assertThrows(() => notes.get(id), NotesError).code, "not_found");
      assertEquals(assertThrows(() => notes.delete(id), NotesError).code, "not_found");
    }
  });
});

test("attachments are kept with their note and watchers hear of changes", async () => {
  await onBothStores((notes) => {
    const changes: Change[] = [];
    const stop = notes.watch((change) => changes.push(change));
    const { id } = notes.create(note("a"));
    assertThrows(() => notes.attachment(id), NotesError, `Note ${id} has no attachment`);
    assertThrows(() => notes.attachment(id + 1n), NotesError, "There is no note");
    const data = Uint8Array.of(1, 2, 3);
    assertEquals(notes.attach(id, { name: "f.bin", data }).attachment, "f.bin");
    assertEquals(notes.attachment(id).name, "f.bin");
    assertEquals([...notes.attachment(id).data], [1, 2, 3]);
    notes.delete(id);
    stop();
    notes.create(note("b"));
    assertEquals(changes.map((c) => c.kind), ["created", "attached", "deleted"]);
  });
});

test("the log of changes keeps a bounded number, and says when some were lost", async () => {
  const notes = new Notes(new MemoryStore());
  const log = new ChangeLog(notes, 5);
  const { signal } = new AbortController();
  const { id } = notes.create(note("a"));
  const first = await log.since(5000n, 60_000, signal);
  assertEquals(first, { changes: [{ kind: "created", id }], next: 5001n, missed: false });
  assertEquals(await log.since(5001n, 0, signal), { changes: [], next: 5001n, missed: false });
  for (const unknown of [1n, 4999n, 5002n, (1n << 64n) - 1n]) {
    assertEquals(await log.since(unknown, 60_000, signal), {
      changes: [],
      next: 5001n,
      missed: true,
    });
  }
  for (let i = 0; i < LIMITS.watchBacklog; i++) notes.create(note("b"));
  assertEquals((await log.since(5000n, 60_000, signal)).missed, true);
  assertEquals((await log.since(5001n, 60_000, signal)).changes.length, LIMITS.watchBacklog);
  // Who waits while more happens than is kept is told too.
  const waiting = log.since(0n, 60_000, signal);
  for (let i = 0; i <= LIMITS.watchBacklog; i++) notes.create(note("c"));
  assertEquals((await waiting).missed, true);
});

test("what exceeds the bounds is refused with a message that names them", async () => {
  await onBothStores((notes) => {
    const bad = [
      note(""),
      note("x".repeat(LIMITS.titleChars + 1)),
      { ...note("a"), body: "x".repeat(LIMITS.bodyChars + 1) },
      note("a", Array.from({ length: LIMITS.tags + 1 }, (_, i) => `t${i}`)),
      note("a", [""]),
      note("a", [], ""),
      note("a\0b"),
      note("half a \ud83d pair"),
      note("a", ["\0"]),
    ];
    for (const input of bad) {
      assertEquals(assertThrows(() => notes.create(input), NotesError).code, "invalid");
    }
    assertThrows(() => notes.list({ ...ALL, limit: 101 }), NotesError, "at most 100");
    assertThrows(() => notes.list({ ...ALL, search: "\0" }), NotesError, "without NUL");
    const { id } = notes.create(note("a"));
    const data = new Uint8Array(LIMITS.attachmentBytes + 1);
    assertThrows(() => notes.attach(id, { name: "f", data }), NotesError, "at most");
  });
});
