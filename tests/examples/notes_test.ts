/** The service that `npm start` serves, started as a process: what it prints, and both interfaces. */

import { test } from "node:test";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { attenuate, decodeToken, Ed25519Signer, encodeToken } from "../../cap.ts";
import { MAY } from "../../examples/notes/authority.ts";
import { parseSchema, typescriptFile } from "../../mod.ts";
import {
  connect,
  paste,
  refusal,
  type Running,
  serveNotes,
  tokenIn,
  withFolder,
  withNotes,
} from "./notes_support.ts";

type Json = Record<string, unknown>;

const NOTE = { title: "Buy milk", body: "Two litres", tags: ["home", "shop"], owner: "ada" };

/** Asks over HTTP; a JSON body is sent as such. */
async function ask(
  { http, token }: Pick<Running, "http" | "token">,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = { authorization: `Zap ${token}` },
): Promise<{ status: number; body: Json; headers: Headers }> {
  const isJson = body !== undefined && !(body instanceof FormData);
  const response = await fetch(http + path, {
    method,
    headers: { ...headers, ...(isJson ? { "content-type": "application/json" } : {}) },
    ...(body === undefined ? {} : {
      body: isJson ? typeof body === "string" ? body : JSON.stringify(body) : body as FormData,
    }),
  });
  const text = await response.text();
  return {
    status: response.status,
    body: text === "" ? {} : JSON.parse(text) as Json,
    headers: response.headers,
  };
}

test("the generated code is what zapgen makes of notes.zap", () => {
  const folder = new URL("../../examples/notes/", import.meta.url);
  const schema = parseSchema(readFileSync(new URL("notes.zap", folder), "utf8"));
  const { name, text } = typescriptFile(schema, "notes", { runtime: "../../mod.ts" });
  assertEquals(readFileSync(new URL(name, folder), "utf8"), text);
});

test("start-up says where everything is, and its three commands work as pasted", async () => {
  await withNotes(async (running) => {
    const { program, http, zap, token, folder } = running;
    assertStringIncludes(program.out, `Documentation    ${http}/docs\n`);
    const root = await fetch(`${http}/`, { redirect: "manual" });
    await root.body?.cancel();
    assertEquals([root.status, root.headers.get("location")], [307, "/docs"]);
    assertStringIncludes(program.out, `Notes over ZAP   zap://${zap.host}, described by`);
    assertMatch(program.out, /^Kept +in (memory: this runtime has no|the SQLite file )/m);
    assertEquals(token, tokenIn(folder));
    for (const secret of ["capability", "key.jwk"]) {
      assertEquals(statSync(join(folder, secret)).mode & 0o777, 0o600);
    }
    const commands = program.out.split(/^To try, .*\n/m)[1]!.trimEnd().split("\n");
    assertEquals(commands.length, 3);
    const [curl, call, client] = commands as [string, string, string];
    if ((await paste("curl --version")).code === 0) {
      const { code, out } = await paste(curl);
      assertEquals([code, JSON.parse(out).title], [0, "From curl"], out);
    } else console.log("skipped: there is no curl here to run the first command with");
    const called = await paste(call);
    assertEquals(called.code, 0, called.err);
    assertMatch(called.out, /^200 OK.*"title": "From zap call"/s);
    const typed = await paste(client);
    assertEquals(typed.code, 0, typed.err);
    assertMatch(typed.out, /^Kept note \d+: "From TypeScript" by me\n$/);
    const { body } = await ask(running, "GET", "/notes");
    const titles = (body.notes as Json[]).map((note) => note.title);
    assertEquals(titles.slice(0, 2), ["From TypeScript", "From zap call"]);
    const docs = await fetch(`${http}/docs`);
    assertEquals(docs.status, 200);
    assertMatch(await docs.text(), /<!doctype html>/i);
  });
});

