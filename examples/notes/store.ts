/** Where notes are kept: the interface, and the one in memory. */

/** A note, as it is kept. */
export interface Note {
  readonly id: bigint;
  readonly title: string;
  readonly body: string;
  readonly tags: readonly string[];
  readonly owner: string;
  /** Unix milliseconds. */
  readonly createdAt: bigint;
  /** Name of the attached file, or empty. */
  readonly attachment: string;
}

/** A file of a note. */
export interface Attachment {
  readonly name: string;
  readonly data: Uint8Array;
}

/** What to list; the domain has checked it. */
export interface Query {
  readonly search: string;
  readonly tag: string;
  readonly owner: string;
  /** Only ids below this one. */
  readonly before: bigint;
  readonly limit: number;
}

/** Keeps notes. Ids grow by one. */
export interface Store {
  /** How it keeps them, as start-up says it. */
  readonly description: string;
  insert(note: Omit<Note, "id">): Note;
  get(id: bigint): Note | undefined;
  /** Newest first. */
  list(query: Query): Note[];
  /** Whether there was one. */
  delete(id: bigint): boolean;
  attach(id: bigint, attachment: Attachment): Note | undefined;
  attachment(id: bigint): Attachment | undefined;
  close(): void;
}

/** Keeps notes until the process ends. */
export class MemoryStore implements Store {
  readonly description = "in memory: this runtime has no embedded SQLite";
  readonly #notes = new Map<bigint, Note>();
  readonly #attachments = new Map<bigint, Attachment>();
  #lastId = 0n;

  insert(note: Omit<Note, "id">): Note {
    const kept = { ...note, id: ++this.#lastId };
    this.#notes.set(kept.id, kept);
    return kept;
  }

  get(id: bigint): Note | undefined {
    return this.#notes.get(id);
  }

  list({ search, tag, owner, before, limit }: Query): Note[] {
    const wanted = search.toLowerCase();
    return [...this.#notes.values()].reverse().filter((note) =>
      note.id < before && (tag === "" || note.tags.includes(tag)) &&
      (owner === "" || note.owner === owner) &&
      `${note.title}\n${note.body}`.toLowerCase().includes(wanted)
    ).slice(0, limit);
  }

  delete(id: bigint): boolean {
    this.#attachments.delete(id);
    return this.#notes.delete(id);
  }

  attach(id: bigint, attachment: Attachment): Note | undefined {
    const note = this.#notes.get(id);
    if (!note) return undefined;
    const changed = { ...note, attachment: attachment.name };
    this.#notes.set(id, changed);
    this.#attachments.set(id, attachment);
    return changed;
  }

  attachment(id: bigint): Attachment | undefined {
    return this.#attachments.get(id);
  }

  close(): void {
    this.#notes.clear();
    this.#attachments.clear();
  }
}
