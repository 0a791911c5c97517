/** Notes over ZAP: the interface of `notes.zap` on the domain. */

import { type Handlers, Status } from "../../node.ts";
import type { Authority } from "./authority.ts";
import { ChangeLog } from "./change_log.ts";
import { type Notes, NotesError } from "./domain.ts";
import {
  type Attachment,
  type AttachmentInput,
  type ChangesInput,
  type NewNote,
  type NoteInput,
  type NotePageInput,
  type NoteQuery,
  type NoteRef,
  NotesServer,
  type WatchFrom,
} from "./notes_zap.ts";

/** Less than the ten seconds that `zap call` waits for an answer. */
const WATCH_WAIT_MS = 8_000;

class Service extends NotesServer {
  readonly #notes: Notes;
  readonly #log: ChangeLog;
  readonly #stopping: AbortSignal;

  constructor(notes: Notes, stopping: AbortSignal) {
    super();
    this.#notes = notes;
    this.#log = new ChangeLog(notes);
    this.#stopping = stopping;
  }

  override create({ title, body, tags, owner }: NewNote): NoteInput {
    return this.#notes.create({ title, body, tags: tags.toArray(), owner });
  }

  override get({ id }: NoteRef): NoteInput {
    return this.#notes.get(id);
  }

  override list({ search, tag, owner, before, limit }: NoteQuery): NotePageInput {
    return this.#notes.list({ search, tag, owner, before, limit });
  }

  override delete({ id }: NoteRef): void {
    this.#notes.delete(id);
  }

  override attach({ id, name, content }: Attachment): NoteInput {
    // A view's bytes are part of what arrived with it; what is kept is copied.
    return this.#notes.attach(id, { name, data: content.slice() });
  }

  override attachment({ id }: NoteRef): AttachmentInput {
    const { name, data } = this.#notes.attachment(id);
    return { id, name, content: data };
  }

  override async watch({ after }: WatchFrom): Promise<ChangesInput> {
    const { changes, ...rest } = await this.#log.since(after, WATCH_WAIT_MS, this.#stopping);
    return { changes: [...changes], ...rest };
  }
}

const STATUS = { invalid: Status.BadRequest, not_found: Status.NotFound } as const;

/** What `ZapServer` calls. A refusal's body is its reason, as text. Watchers are answered when `stopping` fires. */
export function notesRpc(notes: Notes, { guard }: Authority, stopping: AbortSignal): Handlers {
  const service = new Service(notes, stopping);
  return {
    guard: async ({ method, cap }) => (await guard(method, cap)).status,
    async call(call) {
      try {
        return await service.answer(call);
      } catch (error) {
        if (!(error instanceof NotesError)) throw error;
        return { status: STATUS[error.code], body: new TextEncoder().encode(error.message) };
      }
    },
  };
}
