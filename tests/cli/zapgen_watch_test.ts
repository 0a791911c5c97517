/** `zapgen --watch` as a process, with real files: what an editor does to them. */

import { test } from "node:test";
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assertEquals } from "@std/assert";
import { start } from "../support/runtime.ts";

const schema = (field: string): string => `package a\nstruct A\n  ${field} u8\n`;

test("zapgen --watch follows edits, errors, a file that goes and comes, until interrupted", async () => {
  const folder = mkdtempSync(join(tmpdir(), "zap-edge-gen-"));
  const [file, output] = [join(folder, "a.zap"), join(folder, "a_zap.ts")];
  /** Waits until the output has a field: how often it is written meanwhile is no matter. */
  const generated = async (field: string): Promise<void> => {
    const wanted = `readonly ${field}: number;`;
    while (!existsSync(output) || !readFileSync(output, "utf8").includes(wanted)) {
      if (ended) throw new Error(`zapgen ended without ${field}: ${program.err}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  writeFileSync(file, schema("First"));
  const program = start(["src/cli/zapgen.ts", "--watch", file]);
  let ended = false;
  program.exited.then(() => ended = true);
  let edits: ReturnType<typeof setInterval> | undefined;
  try {
    await generated("first");
    // The watch begins behind the first output: an edit before it is not seen, so it is repeated.
    edits = setInterval(() => writeFileSync(file, schema("Second")), 300);
    await generated("second");
    clearInterval(edits);
    writeFileSync(file, "package a\nstruct A\n  X u9\n");
    await program.complained(/a\.zap:3:5: Unknown type "u9"/);
    writeFileSync(file, schema("Third"));
    await generated("third");
    rmSync(file);
    await program.complained(/a\.zap: Cannot read schema/);
    writeFileSync(`${file}.new`, schema("Fourth"));
    renameSync(`${file}.new`, file);
    await generated("fourth");
    program.signal("SIGINT");
    assertEquals(await program.exited, 0, program.err);
  } finally {
    clearInterval(edits);
    rmSync(folder, { recursive: true });
  }
});

test("zapgen --watch tells of a folder that is not there", async () => {
  const program = start(["src/cli/zapgen.ts", "--watch", "/nowhere/a.zap"]);
  await program.complained(/zapgen: Cannot watch: ENOENT/);
  assertEquals(await program.exited, 1);
  assertEquals(program.err.includes("bug"), false);
});
