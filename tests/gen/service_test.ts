/** Generated clients and servers, against each other and against what users may plug in. */

import { test } from "node:test";
import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  buildRequest,
  type Call,
  parseResponse,
  Pipeliner,
  type Response,
  RpcError,
  Session,
  Status,
  StructView,
} from "../../mod.ts";
import {
  newNote,
  Note,
  type NoteInput,
  type NotePage,
  type NotePageInput,
  NotesClient,
  NotesMethod,
  NotesServer,
  notesService,
} from "../fixtures/notes_zap.ts";
import { HTTPServerClient, HTTPServerServer, newNames } from "../fixtures/rules_zap.ts";

const OWNER = new Uint8Array(32).fill(1);
const INPUT: NoteInput = { id: 1n, title: "one", tags: ["x"], owner: OWNER };

class Notes extends NotesServer {
  readonly touched: string[] = [];
  calls: Call[] = [];
  override create(note: Note, call: Call): Promise<NoteInput> {
    this.calls.push(call);
    if (note.title === "") throw new RpcError("status", "no title", { status: 403 });
    if (note.title === "bug") throw new Error("a bug");
    return Promise.resolve({ id: note.id + 1n, title: note.title, tags: [], owner: note.owner });
  }
  override list(): NotePageInput | NotePage {
    return { notes: [INPUT] };
  }
  override touch(note: Note): void {
    this.touched.push(note.title);
  }
}

