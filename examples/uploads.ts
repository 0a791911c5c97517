/**
 * Uploads, both ways: a form whose files are kept in memory within limits, and one whose parts are
 * read as they come, however large; and what was uploaded, with ranges.
 *
 * ```sh
 * npx tsx src/cli/zap.ts serve examples/uploads.ts
 * curl -F title=Notes -F file=@README.md http://127.0.0.1:8080/notes
 * curl -F file=@package-lock.json http://127.0.0.1:8080/digest
 * curl -r 0-9 http://127.0.0.1:8080/files/README.md
 * ```
 *
 * @module
 */

import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Api, file, formParts, HttpError, int, object, text, upload } from "../src/api/mod.ts";

const Kept = object({ name: text(), bytes: int(), title: text() }, { name: "Kept" });

/** Where uploads go: a folder of this run. */
const folder: Promise<string> = mkdtemp(join(tmpdir(), "zap-uploads-"));

/** The app. */
export const api: Api = new Api({ title: "Uploads" });

api.post("/notes", {
  summary: "Keeps a file",
  form: {
    title: text({ min: 1, max: 80 }),
    file: upload({ maxBytes: 1024 * 1024 }),
  },
  status: 201,
  response: { 201: Kept },
}, async (c) => {
  const { name } = c.form.file;
  // The name is the client's: only a plain one becomes a path.
  if (!/^[A-Za-z0-9_][A-Za-z0-9_. -]{0,99}$/.test(name)) {
    throw new HttpError(422, { detail: "The file's name has other characters than A-Z 0-9 _ . -" });
  }
  await mkdir(await folder, { recursive: true });
  await writeFile(join(await folder, name), new Uint8Array(await c.form.file.arrayBuffer()));
  return { name, bytes: c.form.file.size, title: c.form.title };
});

api.get(
  "/files/*path",
  { summary: "Answers with a file that was kept" },
  async (c) => file(c.path.path, { root: await folder }),
);

api.post("/digest", { summary: "Counts what is sent, without keeping it" }, async (c) => {
  const seen: { name: string; filename: string | null; bytes: number; lines: number }[] = [];
  for await (const part of formParts(c, { maxFormBytes: 10 * 1024 ** 3 })) {
    let [bytes, lines] = [0, 0];
    for await (const chunk of part.chunks) {
      bytes += chunk.length;
      for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) lines++;
    }
    seen.push({ name: part.name, filename: part.filename ?? null, bytes, lines });
  }
  return seen;
});

export default api;
