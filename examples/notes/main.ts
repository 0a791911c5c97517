/**
 * Notes with tags and owners: a small real service over HTTP and ZAP at once, one domain under both.
 *
 * ```sh
 * npm start
 * ```
 *
 * Notes, the service's key and a capability are kept in the folder that the environment's
 * `ZAP_NOTES_DIR` names, `.build/notes` without it.
 *
 * @module
 */

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import type { Api } from "../../src/api/mod.ts";
import type { Handlers } from "../../node.ts";
import { MAY, openAuthority } from "./authority.ts";
import { Notes } from "./domain.ts";
import { notesApi } from "./http.ts";
import { notesRpc } from "./rpc.ts";
import { openStore } from "./sqlite_store.ts";
import { welcome } from "./welcome.ts";

const folder = process.env.ZAP_NOTES_DIR ?? join(".build", "notes");
// The key is in there: nobody else's to read.
await mkdir(folder, { recursive: true, mode: 0o700 });
const store = await openStore(join(folder, "notes.db"));
const authority = await openAuthority(join(folder, "key.jwk"));
const notes = new Notes(store);
const stopping = new AbortController();
const api = notesApi(notes, authority, stopping.signal);

/** What `zap serve` serves. */
const service: {
  readonly fetch: Api["fetch"];
  readonly rpc: Handlers;
  startup(): Promise<void>;
  onStopping(): void;
  shutdown(): Promise<void>;
  onListening(
    addresses: { http?: string; zap?: string },
    zap: { framing: "node" | "mux" },
  ): Promise<string[]>;
} = {
  fetch: api.fetch,
  rpc: notesRpc(notes, authority, stopping.signal),
  startup: () => api.startup(),
  // A watcher never leaves by itself, and stopping waits for what is under way.
  onStopping: () => stopping.abort(),
  async shutdown() {
    await api.shutdown();
    store.close();
  },
  async onListening({ http = "", zap = "" }, { framing }) {
    const token = await authority.issue(MAY.create | MAY.delete | MAY.attach);
    const tokenFile = join(folder, "capability");
    await writeFile(tokenFile, `${token}\n`, { mode: 0o600 });
    return welcome({ http, zap, framing, kept: store.description, token, tokenFile });
  },
};
export default service;