test("both interfaces see the same notes, and say the same of them", async () => {
  await withNotes(async (running) => {
    const { zap, token } = running;
    const rpc = await connect(zap, token);
    try {
      const created = await ask(running, "POST", "/notes", NOTE);
      assertEquals(created.status, 201);
      const id = BigInt(created.body.id as string);
      const seen = await rpc.get({ id });
      assertEquals(created.body, {
        ...NOTE,
        id: String(seen.id),
        createdAt: String(seen.createdAt),
        attachment: "",
      });
      assertEquals([seen.title, seen.body, seen.owner], [NOTE.title, NOTE.body, NOTE.owner]);
      assertEquals(seen.tags.toArray(), NOTE.tags);
      assertEquals(
        (await rpc.create({ title: "short", body: "", tags: [], owner: "bob" })).id,
        id + 1n,
      );
      for (let i = 0; i < 4; i++) await rpc.create({ ...NOTE, title: `n${i}`, tags: ["many"] });

      const queries = [
        {},
        { limit: 2 },
        { limit: 3, before: 4n },
        { tag: "shop" },
        { owner: "bob" },
        { search: "LITRES", limit: 1 },
        { search: "nothing of the kind" },
        { before: (1n << 64n) - 1n },
      ];
      for (const query of queries) {
        const page = await rpc.list({
          ...{ search: "", tag: "", owner: "", before: 0n, limit: 0 },
          ...query,
        });
        const words = Object.entries(query).map(([key, value]) => `${key}=${value}`).join("&");
        const { body } = await ask(running, "GET", `/notes?${words}`);
        const ids = (body.notes as Json[]).map((note) => note.id);
        assertEquals(ids, page.notes.toArray().map((note) => String(note.id)), words);
        assertEquals(body.next, String(page.next), words);
      }
      assertEquals((await ask(running, "DELETE", `/notes/${id}`)).status, 204);
      assertEquals(await refusal(rpc.get({ id })), [404, `There is no note ${id}`]);
      await rpc.delete({ id: id + 1n });
      const gone = await ask(running, "GET", `/notes/${id + 1n}`);
      assertEquals([gone.status, gone.body], [404, { detail: `There is no note ${id + 1n}` }]);
    } finally {
      rpc.close();
    }
  });
});

test("writes need a capability that allows them, on both interfaces", async () => {
  await withNotes(async (running) => {
    const { zap, token, folder } = running;
    const { body: note } = await ask(running, "POST", "/notes", NOTE);
    const id = BigInt(note.id as string);
    const createOnly = await narrowed(token, join(folder, "key.jwk"), MAY.create);
    // One that another key signed, of another service.
    const stranger = await withStranger();
    const forged = token.slice(0, -8) + (token.at(-8) === "A" ? "B" : "A") + token.slice(-7);
    const file = new FormData();
    file.set("file", new File(["x"], "x.txt"));
    const cases: [string, string | undefined, create: number, others: number][] = [
      ["none", undefined, 401, 401],
      ["forged", forged, 401, 401],
      ["of another service", stranger, 401, 401],
      ["that may only create", createOnly, 201, 403],
    ];
    for (const [name, cap, create, others] of cases) {
      const headers: Record<string, string> = cap ? { authorization: `Zap ${cap}` } : {};
      const byHttp = [
        await ask(running, "POST", "/notes", NOTE, headers),
        await ask(running, "DELETE", `/notes/${id}`, undefined, headers),
        await ask(running, "PUT", `/notes/${id}/attachment`, file, headers),
      ];
      assertEquals(byHttp.map(({ status }) => status), [create, others, others], `HTTP: ${name}`);
      assertEquals(byHttp[0]!.headers.has("www-authenticate"), create === 401);
      const rpc = await connect(zap, cap);
      try {
        const content = Uint8Array.of(1);
        const byRpc = [
          await refusal(rpc.create(NOTE)),
          await refusal(rpc.delete({ id })),
          await refusal(rpc.attach({ id, name: "x", content })),
        ];
        const expected = [create === 201 ? 200 : create, others, others];
        assertEquals(byRpc.map(([status]) => status), expected, `ZAP: ${name}`);
        assertEquals((await rpc.get({ id })).title, NOTE.title);
      } finally {
        rpc.close();
      }
    }
    for (const authorization of ["Zap", "Zap !", "Basic YTpi", `Bearer  ${token} x`]) {
      assertEquals((await ask(running, "POST", "/notes", NOTE, { authorization })).status, 401);
    }
    const asBearer = { authorization: `Bearer ${token}` };
    assertEquals((await ask(running, "DELETE", `/notes/${id}`, undefined, asBearer)).status, 204);
  });
});

