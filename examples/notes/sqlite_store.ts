/** Keeps notes in an SQLite file, where the runtime has SQLite: `node:sqlite` or `bun:sqlite`. */

import { type Attachment, MemoryStore, type Note, type Query, type Store } from "./store.ts";

interface Statement {
  run(...values: unknown[]): unknown;
  get(...values: unknown[]): unknown;
  all(...values: unknown[]): unknown[];
}

/** What both runtimes' databases have. */
interface Database {
  exec(sql: string): void;
  prepare(sql: string): Statement;
  close(): void;
}

type Open = (path: string) => Database;

/** The running runtime's SQLite, or `undefined`. */
async function sqlite(): Promise<Open | undefined> {
  const isBun = "Bun" in globalThis;
  // A variable, so that no bundler or type checker looks for a module that its runtime lacks.
  const name = isBun ? "bun:sqlite" : "node:sqlite";
  try {
    const module = await import(name) as Record<string, new (path: string) => Database>;
    const Class = module[isBun ? "Database" : "DatabaseSync"]!;
    return (path) => new Class(path);
  } catch {
    return undefined;
  }
}

/** A store in the file at `path`, or in memory where the runtime has no SQLite. */
export async function openStore(path: string): Promise<Store> {
  const open = await sqlite();
  return open ? new SqliteStore(open(path), path) : new MemoryStore();
}

interface Row {
  id: number;
  title: string;
  body: string;
  tags: string;
  owner: string;
  created_at: number;
  attachment: string;
}

const COLUMNS = "id, title, body, tags, owner, created_at, attachment";

function noteOf(row: Row): Note {
  return {
    id: BigInt(row.id),
    title: row.title,
    body: row.body,
    tags: JSON.parse(row.tags) as string[],
    owner: row.owner,
    createdAt: BigInt(row.created_at),
    attachment: row.attachment,
  };
}

class SqliteStore implements Store {
  readonly description: string;
  readonly #database: Database;
  readonly #insert: Statement;
  readonly #get: Statement;
  readonly #list: Statement;
  readonly #delete: Statement;
  readonly #attach: Statement;
  readonly #attachment: Statement;

  constructor(database: Database, path: string) {
    this.description = `in the SQLite file ${path}`;
    this.#database = database;
    database.exec(`
      PRAGMA busy_timeout = 2000;
      PRAGMA journal_mode = WAL;
      CREATE TABLE IF NOT EXISTS notes (
        id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT NOT NULL, body TEXT NOT NULL,
        tags TEXT NOT NULL, owner TEXT NOT NULL, created_at INTEGER NOT NULL,
        attachment TEXT NOT NULL DEFAULT '', data BLOB,
        searched TEXT NOT NULL
      );
    `);
    this.#insert = database.prepare(
      `INSERT INTO notes (title, body, tags, owner, created_at, searched)
       VALUES (?, ?, ?, ?, ?, ?) RETURNING ${COLUMNS}`,
    );
    this.#get = database.prepare(`SELECT ${COLUMNS} FROM notes WHERE id = ?`);
    this.#list = database.prepare(
      `SELECT ${COLUMNS} FROM notes
       WHERE id < ?1 AND (?2 = '' OR EXISTS (SELECT 1 FROM json_each(tags) WHERE value = ?2))
         AND (?3 = '' OR owner = ?3)
         AND instr(searched, ?4) > 0
       ORDER BY id DESC LIMIT ?5`,
    );
    this.#delete = database.prepare("DELETE FROM notes WHERE id = ? RETURNING id");
    this.#attach = database.prepare(
      `UPDATE notes SET attachment = ?, data = ? WHERE id = ? RETURNING ${COLUMNS}`,
    );
    this.#attachment = database.prepare(
      "SELECT attachment AS name, data FROM notes WHERE id = ? AND data IS NOT NULL",
    );
  }

  insert(note: Omit<Note, "id">): Note {
    const { title, body, tags, owner, createdAt } = note;
    // SQLite's own lower() knows only ASCII.
    const searched = `${title}\n${body}`.toLowerCase();
    const row = this.#insert.get(
      ...[title, body, JSON.stringify(tags), owner, Number(createdAt), searched],
    );
    return noteOf(row as Row);
  }

  get(id: bigint): Note | undefined {
    const row = this.#get.get(keyOf(id)) as Row | null | undefined;
    return row ? noteOf(row) : undefined;
  }

  list({ search, tag, owner, before, limit }: Query): Note[] {
    const below = Number(before > MAX_ID ? MAX_ID : before);
    return (this.#list.all(below, tag, owner, search.toLowerCase(), limit) as Row[]).map(noteOf);
  }

  delete(id: bigint): boolean {
    return Boolean(this.#delete.get(keyOf(id)));
  }

  attach(id: bigint, { name, data }: Attachment): Note | undefined {
    const row = this.#attach.get(name, data, keyOf(id)) as Row | null | undefined;
    return row ? noteOf(row) : undefined;
  }

  attachment(id: bigint): Attachment | undefined {
    const row = this.#attachment.get(keyOf(id)) as Attachment | null | undefined;
    return row ? { name: row.name, data: row.data } : undefined;
  }

  close(): void {
    this.#database.close();
  }
}

/** An id as the drivers take it; one that no row can have is -1. */
function keyOf(id: bigint): number {
  return id > MAX_ID ? -1 : Number(id);
}

/** Ids travel as numbers through both drivers. */
const MAX_ID = BigInt(Number.MAX_SAFE_INTEGER);
