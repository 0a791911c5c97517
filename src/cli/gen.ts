/**
 * `zapgen` and `zap gen`: from `.zap` files to TypeScript and OpenAPI.
 *
 * @module
 */

import { basename, dirname, join } from "node:path";
import { VERSION } from "../base/version.ts";
import { type GeneratedFile, openApiFiles } from "../gen/openapi.ts";
import { typescriptFile } from "../gen/typescript.ts";
import { type GenOptions, parseGenArgs } from "./gen_args.ts";
import type { CliIo } from "./io.ts";
import { loadSchema } from "./load_schema.ts";
import { usageError } from "./usage.ts";

const USAGE = `Usage: zapgen [-out DIR] [--emit=ts,openapi] [--runtime=SPECIFIER] FILE.zap…

Writes FILE_zap.ts, and FILE.openapi.json for the interface of a file, or
FILE.<interface>.openapi.json for each of several.

  -out DIR                 folder for what is written; default: that of each
                           file
  --emit=ts,openapi        what to write; default: ts
  --runtime=SPECIFIER      what the TypeScript imports; default: @zap-proto/edge
  --list-scalars=element   write lists of scalars as variable elements, as the
                           reference's TypeScript does; default: packed
  --watch                  write again whenever a file changes, until
                           interrupted
  --version                print the version
  -h, --help               print this

Exit codes: 0 done, 1 bad schema or file, 2 wrong usage.
`;

/** Runs zapgen; answers the exit code. */
export async function runZapgen(args: string[], io: CliIo): Promise<number> {
  const options = parseGenArgs(args);
  if (typeof options === "string") return usageError(io, "zapgen", options);
  if (options.show) {
    io.stdout(options.show === "help" ? USAGE : `${VERSION}\n`);
    return 0;
  }
  const code = await generate(options, io);
  return options.watch ? await regenerate(options, io) : code;
}

/** Reads all files before it writes any: with one bad schema nothing is written. */
async function generate(options: GenOptions, io: CliIo): Promise<number> {
  const outputs = new Map<string, { text: string; from: string }>();
  let failed = false;
  const fail = (message: string): void => {
    failed = true;
    io.stderr(`${message}\n`);
  };
  for (const path of options.files) {
    const schema = await loadSchema(path, io);
    if (!schema) {
      failed = true;
      continue;
    }
    const base = basename(path).replace(/\.[^.]*$/, "");
    const files: GeneratedFile[] = [
      ...(options.emit.includes("ts") ? [typescriptFile(schema, base, options.typescript)] : []),
      ...(options.emit.includes("openapi") ? openApiFiles(schema, base) : []),
    ];
    if (files.length === 0) fail(`${path}: Cannot write OpenAPI: the file has no interface`);
    for (const { name, text } of files) {
      const target = join(options.out ?? dirname(path), name);
      const other = outputs.get(target);
      if (other) fail(`${path}: Cannot write ${target}: it is written for ${other.from} already`);
      outputs.set(target, { text, from: path });
    }
  }
  if (failed) return 1;
  for (const [path, { text }] of outputs) {
    try {
      await io.writeFile(path, text);
    } catch (error) {
      io.stderr(`zapgen: Cannot write ${path}: ${(error as Error).message}\n`);
      return 1;
    }
    io.stdout(`zapgen: wrote ${path}\n`);
  }
  return 0;
}

/**
 * Generates again after each change, until the user interrupts. Changes during a run make one more.
 */
async function regenerate(options: GenOptions, io: CliIo): Promise<number> {
  let running: Promise<unknown> | undefined;
  let changed = false;
  const run = async (): Promise<void> => {
    while (changed) {
      changed = false;
      await generate(options, io);
    }
    running = undefined;
  };
  try {
    io.watch(options.files, () => {
      changed = true;
      running ??= run();
    }, io.interrupted);
  } catch (error) {
    io.stderr(`zapgen: Cannot watch: ${(error as Error).message}\n`);
    return 1;
  }
  if (!io.interrupted.aborted) {
    await new Promise<void>((resolve) =>
      io.interrupted.addEventListener("abort", () => resolve(), { once: true })
    );
  }
  await running;
  return 0;
}
