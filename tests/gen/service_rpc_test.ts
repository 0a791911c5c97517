/** Generated clients and servers over this project's own RPC, in both framings. */

import { test } from "node:test";
import { assertEquals, assertRejects } from "@std/assert";
import { ZapClient, ZapServer } from "../../node.ts";
import { RpcError } from "../../mod.ts";
import { type Note, NotesClient, NotesServer } from "../fixtures/notes_zap.ts";

const INPUT = { id: 1n, title: "one", tags: ["x"], owner: new Uint8Array(32).fill(1) };

class Notes extends NotesServer {
  readonly touched: string[] = [];
  override create(note: Note): Promise<Note> {
    if (note.title === "bug") throw new Error("a bug");
    return Promise.resolve(note);
  }
  override list(): never {
    throw new RpcError("status", "not now", { status: 403 });
  }
  override touch(note: Note): void {
    this.touched.push(note.title);
  }
}

for (const framing of ["node", "mux"] as const) {
  test(`a typed client calls a typed server, ${framing} framing`, async () => {
    const notes = new Notes();
    const errors: unknown[] = [];
    const server = new ZapServer({
      call: (call) => notes.answer(call),
      onError: (error) => errors.push(error),
    });
    const address = await server.listen({ port: 0, framing });
    const port = "port" in address ? address.port : 0;
    const connection = await ZapClient.connect({ host: "127.0.0.1", port, framing });
    try {
      const [one, two] = [new NotesClient(connection), new NotesClient(connection)];
      const created = one.create(INPUT);
      // Other typed clients and untyped calls share the connection.
      const others = [two.touch(INPUT), connection.call(3, { payload: (await created).data })];
      const again = one.createOn(created);
      await one.touchOn(again);
      await Promise.all(others);
      assertEquals((await again).title, "one");
      assertEquals(notes.touched, ["one", "one", "one"]);
      const refused = await assertRejects(() => two.list(), RpcError);
      assertEquals([refused.status, errors.length], [403, 0]);
      const failed = await assertRejects(() => two.create({ ...INPUT, title: "bug" }), RpcError);
      assertEquals([failed.status, (errors[0] as Error).message], [500, "a bug"]);
      const after = await assertRejects(
        () => one.touchOn({ id: 4_000_000 }, { timeoutMs: 50 }),
        RpcError,
      );
      assertEquals(after.code, "deadline");
    } finally {
      connection.close();
      await server.close();
    }
  });
}
