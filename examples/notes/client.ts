/**
 * A client of the notes service: keeps a note and reads it back, in one round trip.
 *
 * ```sh
 * npx deno run -A examples/notes/client.ts zap://127.0.0.1:9999 .build/notes/capability
 * ```
 *
 * @module
 */

import { readFile } from "node:fs/promises";
import process from "node:process";
import { decodeToken, encodeChain } from "../../cap.ts";
import { ZapClient } from "../../node.ts";
import { NotesClient } from "./notes_zap.ts";

const [address = "zap://127.0.0.1:9999", capFile = ".build/notes/capability"] = process.argv
  .slice(2);
const { hostname, port, protocol } = new URL(address);
const { leaf, chain } = decodeToken((await readFile(capFile, "utf8")).trim());

const connection = await ZapClient.connect(
  { host: hostname, port: Number(port), ...(protocol === "zaps:" ? { tls: true } : {}) },
  encodeChain(leaf, chain),
);
try {
  const notes = new NotesClient(connection);
  const created = notes.create({
    title: "From TypeScript",
    body: "Hello",
    tags: ["try"],
    owner: "me",
  });
  // A note begins with its id, so a note's answer is also a reference to it: the server takes the
  // answer of the first call as what the second one asks for, and nothing waits in between.
  const note = await notes.getOn(created);
  console.log(`Kept note ${note.id}: "${note.title}" by ${note.owner}`);
} finally {
  connection.close();
}
