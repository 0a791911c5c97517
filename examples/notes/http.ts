/** Notes over HTTP: typed routes on the domain, documented at `/docs`. */

import { Api, int, list, object, sse, text, upload } from "../../src/api/mod.ts";
import type { Authority } from "./authority.ts";
import { changesOf } from "./changes.ts";
import { LIMITS, type Notes, NotesError } from "./domain.ts";
import { capability } from "./http_capability.ts";
import { NotesMethod } from "./notes_zap.ts";
import type { Note } from "./store.ts";

/** A u64: JSON's numbers end at 2^53, so it is a text, as `notes.zap` has it in JSON. */
const u64 = () => text({ pattern: /^\d{1,20}$/ });
const path = { id: u64() };

const NoteJson = object({
  id: u64(),
  title: text(),
  body: text(),
  tags: list(text()),
  owner: text(),
  createdAt: u64(),
  attachment: text(),
}, { name: "Note" });

const NewNoteJson = object({
  title: text({ min: 1, max: LIMITS.titleChars }),
  body: text({ max: LIMITS.bodyChars }).default(""),
  tags: list(text({ min: 1, max: LIMITS.tagChars }), { max: LIMITS.tags }).default([]),
  owner: text({ min: 1, max: LIMITS.ownerChars }),
}, { name: "NewNote" });

const PageJson = object({ notes: list(NoteJson), next: u64() }, { name: "NotePage" });

/** Silence after which a watcher is sent a comment, so that proxies keep the connection. */
const HEARTBEAT_MS = 15_000;

/** The routes. Watchers are let go when `stopping` fires. */
export function notesApi(notes: Notes, authority: Authority, stopping: AbortSignal): Api {
  const api = new Api({
    title: "Notes",
    version: "1.0.0",
    description: "Notes with tags and owners. Reads are open; writes need a capability. " +
      "The same operations are served over ZAP: see `notes.zap`.",
    // What is larger is refused while it arrives; the form around a file needs a little room.
    limits: { maxFormBytes: LIMITS.attachmentBytes + 65_536 },
    onError: (error, c) => {
      if (!(error instanceof NotesError)) return undefined;
      return c.json({ detail: error.message }, error.code === "not_found" ? 404 : 422);
    },
  });
  const tags = ["notes"];

  // Whoever opens the address that start-up prints wants to see what is there.
  api.hono.get("/", (c) => c.redirect("/docs", 307));

  api.post("/notes", {
    body: NewNoteJson,
    response: { 201: NoteJson },
    status: 201,
    cap: capability(authority, NotesMethod.create),
    name: "create_note",
    summary: "Keep a note",
    tags,
  }, (c) => noteJson(notes.create(c.body)));

  api.get("/notes", {
    query: {
      search: text().default(""),
      tag: text().default(""),
      owner: text().default(""),
      before: u64().default("0"),
      limit: int({ ge: 1, le: LIMITS.pageMost }).default(LIMITS.pageDefault),
    },
    response: { 200: PageJson },
    name: "list_notes",
    summary: "List notes, newest first",
    description: "`next` is the `before` of the next page, and 0 on the last.",
    tags,
  }, (c) => {
    const page = notes.list({ ...c.query, before: BigInt(c.query.before) });
    return { notes: page.notes.map(noteJson), next: String(page.next) };
  });

  api.get("/notes/watch", {
    name: "watch_notes",
    summary: "Watch changes, as server-sent events",
    description: "Events `created`, `deleted` and `attached`; the data has the note's id.",
    tags,
  }, () =>
    sse(async (events) => {
      const changes = changesOf(notes, AbortSignal.any([events.signal, stopping]));
      await events.comment("watching");
      for await (const { kind, id } of changes) {
        await events.event({ event: kind, data: { id: String(id) } });
      }
    }, { heartbeatMs: HEARTBEAT_MS }));

  api.get("/notes/{id}", {
    path,
    response: { 200: NoteJson },
    name: "get_note",
    summary: "Get a note",
    tags,
  }, (c) => noteJson(notes.get(BigInt(c.path.id))));

  api.delete("/notes/{id}", {
    path,
    status: 204,
    cap: capability(authority, NotesMethod.delete),
    name: "delete_note",
    summary: "Delete a note and its attachment",
    tags,
  }, (c) => notes.delete(BigInt(c.path.id)));

  api.put("/notes/{id}/attachment", {
    path,
    form: { file: upload({ maxBytes: LIMITS.attachmentBytes }) },
    response: { 200: NoteJson },
    cap: capability(authority, NotesMethod.attach),
    name: "attach_file",
    summary: "Attach a file, in place of the one before",
    tags,
  }, async (c) => {
    const { file } = c.form;
    const data = new Uint8Array(await file.arrayBuffer());
    return noteJson(notes.attach(BigInt(c.path.id), { name: file.name, data }));
  });

  api.get("/notes/{id}/attachment", {
    path,
    name: "get_attachment",
    summary: "Get the attached file",
    tags,
  }, (c) => {
    const { name, data } = notes.attachment(BigInt(c.path.id));
    return new Response(data.slice(), {
      headers: {
        // Whatever somebody attached, a browser saves it and does not run it.
        "content-type": "application/octet-stream",
        "content-disposition": `attachment; filename*=UTF-8''${extValue(name)}`,
        "x-content-type-options": "nosniff",
      },
    });
  });

  return api;
}

function noteJson({ id, createdAt, tags, ...rest }: Note) {
  return { ...rest, id: String(id), tags: [...tags], createdAt: String(createdAt) };
}

/** RFC 8187 §3.2.1: what stands after `filename*=UTF-8''`. */
function extValue(name: string): string {
  return encodeURIComponent(name.toWellFormed()).replace(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