/** A capability derived from `token` by its holder, that allows only `may`. */
async function narrowed(token: string, keyFile: string, may: bigint): Promise<string> {
  const { leaf, chain } = decodeToken(token);
  const holder = await Ed25519Signer.importKey("jwk", JSON.parse(readFileSync(keyFile, "utf8")));
  return encodeToken(await attenuate(leaf, holder.public(), may, [], 0n, holder), [leaf, ...chain]);
}

/** The capability of another instance of the service. */
async function withStranger(): Promise<string> {
  let other = "";
  await withNotes(({ token }) => Promise.resolve(void (other = token)));
  return other;
}

test("a service that starts again knows its capabilities, and its notes where they are in a file", async () => {
  await withFolder(async (folder) => {
    let before = "";
    await serveNotes(folder, async (running) => {
      before = running.token;
      assertEquals((await ask(running, "POST", "/notes", NOTE)).status, 201);
    });
    await serveNotes(folder, async ({ program, http }) => {
      const inFile = /^Kept +in the SQLite file/m.test(program.out);
      const again = await ask({ http, token: before }, "POST", "/notes", NOTE);
      assertEquals([again.status, again.body.id], [201, inFile ? "2" : "1"]);
    });
  });
});

test("a watcher hears of changes made over either interface", async () => {
  await withNotes(async (running) => {
    const response = await fetch(`${running.http}/notes/watch`);
    assertEquals(response.headers.get("content-type"), "text/event-stream");
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    let heard = "";
    const until = async (text: string) => {
      while (!heard.includes(text)) {
        const { value, done } = await reader.read();
        assert(!done, `The stream ended after ${JSON.stringify(heard)}`);
        heard += value;
      }
    };
    await until("watching");
    const { body } = await ask(running, "POST", "/notes", NOTE);
    await until(`event: created\ndata: {"id":"${body.id}"}\n\n`);
    const rpc = await connect(running.zap, running.token);
    await rpc.attach({ id: BigInt(body.id as string), name: "f", content: new Uint8Array(3) });
    await until(`event: attached\ndata: {"id":"${body.id}"}\n\n`);
    await rpc.delete({ id: BigInt(body.id as string) });
    await until(`event: deleted\ndata: {"id":"${body.id}"}\n\n`);
    rpc.close();
    // Stopping ends the stream: nobody waits for a watcher to leave.
    running.program.signal("SIGTERM");
    while (!(await reader.read()).done);
    assertEquals(await running.program.exited, 0);
  });
});

test("a watcher over ZAP hears of changes made over either interface", async () => {
  await withNotes(async (running) => {
    const rpc = await connect(running.zap, running.token);
    const kinds = (found: Awaited<ReturnType<typeof rpc.watch>>) =>
      found.changes.toArray().map(({ kind, id }) => [kind, id]);
    try {
      const waiting = rpc.watch({ after: 0n });
      // The call is there before this one, which comes over the same connection.
      const { id } = await rpc.create(NOTE);
      const first = await waiting;
      assertEquals([kinds(first), first.missed], [[["created", id]], false]);
      // What happens between two calls is not lost.
      await rpc.attach({ id, name: "f", content: new Uint8Array(3) });
      await ask(running, "DELETE", `/notes/${id}`);
      const second = await rpc.watch({ after: first.next });
      assertEquals(kinds(second), [["attached", id], ["deleted", id]]);
      const lost = await rpc.watch({ after: 1n });
      assertEquals([kinds(lost), lost.next, lost.missed], [[], second.next, true]);
      const called = await paste(
        `npm run -s zap -- call ${running.zap.host} Notes.watch '{"after":"${first.next}"}' ` +
          "--schema=examples/notes/notes.zap",
      );
      assertEquals(called.code, 0, called.err);
      assertMatch(called.out, /"kind": "attached".*"kind": "deleted".*"missed": false/s);
      // Stopping answers who waits.
      const last = rpc.watch({ after: second.next });
      await rpc.get({ id }).catch(() => {});
      running.program.signal("SIGTERM");
      assertEquals(kinds(await last), []);
      assertEquals(await running.program.exited, 0);
    } finally {
      rpc.close();
    }
  });
});