/** A channel to a server in this process, pipelining included. */
class Loop {
  readonly envelopes: Uint8Array[] = [];
  readonly options: unknown[] = [];
  readonly #pipeliner: Pipeliner;
  constructor(server: { dispatch(envelope: Uint8Array): Promise<Uint8Array> }) {
    // Its timer keeps the process alive for so long after the last parked call.
    const limits = { parkTimeoutMs: 3000 };
    this.#pipeliner = new Pipeliner((envelope) => server.dispatch(envelope), limits);
  }
  async call(envelope: Uint8Array, options?: unknown): Promise<Response> {
    this.envelopes.push(envelope);
    this.options.push(options);
    return parseResponse(await this.#pipeliner.handle(envelope));
  }
}

test("a typed call goes out as an input and comes back as a view", async () => {
  const client = new NotesClient(new Loop(new Notes()));
  const note = await client.create(INPUT);
  assert(note instanceof Note);
  assertEquals([note.id, note.title, note.owner], [2n, "one", OWNER]);
  const page = await client.list();
  assertEquals([...page.notes].map(({ title }) => title), ["one"]);
});

test("a method takes encoded bytes and views too, and one without a result answers nothing", async () => {
  const server = new Notes();
  const client = new NotesClient(new Loop(server));
  assertEquals(await client.touch(INPUT), undefined);
  await client.touch(newNote({ ...INPUT, title: "bytes" }));
  await client.touch(Note.wrap(newNote({ ...INPUT, title: "view" })));
  const page = await client.list();
  await client.touch(page.notes.at(0)!);
  assertEquals(server.touched, ["one", "bytes", "view", "one"]);
});

test("a view of an object inside a message is sent as a message of its own", async () => {
  const { TreeNode, newTreeNode, newTreeLeaf, decodeTreeNode } = await import(
    "../fixtures/rules_zap.ts"
  );
  const { stub } = await import("../../mod.ts");
  const left = { left: null, children: [], leaf: { value: 2 } };
  const view = TreeNode.wrap(newTreeNode({ left, children: [], leaf: { value: 1 } }));
  assertEquals(decodeTreeNode(stub.encoded(view.left, newTreeNode)), left);
  const root = newTreeLeaf({ value: 1 });
  assertEquals(stub.encoded(new StructView(root, 16), () => new Uint8Array(0)), root);
});

test("the pipelined form builds on an answer that has not come", async () => {
  const server = new Notes();
  const loop = new Loop(server);
  const client = new NotesClient(loop);
  const created = client.create(INPUT);
  const again = client.createOn(created);
  const touched = client.touchOn(again);
  assertEquals(loop.envelopes.length, 3); // all are on their way before any answer
  assertEquals([(await created).id, (await again).id], [2n, 3n]);
  await touched;
  assertEquals(server.touched, ["one"]);
  await client.touchOn({ id: created.id }); // a plain handle names it too
});

test("typed clients of one channel share its promise ids", () => {
  const loop = new Loop(new Notes());
  const [one, two] = [new NotesClient(loop), new NotesClient(loop)];
  const ids = [one.list(), two.list(), one.list()].map(({ id }) => id);
  assertEquals(ids, [1, 2, 3]);
});

test("a status other than 200 rejects with an RpcError", async () => {
  const client = new NotesClient(new Loop(new Notes()));
  const error = await assertRejects(() => client.create({ ...INPUT, title: "" }), RpcError);
  assertEquals([error.code, error.status, error.method], ["status", 403, 1]);
  assertEquals(error.message, "Notes.create answered 403: forbidden");
});

test("the capability goes with every call, options to the channel", async () => {
  const server = new Notes();
  const loop = new Loop(server);
  const client = new NotesClient(loop, new Uint8Array([1, 2]));
  const { signal } = new AbortController();
  await client.create(INPUT, { signal, timeoutMs: 5 });
  assertEquals(server.calls[0]!.cap, new Uint8Array([1, 2]));
  assertEquals(loop.options, [{ signal, timeoutMs: 5 }]);
});

function request(method: number, payload: Uint8Array): Uint8Array {
  return buildRequest(new Session().origin({ id: 7 }, method, undefined, payload));
}

test("dispatch: 404 for an unknown ordinal, 400 for a payload that is no message", async () => {
  const server = new Notes();
  for (const method of [0, 4, 0xffffffff]) {
    const { status, promiseID } = parseResponse(
      await server.dispatch(request(method, newNote(INPUT))),
    );
    assertEquals([status, promiseID], [Status.NotFound, 7]);
  }
  for (const payload of [new Uint8Array(0), new Uint8Array(20)]) {
    const { status } = parseResponse(await server.dispatch(request(NotesMethod.create, payload)));
    assertEquals(status, Status.BadRequest);
  }
});

test("dispatch: an error that is not the service's is the server's to answer", async () => {
  const server = new Notes();
  const payload = newNote({ ...INPUT, title: "bug" });
  await assertRejects(() => server.dispatch(request(1, payload)), Error, "a bug");
  await assertRejects(
    () =>
      Promise.resolve(server.answer({
        method: 1,
        promiseID: 1,
        target: 0,
        cap: new Uint8Array(0),
        payload,
      })),
    Error,
    "a bug",
  );
});

test("answer gives a body, or a status and a body", async () => {
  const server = new Notes();
  const call = {
    method: 3,
    promiseID: 1,
    target: 0,
    cap: new Uint8Array(0),
    payload: newNote(INPUT),
  };
  assertEquals(await server.answer(call), new Uint8Array(0));
  assertEquals(await server.answer({ ...call, method: 9 }), {
    status: 404,
    body: new Uint8Array(0),
  });
});

test("methods keep their ordinals and may begin in upper case", async () => {
  const seen: string[] = [];
  const server = new class extends HTTPServerServer {
    override start(): void {
      seen.push("start");
    }
    override stop(): Uint8Array {
      seen.push("stop");
      return newNames({
        struct: 1,
        interface: 0,
        data: OWNER,
        offset: 0,
        text: "",
        text_: "",
        constructor: 0,
        isNull: false,
        class: 0,
        snake_case: 0,
        bytes: OWNER,
        list: [],
        object: null,
        toString: [],
      });
    }
  }();
  const client = new HTTPServerClient(new Loop(server));
  await client.start();
  assertEquals((await client.stopOn(client.stop(server.stop()))).struct, 1);
  assertEquals(seen, ["start", "stop", "stop", "stop"]);
});

test("the descriptor has names, ordinals, paths and types", () => {
  const { name, doc, methods } = notesService;
  assertEquals([name, doc], ["Notes", "Keeps notes."]);
  assertEquals(
    Object.entries(methods).map(([key, { name, ordinal, path }]) => [key, name, ordinal, path]),
    [
      ["create", "create", 1, "/notes/create"],
      ["list", "list", 2, "/notes/list"],
      ["touch", "touch", 3, "/notes/touch"],
    ],
  );
  const { request, response } = methods.create;
  const value = request.fromJson({
    id: "1",
    title: "one",
    tags: ["x"],
    owner: request.toJson(INPUT).owner,
  });
  assertEquals(new Uint8Array(request.encode(value)), new Uint8Array(newNote(INPUT)));
  assertEquals(response.decode(newNote(INPUT)).title, "one");
  const none: undefined = methods.touch.response;
  assertEquals(none, undefined);
});
