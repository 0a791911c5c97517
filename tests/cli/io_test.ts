/** The real files of `processIo`: what a command must not leave behind, or replace. */

import { test } from "node:test";
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { runFmt } from "../../src/cli/fmt.ts";
import { processIo } from "../../src/cli/io.ts";

async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "zap-edge-io-"));
  try {
    await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("a file that cannot be written leaves no temporary one", () =>
  inFolder(async (folder) => {
    const io = processIo(new AbortController().signal);
    mkdirSync(join(folder, "taken"));
    await assertRejects(() => io.writeFile(join(folder, "taken"), "text"));
    assertEquals(readdirSync(folder), ["taken"]);
    await io.writeFile(join(folder, "new", "deep", "file"), "text");
    assertEquals(readdirSync(join(folder, "new", "deep")), ["file"]);
  }));

test("a link stays a link: its file is written", () =>
  inFolder(async (folder) => {
    const io = processIo(new AbortController().signal);
    const [file, link] = [join(folder, "file"), join(folder, "link")];
    writeFileSync(file, "old");
    symlinkSync(file, link);
    await io.writeFile(link, "new");
    assertEquals(readFileSync(file, "utf8"), "new");
    assert(lstatSync(link).isSymbolicLink());
  }));

test("zap fmt --write keeps a file's permissions", () =>
  inFolder(async (folder) => {
    const io = processIo(new AbortController().signal);
    const file = join(folder, "a.zap");
    writeFileSync(file, "package   a\n", { mode: 0o600 });
    assertEquals(await runFmt(["--write", file], io), 0);
    assertEquals(readFileSync(file, "utf8"), "package a\n");
    assertEquals(statSync(file).mode & 0o777, 0o600);
  }));