test("attachments come back byte for byte, whichever way they went in", async () => {
  await withNotes(async (running) => {
    const rpc = await connect(running.zap, running.token);
    try {
      const { id } = await rpc.create(NOTE);
      const path = `/notes/${id}/attachment`;
      assertEquals((await ask(running, "GET", path)).status, 404);
      assertEquals((await refusal(rpc.attachment({ id })))[0], 404);
      const bytes = Uint8Array.from({ length: 70_000 }, (_, i) => (i * 31) & 0xff);
      const form = new FormData();
      form.set("file", new File([bytes], "Grüße (1).bin", { type: "text/html" }));
      const put = await ask(running, "PUT", path, form);
      assertEquals([put.status, put.body.attachment], [200, "Grüße (1).bin"]);
      const got = await fetch(running.http + path);
      assertEquals(got.headers.get("content-type"), "application/octet-stream");
      assertEquals(
        got.headers.get("content-disposition"),
        "attachment; filename*=UTF-8''Gr%C3%BC%C3%9Fe%20%281%29.bin",
      );
      assertEquals(new Uint8Array(await got.arrayBuffer()), bytes);
      const view = await rpc.attachment({ id });
      assertEquals([view.name, view.content], ["Grüße (1).bin", bytes]);

      const other = bytes.slice(0, 600).reverse();
      assertEquals((await rpc.attach({ id, name: "b", content: other })).attachment, "b");
      const again = await fetch(running.http + path);
      assertEquals(new Uint8Array(await again.arrayBuffer()), other);
    } finally {
      rpc.close();
    }
  });
});

