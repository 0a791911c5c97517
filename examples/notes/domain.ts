/** What the notes service does, under both its interfaces: no HTTP and no RPC in here. */

import type { Attachment, Note, Store } from "./store.ts";

/** Bounds of what a user may keep, with their reasons. */
export const LIMITS = {
  /** A title is one line. */
  titleChars: 200,
  /** A note is not a file; files are attached. */
  bodyChars: 20_000,
  /** More tags than this are no longer read. */
  tags: 16,
  tagChars: 40,
  ownerChars: 64,
  /** Kept in one row of the database. */
  attachmentBytes: 524_288,
  attachmentNameChars: 120,
  /** One page fits a phone's patience; the most fits one message. */
  pageDefault: 20,
  pageMost: 100,
  /** Changes that wait for a watcher who reads slowly; then it is cut off, and may come back. */
  watchBacklog: 1000,
} as const;

/** Why a request was refused; the projections turn it into their own statuses. */
export class NotesError extends Error {
  override readonly name = "NotesError";
  readonly code: "invalid" | "not_found";

  constructor(code: "invalid" | "not_found", message: string) {
    super(message);
    this.code = code;
  }
}

/** What a caller gives for a new note. */
export interface NewNote {
  readonly title: string;
  readonly body: string;
  readonly tags: readonly string[];
  readonly owner: string;
}

/** What a caller asks for; empty texts and zeroes ask for everything. */
export interface NoteQuery {
  readonly search: string;
  readonly tag: string;
  readonly owner: string;
  readonly before: bigint;
  readonly limit: number;
}

/** A page of notes, newest first; `next` is 0 on the last. */
export interface NotePage {
  readonly notes: readonly Note[];
  readonly next: bigint;
}

/** Something that happened to a note. */
export interface Change {
  readonly kind: "created" | "deleted" | "attached";
  readonly id: bigint;
}

/** The service. */
export class Notes {
  readonly #store: Store;
  readonly #now: () => number;
  readonly #watchers = new Set<(change: Change) => void>();

  constructor(store: Store, now: () => number = Date.now) {
    this.#store = store;
    this.#now = now;
  }

  create({ title, body, tags, owner }: NewNote): Note {
    text("title", title, 1, LIMITS.titleChars);
    text("body", body, 0, LIMITS.bodyChars);
    text("owner", owner, 1, LIMITS.ownerChars);
    if (tags.length > LIMITS.tags) {
      throw new NotesError("invalid", `A note has at most ${LIMITS.tags} tags`);
    }
    for (const tag of tags) text("tag", tag, 1, LIMITS.tagChars);
    const createdAt = BigInt(this.#now());
    const kept = { title, body, tags: [...tags], owner, createdAt, attachment: "" };
    const note = this.#store.insert(kept);
    this.#tell({ kind: "created", id: note.id });
    return note;
  }

  get(id: bigint): Note {
    return this.#store.get(id) ?? missing(id);
  }

  list({ search, tag, owner, before, limit }: NoteQuery): NotePage {
    if (limit > LIMITS.pageMost) {
      throw new NotesError("invalid", `limit must be at most ${LIMITS.pageMost}`);
    }
    storable("search", search);
    storable("tag", tag);
    storable("owner", owner);
    const count = limit || LIMITS.pageDefault;
    const query = { search, tag, owner, before: before || (1n << 63n), limit: count + 1 };
    const found = this.#store.list(query);
    const notes = found.slice(0, count);
    return { notes, next: found.length > count ? notes.at(-1)!.id : 0n };
  }

  delete(id: bigint): void {
    if (!this.#store.delete(id)) missing(id);
    this.#tell({ kind: "deleted", id });
  }

  attach(id: bigint, attachment: Attachment): Note {
    text("attachment name", attachment.name, 1, LIMITS.attachmentNameChars);
    if (attachment.data.length > LIMITS.attachmentBytes) {
      throw new NotesError("invalid", `An attachment has at most ${LIMITS.attachmentBytes} bytes`);
    }
    const note = this.#store.attach(id, attachment) ?? missing(id);
    this.#tell({ kind: "attached", id });
    return note;
  }

  attachment(id: bigint): Attachment {
    const attachment = this.#store.attachment(id);
    if (attachment !== undefined) return attachment;
    this.get(id);
    throw new NotesError("not_found", `Note ${id} has no attachment`);
  }

  /** Calls `changed` for every change from now on; the answer stops that. */
  watch(changed: (change: Change) => void): () => void {
    this.#watchers.add(changed);
    return () => this.#watchers.delete(changed);
  }

  #tell(change: Change): void {
    for (const watcher of this.#watchers) watcher(change);
  }
}

function missing(id: bigint): never {
  throw new NotesError("not_found", `There is no note ${id}`);
}

function text(what: string, value: string, least: number, most: number): void {
  // Code points, as the HTTP side's schemas count; a text far too long is not walked.
  const found = value.length > 2 * most ? value.length : [...value].length;
  if (found >= least && found <= most) return storable(what, value);
  throw new NotesError("invalid", `${what} must have ${least} to ${most} characters, not ${found}`);
}

/** Refuses what a database would cut short (NUL) or replace (half a surrogate pair). */
function storable(what: string, value: string): void {
  if (value.isWellFormed() && !value.includes("\0")) return;
  throw new NotesError("invalid", `${what} must be Unicode text without NUL`);
}