test("bad input is refused with a reason, over HTTP and over ZAP, and the service goes on", async () => {
  await withNotes(async (running) => {
    const json: [string, string, unknown, number, string][] = [
      ["POST", "/notes", "{", 422, "json_invalid"],
      ["POST", "/notes", "[]", 422, "model_type"],
      ["POST", "/notes", {}, 422, "missing"],
      ["POST", "/notes", { ...NOTE, title: "" }, 422, "title"],
      ["POST", "/notes", { ...NOTE, title: "x".repeat(201) }, 422, "title"],
      ["POST", "/notes", { ...NOTE, title: "😀".repeat(200) }, 201, "😀"],
      ["POST", "/notes", { ...NOTE, title: 7 }, 422, "string_type"],
      ["POST", "/notes", { ...NOTE, owner: null }, 422, "owner"],
      ["POST", "/notes", { ...NOTE, tags: "home" }, 422, "list_type"],
      ["POST", "/notes", { ...NOTE, tags: [""] }, 422, "tags"],
      ["POST", "/notes", { ...NOTE, tags: Array(17).fill("t") }, 422, "too_long"],
      ["POST", "/notes", { ...NOTE, body: "x".repeat(20_001) }, 422, "body"],
      ["POST", "/notes", { ...NOTE, body: "x".repeat(1_000_000) }, 422, "body"],
      ["POST", "/notes", { ...NOTE, body: "x".repeat(20_000_000) }, 413, ""],
      ["POST", "/notes", { ...NOTE, title: "a\0b" }, 422, "without NUL"],
      ["POST", "/notes", "[".repeat(100_000), 422, "json_invalid"],
      ["GET", "/notes?limit=0", undefined, 422, "limit"],
      ["GET", "/notes?limit=101", undefined, 422, "limit"],
      ["GET", "/notes?limit=1e1", undefined, 422, "int_parsing"],
      ["GET", "/notes?before=-1", undefined, 422, "before"],
      ["GET", "/notes?before=99999999999999999999", undefined, 200, "notes"],
      ["GET", "/notes?search=%ff", undefined, 422, "percent_encoding"],
      ["GET", "/notes?search=%25'%22;--", undefined, 200, "notes"],
      ["GET", "/notes/abc", undefined, 422, "id"],
      ["GET", "/notes/-1", undefined, 422, "id"],
      ["GET", "/notes/0", undefined, 404, "no note 0"],
      ["GET", "/notes/18446744073709551615", undefined, 404, "no note"],
      ["GET", "/notes/99999999999999999999", undefined, 404, "no note"],
      ["DELETE", "/notes/77", undefined, 404, "no note 77"],
      ["PUT", "/notes/1", {}, 405, "Not Allowed"],
      ["PUT", "/notes/1/attachment", {}, 415, "multipart"],
    ];
    for (const [method, path, body, status, text] of json) {
      const answer = await ask(running, method, path, body);
      const what = `${method} ${path} ${JSON.stringify(body)?.slice(0, 80)}`;
      assertEquals(answer.status, status, what);
      assertStringIncludes(JSON.stringify(answer.body), text, what);
    }
    const { body: note } = await ask(running, "POST", "/notes", NOTE);
    const upload = new FormData();
    upload.set("file", new File([new Uint8Array(1_000_000)], "large"));
    const nobody = await ask(running, "PUT", `/notes/${note.id}/attachment`, upload, {});
    assertEquals(nobody.status, 401, "a large upload to a guarded route");
    const files: [File | string | undefined, number][] = [
      [new File([new Uint8Array(524_289)], "large"), 413],
      [new File([new Uint8Array(1_000_000)], "larger"), 413],
      [new File([new Uint8Array(20_000_000)], "largest"), 413],
      [new File(["x"], "n".repeat(121)), 422],
      ["a text", 422],
      [undefined, 422],
      [new File([new Uint8Array(524_288)], "just"), 200],
    ];
    for (const [file, status] of files) {
      const form = new FormData();
      form.set(file === undefined ? "other" : "file", file ?? "x");
      const answer = await ask(running, "PUT", `/notes/${note.id}/attachment`, form);
      assertEquals(answer.status, status, JSON.stringify(answer.body));
    }

    const rpc = await connect(running.zap, running.token);
    try {
      const id = BigInt(note.id as string);
      const calls: [() => Promise<unknown>, number, string][] = [
        [
          () => rpc.create({ ...NOTE, title: "" }),
          400,
          "title must have 1 to 200 characters, not 0",
        ],
        [() => rpc.create({ ...NOTE, tags: Array(17).fill("t") }), 400, "at most 16 tags"],
        [() => rpc.create({ ...NOTE, body: "x".repeat(5_000_000) }), 400, "body must have"],
        [() => rpc.create({ ...NOTE, owner: "\0" }), 400, "owner must be Unicode text without NUL"],
        [() => rpc.create(new Uint8Array(0)), 400, ""],
        [() => rpc.create(new TextEncoder().encode('{"title":"json"}')), 400, ""],
        [
          () => rpc.list({ search: "", tag: "", owner: "", before: 0n, limit: 101 }),
          400,
          "limit must",
        ],
        [() => rpc.get({ id: (1n << 64n) - 1n }), 404, "no note 18446744073709551615"],
        [() => rpc.attach({ id, name: "", content: new Uint8Array(1) }), 400, "attachment name"],
        [
          () => rpc.attach({ id, name: "f", content: new Uint8Array(524_289) }),
          400,
          "at most 524288",
        ],
        [() => rpc.attach({ id: 0n, name: "f", content: new Uint8Array(1) }), 404, "no note 0"],
      ];
      for (const [call, status, text] of calls) {
        const [found, reason] = await refusal(call());
        assertEquals(found, status, text);
        assertStringIncludes(reason, text);
      }
      assertEquals((await rpc.get({ id })).title, NOTE.title);
    } finally {
      rpc.close();
    }
  });
});
